"""The pages that a person sees, drawn from hand-made answers."""

from datetime import date, datetime
from io import StringIO

import pyarrow as pa
import pytest
from rich.console import Console, RenderableType
from states import READINGS, evidence, person, reading, spread, state

from honeycell.cli import evidence as evidence_page
from honeycell.cli import listing, parties, relationship
from honeycell.cli.marks import BLOCKS, axis, sparkline, strip, trend
from honeycell.cli.terminal import THEME
from honeycell.cli.words import amount, plain, share, size
from honeycell.readings.declarations import DECLARATIONS
from honeycell.readings.state import Floor, Ledger, Party, PartyState, SpaceLine


def printed(page: RenderableType, width: int = 132) -> str:
    out = StringIO()
    Console(theme=THEME, file=out, width=width, highlight=False, markup=False, emoji=False).print(page)
    return out.getvalue()


def page(width: int = 132, **more: object) -> str:
    return printed(relationship.drawn(state(**more), "vantry~aldermoor", width, coloured=False), width)


def test_strip_puts_the_value_its_interval_and_the_typical_range_in_place() -> None:
    half = reading("vitality", 0.5, low=0.3, high=0.7, typical=(0.0, 0.2))
    assert strip(half, 10, coloured=False).plain == ":::─━●━─··"
    assert strip(half, 10).plain == "···─━●━─··"
    shades = [span for span in strip(half, 10).spans if "on #33301F" in str(span.style)]
    assert [(span.start, span.end) for span in shades] == [(0, 1), (1, 2), (2, 3)]


def test_strip_without_interval_is_a_dot() -> None:
    assert strip(reading("vitality", 0.0), 8).plain == "●·······"
    assert strip(reading("vitality", 1.0), 8).plain == "·······●"


def test_axis_of_a_bounded_reading_ends_where_its_marks_fit() -> None:
    assert (axis(reading("vitality", 0.87)).low, axis(reading("vitality", 0.87)).high) == (0.0, 1.0)
    assert axis(reading("vitality", 0.03, low=0.01, high=0.04)).end == "5.0 %"
    assert axis(reading("attention", 26.0)).high == 28.0
    assert axis(reading("attention", 1.5)).end == "2"


@pytest.mark.parametrize("name", [one.name for one in DECLARATIONS])
def test_a_past_without_a_value_today_is_drawn(name: str) -> None:
    """Multiplexity, of at least one, stopped the page with a division by zero."""
    scale = axis(reading(name, None))
    assert scale.high > scale.low
    assert len(sparkline(reading(name, None, series=(None, scale.low, scale.high)))) == 3


def test_axis_without_bound_is_laid_out_by_ratios() -> None:
    scale = axis(reading("redundancy", 30.0, low=10.0, high=90.0))
    assert (scale.low, scale.high, scale.logarithmic) == (10.0, 100.0, True)
    assert scale.place(10.0 * 10**0.5) == pytest.approx(0.5)
    assert scale.place(1.0) == 0.0


def test_sparkline_rises_with_the_series_and_leaves_gaps() -> None:
    line = sparkline(reading("vitality", 0.9, series=(0.1, None, 0.5, 0.9)))
    assert line[0] == BLOCKS[0]
    assert line[1] == " "
    assert line[3] == BLOCKS[-1]
    assert line[0] < line[2] < line[3]


def test_a_quiet_year_is_drawn_flat() -> None:
    line = sparkline(reading("vitality", 0.5, series=(0.50, 0.51, 0.50)))
    assert set(line) <= set(BLOCKS[3:6])
    assert sparkline(reading("vitality", 0.5)) == ""


def test_trend_has_a_glyph_and_a_word() -> None:
    words = [trend(reading("vitality", 0.5, trend=way)).plain for way in ("rising", "falling", "steady", None)]
    assert words == ["▲ rising", "▼ falling", "▬ steady", ""]


def test_page_shows_names_lede_and_every_built_reading() -> None:
    text = page()
    for words in (
        "VS  AR   Vantry Systems ↔ Aldermoor Rail",
        "in touch since 4 Mar 2019",
        "read 5 Oct 2026",
        "Quick to answer and broader than a year ago.",
        "87 %   78 to 93",
        "7.4 days in 4 weeks   6.1 to 8.9",
        "6.2 pairs",
        "71 %   66 to 76   not calibrated",
        "▼ falling",
        "1,418",
        "responsiveness in words.",
        "8 % of the mail is unaffiliated.",
    ):
        assert words in text, words


def test_dialogue_and_openness_stand_below_the_readings() -> None:
    beside = (reading("dialogue", 0.23, low=0.13, high=0.36, n_evidence=121), reading("openness", status="thin"))
    for width in (132, 60):
        shown = page(width, beside=beside)
        assert shown.index("Redundancy") < shown.index("Dialogue") < shown.index("Openness")
        assert shown.index("dialogue in words.")
        assert "121" in shown
    assert "23 %   13 to 36" in page(beside=beside)
    rows = [row[1] for row in relationship.lines(state(beside=beside)) if row[0] == "reading"]
    assert rows[-2:] == ["dialogue", "openness"]


def test_thin_and_unobservable_readings_show_no_number() -> None:
    thin = reading("vitality", None, "thin", n_evidence=3, sentence="1 contact day; 2 are needed.")
    hidden = reading("attention", None, "not_observable", n=0, sentence="No sensor was on.")
    text = page(readings=(thin, hidden, READINGS[2]))
    vitality, attention = (line for line in text.splitlines() if line.startswith(("Vitality", "Attention")))
    assert "thin: too few to say" in vitality
    assert "thin · 3" in vitality
    assert "not observable" in attention
    assert "why?" in attention
    assert "●" not in vitality + attention
    assert "1 contact day; 2 are needed." in text


def test_spread_shows_floor_middle_and_upside() -> None:
    lines = page().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Spread over its pairs"))
    assert " ".join(lines[at + 1].split()) == "floor middle upside each pair once apart by not noise"
    assert " ".join(lines[at + 2].split()) == "Vitality 35 % 71 % 95 % 18 % to 48 % 15 % 61 %"
    assert "Upper end: 11 of its 41 pairs, of 14 people." in lines[at + 5]
    attention = reading("attention", 4.4, spread=spread(0.18, 0.63, 1.6, tau_squared=None, i_squared=None))
    (line,) = (line for line in page(readings=(attention,)).splitlines() if "0.18" in line)
    assert " ".join(line.split()) == "Attention 0.18 0.63 1.6 0.09 to 0.8 – – days in 4 weeks"
    (line,) = (line for line in page(80, readings=(attention,)).splitlines() if "0.18" in line)
    assert " ".join(line.split()) == "Attention 0.18 0.63 1.6 days in 4 weeks"


def test_what_lies_below_the_agreed_floor_stands_beside_the_spread() -> None:
    floor = Floor(0.5, "dee", date(2026, 9, 1), None)
    agreed = spread(0.21, 0.58, 0.88, floor=floor, share_below=0.37, share_below_each=0.4)
    shown = page(readings=(reading("responsiveness", 0.71, spread=agreed), *READINGS[:1]))
    lines = shown.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("Spread over its pairs"))
    said = next(line for line in lines[at:] if "Below" in line)
    assert said.split("Below ")[1].startswith("50 %, agreed by dee on 1 Sep 2026: 37 %, of the pairs 40 %. Upper end")
    assert shown.count("agreed") == 1


def test_people_of_both_sides_stand_side_by_side() -> None:
    text = page()
    (line,) = (line for line in text.splitlines() if "Noor Albrecht" in line)
    assert "Ana A" in line
    assert "1 day " in line
    assert "  and 14 more" in text
    assert "  and 21 more" in text


def test_conversations_show_their_space() -> None:
    (line,) = (line for line in page().splitlines() if "Depot roll-out" in line)
    assert line.split() == ["3", "Oct", "2026", "1,112", "Depot", "roll-out", "depot@lists.example.com"]


def test_next_commands_name_the_relationship_and_a_reading_with_a_value() -> None:
    assert "honeycell why vantry~aldermoor redundancy" in page()
    thin = reading("redundancy", None, "thin")
    assert "honeycell why" not in page(readings=(thin,))


@pytest.mark.parametrize("width", [200, 132, 110, 100, 92, 80, 70, 69, 50])
def test_nothing_is_wider_than_the_screen_and_columns_fall_from_the_right(width: int) -> None:
    text = page(width)
    assert max(len(line) for line in text.splitlines()) <= width
    (head,) = (line for line in text.splitlines() if line.startswith("Reading ")) if width >= 70 else ("",)
    columns = ["Reading", "12 months", "Trend", "In plain units", "Evidence"]
    present = [column in head for column in columns]
    assert present == sorted(present, reverse=True)
    assert all(present) == (width >= 120 or all(present))
    assert "…" not in head
    for words in ("responsiveness in words.", "▼ falling") if width != 70 else ("responsiveness in words.",):
        assert words in text


def test_an_empty_relationship_is_drawn() -> None:
    text = page(people=(), conversations=(), notes=(), lede=(), since=None, n_pairs=0, readings=())
    assert "Vantry Systems ↔ Aldermoor Rail   read 5 Oct 2026" in text
    assert "People in touch" not in text


def test_one_of_a_thing_is_no_many() -> None:
    one = reading("multiplexity", 1.0, low=1.0, high=1.2)
    text = page(n_people=(1, 1), n_pairs=1, readings=(one,))
    assert "one person of each, 1 pair in 90 days" in text
    assert "1 context " in text
    assert "2 and 1 people, 2 pairs in 90 days" in page(n_people=(2, 1), n_pairs=2)


def test_the_conversations_shown_are_said_to_be_those_of_both() -> None:
    text = page()
    assert "Latest conversations in which each turned to the other" in text
    assert "honeycell list conversations vantry~aldermoor" in text


def test_what_strangers_wrote_cannot_steer_the_terminal() -> None:
    nasty = "Ana\x1b]0;owned\x07\u202eevil [bold]x[/bold]"
    text = page(people=(person(nasty, "a", 0.5),), lede=(nasty,), a=Party("organisation", 1, "x", nasty))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[bold]x[/bold]" in text
    assert plain("two\nlines\tand more") == "two lines and more"


def test_pipe_gets_one_row_for_each_fact() -> None:
    rows = [tuple(row) for row in relationship.lines(state())]
    assert rows[0][:5] == ("relationship", "vantry", "aldermoor", "Vantry Systems", "Aldermoor Rail")
    kinds = [row[0] for row in rows]
    assert [kinds.count(kind) for kind in ("reading", "spread", "person")] == [4, 2, 8]
    assert ("spread", "vitality", 0.35, 0.71, 0.95, 0.175, 0.355, 0.475, 41, 0.0225, 0.61, None, None, None) in rows
    assert ("upside", "vitality", 11, 14, "Upper end: 11 of its 41 pairs, of 14 people.") in rows


def test_evidence_says_whether_the_number_follows() -> None:
    names = {11: "Ana Silva", 12: "Noor Albrecht"}
    text = printed(evidence_page.drawn(evidence(), "vantry~aldermoor", names, 120, None))
    assert "= the number shown" in text
    (row,) = (line for line in text.splitlines() if line.startswith("1 Sep 2026, 10:05 "))
    assert row.split()[4:] == ["Ana", "Silva", "Noor", "Albrecht", "opening", "0.333", "mail", "0"]
    assert "prior\N{NO-BREAK SPACE}mean\N{NO-BREAK SPACE}0.5" in text
    wrong = printed(evidence_page.drawn(evidence(recomputed=0.6), "vantry~aldermoor", names, 120, None))
    assert "differs from the number shown" in wrong


def test_evidence_shows_the_latest_rows_and_how_many_there_are() -> None:
    text = printed(evidence_page.drawn(evidence(n_rows=9), "a~b", {}, 100, 2))
    assert "the latest 2 of 9" in text
    assert "9 Sep 2026" in text
    assert "7 Sep 2026" not in text
    rows = list(evidence_page.lines(evidence(n_rows=9)))
    assert sum(row[0] == "evidence" for row in rows) == 9
    assert evidence_page.table(evidence()).column("wait_seconds").to_pylist() == [0, 60, 120]


TABLE = pa.table(
    {
        "a": ["vantry", "vantry"], "b": ["aldermoor", "kestel"], "a_name": ["Vantry", "Vantry"],
        "b_name": ["Aldermoor", "Kestel"], "n_contact_days": [1200, 3], "last_on": [date(2026, 10, 3), None],
        "vitality": [0.873, None], "attention": [5.25, 0.04], "status": ["ok", "thin"],
    }
)  # fmt: skip


def test_list_speaks_to_a_person() -> None:
    lines = printed(listing.drawn(listing.paired(TABLE), 120, None)).splitlines()
    assert lines[0].startswith("relationship, seen from the first ")
    assert lines[0].split()[5:] == ["contact", "days", "last", "vitality", "attention", "status"]
    assert lines[2].split() == ["vantry~aldermoor", "1,200", "3", "Oct", "2026", "87", "%", "5.2", "ok"]
    assert lines[3].split() == ["vantry~kestel", "3", "0.04", "thin"]


def test_list_drops_columns_from_the_right_and_stacks_when_narrow() -> None:
    lines = printed(listing.drawn(TABLE, 72, None), 72).splitlines()
    assert lines[0].split()[:4] == ["a", "b", "a", "name"]
    assert "status" not in lines[0]
    stacked = printed(listing.drawn(listing.paired(TABLE), 60, None), 60)
    assert "contact days 1,200 · last 3 Oct 2026" in stacked


def test_list_says_what_it_leaves_out() -> None:
    text = printed(listing.drawn(TABLE, 120, 1, "; all with --limit 0"))
    assert "1 of 2; all with --limit 0" in text
    assert "kestel" not in text
    assert printed(listing.drawn(TABLE.slice(0, 0), 120, 30)).strip() == "none yet"


def test_list_of_ids_keeps_them_and_of_names_leaves_them_out() -> None:
    table = pa.table({"slug": ["ana"], "name": ["Ana"], "person_id": ["0123"]})
    assert "0123" not in printed(listing.drawn(table, 100, None))
    imports = pa.table({"import_id": [1], "started_at": [datetime(2026, 10, 5, 7, 10)], "paths": [["a", "b"]]})
    assert printed(listing.drawn(imports, 100, None)).splitlines()[2].split() == [
        "1", "5", "Oct", "2026,", "07:10", "a,", "b",
    ]  # fmt: skip


def test_party_is_shown_with_its_relationships() -> None:
    party = PartyState(Party("person", 1, "ana", "Ana Silva"), TABLE)
    text = printed(parties.drawn(party, date(2026, 10, 5), 120))
    assert "AS   Ana Silva   2 relationships · read 5 Oct 2026" in text
    assert "honeycell show @ana~…" in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (share(0.0), "0 %"), (share(0.004), "0.4 %"), (share(0.0996), "10 %"), (share(1.0), "100 %"),
        (amount(None, "pairs"), "–"), (amount(float("nan"), "pairs"), "–"), (amount(1234.0, "pairs"), "1,234 pairs"),
        (amount(12.34, "pairs"), "12 pairs"), (amount(0.25, "contact days per 4 weeks"), "0.25 days in 4 weeks"),
        (size(999), "999 B"), (size(1_500), "1.5 kB"), (size(24_000_000), "24 MB"),
    ],
)  # fmt: skip
def test_numbers_are_written_for_a_person(said: str, words: str) -> None:
    assert said == words


def test_ledgers_and_spaces_stand_under_the_readings_and_emotion_is_said_to_be_left_blank() -> None:
    bare = page()
    assert "No orders or invoices between the two are here." in bare
    assert "Emotion is not measured" in bare
    assert "Spaces both use" not in bare
    kept = [
        Ledger("money", side, 0.5, 0.4, 0.6, 20, 1.0, "ok", None, 3, 1, (), (1, 2), f"{side} paid half.")
        for side in "ab"
    ]
    full = page(ledgers=tuple(kept), spaces=(SpaceLine("list:depot", 1),))
    assert "  money    a paid half." in full
    assert "           b paid half." in full
    assert "1 conversation in a year   honeycell space list:depot" in full
    rows = [line for line in relationship.lines(state(ledgers=tuple(kept))) if line[0] == "ledger"]
    assert [(row[1], row[2], row[3]) for row in rows] == [("money", "a", 0.5), ("money", "b", 0.5)]

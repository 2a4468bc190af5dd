"""The page of `ideas`: what it says of phrases, of those that are only counted, and of the lift."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO

from rich.console import Console

from honeycell.cli import carried
from honeycell.cli.terminal import THEME
from honeycell.conversations.ideas import Lift
from honeycell.readings.state import Party
from honeycell.tracks import Adoption, Idea, Ideas, Passed

ANA, BO = (Party("person", number, name.lower(), name) for number, name in ((3, "Ana Silva"), (4, "Bo Dahl")))
AT = datetime(2026, 3, 26, 9, tzinfo=UTC)
THIN = Lift("thin", None, None, None, None, None, None, None, 3, 9, 0, 1)
LIFT = Lift("ok", 3.46, 2.81, 4.29, 1.01, 0.8, 1.24, 5.77, 300, 1328, 323, 5)
TAKEN = Adoption(BO, "Birk", AT, 5, "addressed", ANA, 3)
IDEA = Idea("lantern log", ANA, "Aster", AT, 2**60, 9, 5, 4, 3, 2, 12.5, Passed(0, 7, 1), (TAKEN,))
FOUND = Ideas(date(2026, 4, 30), None, 720, 6, (IDEA, replace(IDEA, phrase="mirror\x1b[31m roster")), 2, LIFT, THIN)


def page(found: Ideas, limit: int | None = 20) -> str:
    console = Console(theme=THEME, width=100, record=True, no_color=True, file=StringIO())
    console.print(carried.drawn(found, 100, limit))
    return " ".join(console.export_text().split())


def test_a_phrase_is_told_with_who_began_who_took_it_up_and_how_it_was_passed_on() -> None:
    said = page(FOUND, 1)
    assert "lantern log first Ana Silva, Aster 26 Mar 2026 10000000" in said
    assert "5 took it up · 4 had read it · 2 in another organisation · quoted 7 times · linked 1 time" in said
    assert "1 of 2; all with --limit 0" in said
    assert "2 more phrases were used by fewer than three people where many can hear: counted, not shown." in said
    assert "\x1b" not in page(FOUND)
    assert "whoever took them up; `show` counts only what" in page(replace(FOUND, scope="aster~birk"))
    assert "whoever began them" not in said


def test_the_lift_is_told_with_what_is_compared() -> None:
    said = page(FOUND)
    assert (
        "was 3.5 times as likely to take it up as others who wrote in the same week for the same organisation, " in said
    )
    assert "as much and about the same things (2.8 to 4.3; 300 phrases)" in said
    assert "drawn by lot the same comes to 1.01 (0.8 to 1.2)." in said
    assert "Without those who took it up" not in said
    alone = page(replace(FOUND, lift=replace(LIFT, n_parts=1, high=None), lift_elsewhere=LIFT))
    assert "for the same organisation (at least 2.8; 300" in alone
    assert (
        "Without those who took it up in a conversation where it had just been said: 3.5 times (2.8 to 4.3)." in alone
    )
    assert "cannot be said from 3 phrases: 30 are needed." in page(replace(FOUND, lift=THIN))


def test_a_program_gets_rows_and_a_table() -> None:
    rows = list(carried.lines(FOUND))
    assert rows[0][:3] == ("idea", "lantern log", "ana silva")
    assert [row[0] for row in rows] == ["idea", "idea", "counted only", "lift", "lift elsewhere"]
    table = carried.table(FOUND)
    assert (table.num_rows, table["n_quotations"].to_pylist()) == (2, [7, 7])

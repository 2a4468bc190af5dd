"""The picture of the tracks: well formed, everything in its place, no words over others; for any answer."""

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.charts import DARK, LIGHT, VARIABLES, png, tracks
from honeycell.charts.axis import apart, ticks
from honeycell.charts.measure import fitted, width
from honeycell.readings.state import Party
from honeycell.tracks import Event, Flag, Lane, Person, Silence, Tracks, Unanswered, Week

SVG = "{http://www.w3.org/2000/svg}"
ON = date(2026, 10, 5)
KINDS = ("message", "meeting", "call", "ticket_event", "order", "invoice")


def party(name: str, kind: str = "organisation") -> Party:
    return Party(kind, abs(hash(name)) >> 2, name.lower(), name)


def view(lanes: tuple[Lane, ...], days: int = 365, **more: object) -> Tracks:
    first = ON - timedelta(days - 1)
    weeks = tuple(Week(first + timedelta(7 * n), n % 9, n % 5, 1) for n in range(-(-days // 7)))
    fields: dict[str, object] = {"a": party("Vantry Systems"), "b": party("Aldermoor Rail"), "us": "a", **more}
    waiting = tuple(sum(lane.turn == side for lane in lanes) for side in ("a", "b"))
    return Tracks(as_of=ON, from_on=first, lanes=lanes, n_lanes=len(lanes) + 31, n_messages=634, n_meetings=62,
                  n_waiting=waiting, weeks=weeks, **fields)  # type: ignore[arg-type] # fmt: skip


def lane(
    title: str = "Depot roll-out", events: tuple[Event, ...] = (), turn: str = "up_to_date", **more: object
) -> Lane:
    fields: dict[str, object] = {"channels": ("mail",), "space": None, "silences": (), "flags": (), "unanswered": None,
                                 "people": (Person(party("Ana Silva", "person"), "a", 3),), **more}  # fmt: skip
    return Lane(1, title, n_messages=len(events), n_meetings=0, events=events, turn=turn, **fields)  # type: ignore[arg-type]


def event(days_ago: float, side: str = "a", kind: str = "message", size: float = 400.0) -> Event:
    return Event(1, datetime(2026, 10, 5, 23) - timedelta(days_ago), side, kind, size)


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def words(picture: str) -> list[str]:
    return [one.text or "" for one in parsed(picture).iter(f"{SVG}text")]


def box(text: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of words, by measure."""
    size, x, y = (float(text.attrib[name]) for name in ("font-size", "x", "y"))
    wide = width(text.text or "", size, bold="font-weight" in text.attrib)
    left = {"middle": x - wide / 2, "end": x - wide}.get(text.attrib.get("text-anchor", "start"), x)
    return left, y - 0.75 * size, left + wide, y + 0.2 * size


instants = st.floats(0, 364.5)
letters = st.text(max_size=60)
events = st.builds(event, instants, st.sampled_from(("a", "b", "both", "other")), st.sampled_from(KINDS),
                   st.floats(0, 1e7))  # fmt: skip


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    held = tuple(sorted(draw(st.lists(events, min_size=1, max_size=30)), key=lambda one: one.occurred_at))
    turn = draw(st.sampled_from(("a", "b", "up_to_date", "nobody")))
    days = draw(st.integers(0, 3000))
    asked = tuple(party(name, "person") for name in draw(st.lists(letters, max_size=3)))
    waits = Unanswered("a", 1, held[-1].occurred_at, days, asked)
    ends = sorted(draw(st.lists(st.integers(0, 364), min_size=2, max_size=4, unique=True)), reverse=True)
    silences = tuple(
        Silence(ON - timedelta(a), ON - timedelta(b), a - b) for a, b in zip(ends[::2], ends[1::2], strict=False)
    )
    states = draw(st.lists(st.sampled_from(("kept", "late", "open")), max_size=3))
    flags = tuple(
        Flag(n, 1, "promise", "a", None, held[0].occurred_at + timedelta(n), None, state, "", 1.0)
        for n, state in enumerate(states)
    )
    return lane(
        draw(letters), held, turn, unanswered=waits if turn in ("a", "b") or draw(st.booleans()) else None,
        channels=tuple(draw(st.lists(st.sampled_from(("mail", "slack", "calendar", "ledger", "zulip")), min_size=1,
                                     max_size=4, unique=True))),
        silences=silences, flags=flags,
    )  # fmt: skip


views = st.builds(
    view,
    st.lists(lanes(), max_size=5).map(tuple),
    st.just(365),
    a=letters.map(party),
    b=letters.map(party),
    us=st.sampled_from(("a", "b", None)),
)


@settings(max_examples=60, deadline=None)
@given(views, st.sampled_from((760, 1200, 1600)))
def test_whatever_is_drawn_is_well_formed_and_in_its_place(answer: Tracks, wide: int) -> None:
    page = parsed(tracks(answer, LIGHT, wide=wide))
    assert page.attrib["role"] == "img"
    assert page.attrib["aria-label"]
    high = float(page.attrib["height"])
    rows = [group for group in page.iter(f"{SVG}g") if group.attrib.get("class") == "lane"]
    assert len(rows) == len(answer.lanes)
    for row in rows:
        top = float(row[0].attrib["y1"])
        for x, start, end in strokes(row):
            assert 0 <= x <= wide
            assert top <= min(start, end)
            assert max(start, end) <= top + 54
        for shape in row.iter(f"{SVG}polygon"):
            corners = [tuple(map(float, point.split(","))) for point in shape.attrib["points"].split()]
            assert all(0 <= x <= wide and top <= y <= top + 54 for x, y in corners)
    boxes = [box(text) for text in page.iter(f"{SVG}text")]
    for left, above, right, below in boxes:
        assert left >= 0
        assert right <= wide
        assert above >= 0
        assert below <= high
    for (left, above, right, below), (left_2, above_2, right_2, below_2) in combinations(boxes, 2):
        assert right <= left_2 or right_2 <= left or below <= above_2 or below_2 <= above


def strokes(row: ET.Element) -> list[tuple[float, float, float]]:
    found = []
    for path in row.iter(f"{SVG}path"):
        if path.attrib.get("class") in ("a", "b", "other"):
            for x, y, v in re.findall(r"M([-\d.]+),([-\d.]+)v([-\d.]+)", path.attrib["d"]):
                found.append((float(x), float(y), float(y) + float(v)))
    return found


def test_every_message_has_its_stroke_up_down_or_across() -> None:
    held = (event(300, "a"), event(200, "b", size=40_000), event(100, "other"), event(1, "a", size=0))
    (row,) = (
        group for group in parsed(tracks(view((lane(events=held),)), LIGHT)).iter(f"{SVG}g") if "class" in group.attrib
    )
    drawn = sorted(strokes(row))
    assert len(drawn) == 4
    middle = float(row[0].attrib["y1"]) + 27
    ours, theirs, third, last = ((start, end) for _x, start, end in drawn)
    assert ours[1] < middle == ours[0]
    assert theirs[1] > middle == theirs[0]
    assert third[0] < middle < third[1]
    assert last[0] - last[1] < ours[0] - ours[1] < theirs[1] - theirs[0] <= 23


def test_very_many_events_are_drawn_by_weeks() -> None:
    held = tuple(event(n / 10, "ab"[n % 2]) for n in range(3499, -1, -1))
    (row,) = (
        group for group in parsed(tracks(view((lane(events=held),)), LIGHT)).iter(f"{SVG}g") if "class" in group.attrib
    )
    assert 2 * 50 <= len(strokes(row)) <= 2 * 52


def test_it_says_whose_turn_it_is_and_since_when() -> None:
    bo = (party("Bo Dahl", "person"),)
    held = (event(9),)
    rows = (
        lane("one", held, "a", unanswered=Unanswered("a", 1, held[0].occurred_at, 9, bo)),
        lane("two", held, "b", unanswered=Unanswered("b", 1, held[0].occurred_at, 12, bo)),
        lane("three", held, "nobody", unanswered=Unanswered("b", 1, held[0].occurred_at, 96, bo)),
        lane("", held),
    )
    said = words(tracks(view(rows), LIGHT))
    for expected in ("on us · 9 d", "on them · 12 d", "Bo Dahl", "nobody’s turn", "unanswered for 96 d", "up to date",
                     "(no subject)", "and 31 more",
                     "634 messages and 62 meetings in 35 conversations, 6 Oct 2025 to 5 Oct 2026",
                     "we wrote", "they wrote"):  # fmt: skip
        assert expected in said, expected
    named = words(tracks(view(rows, us=None), LIGHT))
    assert {"on Vantry Systems · 9 d", "on Aldermoor Rail · 12 d", "Aldermoor Rail wrote"} <= set(named)


def test_a_silence_is_hatched_and_says_how_long_where_there_is_room() -> None:
    quiet = Silence(ON - timedelta(96), ON, 96)
    short = Silence(ON - timedelta(200), ON - timedelta(158), 42)
    picture = tracks(view((lane(events=(event(300), event(96)), silences=(short, quiet)),)), LIGHT)
    assert "96 d quiet" in words(picture)
    assert picture.count('class="silence"') == 2
    assert "42 d quiet" not in words(tracks(view((lane(events=(event(300),), silences=(short,)),)), LIGHT, wide=720))


def test_without_conversations_it_says_so() -> None:
    assert "No conversation in these days" in words(tracks(view(()), LIGHT))


def test_markup_and_controls_in_names_are_words() -> None:
    picture = tracks(view((lane('<b>&"\x1b[2J\ufffe\u202e', (event(1),)),), a=party("<Vantry> & Co")), LIGHT)
    assert "<Vantry> & Co ↔ Aldermoor Rail" in words(picture)
    assert parsed(picture).attrib["aria-label"].startswith("Conversations of <Vantry> & Co and Aldermoor Rail: 634")


def test_themes_differ_in_colours_only() -> None:
    rows = (lane(events=(event(9), event(3, "b"))),)
    light, dark, page = (tracks(view(rows), paint) for paint in (LIGHT, DARK, VARIABLES))
    assert "var(--" in page
    assert "var(--" not in light
    for name in ("surface", "ink", "ours", "theirs"):
        assert getattr(LIGHT, name) in light
        assert getattr(DARK, name) in dark
    assert re.sub(r"#[0-9A-F]{6}|var\([\w-]+\)", "", light) == re.sub(r"#[0-9A-F]{6}|var\([\w-]+\)", "", dark)


def test_png_is_twice_as_many_pixels() -> None:
    picture = tracks(view((lane(events=(event(9),)),)), LIGHT)
    made = png(picture)
    assert made.startswith(b"\x89PNG")
    size = tuple(int.from_bytes(made[at : at + 4], "big") for at in (16, 20))
    assert size == tuple(2 * int(float(parsed(picture).attrib[name])) for name in ("width", "height"))


@pytest.mark.parametrize("days", [1, 6, 20, 60, 90, 365, 1200, 4000, 36_000])
def test_ticks_have_room_and_lie_on_the_axis(days: int) -> None:
    first = ON - timedelta(days - 1)
    found = ticks(first, ON, 672)
    assert found or days < 3
    assert all(first <= tick.on <= ON for tick in found)
    places = [(tick.on - first).days / days * 672 for tick in found]
    for (at, tick), after in zip(zip(places, found, strict=True), places[1:], strict=False):
        assert at + width(tick.words, 11, bold=tick.year) < after


@given(st.lists(st.floats(0, 700), min_size=1, max_size=60).map(sorted))
def test_flags_stand_apart_on_the_axis_in_their_order(places: list[float]) -> None:
    moved = apart(places, 15, 0, 700)
    assert len(moved) == len(places)
    assert all(0 <= place <= 700 for place in moved)
    between = min(15.0, 700 / max(1, len(places) - 1))
    assert all(after - before >= between - 1e-9 for before, after in pairwise(moved))
    if len(places) == 1:
        assert moved == places


@given(st.text(), st.floats(0, 400))
def test_fitted_words_fit(said: str, room: float) -> None:
    shown = fitted(said, room, 13)
    assert width(shown, 13) <= room or shown == ""

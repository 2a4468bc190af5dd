"""The state of a relationship, drawn for a person: pure functions from the state to what rich prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich import box
from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from honeycell.cli.marks import axis, sparkline, strip, trend
from honeycell.cli.words import amount, count, day, plain, share
from honeycell.readings.state import ConversationLine, Party, PersonInTouch, Reading, RelationshipState

__all__ = ["badge", "drawn", "head", "lines"]

_NO_VALUE = {
    "not_observable": "not observable",
    "stale": "stale",
    "thin": "thin: too few to say",
}
_PEOPLE, _CONVERSATIONS = 5, 6


def drawn(state: RelationshipState, name: str, width: int, *, coloured: bool = True) -> RenderableType:
    """The whole page of `show`.

    Args:
        state: What the cell answered.
        name: How the person called it, `a~b`, for the next commands.
        width: Columns of the terminal; below 100 columns of the table fall away, below 70 it is stacked.
        coloured: Whether colours will be seen.
    """
    parts: list[RenderableType] = [Text(), _head(state), Text()]
    if state.lede:
        parts += [Padding(Text(plain(" ".join(state.lede)), "italic"), (0, max(0, width - 96), 1, 0))]
    built = [reading for reading in state.readings if reading.status != "not_built"]
    parts.append(_stacked(built, width) if width < 70 else _table(built, width, coloured))
    missing = [_title(reading.reading) for reading in state.readings if reading.status == "not_built"]
    if missing:
        parts.append(Text("not built yet: " + ", ".join(missing), "quiet"))
    if width >= 70:
        parts += _sentences(built)
    parts += [*_spread(built), *_people(state, width), *_conversations(state.conversations, width)]
    parts += [*_notes(state.notes), Text(), _next(state, name), Text()]
    return Group(*parts)


def badge(party: Party, side: str) -> Text:
    """Two letters on the colour of the side: `ours` or `theirs`."""
    words = [word for word in plain(party.name).replace("-", " ").split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return Text(f" {letters.upper() or '?':<2} ", f"badge.{side}")


def head(a: Party, b: Party | None, facts: Sequence[str]) -> Text:
    """Badges, names and what is known at a glance."""
    badges = [badge(a, "ours"), badge(b, "theirs")] if b else [badge(a, "ours")]
    names = plain(a.name) + (f" ↔ {plain(b.name)}" if b else "")
    return Text.assemble(*badges, "  ", (names, "bold"), ("   " + " · ".join(facts), "quiet"))


def _head(state: RelationshipState) -> Text:
    facts = [f"in touch since {day(state.since)}"] if state.since else []
    if state.n_pairs:
        people = " and ".join(count(n) for n in state.n_people)
        facts.append(f"{people} people, {count(state.n_pairs)} pairs in {state.window_days} days")
    return head(state.a, state.b, [*facts, f"read {day(state.as_of)}"])


def _title(reading: str) -> str:
    """`follow_through` as Follow-through, the way the readings are written everywhere."""
    words = {"follow_through": "Follow-through", "peer_share": "Peer share", "off_deck_drift": "Off-deck drift"}
    return words.get(reading, reading.replace("_", " ").capitalize())


def _table(readings: Sequence[Reading], width: int, coloured: bool) -> Table:
    """One row for each reading; columns fall away from the right as the screen gets narrow."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="quiet", show_edge=False, expand=width < 140)
    strips = 30 if width >= 110 else 24
    middle = "typical shaded" if coloured else "typical :"
    columns: list[tuple[str, Callable[[Reading], RenderableType], JustifyMethod]] = [
        ("Reading", lambda reading: Text(_title(reading.reading), "bold"), "left"),
        (f"low{middle:^{strips - 7}}high", lambda reading: _strip(reading, strips, coloured), "left"),
        ("12 months", lambda reading: Text(f"{sparkline(reading):<12}", "quiet"), "left"),
        ("Trend", trend, "left"),
        ("In plain units", _value, "left"),
        ("Evidence", _evidence, "right"),
    ]
    kept = columns if width >= 100 else columns[:5] if width >= 92 else columns[:4]
    for title, _, justify in kept:
        table.add_column(title, justify=justify, no_wrap=True)
    for reading in readings:
        table.add_row(*(cell(reading) for _, cell, _ in kept))
    return table


def _strip(reading: Reading, width: int, coloured: bool) -> Text:
    if reading.status in _NO_VALUE:
        return Text(_NO_VALUE[reading.status], "quiet")
    end = axis(reading).end
    return Text.assemble(strip(reading, width, coloured=coloured), (f" {end}", "quiet"))


def _value(reading: Reading) -> Text:
    """The value with its interval, and whether it may be trusted as a probability yet."""
    if reading.value is None:
        return Text()
    text = Text(amount(reading.value, reading.unit))
    if reading.low is not None and reading.high is not None:
        low, high = (amount(end, reading.unit).split()[0] for end in (reading.low, reading.high))
        text.append(f"   {low} to {high}", "quiet")
    if reading.status == "not_calibrated":
        text.append("   not calibrated", "honey")
    return text


def _evidence(reading: Reading) -> Text:
    if reading.status == "not_observable":
        return Text("why?", "quiet")
    return Text(("thin · " if reading.status == "thin" else "") + count(reading.n_evidence), "quiet")


def _sentences(readings: Sequence[Reading]) -> list[RenderableType]:
    """What each reading says, whole."""
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(max_width=100)
    for reading in readings:
        table.add_row(Text("  " + _title(reading.reading), "bold"), Text(plain(reading.sentence)))
    return _section("In words", table) if readings else []


def _stacked(readings: Sequence[Reading], width: int) -> Group:
    """One reading under the other, for narrow screens."""
    rows: list[RenderableType] = []
    for reading in readings:
        known = reading.status not in _NO_VALUE
        mark = strip(reading, max(10, min(30, width - 30))) if known else Text(_NO_VALUE[reading.status], "quiet")
        rows.append(Text.assemble((f"{_title(reading.reading):<16}", "bold"), mark, "  ", trend(reading)))
        rows.append(Padding(Text.assemble(plain(reading.sentence), "  ", _evidence(reading)), (0, 0, 1, 2)))
    return Group(*rows)


def _section(title: str, *more: RenderableType) -> list[RenderableType]:
    return [Text(), Text(title, "honey"), *more]


def _spread(readings: Sequence[Reading]) -> list[RenderableType]:
    spread = [(reading, reading.spread) for reading in readings if reading.spread is not None]
    if not spread:
        return []
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="quiet")
    table.add_column("  ")
    for title in ("floor", "middle", "upside"):
        table.add_column(title, justify="right")
    for reading, ends in spread:
        values = (amount(value, reading.unit) for value in (ends.p10, ends.p50, ends.p90))
        table.add_row(Text("  " + _title(reading.reading), "bold"), *values)
    return _section("Spread over its pairs", table)


def _people(state: RelationshipState, width: int) -> list[RenderableType]:
    if not state.people:
        return []
    sides = [[person for person in state.people if person.side == side] for side in ("a", "b")]
    columns = [
        _side(people, party, style)
        for people, party, style in zip(sides, (state.a, state.b), ("ours", "theirs"), strict=True)
    ]
    if width < 100:
        return _section("People in touch", *columns)
    grid = Table.grid(padding=(0, 6, 0, 0))
    grid.add_row(*columns)
    return _section("People in touch", grid)


def _side(people: Sequence[PersonInTouch], party: Party, style: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for person in people[:_PEOPLE]:
        days = f"{count(person.contact_days)} day" + ("s" if person.contact_days != 1 else "")
        table.add_row(
            Text("  " + plain(person.person.name), style, no_wrap=True, overflow="ellipsis"),
            Text(f"{share(person.share):>6}"),
            Text(f"{days:>8}", "quiet"),
            Text("last " + day(person.last_on), "quiet"),
        )
    if len(people) > _PEOPLE:
        table.add_row(Text(f"  and {count(len(people) - _PEOPLE)} more of {plain(party.name)}", "quiet"))
    return table


def _conversations(conversations: Sequence[ConversationLine], width: int) -> list[RenderableType]:
    if not conversations:
        return []
    table = Table.grid(padding=(0, 3, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    if width >= 100:
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=34)
    for line in conversations[:_CONVERSATIONS]:
        where = plain((line.space or "").removeprefix("mailto:") or line.channel)
        row = [
            Text("  " + day(line.last_on), "quiet"),
            Text(count(line.n_interactions)),
            Text(plain(line.subject) or "(no subject)"),
        ]
        table.add_row(*row, *([Text(where, "quiet")] if width >= 100 else []))
    return _section("Latest conversations", table)


def _notes(notes: Sequence[str]) -> list[RenderableType]:
    return _section("To know", *(Text("  " + plain(note), "quiet") for note in notes)) if notes else []


def _next(state: RelationshipState, name: str) -> Text:
    first = next((r.reading for r in reversed(state.readings) if r.status in ("ok", "not_calibrated")), "vitality")
    commands = (f"honeycell why {name} {first}", f"honeycell show {state.b.slug}", "--json for scripts")
    return Text("  " + "     ".join(commands), "quiet")


def lines(state: RelationshipState) -> Iterator[tuple[object, ...]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("relationship", state.a.slug, state.b.slug, state.a.name, state.b.name, state.as_of, state.window_days)
    for sentence in state.lede:
        yield ("lede", sentence)
    for r in state.readings:
        if r.status != "not_built":
            yield (
                "reading",
                r.reading,
                r.value,
                r.unit,
                r.low,
                r.high,
                r.n,
                r.status,
                r.n_evidence,
                r.trend,
                r.sentence,
            )
            if r.spread:
                yield ("spread", r.reading, r.spread.p10, r.spread.p50, r.spread.p90)
    for reading in state.readings:
        if reading.status == "not_built":
            yield ("not_built", reading.reading)
    for p in state.people:
        yield ("person", p.side, p.person.slug, p.person.name, p.share, p.contact_days, p.last_on)
    for c in state.conversations:
        yield ("conversation", c.conversation_id, c.last_on, c.n_interactions, c.channel, c.space, c.subject)
    for note in state.notes:
        yield ("note", note)

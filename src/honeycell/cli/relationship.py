"""The state of a relationship, drawn for a person: pure functions from the state to what rich prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from honeycell.cli.readings import rows, section, spread, worded
from honeycell.cli.words import count, day, plain, share, some
from honeycell.ids import written_id
from honeycell.readings.changes.trend import said

if TYPE_CHECKING:
    from honeycell.readings.changes.state import Change, Seen
    from honeycell.readings.state import ConversationLine, Party, PersonInTouch, RelationshipState, SpaceLine

__all__ = ["NOT_CALIBRATED", "badge", "drawn", "head", "lines", "told"]

_PEOPLE, _CONVERSATIONS = 5, 6
NOT_CALIBRATED = "Likelihoods are not calibrated on the past of this cell."
_ABREAST = 116
"""Columns from which the people of both sides stand side by side."""


def drawn(state: RelationshipState, name: str, width: int, *, coloured: bool = True) -> RenderableType:
    """The whole page of `show`.

    Args:
        state: What the cell answered.
        name: How the person called it, `a~b`, for the next commands.
        width: Columns of the terminal; below 100 columns of the table fall away, below 70 it is stacked.
        coloured: Whether colours will be seen.
    """
    parts: list[RenderableType] = [Text(), _head(state, width), Text()]
    if state.lede:
        parts.append(Padding(Text(plain(" ".join(state.lede)), "italic"), (0, max(0, width - 96), 1, 0)))
    every = (*state.readings, *state.beside)
    parts.append(rows(every, width, coloured=coloured))
    parts += worded(every) if width >= 70 else []
    parts += [
        *spread(state.readings, width),
        *_ledgers(state),
        *_changes(state),
        *_people(state, width),
        *_conversations(state.conversations, name, width),
    ]
    parts += [*_spaces(state.spaces), *_notes(state.notes), Text(), *_next(state, name, width), Text()]
    return Group(*parts)


def badge(party: Party, side: str) -> Text:
    """Two letters on the colour of the side: `ours` or `theirs`."""
    words = [word for word in plain(party.name).replace("-", " ").split() if word[:1].isalnum()]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
    return Text(f" {letters.upper() or '?':<2} ", f"badge.{side}")


def head(a: Party, b: Party | None, facts: Sequence[str], width: int) -> Text:
    """Badges, names and what is known at a glance, on a second line where the first has no room."""
    badges = [badge(a, "ours"), badge(b, "theirs")] if b else [badge(a, "ours")]
    names = plain(a.name) + (f" ↔ {plain(b.name)}" if b else "")
    text, known = Text.assemble(*badges, "  ", (names, "bold")), " · ".join(facts)
    between = "   " if len(text) + 3 + len(known) <= width else "\n"
    return text.append(between + known, "quiet")


def _head(state: RelationshipState, width: int) -> Text:
    facts = [f"in touch since {day(state.since)}"] if state.since else []
    if state.n_pairs:
        people = " and ".join(count(n) for n in state.n_people)
        people = "one person of each" if set(state.n_people) == {1} else f"{people} people"
        facts.append(f"{people}, {some(state.n_pairs, 'pair')} in {state.window_days} days")
    return head(state.a, state.b, [*facts, f"read {day(state.as_of)}"], width)


def _ledgers(state: RelationshipState) -> list[RenderableType]:
    """What passed between the two by ledger, and that the fourth is left blank."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    said = [(kept.ledger, kept.sentence) for kept in state.ledgers]
    if not said and state.a.kind == state.b.kind == "organisation":
        said = [("goods, money", "No orders or invoices between the two are here.")]
    for place, (ledger, sentence) in enumerate(said):
        first = place == 0 or said[place - 1][0] != ledger
        table.add_row(Text("  " + (ledger if first else ""), "quiet"), plain(sentence))
    name, sentence = state.unmeasured
    table.add_row(Text(f"  {name}", "quiet"), plain(sentence))
    return section("What changed hands", table)


def _changes(state: RelationshipState) -> list[RenderableType]:
    """Which way the amount of contact goes, and when it changed: each change with what happened on either side."""
    if state.trend is None:
        return []
    one = state.trend
    now = f", {said(one.likelihood)}"
    if one.likeliest != one.word:
        now = f"; by now {one.likeliest} is {said(one.likeliest_likelihood)}"
    now = f"{one.word.capitalize()} since {day(one.since)}{now}"
    parts: list[RenderableType] = [Padding(Text(now), (0, 0, 0, 2))]
    parts += [line for change in state.changes for line in told(change)]
    if any(change.point.status == "not_calibrated" for change in state.changes):
        parts.append(Padding(Text(NOT_CALIBRATED, "quiet"), (0, 0, 0, 2)))
    return section("Changes of contact", *parts)


def told(change: Change) -> tuple[RenderableType, RenderableType]:
    """A change in words, and under it what happened on either side of it."""
    before = _beside(change.before, -1, change.point.before.weeks)
    after = _beside(change.after, 0, change.point.after.weeks)
    sentence = change.sentence[0].upper() + change.sentence[1:]
    beside = Text(f"before: {before}; after: {after}", "quiet")
    return Padding(Text(sentence), (0, 0, 0, 2)), Padding(beside, (0, 0, 0, 4))


def _beside(seen: Sequence[Seen], nearest: int, weeks: int) -> str:
    """The interaction that lies nearest to a change, and how many more are held beside it; or for how long none was."""
    if not seen:
        return f"none in {some(weeks, 'week')}"
    more = f" and {count(len(seen) - 1)} more" if len(seen) > 1 else ""
    return f"{day(seen[nearest].on)} {written_id(seen[nearest].interaction_id)}{more}"


def _people(state: RelationshipState, width: int) -> list[RenderableType]:
    if not state.people:
        return []
    sides = [[person for person in state.people if person.side == side] for side in ("a", "b")]
    columns = [
        _side(people, n_people, style)
        for people, n_people, style in zip(sides, state.n_people, ("ours", "theirs"), strict=True)
    ]
    if width < _ABREAST:
        return section("People in touch", *columns)
    grid = Table.grid(padding=(0, 6, 0, 0))
    grid.add_row(*columns)
    return section("People in touch", grid)


def _side(people: Sequence[PersonInTouch], n_people: int, style: str) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=22, max_width=40, no_wrap=True, overflow="ellipsis")
    for _ in range(3):
        table.add_column(no_wrap=True)
    for person in people[:_PEOPLE]:
        days = some(person.contact_days, "day")
        table.add_row(
            Text("  " + plain(person.person.name), style, no_wrap=True, overflow="ellipsis"),
            Text(f"{share(person.share):>6}"),
            Text(f"{days:>8}", "quiet"),
            Text("last " + day(person.last_on), "quiet"),
        )
    more = max(n_people, len(people)) - min(len(people), _PEOPLE)
    if more and people:
        table.add_row(Text(f"  and {count(more)} more", "quiet"))
    return table


def _conversations(conversations: Sequence[ConversationLine], name: str, width: int) -> list[RenderableType]:
    if not conversations:
        return []
    table = Table.grid(padding=(0, 3, 0, 0), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    if width >= 100:
        table.add_column(no_wrap=True, overflow="ellipsis", max_width=34)
    for line in conversations[:_CONVERSATIONS]:
        where = plain((line.space or line.channel).removeprefix("mailto:").removeprefix("list:"))
        row = [
            Text("  " + day(line.last_on), "quiet"),
            Text(count(line.n_interactions)),
            Text(plain(line.subject) or "(no subject)"),
        ]
        table.add_row(*row, *([Text(where, "quiet")] if width >= 100 else []))
    more = Text(f"  also where only one turned to the other, in 90 days: honeycell list conversations {name}", "quiet")
    return section("Latest conversations in which each turned to the other", table, more)


def _spaces(spaces: Sequence[SpaceLine]) -> list[RenderableType]:
    """Where both talk for all to hear: what is read of a space is read of all who talk there."""
    if not spaces:
        return []
    table = Table.grid(padding=(0, 3, 0, 0))
    for line in spaces:
        talks = some(line.n_conversations, "conversation")
        table.add_row(f"  {talks} in a year", Text(f"honeycell space {plain(line.space)}", "quiet"))
    return section("Spaces both use", table)


def _notes(notes: Sequence[str]) -> list[RenderableType]:
    shown = (Padding(Text(plain(note), "quiet"), (0, 0, 0, 2)) for note in notes)
    return section("To know", *shown) if notes else []


def _next(state: RelationshipState, name: str, width: int) -> list[RenderableType]:
    """The commands that a reader may want next."""
    read = [reading.reading for reading in state.readings if reading.status in ("ok", "not_calibrated")]
    other = state.b.slug if state.b.kind == "organisation" else f"@{state.b.slug}"
    commands = [f"honeycell why {name} {read[-1]}"] if read else []
    commands += [f"honeycell show {other}", "--json for scripts"]
    between = "     " if width >= 100 else "\n  "
    return [Text("  " + between.join(commands), "quiet")]


def lines(state: RelationshipState) -> Iterator[tuple[object, ...]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("relationship", state.a.slug, state.b.slug, state.a.name, state.b.name, state.as_of, state.window_days)
    for sentence in state.lede:
        yield ("lede", sentence)
    for r in (*state.readings, *state.beside):
        yield ("reading", r.reading, r.value, r.unit, r.low, r.high, r.n, r.status, r.n_evidence, r.trend, r.sentence)
        if r.spread:
            over, each, upper = r.spread, r.spread.each, r.spread.upside
            least = over.floor and over.floor.least
            yield ("spread", r.reading, over.p10, over.p50, over.p90, each.p10, each.p50, each.p90, over.n_pairs,
                   over.tau_squared, over.i_squared, least, over.share_below, over.share_below_each)  # fmt: skip
            yield ("upside", r.reading, upper.n_pairs, upper.n_people, upper.sentence)
            for one in upper.contrasts:
                yield (
                    "contrast",
                    r.reading,
                    one.practice,
                    one.upside,
                    one.others,
                    one.low,
                    one.high,
                    one.size,
                    one.unit,
                )
    for p in state.people:
        yield ("person", p.side, p.person.slug, p.person.name, p.share, p.contact_days, p.last_on)
    for c in state.conversations:
        yield (
            "conversation",
            written_id(c.conversation_id),
            c.last_on,
            c.n_interactions,
            c.channel,
            c.space,
            c.subject,
        )
    for kept in state.ledgers:
        yield ("ledger", kept.ledger, kept.side, kept.value, kept.low, kept.high, kept.n, kept.status, kept.n_days_late,
               kept.n_open, kept.n_late, kept.sentence)  # fmt: skip
    yield ("unmeasured", *state.unmeasured)
    if state.trend:
        yield ("trend", state.trend.word, state.trend.likelihood, state.trend.in_words, state.trend.since)
    for change in state.changes:
        ids = (" ".join(written_id(one.interaction_id) for one in seen) for seen in (change.before, change.after))
        yield ("change", change.point.on, change.point.factor, change.point.likelihood, change.sentence, *ids)
    for s in state.spaces:
        yield ("space", s.space, s.n_conversations)
    for note in state.notes:
        yield ("note", note)

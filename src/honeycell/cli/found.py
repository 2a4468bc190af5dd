"""What a search found, drawn for a person: groups with their totals, matches bold, dates on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.text import Text

from honeycell.cli.words import count, day, named, plain, shown_handle
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.search import Excerpt, Found, Message, Obstacle, Promise

__all__ = ["drawn", "lines", "nothing", "table"]

_WIDEST = 110
"""Columns that are used of a wide screen: the date must be seen with what it belongs to."""


def drawn(found: Found, width: int) -> RenderableType:
    """The page of `search`.

    Args:
        found: What was found.
        width: Columns of the terminal.
    """
    width = min(width, _WIDEST)
    parts: list[RenderableType] = []
    for title, group in (("People", found.people), ("Organisations", found.organisations)):
        if group.rows:
            at = "@" if title == "People" else ""
            rows = [Text.assemble("  ", named(one.name), (f"   {at}{one.slug}", "quiet")) for one in group.rows]
            parts += [*_titled(title, group.total, len(rows)), *rows]
    if found.promises.rows:
        parts += _titled("Promises", found.promises.total, len(found.promises.rows), "messages")
        for promise in found.promises.rows:
            parts += _promise(promise, width)
    if found.messages.rows:
        parts += _titled("Messages", found.messages.total, len(found.messages.rows))
        for message in found.messages.rows:
            parts += _message(message, width)
    if found.obstacles:
        parts += [Text(), *_why_not(found.obstacles)]
    if found.messages.rows:
        conversation = written_id(found.messages.rows[0].conversation_id or 0)
        parts.append(
            Text(f"\n  honeycell conversation {conversation}     --limit N for more     --json for scripts", "quiet")
        )
    return Group(*parts, Text())


def nothing(found: Found) -> str | None:
    """That there is no message, and why, for who reads the answer in a file; None where there is one."""
    return "\n".join(line.plain for line in _why_not(found.obstacles)) if found.obstacles else None


def lines(found: Found) -> Iterator[Sequence[object]]:
    """The same for a program: what it is, which, when, of whom, and words."""
    for kind, group in (("person", found.people), ("organisation", found.organisations)):
        yield from ((kind, one.slug, None, None, one.name) for one in group.rows)
    for one in found.promises.rows:
        yield ("promise", written_id(one.interaction_id), one.on, one.owner, one.words.text)
    for one in found.messages.rows:
        yield ("message", written_id(one.interaction_id), one.on, one.address, one.subject.text, one.words.text)


def table(found: Found) -> pa.Table:
    """The messages, one row each."""
    import pyarrow as pa

    rows = [
        {
            "interaction_id": one.interaction_id, "conversation_id": one.conversation_id, "occurred_at": one.at,
            "author": one.author and one.author.slug, "address": one.address, "subject": one.subject.text,
            "words": one.words.text, "space": one.space, "channel": one.channel, "kind": one.kind,
        }
        for one in found.messages.rows
    ]  # fmt: skip
    kinds = {"interaction_id": pa.int64(), "conversation_id": pa.int64(), "occurred_at": pa.timestamp("us")}
    names = ("author", "address", "subject", "words", "space", "channel", "kind")
    return pa.Table.from_pylist(rows, pa.schema([*kinds.items(), *((name, pa.string()) for name in names)]))


def _titled(title: str, total: int, shown: int, of: str = "") -> list[RenderableType]:
    more = f"   {count(shown)} of {count(total)}{' ' + of if of else ''}" if total > shown else ""
    return [Text(), Text.assemble((title, "honey"), (more, "quiet"))]


def _message(one: Message, width: int) -> Iterator[RenderableType]:
    who = named(one.author.name if one.author else shown_handle(one.address or "nobody"))
    where = plain((one.space or one.channel).partition(":")[2] or one.channel)
    yield _row(Text.assemble("  ", (who, "bold"), (f"   {where}", "quiet")), one.on, width)
    if one.subject.text:
        yield _cut(Text.assemble("    ", _marked(one.subject)), width)
    if one.words.text:
        words = _marked(one.words, "quiet")
        yield from (Text.assemble("    ", line) for line in words.wrap(Console(width=width), max(20, width - 4))[:2])


def _promise(one: Promise, width: int) -> Iterator[RenderableType]:
    yield _row(Text.assemble("  ", _marked(one.words)), one.on, width)
    due = f"   due {day(one.due_on)}" if one.due_on else ""
    yield Text(f"    {shown_handle(one.owner or 'somebody')} · {one.outcome}{due}", "quiet")


def _why_not(obstacles: Sequence[Obstacle]) -> list[Text]:
    alone = len(obstacles) == 1
    title = Text("No message fulfils " + ("this" if alone else "all of this"), "honey")
    return [title, *(_obstacle(one, alone=alone) for one in obstacles)]


def _obstacle(one: Obstacle, *, alone: bool) -> Text:
    by_itself = "nothing by itself" if not one.n_alone else f"{count(one.n_alone)} by itself"
    without = "" if alone else f" · {count(one.n_without)} without it" if one.n_without else ""
    return Text.assemble("  ", (plain(one.part), "bold"), (f"   {by_itself}{without}", "quiet"))


def _row(left: Text, on: date | None, width: int) -> Text:
    """A line with a date at its right end."""
    when = day(on)
    left = _cut(left, width - cell_len(when) - 3)
    return Text.assemble(left, " " * max(1, width - left.cell_len - cell_len(when)), (when, "quiet"))


def _cut(line: Text, width: int) -> Text:
    line.truncate(max(1, width), overflow="ellipsis")
    return line


def _marked(words: Excerpt, style: str = "") -> Text:
    """Words with the matches in bold; what a terminal would obey is replaced sign by sign, so that the marks stay."""
    text = Text("".join(plain(sign) or " " for sign in words.text), style)
    for start, end in words.marks:
        text.stylize("bold white", start, end)
    return text

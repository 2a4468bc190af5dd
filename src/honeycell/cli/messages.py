"""One conversation, drawn for a person: who takes part, what is open, and who said what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.charts.words import channels
from honeycell.cli.readings import section
from honeycell.cli.words import count, day, likelihood, named, plain, shown_handle, some
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.tracks import Conversation, Flag, Message

__all__ = ["drawn", "lines", "table"]

_FOLD, _PEOPLE, _OWED, _IDEAS, _TAKES = 8, 6, 6, 6, 4
_ASKED = ("question", "request")
_STATES = {"open": "honey", "late": "risk", "kept": "good"}


def drawn(found: Conversation, width: int, limit: int | None, *, full: bool = False) -> RenderableType:
    """The page of `conversation`.

    Args:
        found: The conversation.
        width: Columns of the terminal.
        limit: Messages to draw, the latest; None for all.
        full: Whole messages; else what is longer than eight lines is folded.
    """
    shown = found.messages if limit is None else found.messages[-limit:]
    left = len(found.messages) - len(shown)
    parts: list[RenderableType] = [Text(), *_head(found), *_people(found), *_open(found), *_ideas(found), Text()]
    if left:
        parts.append(Text(f"  {count(left)} earlier; all with --limit 0\n", "quiet"))
    by_id = {one.interaction_id: one for one in found.messages}
    for one in shown:
        parts += _message(one, by_id, width, full=full)
    return Group(*parts)


def _head(found: Conversation) -> Iterator[Text]:
    yield Text(plain(found.title) or "(no subject)", "bold")
    organisations = {one.organisation for one in found.people if one.organisation}
    facts = [some(len(found.people), "person").replace("persons", "people")]
    facts += [some(len(organisations), "organisation")] if organisations else []
    facts += [some(found.n_messages, "message")] if found.n_messages else []
    facts += [some(found.n_meetings, "meeting")] if found.n_meetings else []
    facts.append(channels(found.channels))
    if found.messages:
        first, last = (found.messages[at].occurred_at for at in (0, -1))
        facts.append(day(first) if first.date() == last.date() else f"{day(first)} to {day(last)}")
    yield Text(" · ".join(facts), "quiet")
    yield Text(written_id(found.conversation_id), "dots")


def _people(found: Conversation) -> list[RenderableType]:
    rows = []
    for one in found.people[:_PEOPLE]:
        of = f", {plain(one.organisation)}" if one.organisation else ""
        rows.append(Text.assemble("  ", named(one.person.name), (of, "quiet"), (f"   {count(one.n)}", "quiet")))
    more = len(found.people) - len(rows)
    return section("Who", *rows, *([Text(f"  and {count(more)} more", "quiet")] if more else [])) if rows else []


def _open(found: Conversation) -> list[RenderableType]:
    """What is owed, the surest first, and whom the last message waits for."""
    owed = sorted((flag for flag in found.flags if flag.state != "kept"), key=lambda flag: -flag.probability)
    rows = [row for flag in owed[:_OWED] for row in _owed(flag)]
    if len(owed) > _OWED:
        rows.append(Text(f"  and {count(len(owed) - _OWED)} more; all with --json", "quiet"))
    waits, said = found.unanswered, {flag.interaction_id for flag in owed if flag.kind in _ASKED}
    if waits and waits.persons and waits.interaction_id not in said:
        names = " and ".join(named(one.name) for one in waits.persons)
        when = f"   asked last, {day(waits.opened_at)}, {count(waits.n_days)} d ago"
        rows.append(Text.assemble("  ", names, (when, "quiet")))
    return section("Open", *rows) if rows else []


def _ideas(found: Conversation) -> list[RenderableType]:
    """What one brought up and others took up, in order."""
    rows = []
    for one in found.ideas[:_IDEAS]:
        stands = "answered" if (one.loop, one.state) == ("question", "kept") else one.state
        state = (f"  {one.loop} {stands}", _STATES[one.state]) if one.state else ""
        takes = [f"{named(take.person.name)}, {day(take.at)}" for take in one.taken[:_TAKES]]
        if len(one.taken) > _TAKES:
            takes.append(f"and {count(len(one.taken) - _TAKES)} more")
        began = f"   {named(one.person.name)}, {day(one.at)}"
        rows.append(Text.assemble("  ", plain(one.phrase), state, (" → ".join([began, *takes]), "quiet")))
    if len(found.ideas) > _IDEAS:
        rows.append(Text(f"  and {count(len(found.ideas) - _IDEAS)} more; all with --json", "quiet"))
    return section("Taken up", *rows) if rows else []


def _owed(flag: Flag) -> Iterator[RenderableType]:
    """What it is, of whom, since when, how sure, and below it the words."""
    owner = ("to " if flag.kind in _ASKED else "of ") + (named(flag.owner.name) if flag.owner else "somebody")
    due = f"due {day(flag.due_on)}" if flag.due_on else f"since {day(flag.opened_at)}"
    sure = "" if flag.probability == 1.0 else f" · {likelihood(flag.probability)}"
    yield Text.assemble(
        "  ", (f"{flag.state:<6}", _STATES[flag.state]), f"{flag.kind} {owner}", (f"   {due}{sure}", "quiet")
    )
    if flag.sentence:
        yield Padding(Text(f"“{plain(flag.sentence)}”"), (0, 0, 0, 8))


def _message(one: Message, by_id: dict[int, Message], width: int, *, full: bool) -> Iterator[RenderableType]:
    of = f", {plain(one.organisation)}" if one.organisation else ""
    above = by_id.get(one.answers_id) if one.answers_id is not None else None
    answers = f"   ↳ {_author(above)}, {day(above.occurred_at)}" if above else ""
    met = f"   {some(one.n_present, 'person').replace('persons', 'people')}" if one.n_present else ""
    met += f", {one.duration_minutes:.0f} min" if one.duration_minutes else ""
    when = f"{day(one.occurred_at)}, {one.occurred_at:%H:%M}"
    yield Text.assemble((_author(one), "bold"), (f"{of}   {when}{met}{answers}", "quiet"))
    words = Text("\n".join(map(_line, one.words.splitlines())))
    if not words.plain and one.n_present:
        return
    if not words.plain:
        said = "no own words" if one.n_characters else "no text"
        yield Text(f"  {said}\n", "quiet")
        return
    room = min(96, max(20, width - 2))
    wrapped = words.wrap(Console(width=room), room)
    kept = wrapped if full or len(wrapped) <= _FOLD + 2 else wrapped[:_FOLD]
    yield Padding(Text("\n").join(kept), (0, 0, 0, 2), expand=False)
    if len(kept) < len(wrapped):
        yield Text(f"  … {count(len(wrapped) - len(kept))} more lines; all with --full", "quiet")
    yield Text()


def _line(line: str) -> str:
    """A line as it may be printed, still indented."""
    return " " * (len(line) - len(line.lstrip())) + plain(line)


def _author(one: Message) -> str:
    return named(one.author.name if one.author else shown_handle(one.author_handle or "nobody"))


def lines(found: Conversation) -> Iterator[Sequence[object]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("conversation", written_id(found.conversation_id), found.n_messages, found.n_meetings,
           list(found.channels), found.space, found.title)  # fmt: skip
    for person in found.people:
        yield ("person", person.person.slug, person.person.name, person.organisation, person.n)
    for flag in found.flags:
        yield ("loop", flag.kind, flag.state, flag.owner and flag.owner.slug, flag.opened_at, flag.due_on,
               flag.probability, flag.sentence)  # fmt: skip
    for idea in found.ideas:
        yield (
            "idea",
            idea.phrase,
            idea.loop,
            idea.state,
            idea.person.slug,
            idea.at,
            [take.person.slug for take in idea.taken],
        )
    for one in found.messages:
        answers = one.answers_id and written_id(one.answers_id)
        yield ("message", written_id(one.interaction_id), one.occurred_at, one.author and one.author.slug, answers,
               one.words)  # fmt: skip


def table(found: Conversation) -> pa.Table:
    """Every message, one row each."""
    import pyarrow as pa

    rows = [
        {
            "interaction_id": one.interaction_id, "occurred_at": one.occurred_at, "kind": one.kind,
            "channel": one.channel, "author": one.author and one.author.slug, "organisation": one.organisation,
            "answers_id": one.answers_id, "words": one.words, "n_characters": one.n_characters,
        }
        for one in found.messages
    ]  # fmt: skip
    kinds = {"interaction_id": pa.int64(), "answers_id": pa.int64(), "n_characters": pa.int64(),
             "occurred_at": pa.timestamp("us")}  # fmt: skip
    names = ("interaction_id", "occurred_at", "kind", "channel", "author", "organisation", "answers_id", "words",
             "n_characters")  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema([(one, kinds.get(one, pa.string())) for one in names]))

"""Ideas, drawn for a person: what was new, who began it, who took it up, and how much it does to have read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.cli.words import count, day, named, plain, some
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.conversations.ideas import Lift
    from honeycell.tracks import Idea, Ideas

__all__ = ["drawn", "lines", "table"]


def drawn(found: Ideas, width: int, limit: int | None) -> RenderableType:
    """The page of `ideas`.

    Args:
        found: What was found.
        width: Columns of the terminal.
        limit: Ideas to draw; None for all.
    """
    shown = found.ideas if limit is None else found.ideas[:limit]
    were = "was" if len(found.ideas) == 1 else "were"
    head = f"{some(len(found.ideas), 'phrase')} that {were} new and went round"
    were = "was" if found.n_messages == 1 else "were"
    read = f"{some(found.n_messages, 'message')} of {some(found.n_people, 'person')} {were} read"
    parts: list[RenderableType] = [Text(), Text(head, "bold"), Text(read, "quiet"), Text()]
    for one in shown:
        parts += [Text(plain(one.phrase), "bold honey"), Padding(_first(one), (0, 0, 0, 4), expand=False)]
        parts.append(Padding(_taken(one), (0, 0, 1, 4), expand=False))
    if len(shown) < len(found.ideas):
        parts.append(Text(f"{count(len(shown))} of {count(len(found.ideas))}; all with --limit 0\n", "quiet"))
    parts += [Text(sentence) for sentence in said(found)]
    return Group(*parts, Text())


def _first(one: Idea) -> Text:
    of = f", {plain(one.organisation)}" if one.organisation else ""
    return Text.assemble(
        "first ",
        named(one.person.name),
        (f"{of}   {day(one.at)}   ", "quiet"),
        (written_id(one.interaction_id)[:8], "dots"),
    )


def _taken(one: Idea) -> Text:
    """How many took it up, how many of them had read it, across what, and how it was passed on."""
    line = f"{count(one.n_adopted)} took it up"
    more = [f"{count(one.n_read)} had read it"]
    if one.n_crossings:
        more.append(f"{count(one.n_crossings)} in another organisation")
    ways = ((one.passed.n_quotations, "quoted"), (one.passed.n_forwards, "forwarded"), (one.passed.n_links, "linked"))
    more += [f"{way} {some(n, 'time')}" for n, way in ways if n]
    return Text.assemble(line, (" · " + " · ".join(more), "quiet"))


def said(found: Ideas) -> Iterator[str]:
    """What the numbers say, in sentences.

    Example:
        >>> from honeycell.conversations.ideas import Lift
        >>> thin = Lift("thin", None, None, None, None, None, None, None, 3, 9, 0, 1)
        >>> from honeycell.tracks import Ideas
        >>> list(said(Ideas(None, None, 40, 6, (), 2, thin, thin)))[0]
        '2 more phrases were used by fewer than three people where many can hear: counted, not shown.'
    """
    if found.scope and "~" in found.scope and ":" not in found.scope:
        yield (
            "These are phrases that three people or more of the two sides use, whoever began them and whoever took "
            "them up; `show` counts only what one side began and somebody of the other took up."
        )
    if found.n_counted_only:
        were = "phrase was" if found.n_counted_only == 1 else "phrases were"
        yield (
            f"{count(found.n_counted_only)} more {were} used by fewer than three people where many can hear: counted, "
            "not shown."
        )
    lift = found.lift
    if lift.value is None:
        phrases = some(lift.n_phrases, "phrase")
        yield f"How much it does to have read a phrase cannot be said from {phrases}: 30 are needed."
        return
    alike = "others who wrote in the same week"
    alike += " for the same organisation" if any(one.organisation for one in found.ideas) else ""
    alike += ", as much and about the same things" if lift.n_parts > 1 else ""
    yield (
        f"Whoever had read a phrase was {_times(lift)} as likely to take it up as {alike} "
        f"({_range(lift.low, lift.high)}; {count(lift.n_phrases)} phrases). "
        f"With readers drawn by lot the same comes to {lift.null:.2f} ({_range(lift.null_low, lift.null_high)})."
    )
    other = found.lift_elsewhere
    if other.value is not None:
        yield (
            f"Without those who took it up in a conversation where it had just been said: {_times(other)} "
            f"({_range(other.low, other.high)})."
        )


def _times(lift: Lift) -> str:
    return f"{lift.value:.1f} times"


def _range(low: float | None, high: float | None) -> str:
    return f"{low:.1f} to {high:.1f}" if high is not None else f"at least {low:.1f}"


def lines(found: Ideas) -> Iterator[Sequence[object]]:
    """The same for a program: rows whose first word says what they are."""
    for one in found.ideas:
        yield ("idea", one.phrase, one.person.slug, one.organisation, one.at, one.n_adopted, one.n_read,
               one.n_organisations, one.n_crossings, one.passed.n_quotations, one.passed.n_forwards,
               one.passed.n_links, written_id(one.interaction_id))  # fmt: skip
    yield ("counted only", found.n_counted_only)
    for name, lift in (("lift", found.lift), ("lift elsewhere", found.lift_elsewhere)):
        yield name, lift.status, lift.value, lift.low, lift.high, lift.null, lift.n_phrases


def table(found: Ideas) -> pa.Table:
    """Every idea, one row each."""
    import pyarrow as pa

    rows = [
        {
            "phrase": one.phrase, "person": one.person.slug, "organisation": one.organisation, "at": one.at,
            "interaction_id": one.interaction_id, "n_uses": one.n_uses, "n_adopted": one.n_adopted,
            "n_read": one.n_read, "n_organisations": one.n_organisations, "n_crossings": one.n_crossings,
            "median_days": one.median_days, "n_forwards": one.passed.n_forwards,
            "n_quotations": one.passed.n_quotations, "n_links": one.passed.n_links,
        }
        for one in found.ideas
    ]  # fmt: skip
    kinds = {"at": pa.timestamp("us"), "median_days": pa.float64(), "interaction_id": pa.int64()}
    names = ("phrase", "person", "organisation", "at", "interaction_id", "n_uses", "n_adopted", "n_read",
             "n_organisations", "n_crossings", "median_days", "n_forwards", "n_quotations", "n_links")  # fmt: skip
    counts = {name: pa.int64() for name in names if name.startswith("n_")}
    schema = pa.schema([(name, (kinds | counts).get(name, pa.string())) for name in names])
    return pa.Table.from_pylist(rows, schema=schema)

"""What is owed, drawn for a person: who owes what to whom, since when, and how late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.cli.words import count, day, named, plain, some

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.conversations.loops.audit import Audit, Share

__all__ = ["drawn", "judged", "standing"]

_OPEN = ("open", "dropped")
_VERBS = {
    "question": "owes {} an answer",
    "request": "is asked by {}",
    "promise": "promised {}",
    "order line": "owes {} the goods",
    "invoice": "owes {} the money",
}


def drawn(rows: pa.Table, known: Audit, limit: int | None) -> RenderableType:
    """The page of `list loops`.

    Args:
        rows: What is owed, the most pressing first.
        known: How far the detection is audited.
        limit: Rows to draw; None for all.
    """
    if not rows.num_rows:
        return Text("nothing is owed here", "good")
    every = rows.to_pylist()
    still = [row for row in every if row["state"] in _OPEN]
    late = [row for row in still if row["n_days_late"]]
    head = f"{count(len(still))} open"
    head += f", {count(len(late))} past their day" if late else ""
    head += f"; {count(len(every) - len(still))} closed" if len(every) > len(still) else ""
    shown = every if limit is None else every[:limit]
    parts: list[RenderableType] = [Text(), Text(head, "bold"), Text()]
    for row in shown:
        parts += [_line(row), Padding(Text.assemble(*_facts(row)), (0, 0, 0, 4))]
        parts.append(Padding(Text(_quoted(row)), (0, 0, 1, 4)))
    if len(shown) < len(every):
        parts.append(Text(f"{count(len(shown))} of {count(len(every))}; all with --limit 0", "quiet"))
    if any(row["source"] == "text" for row in shown):
        parts.append(Text(standing(known), "quiet"))
    return Group(*parts)


def standing(known: Audit) -> str:
    """How far what texts say may be relied on, in one sentence.

    Example:
        >>> from honeycell.conversations.loops.audit import Audit, Share
        >>> standing(Audit(200, 0, Share(0, 0, 0, None, 0.0, 1.0), {}, False)).partition(";")[0]
        'Found in texts by their words, and not audited here'
    """
    if not known.n_judged:
        said = "Found in texts by their words, and not audited here"
    else:
        said = f"Found in texts by their words: {precise(known.all)}"
        if known.n_judged < known.n_sample:
            said += f", {count(known.n_sample - known.n_judged)} of the sample to go"
    said += "; Follow-through counts none of them"
    return said + (": honeycell loops audit" if known.n_judged < known.n_sample else ".")


def precise(share: Share) -> str:
    """A precision with its interval, in words."""
    if share.precision is None:
        return "none judged"
    n = share.n_right + share.n_wrong
    unsure = f", {count(share.n_unsure)} unsure" if share.n_unsure else ""
    percent = f"{share.precision:.0%} ({share.low:.0%} to {share.high:.0%})".replace("%", " %")
    return f"{percent} of {count(n)} judged are right{unsure}"


def judged(known: Audit) -> Iterator[str]:
    """What the audit says so far, one sentence a line."""
    yield f"{count(known.n_judged)} of {some(known.n_sample, 'loop')} judged."
    if known.n_judged:
        yield f"All: {precise(known.all)}."
        for name, share in known.by_type.items():
            if share.precision is not None:
                yield f"{name.capitalize()}s: {precise(share)}."
    yield "That is enough." if known.passed else "It takes 80 %, with the whole sample judged."
    yield "Follow-through counts none of these: nobody judged how they were closed, and a share kept would be too low."


def _line(row: Mapping[str, Any]) -> Text:
    """Who owes what to whom."""
    owner = named(row["owner"]) if row["owner"] else "somebody"
    to = named(row["counterpart"]) if row["counterpart"] else "everybody"
    verb = _VERBS.get(row["type"], "owes {}").format("\0").split("\0")
    return Text.assemble((owner, "bold ours"), f" {verb[0]}", (to, "bold theirs"), verb[1])


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Since when, until when, what came of it, and how sure it is there."""
    state, late = row["state"], row["n_days_late"]
    yield row["type"], "quiet"
    yield (f" · {_since(row)}", "quiet")
    if row["due_on"]:
        yield f" · due {day(row['due_on'])}", "quiet"
    if late:
        yield f" · {some(late, 'day')} late", "risk"
    if state == "dropped":
        yield f" · {named(row['counterpart'])} was left out since", "risk"
    elif state not in _OPEN:
        yield f" · {state}" + (f" {day(row['closed_on'])}" if row["closed_on"] else ""), "good"
    if row["source"] == "text":
        yield f" · likely ({row['probability']:.0%})".replace("%", " %"), "quiet"


def _since(row: Mapping[str, Any]) -> str:
    return f"since {day(row['opened_on'])}" if row["opened_on"] else "of no known day"


def _quoted(row: Mapping[str, Any]) -> str:
    words = plain(row["words"] or "")
    return f"“{words}”" if row["source"] == "text" else words

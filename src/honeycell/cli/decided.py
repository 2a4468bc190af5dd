"""What a decision says and what it changed, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from honeycell.cli.words import day, named, plain, share, shown_handle, some
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import RenderableType

    from honeycell.cell import Decided
    from honeycell.conversations import Grouped
    from honeycell.decisions import Decision
    from honeycell.readings import Holder

__all__ = ["data", "drawn", "lines", "sentences", "table", "worded"]

_NAMED = 6
"""Addresses of a person that a sentence names."""
_WORDS = {
    "same_person": "{handle_a} and {handle_b} are one person",
    "not_same_person": "{handle_a} and {handle_b} are two persons",
    "split": "{handle} stands alone",
    "same_organisation": "{organisation_a} belongs to {organisation_b} ({role})",
    "not_same_organisation": "{organisation_a} and {organisation_b} are two organisations",
    "affiliation": "{handle} belongs to {organisation}",
    "part_of": "{interaction_a} is part of the conversation of {interaction_b}",
    "not_part_of": "{interaction} is not part of its conversation",
    "judged_loop": "the {type} at character {starts} of {interaction}: {verdict}",
    "priorities": "{organisation} means to give {shares}",
    "floors": "no pair is meant to lie under {least} in {reading}",
    "join_with": "the conversations of {interaction_a} and {interaction_b} are one",
}


def worded(kind: str, what: Mapping[str, str | date | None], undoes: int | None = None) -> str:
    """A decision as a sentence without its end.

    Example:
        >>> worded("split", {"handle": "mailto:ana@example.com"}), worded("undo", {}, 3)
        ('ana@example.com stands alone', 'decision 3 is taken back')
        >>> worded("affiliation", {"handle": "slack:T1/U2", "organisation": "Aster", "from_on": date(2026, 10, 5)})
        'slack:T1/U2 belongs to Aster from 5 Oct 2026'
    """
    if undoes is not None:
        return f"decision {undoes} is taken back"
    values = {name: shown_handle(value) if isinstance(value, str) else value for name, value in what.items()}
    if "shares" in what:
        values["shares"] = _shares(str(what["shares"]))
    begin, end = (what.get(name) for name in ("from_on", "to_on"))
    span = "".join(
        f" {word} {day(on)}" for word, on in (("from", begin), ("to", end)) if isinstance(on, date)
    )  # fmt: skip
    return _WORDS[kind].format(**values) + span


def _shares(written: str) -> str:
    """Shares in words, the largest first."""
    order = sorted(json.loads(written).items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{share(part)} to {plain(name)}" for name, part in order)


def sentences(done: Decided) -> list[str]:
    """What changed, and how to take it back."""
    said = [_has(holder, "now ") for holder in _changed(done)]
    said += [_holds(one, "now ") for one in _regrouped(done)]
    if not said and (done.after or done.conversations_after):
        as_before = [_has(holder, "") for holder in done.after]
        said = ["Nothing changes: " + "; ".join([*as_before, *(_holds(one, "") for one in done.conversations_after)])]
    if not said:
        tables = some(len(done.refreshed.tables), "table")
        said = [f"Decision {done.decision_id} is kept; {tables} changed"]
    return [*(f"{sentence}." for sentence in said), f"Undo it with: {_undo(done)}"]


def lines(done: Decided) -> Iterator[Sequence[str]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("decision", str(done.decision_id))
    changed = _changed(done)
    for holder in done.after:
        yield (
            "changed" if holder in changed else "as before",
            holder.person.slug,
            plain(holder.person.name),
            " ".join(holder.handles),
        )
    regrouped = _regrouped(done)
    for one in done.conversations_after:
        word = "changed" if one in regrouped else "as before"
        yield (word, written_id(one.conversation_id), plain(one.subject), str(one.n_interactions))
    yield ("undo", _undo(done))


def data(done: Decided) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "decision_id": done.decision_id,
        "changed": bool(_changed(done) or _regrouped(done)),
        "before": done.before,
        "after": done.after,
        "conversations_before": done.conversations_before,
        "conversations_after": done.conversations_after,
        "tables": done.refreshed.tables,
        "undo": _undo(done),
    }


def table(made: Sequence[Decision]) -> pa.Table:
    """Decisions as rows: `decision_id decided_at decided_by decision why undone_by`."""
    import pyarrow as pa

    return pa.table(
        {
            "decision_id": pa.array([one.decision_id for one in made], pa.int64()),
            "decided_at": pa.array([one.decided_at for one in made], pa.timestamp("us")),
            "decided_by": pa.array([one.decided_by for one in made], pa.string()),
            "decision": pa.array([worded(one.kind, one.what, one.undoes) for one in made], pa.string()),
            "why": pa.array([one.why for one in made], pa.string()),
            "undone_by": pa.array([one.undone_by for one in made], pa.int64()),
        }
    )


def drawn(made: pa.Table) -> RenderableType:
    """The page of `people history`."""
    from rich.console import Group
    from rich.text import Text

    if not made.num_rows:
        return Text("nothing was decided yet", "quiet")
    parts = []
    for row in made.to_pylist():
        gone = row["undone_by"] is not None
        parts.append(
            Text.assemble(
                (f"{row['decision_id']:>5}  ", "bold"), (plain(row["decision"]), "quiet" if gone else ""),
                (f"   taken back by {row['undone_by']}" if gone else "", "quiet"),
            )
        )  # fmt: skip
        why = f": {plain(row['why'])}" if row["why"] else ""
        parts.append(Text(f"       {day(row['decided_at'])}, {plain(row['decided_by'])}{why}", "quiet"))
    return Group(*parts)


def _changed(done: Decided) -> list[Holder]:
    """Those who hold other handles than anybody did before."""
    before = {holder.handles for holder in done.before}
    return [holder for holder in done.after if holder.handles not in before]


def _has(holder: Holder, now: str) -> str:
    shown = ", ".join(shown_handle(handle) for handle in holder.handles[:_NAMED])
    more = f" and {len(holder.handles) - _NAMED} more" if len(holder.handles) > _NAMED else ""
    return f"{named(holder.person.name)} {now}has {some(len(holder.handles), 'address')}: {shown}{more}"


def _regrouped(done: Decided) -> list[Grouped]:
    """Conversations that were others before, or as large as no such one was."""
    return [one for one in done.conversations_after if one not in done.conversations_before]


def _holds(one: Grouped, now: str) -> str:
    return f"“{plain(one.subject) or '(no subject)'}” {now}has {some(one.n_interactions, 'message')}"


def _undo(done: Decided) -> str:
    group = "conversations" if done.conversations_after else "people" if done.after else done.group
    return f"honeycell {group} undo {done.decision_id}"

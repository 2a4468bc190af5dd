"""The queue of pairs that wait for an answer, drawn for a person."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.cli.words import count, day, likelihood, named, number, plain, shown_handle, some

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["commands", "drawn"]


def drawn(queue: pa.Table, limit: int | None) -> RenderableType:
    """The page of `people queue`: both sides of each pair, the evidence, and what to type."""
    if not queue.num_rows:
        return Text("nothing waits for an answer", "good")
    rows = queue.slice(0, limit).to_pylist()
    parts: list[RenderableType] = [Text()]
    for at, row in enumerate(rows, 1):
        sides = [(named(row[f"{side}_name"]), f"bold {style}") for side, style in (("a", "ours"), ("b", "theirs"))]
        sure = f"   one person: {likelihood(row['probability'])}"
        parts.append(Text.assemble((f"{at:>3}  ", "honey"), sides[0], "  ?  ", sides[1], (sure, "quiet")))
        parts += [_side(row, "a"), _side(row, "b")]
        against = f"; against it: {plain(row['against'])}" if row["against"] else ""
        parts.append(Padding(Text(plain(row["reason"]) + against), (0, 0, 0, 5)))
        weight = number(row["weight"], "messages")
        stake = f"a wrong answer moves the attention of {weight} message" + "s" * (weight != "1")
        parts.append(Padding(Text(stake, "quiet"), (0, 0, 0, 5)))
        parts += [
            *commands(row["a_handle"], row["b_handle"], 5),
            Text(),
        ]
    if len(rows) < queue.num_rows:
        parts.append(Text(f"{count(len(rows))} of {count(queue.num_rows)}; all with --limit 0", "quiet"))
    return Group(*parts)


def commands(a: str, b: str, indent: int) -> list[RenderableType]:
    """What to type when two handles are one person's, and when they are not."""
    pair = " ".join(shlex.quote(_typed(handle)) for handle in (a, b))
    return [
        Padding(Text(f"{means:<5}honeycell people {verb} {pair}", "quiet", overflow="fold"), (0, 0, 0, indent))
        for means, verb in (("yes", "merge"), ("no", "apart"))
    ]


def _typed(handle: str) -> str:
    """A handle as an argument, never to be taken for an option."""
    return plain(handle) if shown_handle(handle).startswith("-") else shown_handle(handle)


def _side(row: Mapping[str, Any], side: str) -> RenderableType:
    handles = row[f"{side}_handles"]
    more = f" and {len(handles) - 1} more" if len(handles) > 1 else ""
    facts = [
        ", ".join(named(name) for name in row[f"{side}_organisations"] or ()) or "no organisation",
        f"{day(row[f'{side}_first_on'])} to {day(row[f'{side}_last_on'])}" if row[f"{side}_first_on"] else "never seen",
        f"{some(row[f'{side}_n_sent'] or 0, 'message')} sent",
    ]
    return Padding(
        Text.assemble(shown_handle(row[f"{side}_handle"]) + more, ("   " + " · ".join(facts), "quiet")), (0, 0, 0, 5)
    )

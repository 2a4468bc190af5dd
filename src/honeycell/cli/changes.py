"""`honeycell list changes`: what changed of late between organisations, with what happened on either side of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.text import Text

from honeycell.cli.relationship import NOT_CALIBRATED, badge, told
from honeycell.cli.words import plain, some
from honeycell.ids import written_id

if TYPE_CHECKING:
    from honeycell.readings import Watched

__all__ = ["drawn", "table"]


def drawn(found: Sequence[Watched], n_watched: int, window_days: int) -> RenderableType:
    """One change under the other; and of how many relationships they are."""
    parts: list[RenderableType] = []
    for one in found:
        names = f"  {plain(one.a.name)} ↔ {plain(one.b.name)}"
        parts += [
            Text.assemble(badge(one.a, "ours"), badge(one.b, "theirs"), (names, "bold")),
            *told(one.change),
            Text(),
        ]
    said = f"{some(n_watched, 'relationship')} {'was' if n_watched == 1 else 'were'} watched for {window_days} days"
    more = (
        "at most one change for 50 relationships and quarter is told, first what there is most to lose by not knowing"
    )
    parts.append(Text(f"{said}; {more}." if found else f"Nothing to tell: {said}.", "quiet"))
    if any(one.change.point.status == "not_calibrated" for one in found):
        parts.append(Text(NOT_CALIBRATED, "quiet"))
    return Group(*parts)


def table(found: Sequence[Watched]) -> pa.Table:
    """One row for each change: `a b a_name b_name on noticed_on factor likelihood in_words sentence before after`."""
    rows = []
    for one in found:
        point = one.change.point
        ids = ([written_id(seen.interaction_id) for seen in side] for side in (one.change.before, one.change.after))
        rows.append([one.a.slug, one.b.slug, one.a.name, one.b.name, point.on, point.noticed_on, point.factor,
                     point.likelihood, point.in_words, one.change.sentence, *ids])  # fmt: skip
    return pa.Table.from_pylist([dict(zip(_SCHEMA.names, row, strict=True)) for row in rows], schema=_SCHEMA)


_SCHEMA = pa.schema([
    ("a", pa.string()), ("b", pa.string()), ("a_name", pa.string()), ("b_name", pa.string()), ("on", pa.date32()),
    ("noticed_on", pa.date32()), ("factor", pa.float64()), ("likelihood", pa.float64()), ("in_words", pa.string()),
    ("sentence", pa.string()), ("before", pa.list_(pa.string())), ("after", pa.list_(pa.string())),
])  # fmt: skip

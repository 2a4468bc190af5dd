"""A table of the model, drawn for a person: the columns that fit, or stacked where the screen is narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from honeycell.cli.answers import Answer
from honeycell.cli.words import count, day, plain, share
from honeycell.ids import is_id, with_written_ids, written_id

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["answer", "drawn", "lines", "numbered", "paired", "said"]

_FRACTIONS = ("vitality", "responsiveness", "reciprocity", "follow_through", "repetition", "probability", "confidence")
_WIDEST = 44
"""Columns that one cell may take before it is cut."""


def answer(as_of: date | None, table: pa.Table, picture: Callable[[Console], RenderableType]) -> Answer:
    """A table as an answer: all of it for a program, and its picture for a terminal."""
    return Answer(as_of, table.to_pylist, lambda: table, lambda: lines(table), picture)


def drawn(table: pa.Table, width: int, limit: int | None, more: str = "") -> RenderableType:
    """The first `limit` rows, and how many there are in all.

    Args:
        table: What to draw; columns that hold ids are left out where there is a name.
        width: Columns of the terminal: what does not fit falls away from the right, below 70 it is stacked.
        limit: Rows to draw; None for all.
        more: What to call to see the rest.
    """
    names = _columns(table.schema.names)
    part = table if limit is None else table.slice(0, limit)
    rows = [[said(name, value) for name, value in zip(names, row, strict=True)] for row in _rows(part, names)]
    if not rows:
        return Text("none yet", "quiet")
    body = _stacked(names, rows) if width < 70 else _grid(names, rows, width, _numeric(table, names))
    if limit is None or table.num_rows <= limit:
        return body
    return Group(body, Text(f"\n{count(limit)} of {count(table.num_rows)}{more}", "quiet"))


def lines(table: pa.Table) -> Iterator[Sequence[object]]:
    """The whole table for a program: a header and every row."""
    yield table.schema.names
    yield from _rows(with_written_ids(table), table.schema.names)


def paired(table: pa.Table) -> pa.Table:
    """The list of relationships as a person wants it: the two sides as they are typed, and no name twice.

    Readings have a direction: Responsiveness is how the second answers the first, Reciprocity what the first gave.
    """
    import pyarrow.compute as pc

    typed = pc.binary_join_element_wise(table["a"], table["b"], "~")
    rest = table.drop_columns([name for name in ("a", "b", "a_name", "b_name") if name in table.schema.names])
    return rest.add_column(0, "relationship, seen from the first", typed)


def numbered(table: pa.Table) -> pa.Table:
    """The list of conversations as a person wants it: first the id to show one by, and last what is long."""
    from honeycell.ids import written_ids

    rest = ("subject", "n_interactions", "n_authors", "last_on", "channel", "space", "first_on")
    return table.select(rest).add_column(0, "id", written_ids(table["conversation_id"]))


def said(name: str, value: Any) -> str:
    """A value as a person reads it, by the name of its column.

    Example:
        >>> said("share_covered", 0.5), said("n_people", 1200), said("last_on", date(2026, 10, 5))
        ('50 %', '1,200', '5 Oct 2026')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return f"{day(value)}, {value:%H:%M}" if name in ("started_at", "ended_at") else day(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, float):
        if name in _FRACTIONS or name.startswith("share"):
            return share(value)
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"
    if isinstance(value, int):
        return written_id(value) if is_id(name) else str(value) if name.endswith("_id") else count(value)
    if isinstance(value, list | tuple):
        return ", ".join(said(name, one) for one in value)
    return plain(value)


def _rows(table: pa.Table, names: Sequence[str]) -> Iterator[Sequence[object]]:
    for batch in table.select(list(names)).to_batches(max_chunksize=4096):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True)


def _columns(names: Sequence[str]) -> list[str]:
    """Without the ids that a person has no use for."""
    if not {"slug", "name", "subject"} & {part for name in names for part in (name, name.split("_")[-1])}:
        return list(names)
    return [name for name in names if not name.endswith("_id")] or list(names)


def _numeric(table: pa.Table, names: Sequence[str]) -> list[bool]:
    import pyarrow as pa

    types = [table.schema.field(name).type for name in names]
    return [pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in types]


def _title(name: str) -> str:
    for before in ("n_", "share_"):
        name = name.removeprefix(before)
    return name.removesuffix("_on").removesuffix("_at").replace("_", " ")


def _grid(names: Sequence[str], rows: Sequence[Sequence[str]], width: int, numeric: Sequence[bool]) -> Table:
    widest = [
        min(_WIDEST, max(cell_len(_title(name)), *(cell_len(row[at]) for row in rows))) for at, name in enumerate(names)
    ]
    kept = len(names)
    while kept > 1 and sum(widest[:kept]) + 3 * (kept - 1) > width:
        kept -= 1
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="quiet", show_edge=False)
    for at in range(kept):
        table.add_column(
            _title(names[at]),
            justify="right" if numeric[at] else "left",
            style="bold" if at == 0 and not numeric[0] else "",
            no_wrap=True,
            overflow="ellipsis",
            max_width=_WIDEST,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row[:kept]))
    return table


def _stacked(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Group:
    parts: list[Text] = []
    for row in rows:
        parts.append(Text(row[0], "bold"))
        said_rows = [(name, cell) for name, cell in zip(names[1:], row[1:], strict=True) if cell]
        parts.append(Text("  " + " · ".join(f"{_title(name)} {cell}" for name, cell in said_rows), "quiet"))
    return Group(*parts)

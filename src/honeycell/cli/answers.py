"""One answer in five shapes: JSON, CSV, Parquet, tab-separated lines, or a picture on a terminal."""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from honeycell.cli.words import escaped, plain, some, written
from honeycell.errors import HoneycellError, NotAllowedError, UsageError
from honeycell.ids import is_id, with_written_ids, written_id

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console, RenderableType

    from honeycell.cli.options import Call

__all__ = ["Answer", "as_json", "give", "note", "write_csv", "write_json", "write_parquet"]


@dataclass(frozen=True)
class Answer:
    """What a command found out; each shape is made only when it is asked for."""

    as_of: date | None
    """The day as of which it holds; None while the cell is empty."""
    data: Callable[[], Any]
    """For JSON."""
    table: Callable[[], pa.Table]
    """For CSV and Parquet."""
    lines: Callable[[], Iterable[Sequence[object]]]
    """For a pipe."""
    picture: Callable[[Console], RenderableType]
    """For a terminal."""


def give(call: Call, answer: Answer) -> None:
    """Write the answer to stdout in the shape that was asked for.

    Raises:
        UsageError: More than one shape was asked for (`wrong-use`).
        NotAllowedError: The file cannot be written (`file-not-writable`).
    """
    if call.json + call.csv + (call.parquet is not None) > 1:
        raise UsageError("wrong-use", "more than one shape was asked for", "", "choose --json, --csv or --parquet FILE")
    if call.json:
        write_json(answer.as_of, answer.data())
    elif call.csv:
        _csv(with_written_ids(answer.table()))
    elif call.parquet:
        table = with_written_ids(answer.table())
        write_parquet(table, call.parquet)
        note(call, f"{some(table.num_rows, 'row')} in {call.parquet}")
    else:
        _shown(answer)


def _shown(answer: Answer) -> None:
    from honeycell.cli.terminal import screen

    console = screen()
    if console.is_terminal:
        console.print(answer.picture(console))
        return
    for line in answer.lines():
        sys.stdout.write("\t".join(map(written, line)) + "\n")


def _csv(table: pa.Table) -> None:
    """To a program as it is; to a terminal without what that would obey."""
    if not sys.stdout.isatty():
        write_csv(table, sys.stdout.buffer)
        return
    page = io.BytesIO()
    write_csv(table, page)
    for line in page.getvalue().decode().splitlines():
        sys.stdout.write(plain(line) + "\n")


def note(call: Call, words: str) -> None:
    """Say something beside the result, on stderr; nothing under -q."""
    if not call.quiet:
        print(words, file=sys.stderr)  # noqa: T201


def as_json(value: Any) -> Any:
    """Plain values for JSON: dataclasses as objects, dates as ISO, instants with Z, numbers that are none as null.

    Example:
        >>> as_json({"on": date(2026, 10, 5), "value": float("nan")})
        {'on': '2026-10-05', 'value': None}
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat() + ("Z" if value.tzinfo is None else "")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _named(name, one) for name, one in value.items()}
    if isinstance(value, Iterable):
        return [as_json(one) for one in value]
    if is_dataclass(value):
        return {field.name: _named(field.name, getattr(value, field.name)) for field in fields(value)}
    return str(value)


def _named(name: str, value: Any) -> Any:
    return written_id(value) if isinstance(value, int) and is_id(name) else as_json(value)


def write_json(as_of: date | None, data: Any) -> None:
    """The one shape of every answer: `{"as_of": …, "data": …, "next": null}`; only a limit that was given cuts it."""
    answer = {"as_of": as_json(as_of), "data": as_json(data), "next": None}
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(escaped(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=indent)) + "\n")


def write_csv(table: pa.Table | pa.RecordBatchReader, file: Any) -> int:
    """Write rows as CSV with a header; lists are joined by a space. Returns how many rows."""
    import pyarrow as pa
    import pyarrow.csv

    def flat(part: Any) -> Any:
        for at, field in enumerate(part.schema):
            if pa.types.is_list(field.type):
                joined = pa.array([None if one is None else " ".join(map(str, one)) for one in part[at].to_pylist()])
                part = part.set_column(at, field.name, joined.cast(pa.string()))
        return part

    names = [pa.field(f.name, pa.string() if pa.types.is_list(f.type) else f.type) for f in table.schema]
    n_rows = 0
    with pyarrow.csv.CSVWriter(file, pa.schema(names)) as writer:
        for batch in table.to_batches() if isinstance(table, pa.Table) else table:
            writer.write(flat(batch))
            n_rows += batch.num_rows
    return n_rows


def write_parquet(table: pa.Table | pa.RecordBatchReader, path: Path) -> int:
    """Write rows as a Parquet file. Returns how many rows.

    Raises:
        NotAllowedError: The file cannot be written (`file-not-writable`).
    """
    import pyarrow as pa
    import pyarrow.parquet

    n_rows = 0
    try:
        with pyarrow.parquet.ParquetWriter(path, table.schema, compression="zstd") as writer:
            for batch in table.to_batches() if isinstance(table, pa.Table) else table:
                writer.write_batch(batch)
                n_rows += batch.num_rows
    except OSError as error:
        raise unwritable(path, error) from error
    return n_rows


def unwritable(path: Path, error: OSError) -> HoneycellError:
    """The error for a result that cannot be put where it was asked to go."""
    reason = (error.strerror or str(error)).lower()
    return NotAllowedError("file-not-writable", f"the file cannot be written: {reason}", str(path), "name another file")

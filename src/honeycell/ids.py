"""Ids: 63 bits of sha256 as an integer inside, 16 hexadecimal digits wherever a person or a program outside meets them.

Integers, because a refresh looks for a few thousand ids in columns of millions: a column of them is read five times
as fast as one of texts. Two of ten million share an id with a chance of five in a million.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

    _Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)

__all__ = ["id_of", "ids_beginning", "is_id", "with_written_ids", "written_id", "written_ids"]

_COUNTED = ("import_id", "decision_id")
"""Ids that are counted, not made of a text: 1, 2, 3, ..."""


def id_of(text: str) -> int:
    """The id made of a text: the first 63 bits of its sha256, the same that `honeycell.engine.id_of` gives a column.

    Example:
        >>> id_of("1@example.com") == id_of("1@example.com") < 2**63
        True
    """
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1


def is_id(name: str) -> bool:
    """Whether the column or field of this name holds an id that is shown in hexadecimal digits.

    Example:
        >>> is_id("from_person_id"), is_id("import_id"), is_id("n_days")
        (True, False, False)
    """
    return (name == "id" or name.endswith("_id")) and name not in _COUNTED


def ids_beginning(digits: str) -> tuple[int, int] | None:
    """The least and the greatest id that begin with these digits; None where there are fewer than six, or other signs.

    Example:
        >>> ids_beginning("0000000000000f") == (0xF00, 0xFFF), ids_beginning("0a1b2"), ids_beginning("minutes")
        (True, None, None)
    """
    if not re.fullmatch("(?i)[0-7][0-9a-f]{5,15}", digits):
        return None
    low, high = (int(digits.ljust(16, digit), 16) for digit in "0f")
    return low, high


def written_id(number: int) -> str:
    """An id as it is shown.

    Example:
        >>> written_id(255)
        '00000000000000ff'
    """
    return f"{number:016x}"


def written_ids(numbers: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column of ids as they are shown; nulls stay.

    Example:
        >>> import pyarrow as pa
        >>> written_ids(pa.array([255, None])).to_pylist()
        ['00000000000000ff', None]
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    held = numbers.combine_chunks() if isinstance(numbers, pa.ChunkedArray) else numbers
    whole = np.frombuffer(pc.fill_null(held, 0).buffers()[1], np.int64)[held.offset : held.offset + len(held)]
    digits = whole.astype(">i8").tobytes().hex().encode()
    shown = pa.Array.from_buffers(pa.binary(16), len(held), [None, pa.py_buffer(digits)]).cast(pa.string())
    return pc.if_else(held.is_valid(), shown, pa.scalar(None, pa.string()))


def with_written_ids(part: _Rows) -> _Rows:
    """A table or record batch with its ids as they are shown."""
    import pyarrow as pa

    for at, field in enumerate(part.schema):
        if is_id(field.name) and field.type == pa.int64():
            part = part.set_column(at, pa.field(field.name, pa.string()), written_ids(part.column(at)))
    return part

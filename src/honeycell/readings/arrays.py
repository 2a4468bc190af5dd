"""Columns in memory, and days as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Ints", "column", "day_number", "floats", "ints", "numbered", "numbered_ids", "texts"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def column(values: NDArray[np.signedinteger]) -> pa.Array:
    """Whole numbers as an Arrow array, unlike `pa.array` without loading pandas: half of a first answer's time.

    Example:
        >>> column(np.array([1, 2])).to_pylist()
        [1, 2]
    """
    held = np.ascontiguousarray(values)
    kind = {1: pa.int8(), 2: pa.int16(), 4: pa.int32(), 8: pa.int64()}[held.itemsize]
    return pa.Array.from_buffers(kind, len(held), [None, pa.py_buffer(held)])


def ints(values: pa.ChunkedArray | pa.Array) -> Ints:
    """A column of whole numbers, dates (days) or instants (microseconds), without nulls; no pandas either.

    Example:
        >>> ints(column(np.array([1, 2], np.int8)))
        array([1, 2])
    """
    return _plain(values).astype(np.int64)


def floats(values: pa.ChunkedArray | pa.Array) -> Floats:
    """A column of numbers without nulls."""
    return _plain(values).astype(np.float64)


def _plain(values: pa.ChunkedArray | pa.Array) -> NDArray[np.generic]:
    chunks = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    kind = _KINDS[str(values.type)]
    parts = [np.frombuffer(c.buffers()[1], kind)[c.offset : c.offset + len(c)] for c in chunks if len(c)]
    return np.concatenate(parts) if parts else np.zeros(0, kind)


_KINDS: dict[str, type[np.generic]] = {
    "int8": np.int8, "int16": np.int16, "int32": np.int32, "int64": np.int64, "uint64": np.uint64,
    "date32[day]": np.int32, "timestamp[us]": np.int64, "double": np.float64,
}  # fmt: skip


def texts(values: Sequence[str]) -> pa.Array:
    """Texts as an Arrow array, as `column` does.

    Example:
        >>> texts(["ana", "bö"]).to_pylist()
        ['ana', 'bö']
    """
    encoded = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Example:
        >>> day_number(date(1970, 1, 2))
        1
    """
    return day.toordinal() - 719_163


def numbered_ids(*given: pa.ChunkedArray) -> tuple[Ints, list[Ints]]:
    """The sorted different ids of some columns, and each column as places in them.

    Example:
        >>> numbered_ids(pa.chunked_array([[7, 5]]), pa.chunked_array([[7]]))
        (array([5, 7]), [array([1, 0]), array([1])])
    """
    ids, places = np.unique(np.concatenate([ints(one) for one in given]), return_inverse=True)
    return ids, np.split(places.astype(np.int64), np.cumsum([len(one) for one in given])[:-1])


def numbered(*given: pa.ChunkedArray) -> tuple[tuple[str, ...], list[Ints]]:
    """The sorted different texts of some columns, and each column as places in them.

    Example:
        >>> names, (one, other) = numbered(pa.chunked_array([texts(["bo", "ana"])]), pa.chunked_array([texts(["bo"])]))
        >>> names, one, other
        (('ana', 'bo'), array([1, 0]), array([1]))
    """
    chunks = [chunk for texts_of in given for chunk in texts_of.chunks]
    encoded = pa.concat_arrays(chunks or [texts([])]).dictionary_encode()
    order = ints(pc.sort_indices(encoded.dictionary))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    codes = place[ints(encoded.indices)] if len(encoded) else np.zeros(0, np.int64)
    ends = np.cumsum([len(texts_of) for texts_of in given])[:-1]
    return tuple(encoded.dictionary.take(column(order)).to_pylist()), np.split(codes, ends)

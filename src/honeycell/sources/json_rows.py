"""Rows of a JSON array, one after the other, from a file of any size."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from honeycell.errors import SourceError
from honeycell.sources.charsets import without_surrogates

__all__ = ["Row", "json_array", "json_lines"]

CHUNK = 2**20
LARGEST_ROW = 64 * 2**20
"""Characters of one row; more than this is no row but damage."""

_GAP = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Row:
    """One row and the text it was written as."""

    number: int
    """1, 2, 3, ... in the file."""
    value: Any
    text: str

    @property
    def content_hash(self) -> str:
        """32 hex digits of sha256 over the bytes of the row."""
        import hashlib

        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def json_array(stream: IO[bytes], where: str, key: str = "") -> Iterator[Row]:
    """The rows of a JSON array, or of the array that is the value of a key of a JSON object.

    Args:
        stream: The file, open at its start.
        where: Its name, for errors.
        key: Name of the array; empty where the array is the whole file.

    Yields:
        Each row. A file without the key has none.

    Raises:
        SourceError: The file ends in the middle or is no JSON (`corrupt-file`); what came before was yielded.

    Example:
        >>> import io
        >>> [row.value for row in json_array(io.BytesIO(b'{"a": [], "rows": [{"n": 1}, {"n": 2}]}'), "x.json", "rows")]
        [{'n': 1}, {'n': 2}]
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    opening = re.compile(rf'(?<!\\)"{re.escape(key)}"\s*:\s*\[' if key else r"\s*\[")
    text, ended = "", False
    while True:
        found = opening.search(text) if key else opening.match(text)
        if found:
            break
        if ended:
            if key or not text.strip():
                return
            raise _damaged(where, "it does not begin as a list", 0)
        data = stream.read(CHUNK)
        ended = not data
        text = (text[-len(key) - 64 :] if key else text) + decoder.decode(data, final=ended)
    position, number, decode = found.end(), 0, json.JSONDecoder().raw_decode
    while True:
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
        if text.startswith("]", position):
            return
        try:
            if position >= len(text):
                raise ValueError("the file ends in the middle of a list")
            value, end = decode(text, position)
            # A number at the end of a chunk may go on in the next.
            if end >= len(text) and not ended:
                raise ValueError
        except (ValueError, RecursionError) as error:
            if ended or isinstance(error, RecursionError) or len(text) - position > LARGEST_ROW:
                raise _damaged(where, str(error), number) from error
            data = stream.read(CHUNK)
            ended = not data
            text, position = text[position:] + decoder.decode(data, final=ended), 0
            continue
        number += 1
        written = text[position:end]
        yield Row(number, _whole(value) if "\\ud" in written or "\\uD" in written else value, written)
        position = end


def json_lines(stream: IO[bytes], where: str) -> Iterator[Row]:
    """The rows of a file that holds one JSON value a line; a line that is none has a value of None.

    Raises:
        SourceError: A line never ends (`corrupt-file`).
    """
    number = 0
    while line := stream.readline(LARGEST_ROW):
        number += 1
        if len(line) >= LARGEST_ROW:
            raise _damaged(where, "a line has no end", number)
        text = line.decode("utf-8-sig", "replace").strip()
        if not text:
            continue
        try:
            value = json.loads(text)
            if "\\ud" in text or "\\uD" in text:
                value = _whole(value)
        except (ValueError, RecursionError):
            value = None
        yield Row(number, value, text)


def _whole(value: Any) -> Any:
    """The value with halves of surrogate pairs, which no storage takes, replaced."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {_whole(name): _whole(one) for name, one in value.items()} if isinstance(value, dict) else value


def _damaged(where: str, what: str, number: int) -> SourceError:
    message = f"the file is damaged after record {number}: {what}"
    return SourceError("corrupt-file", message, where, "what came before was read; fetch the file again")

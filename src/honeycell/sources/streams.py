"""A file that may be compressed, as one readable stream."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from honeycell.sources.compressed import pieces

__all__ = ["open_stream"]


def open_stream(path: Path, where: str) -> io.BufferedReader:
    """The unpacked bytes of a file in bounded memory; reading it raises what `pieces` raises.

    Args:
        path: The file; one that is not compressed is given out as it is.
        where: How errors name it.
    """
    return io.BufferedReader(_Pieces(pieces(path, where)), 2**18)


class _Pieces(io.RawIOBase):
    """Pieces of bytes, read in whatever sizes are asked for."""

    def __init__(self, source: Iterator[tuple[int, bytes]]) -> None:
        self._source, self._rest = source, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._source, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece[1])
        n_bytes = min(len(buffer), len(self._rest))
        buffer[:n_bytes] = self._rest[:n_bytes]
        self._rest = self._rest[n_bytes:]
        return n_bytes

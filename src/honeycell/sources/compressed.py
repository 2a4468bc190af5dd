"""Files that may be compressed, as streams of pieces in bounded memory.

gzip, xz, bzip2 and zstd, told by their first bytes. What lies before damage is always given out first, and a
file that unpacks to far more than it could honestly hold is stopped.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import zstandard

from honeycell.errors import SourceError

__all__ = ["compression_of", "first_bytes", "open_binary", "pieces", "pour"]

MAX_RATIO = 200
"""How many times its packed size a file may unpack to, beyond `FREE_BYTES`."""
FREE_BYTES = 64 * 2**20
PIECE = 2**20
"""Size of a piece of unpacked bytes, at most."""

_PACKED_PIECE = {"gz": 2**16, "xz": 2**16, "bz2": 2**16, "zst": 2**12}
_MAGIC = {b"\x1f\x8b": "gz", b"\xfd7zXZ\x00": "xz", b"BZh": "bz2", b"\x28\xb5\x2f\xfd": "zst"}
_DAMAGE = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


def open_binary(path: Path, where: str) -> BinaryIO:
    """The file, open for reading.

    Raises:
        SourceError: `file-not-found` or `file-not-readable`.
    """
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        raise SourceError("file-not-found", f"{path.name} is not there", where, "check the path") from None
    except OSError as error:
        raise SourceError(
            "file-not-readable",
            f"{path.name} cannot be opened: {error.strerror}",
            where,
            "check the permissions of the file and of its folder",
        ) from error


def compression_of(head: bytes) -> str:
    """`gz`, `xz`, `bz2`, `zst`, or an empty string, by the first bytes of a file.

    Example:
        >>> compression_of(b"BZh91AY"), compression_of(b"From ana@example.com")
        ('bz2', '')
    """
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


def first_bytes(path: Path, n_bytes: int = 8192) -> bytes:
    """Up to so many of the first bytes of a file, unpacked; empty where they cannot be read."""
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(n_bytes)
            kind = compression_of(head)
            if not kind:
                return head
            file.seek(0)
            for piece in _unpacked(file, kind):
                return piece[:n_bytes]
    except _DAMAGE:
        pass
    return b""


def pieces(path: Path, where: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The unpacked bytes of a file piece by piece, each with how far the file itself was read.

    Args:
        path: The file; one that is not compressed is given out as it is.
        where: How errors name it.
        start: The first byte that is wanted of a file that is not compressed.

    Raises:
        SourceError: `corrupt-file` at damage or an early end, after everything before it was given out;
            `archive-too-large` for a file that unpacks to more than it honestly can; `file-not-readable`.
    """
    with open_binary(path, where) as file:
        kind = compression_of(file.read(8))
        file.seek(0 if kind else start)
        n_given = 0
        try:
            for piece in _unpacked(file, kind) if kind else iter(lambda: file.read(PIECE), b""):
                yield file.tell(), piece
                n_given += len(piece)
                if kind and n_given > FREE_BYTES + MAX_RATIO * file.tell():
                    raise SourceError(
                        "archive-too-large",
                        f"{path.name} unpacks to more than {MAX_RATIO} times its size",
                        f"{where} byte {file.tell()}",
                        "if you trust the file, unpack it and import the result",
                    )
        except _DAMAGE as error:
            _corrupt(path, where, file, error)


def pour(path: Path, where: str, start: int, room: Callable[[], memoryview]) -> Iterator[tuple[int, int]]:
    """Pour the unpacked bytes of a file into memory that is used again and again, which is faster than new memory.

    Args:
        path: The file; one that is not compressed is given out as it is.
        where: How errors name it.
        start: The first byte that is wanted of a file that is not compressed.
        room: Where the next bytes go; asked each time, and released before anything is yielded.

    Yields:
        How far the file itself was read, and how many bytes were poured.

    Raises:
        SourceError: What `pieces` raises.
    """
    with open_binary(path, where) as file:
        if not compression_of(file.read(8)):
            file.seek(start)
            try:
                while n_bytes := _read_into(file, room):
                    start += n_bytes
                    yield start, n_bytes
            except OSError as error:
                _corrupt(path, where, file, error)
            return
    for read_to, piece in pieces(path, where):
        rest = memoryview(piece)
        while rest:
            with room() as free:
                n_bytes = min(len(free), len(rest))
                free[:n_bytes] = rest[:n_bytes]
            rest = rest[n_bytes:]
            yield read_to, n_bytes


def _read_into(file: Any, room: Callable[[], memoryview]) -> int:
    with room() as free:
        return int(file.readinto(free))


def _corrupt(path: Path, where: str, file: BinaryIO, error: BaseException) -> NoReturn:
    at = file.tell()
    reason = "ends in the middle of its data" if isinstance(error, EOFError) else f"is damaged ({error})"
    raise SourceError(
        "corrupt-file",
        f"{path.name} {reason}; everything before that was read",
        f"{where} byte {at}",
        "fetch the file again; a second import adds only what is new",
    ) from error


def _unpacked(file: BinaryIO, kind: str) -> Iterator[bytes]:
    """The pieces of one or more compressed streams, one after the other.

    Raises:
        EOFError: The file ends in the middle of a stream.
    """
    decoder = _decoder(kind)
    fresh = True
    while packed := file.read(_PACKED_PIECE[kind]):
        while packed:
            if fresh:
                # Streams may be padded with zero bytes.
                packed = packed.lstrip(b"\0")
                if not packed:
                    break
            fresh = False
            yield from _given(decoder, kind, packed)
            if not decoder.eof:
                break
            packed = decoder.unused_data
            decoder, fresh = _decoder(kind), True
    if not fresh:
        raise EOFError


def _decoder(kind: str) -> Any:
    """An incremental decoder of one stream."""
    if kind == "gz":
        return zlib.decompressobj(wbits=31)
    if kind == "xz":
        return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=512 * 2**20)
    if kind == "bz2":
        return bz2.BZ2Decompressor()
    return zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()


def _given(decoder: Any, kind: str, packed: bytes) -> Iterator[bytes]:
    """What the decoder makes of some packed bytes, in pieces of bounded size."""
    if kind == "zst":
        # Its decoder knows no bound; so few packed bytes make at most 128 MiB.
        if piece := decoder.decompress(packed):
            yield piece
        return
    while True:
        if piece := decoder.decompress(packed, PIECE):
            yield piece
        if decoder.eof:
            return
        if kind == "gz":
            packed = decoder.unconsumed_tail
            if not packed and len(piece) < PIECE:
                return
        else:
            packed = b""
            if decoder.needs_input:
                return

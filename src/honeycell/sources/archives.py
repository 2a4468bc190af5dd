"""Folders, zip and tar files read alike: members by name, in bounded memory, nothing unpacked to disk.

Two attacks are met here. A bomb unpacks to far more than it weighs: what an archive may unpack to is bounded as for
single compressed files. A member may climb out of its folder by `..` or an absolute path: it is never read, and once
the rest has been read `members` says so.
"""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import IO

from honeycell.errors import SourceError
from honeycell.sources.compressed import FREE_BYTES, MAX_RATIO
from honeycell.sources.streams import open_stream

__all__ = ["Member", "is_archive", "members", "names"]

PEEKED_MEMBERS = 4_000
PEEKED_BYTES = 64 * 2**20
"""How far into a tar file a look at its names goes."""

_TAR = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, LZMAError, EOFError, zlib.error, NotImplementedError)


@dataclass(frozen=True)
class Member:
    """One file of a folder or archive, open for reading until the next one is asked for."""

    name: str
    """Its path inside, with forward slashes."""
    stream: IO[bytes]


def is_archive(path: Path) -> bool:
    """Whether the path is named as a zip or tar file.

    Example:
        >>> is_archive(Path("export.zip")), is_archive(Path("log.tar.xz")), is_archive(Path("mail.mbox.xz"))
        (True, True, False)
    """
    return path.name.lower().endswith((".zip", *_TAR))


def names(path: Path) -> list[str]:
    """Names of the members of a folder, a zip file, or the first part of a tar file, in order; cheap.

    Names that climb out are left out.

    Raises:
        SourceError: The path cannot be opened or is no such file (`file-not-readable`, `corrupt-file`).
    """
    with _Failures(path):
        if path.is_dir():
            return sorted(_folder(path))
        if path.name.lower().endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                return sorted(info.filename for info in archive.infolist() if _usable(info))
        found = []
        with _tar(path) as archive:
            for member in archive:
                if member.isfile() and not _climbs(member.name):
                    found.append(_plain(member.name))
                if len(found) >= PEEKED_MEMBERS or member.offset_data > PEEKED_BYTES:
                    break
        return found


def members(path: Path, wanted: Callable[[str], bool]) -> Iterator[Member]:
    """The wanted files of a folder, zip or tar file; sorted by name but for a tar file, which keeps its order.

    Args:
        path: A folder, or a file that `is_archive`.
        wanted: Says by the name inside whether a member is wanted.

    Yields:
        Each wanted member, open. Its bytes are read while it is the latest.

    Raises:
        SourceError: The path cannot be opened (`file-not-readable`), is damaged (`corrupt-file`), unpacks to too
            much (`archive-too-large`) or, after everything else was read, has members that climb out of it
            (`archive-climbs-out`).
    """
    with _Failures(path):
        if path.is_dir():
            for name in sorted(filter(wanted, _folder(path))):
                with (path / name).open("rb") as stream:
                    yield Member(name, stream)
            return
        climbing: list[str] = []
        allowance = _Allowance(path, FREE_BYTES + MAX_RATIO * path.stat().st_size)
        read = _zip_members if path.name.lower().endswith(".zip") else _tar_members
        yield from read(path, wanted, climbing, allowance)
    if climbing:
        message = f"{len(climbing)} member(s) have a path that leaves the archive, the first is “{climbing[0]}”"
        raise SourceError("archive-climbs-out", message, str(path), "the rest was read; pack the files anew")


def _zip_members(
    path: Path, wanted: Callable[[str], bool], climbing: list[str], allowance: _Allowance
) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        infos = {}
        for info in archive.infolist():
            if _climbs(info.filename):
                climbing.append(info.filename)
            elif _usable(info) and wanted(info.filename):
                infos[info.filename] = info
        allowance.declare(sum(info.file_size for info in infos.values()))
        for name in sorted(infos):
            if infos[name].flag_bits & 1:
                raise SourceError("file-not-readable", f"“{name}” is encrypted", str(path), "unpack it yourself first")
            with archive.open(infos[name]) as stream:
                yield Member(name, _counted(stream, allowance))


def _tar_members(
    path: Path, wanted: Callable[[str], bool], climbing: list[str], allowance: _Allowance
) -> Iterator[Member]:
    with _tar(path) as archive:
        for member in archive:
            if _climbs(member.name) or ((member.issym() or member.islnk()) and _climbs(member.linkname)):
                climbing.append(member.name)
            elif member.isfile() and wanted(_plain(member.name)):
                stream = archive.extractfile(member)
                if stream is not None:
                    yield Member(_plain(member.name), _counted(stream, allowance))


def _tar(path: Path) -> tarfile.TarFile:
    """The tar file as a stream: one pass, nothing kept; unpacking it is bounded there."""
    return tarfile.open(fileobj=open_stream(path, path.name), mode="r|")


def _folder(path: Path) -> Iterator[str]:
    """Names of all files below a folder; links to folders are not followed."""
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith("."):
                yield (Path(folder) / name).relative_to(path).as_posix()


def _usable(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not _climbs(info.filename) and not info.filename.startswith("__MACOSX/")


def _climbs(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":")


def _plain(name: str) -> str:
    return name.removeprefix("./")


class _Allowance:
    """How much an archive may still unpack."""

    def __init__(self, path: Path, n_bytes: int) -> None:
        self.path, self.n_bytes, self.used = path, n_bytes, 0

    def declare(self, n_bytes: int) -> None:
        """Refuse at once what says itself that it is too much."""
        if n_bytes > self.n_bytes:
            message = f"the archive unpacks to more than {self.n_bytes:,} bytes"
            remedy = "if you trust it, unpack it and import the folder"
            raise SourceError("archive-too-large", message, str(self.path), remedy)

    def spend(self, n_bytes: int) -> None:
        """So many bytes more were unpacked."""
        self.used += n_bytes
        self.declare(self.used)


def _counted(stream: IO[bytes], allowance: _Allowance) -> io.BufferedReader:
    return io.BufferedReader(_Counted(stream, allowance), 2**18)


class _Counted(io.RawIOBase):
    """A stream whose bytes count, whatever the archive's index says of their number, and whose faults are ours."""

    def __init__(self, stream: IO[bytes], allowance: _Allowance) -> None:
        self._stream, self._allowance = stream, allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        with _Failures(self._allowance.path):
            data = self._stream.read(len(buffer))
        self._allowance.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


class _Failures:
    """Turns what the libraries raise over a path into the errors a person meets."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _DAMAGE):
            message = f"the archive is damaged: {error or type(error).__name__}"
            raise SourceError("corrupt-file", message, str(self._path), "fetch it again") from error
        if isinstance(error, FileNotFoundError):
            raise SourceError("file-not-found", "there is nothing here", str(self._path), "check the path") from error
        if isinstance(error, OSError):
            message = f"the archive cannot be read: {error.strerror or error}"
            raise SourceError("file-not-readable", message, str(self._path), "let this user read it") from error

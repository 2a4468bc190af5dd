"""maildir: a folder with `cur` and `new` (and `tmp`), a file for every mail, and folders of the same inside it."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from honeycell.errors import SourceError
from honeycell.sources.eml import looks_like_mail
from honeycell.sources.mail import MailBatch
from honeycell.sources.mail_files import add_file, sizes
from honeycell.sources.records import Batch, Part

__all__ = ["SOURCE", "MaildirSource"]

PART_BYTES = 32 * 2**20
"""About how much one part reads."""


@dataclass(frozen=True)
class MaildirSource:
    """The source of maildirs."""

    name: str = "maildir"

    def recognises(self, path: Path) -> bool:
        """Whether the path is a folder with the folders `cur` and `new`."""
        return (path / "cur").is_dir() and (path / "new").is_dir()

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """Shares of the mails, by a hash of their names, so that mail that arrives meanwhile moves no other.

        Raises:
            SourceError: `file-not-readable`, or `empty-file` for a maildir without mail.
        """
        n_bytes = sum(sizes(file for _, file in _files(path, locator)))
        if not n_bytes:
            raise SourceError("empty-file", f"{path.name} holds no mail", locator, "nothing to do")
        n_parts = n_bytes // PART_BYTES + 1
        for number in range(n_parts):
            yield Part(self.name, path, locator, number, n_parts, n_bytes // n_parts)

    def read(self, part: Part) -> Iterator[Batch]:
        """The mails of a share, in the order of their names."""
        batch = MailBatch(self.name)
        mine = [
            (where, file)
            for where, file in _files(part.path, part.locator)
            if zlib.crc32(where.encode("utf-8", "surrogateescape")) % (part.stop or 1) == part.start
        ]
        for where, file in sorted(mine):
            add_file(batch, file, where)
            if batch.is_full:
                yield batch.take()
        if batch.n_records:
            yield batch.take()


SOURCE = MaildirSource()


def _files(path: Path, locator: str) -> Iterator[tuple[str, Path]]:
    """Locator and path of every mail in a maildir and in the folders inside it.

    A mail keeps its unique name when a program moves it from `new` to `cur` or changes its flags (what follows
    the colon), so the locator is the folder and that name.

    Raises:
        SourceError: `file-not-readable`.
    """

    def unreadable(error: OSError) -> None:
        raise SourceError(
            "file-not-readable",
            f"{path.name} cannot be listed: {error.strerror}",
            f"{locator}/{os.path.relpath(error.filename or path, path)}",
            "check the permissions of the folder",
        ) from error

    for folder, inside, names in os.walk(path, onerror=unreadable):
        inside[:] = sorted(name for name in inside if name != "tmp")
        here = Path(folder)
        is_box = here.name in ("cur", "new") and here != path
        shown = os.path.relpath(here.parent if is_box else here, path)
        prefix = locator if shown == "." else f"{locator}/{shown}"
        for name in sorted(names):
            file = here / name
            if is_box:
                if not name.startswith("."):
                    yield f"{prefix}#{name.partition(':')[0]}", file
            elif looks_like_mail(file):
                yield f"{prefix}/{name}", file

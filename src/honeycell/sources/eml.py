"""eml: one mail in a file, or a folder of such files."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from honeycell.errors import SourceError
from honeycell.sources.compressed import first_bytes, open_binary
from honeycell.sources.mail import MailBatch
from honeycell.sources.mail_files import MAX_MAIL_BYTES, add_file, sizes
from honeycell.sources.records import Batch, Part

__all__ = ["SOURCE", "EmlSource", "looks_like_mail"]

PART_BYTES = 32 * 2**20
"""About how much one part of a folder reads."""
_SUFFIXES = (".eml", ".emlx.txt", ".rfc822", ".msg.txt")
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9-]*)[ \t]*:")
_OF_MAIL = {
    b"from", b"to", b"cc", b"bcc", b"date", b"subject", b"message-id", b"received", b"return-path", b"reply-to",
    b"mime-version", b"delivered-to", b"x-original-to", b"sender", b"in-reply-to", b"references", b"content-type",
    b"dkim-signature", b"authentication-results", b"arc-seal", b"content-transfer-encoding", b"list-id",
}  # fmt: skip
N_FIELDS = 2
"""Fields of mail among the first lines that make a file of any name a mail."""


def looks_like_mail(path: Path) -> bool:
    """Whether the first lines of a file are header fields of mail, whatever its name.

    Two known fields are asked for, three where a line among them is none. A file that begins with a separator
    line is an mbox.
    """
    head = first_bytes(path, 8192)
    found: set[bytes] = set()
    for line in head.lstrip(b"\r\n").splitlines()[:80]:
        if line[:1] in (b" ", b"\t"):
            continue
        field = _FIELD.match(line)
        if field is None:
            break
        found.add(field.group(1).lower())
    return len(found & _OF_MAIL) >= N_FIELDS


@dataclass(frozen=True)
class EmlSource:
    """The source of single mails."""

    name: str = "eml"

    def recognises(self, path: Path) -> bool:
        """Whether the path is a mail by name or first lines, or a folder of nothing but files named so."""
        if path.is_dir():
            return _is_folder_of_mails(path)
        return path.is_file() and (path.name.lower().endswith(_SUFFIXES) or looks_like_mail(path))

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """A file is one part; a folder falls into shares by a hash of the names.

        Raises:
            SourceError: `empty-file`, `file-not-readable`, or `source-not-recognised` for bytes that are no mail.
        """
        if path.is_dir():
            n_bytes = sum(sizes(file for _, file in _files(path, locator)))
            n_parts = n_bytes // PART_BYTES + 1
            for number in range(n_parts):
                yield Part(self.name, path, locator, number, n_parts, n_bytes // n_parts)
            return
        with open_binary(path, locator) as file:
            size = path.stat().st_size
            head = file.read(1024)
        if not head.strip():
            raise SourceError("empty-file", f"{path.name} holds nothing", locator, "nothing to do")
        if head.count(b"\0") > len(head) // 8 or size > MAX_MAIL_BYTES:
            raise SourceError(
                "source-not-recognised",
                f"{path.name} is no mail: its bytes are not text",
                locator,
                "check that the file is what its name says",
            )
        yield Part(self.name, path, locator, n_bytes=size)

    def read(self, part: Part) -> Iterator[Batch]:
        """The mail of a file, or the mails of a share of a folder, in the order of their names."""
        batch = MailBatch(self.name)
        if part.stop is None:
            add_file(batch, part.path, part.locator)
        else:
            for where, file in _files(part.path, part.locator):
                if zlib.crc32(file.name.encode("utf-8", "surrogateescape")) % part.stop == part.start:
                    add_file(batch, file, where)
                    if batch.is_full:
                        yield batch.take()
        if batch.n_records:
            yield batch.take()


SOURCE = EmlSource()


def _is_folder_of_mails(path: Path) -> bool:
    """Whether a folder holds nothing but files named *.eml, two at least; any other is walked file by file."""
    n_mails = 0
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                if not entry.name.lower().endswith(".eml") or not entry.is_file():
                    return False
                n_mails += 1
    except OSError:
        return False
    return n_mails > 1


def _files(path: Path, locator: str) -> Iterator[tuple[str, Path]]:
    """Locator and path of every file of a folder, in the order of their names.

    Raises:
        SourceError: `file-not-readable`.
    """
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        raise SourceError(
            "file-not-readable",
            f"{path.name} cannot be listed: {error.strerror}",
            locator,
            "check the permissions of the folder",
        ) from error
    for name in names:
        yield f"{locator}/{name}", path / name

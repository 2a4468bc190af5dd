"""mbox: many mails in one file, each after a line that begins with `From `; plain or compressed.

A separator counts only at the start of the file or after an empty line, and only if it looks like one: an
address, a date. A body line `From here on` splits nothing. `>From ` and `>>From ` lose one `>` (mboxrd; in
mboxo the first form is the same). An uncompressed file is read in ranges, by several processes if there are;
whether a line is a separator depends on nothing but the lines around it, so ranges never change the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from honeycell.errors import SourceError
from honeycell.sources.compressed import compression_of, first_bytes, open_binary, pour
from honeycell.sources.mail import MailBatch
from honeycell.sources.records import Batch, Part

__all__ = ["SOURCE", "MboxSource"]

RANGE_BYTES = 16 * 2**20
"""Size of a part of an uncompressed file."""
WINDOW_BYTES = 2**18
"""So much of the file is looked at at once, or twice its largest mail; what fits the cache of a core is fastest."""
MAX_MAIL_BYTES = 256 * 2**20
"""A longer record is skipped: it is no mail."""
SEARCHED_BYTES = 2**20
"""A file without a separator so far is no mbox."""
MAX_LINE = 1_000
LOOKAHEAD = 2 * MAX_LINE
"""How much beyond its beginning decides whether a line is a separator."""

_NAMES = re.compile(r".*\.mbo?x(?:\.(?:gz|xz|bz2|zst))?", re.I)
_SEPARATOR = re.compile(
    rb"From (?:\S+(?: at \S+)?|\S*.{0,200}?@.{0,200}?)?\s*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+"
    rb"(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\b.{0,60}\d{2}:\d{2}.{0,60}$"
)
# An expression finds this in half the time that bytes.find takes.
_CANDIDATE = re.compile(rb"\nFrom ")
_BARE_SEPARATOR = re.compile(rb"From (?:\S+@\S+|-|MAILER-DAEMON)\s*$")
_HEADER_LINE = re.compile(rb"[A-Za-z][\w-]*:")
_PATCH = re.compile(rb"From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001")
_FAULTS = {
    "record-too-large": "longer than any mail",
    "not-a-message": "bytes before the first separator line",
    "truncated": "the file is damaged before this mail ends",
}


@dataclass(frozen=True)
class MboxSource:
    """The source of mbox files."""

    name: str = "mbox"

    def recognises(self, path: Path) -> bool:
        """Whether the name ends like an mbox or the first line is a separator."""
        if not path.is_file():
            return False
        return _NAMES.fullmatch(path.name) is not None or _begins(first_bytes(path, MAX_LINE))

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """Ranges of an uncompressed file; a compressed one is one part.

        Raises:
            SourceError: `empty-file`, `file-not-readable`, or `source-not-recognised` for a file that holds no mail.
        """
        with open_binary(path, locator) as file:
            size = path.stat().st_size
            head = file.read(SEARCHED_BYTES)
        if size == 0:
            raise SourceError("empty-file", f"{path.name} holds nothing", locator, "nothing to do")
        if compression_of(head):
            yield Part(self.name, path, locator, n_bytes=size)
            return
        if not _holds_mail(head):
            raise _no_mail(path, locator)
        patches = ("patches", "yes" if _PATCH.match(head.lstrip()) else "no")
        for start in range(0, size, RANGE_BYTES):
            stop = min(start + RANGE_BYTES, size)
            yield Part(self.name, path, locator, start, stop, stop - start, options=(patches,))

    def read(self, part: Part) -> Iterator[Batch]:
        """The mails whose separators lie in the part.

        Raises:
            SourceError: `corrupt-file`, `archive-too-large`, `empty-file` or `source-not-recognised`.
        """
        batch = MailBatch(self.name)
        told = part.start
        try:
            for mail in _mails(part):
                where = f"{part.locator}#{mail.offset}-{mail.n_bytes}"
                if mail.fault:
                    batch.skip(where, mail.fault, _FAULTS[mail.fault])
                else:
                    batch.add(mail.raw, where, mail.envelope)
                if batch.is_full:
                    yield batch.take(mail.read_to - told)
                    told = mail.read_to
        except SourceError:
            if batch.n_records:
                yield batch.take(0)
            raise
        if batch.n_records:
            yield batch.take(max(0, part.start + part.n_bytes - told))


SOURCE = MboxSource()


def _no_mail(path: Path, locator: str) -> SourceError:
    return SourceError(
        "source-not-recognised",
        f"{path.name} holds no mail: no line of it is an mbox separator",
        locator,
        "check that the file is what its name says; name its source with --as if it is something else",
    )


def _begins(head: bytes) -> bool:
    """Whether a file begins with a separator."""
    head = head.lstrip(b"\r\n")
    return head.startswith(b"From ") and _is_separator(head, 0, len(head), True)


def _holds_mail(head: bytes) -> bool:
    """Whether there is a separator in the first bytes of a file."""
    return _begins(head) or any(
        _is_separator(head, found.end() - 5, len(head), True) for found in re.finditer(rb"\n\r?\nFrom ", head)
    )


def _is_separator(data: bytes | bytearray, start: int, end: int, patches: bool) -> bool:
    """Whether the line at `start` of the data, which end at `end`, looks like the separator of two mails."""
    stop = data.find(b"\n", start, min(end, start + MAX_LINE))
    line = data[start : stop if stop >= 0 else min(end, start + MAX_LINE)].rstrip(b"\r")
    if _SEPARATOR.match(line):
        # git writes this line above every patch; inside a mail it is the beginning of an attached patch.
        return patches or _PATCH.match(line) is None
    if _BARE_SEPARATOR.match(line):
        return stop >= 0 and _HEADER_LINE.match(data, stop + 1, end) is not None
    return False


class _Mail(NamedTuple):
    """A record of the file."""

    offset: int
    """Of the message, after its separator."""
    n_bytes: int
    envelope: bytes
    """The separator line."""
    raw: bytes
    """The message; empty where it cannot be used."""
    read_to: int
    """How far the file itself was read."""
    fault: str = ""
    """Why it cannot be used: the reason of a skipped record."""


class _Window:
    """The bytes of the file that are looked at: one piece of memory, filled again and again."""

    def __init__(self, path: Path, locator: str, start: int, before: bytes) -> None:
        """Open it at byte `start`, as if the bytes `before` stood there."""
        self.buffer = bytearray(WINDOW_BYTES)
        self.buffer[: len(before)] = before
        self.base = start - len(before)
        """Where the window begins in the file."""
        self.stop = len(before)
        """Where the bytes in the buffer end."""
        self.read_to = start
        self.ended = False
        self.damage: SourceError | None = None
        self._poured = pour(path, locator, start, lambda: memoryview(self.buffer)[self.stop :])

    def move(self, keep: int) -> None:
        """Read on; bytes before the place `keep` of the file are not wanted any more."""
        n_kept = self.base + self.stop - keep
        self.buffer[:n_kept] = self.buffer[keep - self.base : self.stop]
        self.base, self.stop = keep, n_kept
        if 2 * n_kept > len(self.buffer):
            self.buffer += bytes(len(self.buffer))
        elif len(self.buffer) > 4 * max(n_kept, WINDOW_BYTES):
            del self.buffer[len(self.buffer) // 2 :]
        try:
            while self.stop < len(self.buffer) and not self.ended:
                self.read_to, n_bytes = next(self._poured)
                self.stop += n_bytes
        except StopIteration:
            self.ended = True
        except SourceError as error:
            self.ended, self.damage = True, error


def _mails(part: Part) -> Iterator[_Mail]:
    """The mails whose separators lie in the part, in order; the last may reach beyond it.

    Raises:
        SourceError: The file is damaged, after every mail before the damage; or it holds no mail.
    """
    patches = ("patches", "no") not in part.options
    # Three bytes before the part tell whether its first line follows an empty one; a file begins as if after one.
    window = _Window(part.path, part.locator, max(0, part.start - 3), b"" if part.start else b"\n\n")
    begin: int | None = None if part.start else 0
    leading, too_large = not part.start, False
    scan = 0
    search = _CANDIDATE.search
    while True:
        buffer, base = window.buffer, window.base
        found = search(buffer, scan, window.stop)
        at = found.start() if found else -1
        if not window.ended and (at < 0 or at + LOOKAHEAD > window.stop):
            scanned = base + (at if at >= 0 else max(scan, window.stop - 5))
            if part.stop is not None and begin is None and scanned >= part.stop:
                return
            if leading and scanned > SEARCHED_BYTES:
                raise _no_mail(part.path, part.locator)
            keep = max(base, scanned - 2)
            if begin is not None and not too_large:
                too_large = scanned - begin > MAX_MAIL_BYTES
                keep = keep if too_large else min(keep, max(base, begin))
            window.move(keep)
            scan = scanned - keep
            continue
        if at < 0:
            break
        scan = at + 1
        start = base + at + 1
        before = buffer[max(0, at - 2) : at]
        if start < part.start or not (before.endswith(b"\n") or before == b"\n\r"):
            continue
        if not _is_separator(buffer, at + 1, window.stop, patches):
            continue
        if begin is not None and start > begin:
            if too_large or leading:
                if too_large or buffer[begin - base : at].strip():
                    yield _unusable(begin, start - begin, window.read_to, leading)
            else:
                yield _mail(window, begin, base + at - (before == b"\n\r"))
        if part.stop is not None and start >= part.stop:
            return
        begin, leading, too_large = start, False, False
    if leading and window.damage is None:
        if not buffer[: window.stop].strip():
            raise SourceError("empty-file", f"{part.path.name} holds nothing", part.locator, "nothing to do")
        raise _no_mail(part.path, part.locator)
    end = base + window.stop
    if begin is not None and end > begin:
        if too_large or leading:
            yield _unusable(begin, end - begin, window.read_to, leading)
        else:
            last = buffer[max(0, window.stop - 4) : window.stop]
            if last.endswith((b"\n\n", b"\r\n\r\n")):
                end -= 2 if last.endswith(b"\r\n") else 1
            mail = _mail(window, begin, end)
            yield mail if window.damage is None else mail._replace(raw=b"", fault="truncated")
    if window.damage is not None:
        raise window.damage


def _unusable(begin: int, n_bytes: int, read_to: int, leading: bool) -> _Mail:
    return _Mail(begin, n_bytes, b"", b"", read_to, "not-a-message" if leading else "record-too-large")


def _mail(window: _Window, begin: int, end: int) -> _Mail:
    """The record between two places of the file, cut into separator and message."""
    buffer, base = window.buffer, window.base
    start = buffer.find(b"\n", begin - base, end - base) + 1 or end - base
    with memoryview(buffer) as bytes_of:
        return _Mail(
            base + start,
            end - base - start,
            bytes(bytes_of[begin - base : start]),
            bytes(bytes_of[start : end - base]),
            window.read_to,
        )

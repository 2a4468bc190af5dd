"""Mails that are files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from honeycell.sources.mail import MailBatch

__all__ = ["MAX_MAIL_BYTES", "add_file", "sizes"]

MAX_MAIL_BYTES = 256 * 2**20
"""A longer file is skipped: it is no mail."""


def sizes(files: Iterable[Path]) -> Iterator[int]:
    """The size of each file in bytes; 0 for one that has gone."""
    for file in files:
        try:
            yield file.stat().st_size
        except OSError:
            yield 0


def add_file(batch: MailBatch, file: Path, where: str) -> None:
    """Add the mail that a file holds, or the reason why it cannot be used."""
    try:
        if file.stat().st_size > MAX_MAIL_BYTES:
            batch.skip(where, "record-too-large", "longer than any mail")
            return
        raw = file.read_bytes()
    except FileNotFoundError:
        # A mail program has moved or deleted it since the folder was listed.
        batch.skip(where, "file-not-found", "it went away while the folder was read")
        return
    except OSError as error:
        batch.skip(where, "file-not-readable", str(error.strerror))
        return
    if not raw.strip():
        batch.skip(where, "empty-file", "it holds nothing")
        return
    envelope = b""
    if raw.startswith((b"From ", b">From ")):
        end = raw.find(b"\n") + 1
        envelope, raw = raw[:end], raw[end:]
    batch.add(raw, f"{where}#{len(envelope)}-{len(raw)}" if "#" not in where else where, envelope)

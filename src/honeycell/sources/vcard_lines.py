"""vCards as bytes: cards, their lines, and what stands in a line, for versions 2.1, 3.0 and 4.0 alike.

A card is read line by line, so that one bad line costs nothing but itself; and as bytes, for each line may be in a
character set of its own, and lines are folded in the middle of characters.
"""

from __future__ import annotations

import hashlib
import io
import re
from binascii import a2b_qp
from collections.abc import Iterator
from typing import IO, NamedTuple

from honeycell.sources.charsets import decoded

__all__ = ["Property", "RawCard", "is_card", "properties", "raw_cards", "text", "texts"]

MAX_CARD_BYTES = 64 * 2**20
"""Of a longer card, which no picture makes, the rest is not read."""
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"B\0", "utf-16-le"), (b"\0B", "utf-16-be"))
_BEGIN = re.compile(rb"[ \t]*BEGIN[ \t]*:[ \t]*VCARD\s*", re.I)
_END = re.compile(rb"[ \t]*END[ \t]*:[ \t]*VCARD\s*", re.I)
_OLD = re.compile(rb"VERSION[ \t]*:[ \t]*2\.1[ \t]*", re.I)
_AGENT = re.compile(rb"(?:[\w-]+\.)?AGENT\b[^:]*:\s*", re.I)
_NAME = re.compile(r"(?:([\w-]+)\.)?([\w-]+)((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)", re.S | re.A)
_PARAMETER = re.compile(r";((?:\"[^\"]*\"|[^\";])+)")
_ESCAPED = re.compile(r"\\([\\,;:nN])")


class RawCard(NamedTuple):
    """One card of a file as it was written."""

    lines: list[bytes]
    """What stands between its first and its last line; without cards inside the card."""
    n_bytes: int
    content_hash: str
    """32 hex digits over its bytes."""
    whole: bool
    """Whether it was ended."""


class Property(NamedTuple):
    """One line of a card."""

    group: str
    """What ties it to others (`item1`), in small letters, or an empty string."""
    name: str
    """In capitals."""
    parameters: dict[str, set[str]]
    """Values by name in capitals; a value alone, as version 2.1 has them, is a `TYPE`. Values in small letters."""
    value: str
    """Decoded, with its escapes."""


def is_card(head: bytes) -> bool:
    """Whether the first bytes of a file begin a card.

    Example:
        >>> is_card("BEGIN:VCARD".encode("utf-16")), is_card(b"BEGIN:VCALENDAR")
        (True, False)
    """
    start = _as_utf8(io.BufferedReader(io.BytesIO(head)))
    return next((_BEGIN.match(line) is not None for line in start if line.strip()), False)


def raw_cards(stream: IO[bytes]) -> Iterator[RawCard]:
    """The cards of a file, one by one; what stands between them is passed over."""
    lines: list[bytes] = []
    digest = hashlib.sha256()
    n_bytes = depth = 0
    after_agent = False
    for line in _as_utf8(stream):
        begins = _BEGIN.fullmatch(line) is not None
        if begins and depth and not after_agent:
            yield RawCard(lines, n_bytes, digest.hexdigest()[:32], False)
            depth = 0
        if begins:
            depth += 1
            if depth == 1:
                lines, n_bytes, digest = [], 0, hashlib.sha256()
        if not depth:
            continue
        n_bytes += len(line)
        digest.update(line)
        if _END.fullmatch(line):
            depth -= 1
            if not depth:
                yield RawCard(lines, n_bytes, digest.hexdigest()[:32], True)
        elif depth == 1 and not begins and n_bytes <= MAX_CARD_BYTES:
            lines.append(line)
        # An assistant's card may lie inside: whose addresses those are is another matter.
        after_agent = _AGENT.fullmatch(line) is not None
    if depth:
        yield RawCard(lines, n_bytes, digest.hexdigest()[:32], False)


def _as_utf8(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines; those of UTF-16 as UTF-8, others as they are."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    head = buffered.peek(4)[:4]
    codec = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    if codec:
        for written in io.TextIOWrapper(buffered, codec, "replace", newline="\n"):
            yield written.removeprefix("\ufeff").encode("utf-8", "replace")
        return
    if head.startswith(b"\xef\xbb\xbf"):
        buffered.read(3)
    while line := buffered.readline(MAX_CARD_BYTES):
        yield line


def properties(lines: list[bytes], wanted: frozenset[str]) -> Iterator[Property]:
    """The wanted lines of a card, each whole again and decoded; a line that cannot be one is left out.

    Args:
        lines: Those of a `RawCard`.
        wanted: Names in capitals.
    """
    for line in _unfolded(lines):
        # Every byte is a character here, until the line says which ones they are.
        found = _NAME.match(line.decode("latin-1"))
        if found is None or found[2].upper() not in wanted:
            continue
        parameters: dict[str, set[str]] = {}
        for written in _PARAMETER.findall(found[3]):
            name, equals, value = written.partition("=")
            name, value = (name.strip().upper(), value) if equals else ("TYPE", name)
            parameters.setdefault(name, set()).update(value.replace('"', "").strip().lower().split(","))
        raw = found[4].encode("latin-1")
        if "quoted-printable" in parameters.get("ENCODING", set()) | parameters.get("TYPE", set()):
            raw = a2b_qp(raw)
        charset = next(iter(parameters.get("CHARSET", ())), "")
        yield Property((found[1] or "").lower(), found[2].upper(), parameters, decoded(raw, charset))


def _unfolded(lines: list[bytes]) -> Iterator[bytes]:
    """Lines without their ends: folded ones joined, and those that quoted-printable goes on with."""
    pieces: list[bytes] = []
    quoted = old = False
    for line in lines:
        bare = line.rstrip(b"\r\n")
        if pieces and quoted and pieces[-1].endswith(b"="):
            pieces[-1] = pieces[-1][:-1]
            pieces.append(bare)
        elif pieces and bare.startswith((b" ", b"\t")):
            # Version 2.1 folds at a space, which stays; later ones put a space before what is folded.
            pieces.append(b" " + bare.lstrip() if old else bare[1:])
        else:
            yield b"".join(pieces)
            pieces = [bare]
            old = old or _OLD.fullmatch(bare) is not None
            quoted = b"QUOTED-PRINTABLE" in bare.partition(b":")[0].upper()
    yield b"".join(pieces)


def texts(value: str) -> list[str]:
    r"""The parts of a value between semicolons, white space and escapes undone.

    Example:
        >>> texts(r"Silva;Ana Maria;;Dr\, med.")
        ['Silva', 'Ana Maria', '', 'Dr, med.']
    """
    return [text(part) for part in re.findall(r"(?:^|;)((?:\\.|[^;\\])*)", value, re.S)]


def text(value: str) -> str:
    """A value as words on one line, escapes undone."""
    plain = _ESCAPED.sub(lambda escaped: " " if escaped[1] in "nN" else escaped[1], value)
    return " ".join(plain.split())

"""The parts of multiparts that are plainly well-formed, cut by their boundaries and nothing else.

Nothing is copied but what is asked for: a part is two places in the message. Whatever leaves room for doubt (an
unusual header of a part, a boundary that begins like another, a missing end) is `Irregular`, and goes to a MIME
parser. So this cutter needs no opinion on damaged mail.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Irregular", "MimePart", "root_part"]

MAX_PARTS = 1_000
"""Of one multipart."""

_PARAMETERS = r"(?:\s*;\s*(?!(?i:boundary))[\w-]+=(?:\"[^\"\\]*\"|[^\s\";=?()']+))*"
_MULTIPART = re.compile(
    rf"\s*(multipart/[\w.+-]+){_PARAMETERS}\s*;\s*boundary=(?:\"([^\"\\\s]+)\"|([\w+./:=?'-]+)){_PARAMETERS}\s*;?\s*",
    re.I | re.A,
)
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)\s*(?:;\s*.*)?", re.S | re.A)
_CHARSET = re.compile(r";\s*charset=(?:\"([\w.:+-]+)\"|([\w.:+-]+))\s*(?=;|$)", re.I | re.A)
_DISPOSITION = re.compile(r"\s*([A-Za-z]+)\s*(?:;\s*.*)?", re.S)
_FILE_NAME = re.compile(r";\s*(?:file)?name=\"[\w. -]*\w[\w. -]*\"\s*(?=;|$)", re.I | re.A)
_FIELD_END = re.compile(r"\n(?![ \t])")
_FIELD_NAME = re.compile(r"[A-Za-z][\w-]*", re.A)
_LINE_FEED, _RETURN = b"\n\r"
_AS_IT_IS = ("", "7bit", "8bit", "binary")


class Irregular(Exception):
    """This message is for a MIME parser."""


class _Head(NamedTuple):
    """What the header of a part says."""

    kind: str
    charset: str
    encoding: str
    attached: bool
    named: bool
    """Whether a text has a file name."""
    boundary: bytes
    """What ends the parts inside; empty for a leaf."""


class MimePart(NamedTuple):
    """A part: its header, and where its content lies in the message."""

    head: _Head
    raw: bytes
    start: int
    stop: int

    def children(self) -> list[MimePart]:
        """The parts inside a multipart; a message inside the message is a leaf.

        Raises:
            Irregular: They are not plainly well-formed.
        """
        return _cut(self.raw, self.start, self.stop, self.head.boundary) if self.head.boundary else []

    def data(self) -> bytes:
        """The bytes of a leaf as they were sent, in its transfer encoding."""
        return self.raw[self.start : self.stop]


def root_part(type_field: str, raw: bytes, start: int) -> MimePart:
    """A message as a part.

    Args:
        type_field: Its Content-Type field; one of a multipart.
        raw: The message, lines ended by LF.
        start: Where its body begins, which is the beginning of a line.

    Raises:
        Irregular: The field is not plainly well-formed.
    """
    if start == 0:
        raw, start = b"\n" + raw, 1
    found = _MULTIPART.fullmatch(type_field)
    if found is None or not type_field.isascii():
        raise Irregular
    kind, quoted, plain = found.groups()
    return MimePart(_Head(kind.lower(), "", "", False, False, (quoted or plain).encode()), raw, start, len(raw))


def _cut(raw: bytes, start: int, stop: int, boundary: bytes) -> list[MimePart]:
    """The parts between two places of a message.

    Raises:
        Irregular: A boundary is missing, or stands on a line with anything else.
    """
    mark = b"\n--" + boundary
    n_mark = len(mark)
    find = raw.find
    at = find(mark, start - 1, stop)
    parts: list[MimePart] = []
    while at >= 0:
        begin = at + n_mark + 1
        if begin > stop or raw[begin - 1] != _LINE_FEED:
            if raw[begin - 1 : begin + 1] != b"--" or begin + 1 > stop or not parts:
                raise Irregular
            if (begin + 1 < stop and raw[begin + 1 : begin + 2] != b"\n") or find(mark, begin, stop) >= 0:
                raise Irregular
            return parts
        at = find(mark, begin - 1, stop)
        head_end = find(b"\n\n", begin - 1, at) if at > 0 else -1
        head = _head(raw[begin:head_end]) if head_end >= 0 else None
        if head is None or raw[at - 1] == _RETURN or len(parts) >= MAX_PARTS:
            raise Irregular
        parts.append(MimePart(head, raw, head_end + 2, at))
    raise Irregular


@lru_cache(maxsize=4096)
def _head(data: bytes) -> _Head | None:
    """What the header of a part says, or None where it leaves room for doubt."""
    if not data.isascii() or len(data) > 10_000:
        return None
    fields: dict[str, str] = {}
    for field in _FIELD_END.split(data.decode("ascii")) if data else ():
        written, colon, value = field.partition(":")
        name = written.lower()
        if not colon or name in fields or "\r" in value or _FIELD_NAME.fullmatch(written) is None:
            return None
        fields[name] = value
    type_field = fields.get("content-type", " text/plain")
    kind = _TYPE.fullmatch(type_field)
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    disposition = _DISPOSITION.fullmatch(fields.get("content-disposition", " inline"))
    if kind is None or disposition is None or encoding not in (*_AS_IT_IS, "quoted-printable", "base64"):
        return None
    found = _Head(kind[1].lower(), "", encoding, disposition[1].lower() == "attachment", False, b"")
    if found.kind.startswith("multipart/"):
        multipart = _MULTIPART.fullmatch(type_field)
        boundary = multipart[2] or multipart[3] if multipart else ""
        return found._replace(boundary=boundary.encode()) if boundary and encoding in _AS_IT_IS else None
    return _of_text(found, type_field, fields) if found.kind.startswith("text/") else found


def _of_text(head: _Head, type_field: str, fields: dict[str, str]) -> _Head | None:
    """The header of a text with its charset and whether it has a file name."""
    if "charset" in type_field.lower():
        charset = _CHARSET.findall(type_field)
        if len(charset) != 1 or type_field.lower().count("charset") > 1:
            return None
        head = head._replace(charset="".join(charset[0]))
    disposition = fields.get("content-disposition", "")
    if "name" in (type_field + disposition).lower():
        if _FILE_NAME.search(disposition) is None and _FILE_NAME.search(type_field) is None:
            return None
        head = head._replace(named=True)
    return head

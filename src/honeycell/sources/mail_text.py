"""MIME to text: which parts of a message are its author's words, and the calendars it carries.

`text/plain` is taken, HTML where an alternative has no plain text. Attachments, and messages inside the message,
are nobody's words here. Multiparts that are plainly well-formed are cut by `mail_parts`, all others by the standard
library. Both give parts of the same shape, so everything after the cutting is one piece of code.
"""

from __future__ import annotations

import binascii
import email
import email.message
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from honeycell.sources.charsets import decoded
from honeycell.sources.encoded_words import bytes_of_base64
from honeycell.sources.mail_parts import Irregular, MimePart, root_part

__all__ = ["MailText", "mail_text"]

MAX_CHARACTERS = 2**20
"""Longer bodies are cut; nobody wrote them by hand."""
MAX_DEPTH = 40
"""Of multiparts inside multiparts that are looked into."""
MAX_CALENDAR_BYTES = 4 * 2**20

_PLAIN = {"text/plain", "text", "", "text/markdown", "text/x-markdown", "text/english"}
_PARAMETER = re.compile(r";\s*([\w!#$&+.^`|~-]+)\*?\d*\*?\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]*))")
_UUENCODED = ("x-uuencode", "uuencode", "uue", "x-uue")


class MailText(NamedTuple):
    """What a message says."""

    text: str
    calendars: Sequence[bytes] = ()
    n_cut: int = 0
    """Characters that were left out of a text that is too long."""


class _Cutter(NamedTuple):
    """How the parts of a message are looked at, whoever cut them; parts are what the cutter made."""

    kind: Callable[[Any], str]
    charset: Callable[[Any], str]
    attached: Callable[[Any], bool]
    named: Callable[[Any], bool]
    """Whether the part has a file name."""
    content: Callable[[Any], bytes]
    children: Callable[[Any], Sequence[Any]]


@lru_cache(maxsize=4096)
def content_type(value: str) -> tuple[str, str]:
    """Media type in lower case and charset of a Content-Type field.

    Example:
        >>> content_type(' Text/Plain; format=flowed; charset="UTF-8"')
        ('text/plain', 'UTF-8')
    """
    kind = "".join(value.partition(";")[0].split()).lower()
    charset = ""
    if "charset" in value or "CHARSET" in value or "Charset" in value:
        for name, quoted, plain in _PARAMETER.findall(value):
            if name.lower() == "charset":
                charset = quoted or plain
                break
    # RFC 2231: charset''value.
    return kind, charset.rpartition("'")[2]


def mail_text(type_field: str, encoding: str, disposition: str, raw: bytes, start: int = 0) -> MailText:
    """The text of a message.

    Args:
        type_field: Its Content-Type field, unfolded or not, or an empty string.
        encoding: Its Content-Transfer-Encoding field.
        disposition: Its Content-Disposition field.
        raw: The message, lines ended by LF.
        start: Where its body begins, at the beginning of a line.

    Example:
        >>> mail_text("text/plain; charset=utf-8", "quoted-printable", "", b"Gr=C3=BC=C3=9Fe").text
        'Grüße'
    """
    kind, charset = content_type(type_field)
    if kind.startswith("multipart"):
        return _of_multipart(type_field, charset, raw, start)
    body = raw[start:] if start else raw
    if kind in _PLAIN or (kind.startswith("text/") and kind not in ("text/html", "text/calendar")):
        attached = disposition != "" and _is_attachment(disposition)
        return MailText("") if attached else _cut(decoded(_transferred(encoding, body), charset))
    if kind == "text/html":
        return _cut(_from_html(_transferred(encoding, body), charset))
    if kind == "text/calendar":
        return MailText("", (_transferred(encoding, body)[:MAX_CALENDAR_BYTES],))
    # A type that is none ("plain", "8bit") is what its sender meant to be text.
    return MailText("") if "/" in kind else _cut(decoded(_transferred(encoding, body), charset))


def _of_multipart(type_field: str, charset: str, raw: bytes, start: int) -> MailText:
    """The text of a body of several parts, cut by hand where it is well-formed."""
    try:
        calendars: list[bytes] = []
        texts = _of_root(root_part(type_field, raw, start), _OWN, calendars)
    except Irregular:
        return _of_irregular(type_field, charset, raw[start:])
    return _joined(texts or [], calendars)


def _joined(texts: list[str], calendars: list[bytes]) -> MailText:
    return _cut(texts[0] if len(texts) == 1 else "\n".join([text.rstrip() for text in texts]), calendars)


def _of_irregular(type_field: str, charset: str, body: bytes) -> MailText:
    """The text of a body of several parts, as the standard library cuts it."""
    # A boundary may hold a blank at which its field was folded.
    type_field = type_field.replace("\n", "")
    payload = b"Content-Type:%b\n\n%b" % (type_field.encode("utf-8", "surrogateescape"), body)
    calendars: list[bytes] = []
    texts = _of_root(email.message_from_bytes(payload), _SLOW, calendars)
    if texts is None:
        # No part was found: the boundary is missing, and the body is all there is.
        return _cut(decoded(body, charset))
    return _joined(texts, calendars)


def _cut(text: str, calendars: Sequence[bytes] = ()) -> MailText:
    """The text with its lines ended by LF, without blanks at its end, at most `MAX_CHARACTERS` long."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    text = text.rstrip()
    n_cut = max(0, len(text) - MAX_CHARACTERS)
    return MailText(text[:MAX_CHARACTERS], calendars, n_cut)


def _of_root(root: Any, cutter: _Cutter, calendars: list[bytes]) -> list[str] | None:
    """The texts of a multipart, or None where it has no parts at all."""
    children = cutter.children(root)
    return _inside(cutter.kind(root), children, cutter, calendars, 0) if children else None


def _inside(kind: str, children: Sequence[Any], cutter: _Cutter, calendars: list[bytes], depth: int) -> list[str]:
    """The texts inside a multipart in order; of an alternative the best form only."""
    if depth > MAX_DEPTH or kind == "multipart/digest":
        return []
    if kind == "multipart/alternative":
        return _best(children, cutter, calendars, depth)
    if len(children) == 1:
        return _texts(children[0], cutter, calendars, depth)
    texts = []
    for number, child in enumerate(children):
        # After the first part, a text with a file name is a file; related to a text are only its pictures.
        if number and (kind == "multipart/related" or cutter.named(child)) and cutter.kind(child) != "text/calendar":
            continue
        texts += _texts(child, cutter, calendars, depth)
    return texts


def _texts(part: Any, cutter: _Cutter, calendars: list[bytes], depth: int) -> list[str]:
    """The texts of a part."""
    kind = cutter.kind(part)
    if kind.startswith("multipart"):
        return _inside(kind, cutter.children(part), cutter, calendars, depth + 1)
    if kind == "text/calendar":
        calendar = cutter.content(part)[:MAX_CALENDAR_BYTES]
        if calendar not in calendars:
            calendars.append(calendar)
    elif kind in _PLAIN:
        if not cutter.attached(part):
            return [decoded(cutter.content(part), cutter.charset(part))]
    elif kind == "text/html" and not cutter.attached(part):
        return [_from_html(cutter.content(part), cutter.charset(part))]
    return []


def _best(children: Sequence[Any], cutter: _Cutter, calendars: list[bytes], depth: int) -> list[str]:
    """Of several forms of one text: the plain one where it says anything, else the first that does."""
    if len(children) == 2 and cutter.kind(children[0]) == "text/plain" and cutter.kind(children[1]) == "text/html":
        # What most multiparts are: plain text and the same as HTML.
        plain = _texts(children[0], cutter, calendars, depth)
        if plain and plain[0] and not plain[0].isspace():
            return plain
    best: list[str] = []
    # Plain text first; HTML is not even looked at where that says something.
    for child in sorted(children, key=lambda child: cutter.kind(child) not in _PLAIN):
        kind = cutter.kind(child)
        if best and not kind.startswith("multipart") and kind != "text/calendar":
            continue
        texts = _texts(child, cutter, calendars, depth)
        if not best and any([text and not text.isspace() for text in texts]):
            best = texts
    return best


def _is_attachment(disposition: str) -> bool:
    return disposition.strip()[:10].lower() == "attachment"


def _from_html(data: bytes, charset: str) -> str:
    """Imported on first use: most mail needs no HTML parser."""
    from honeycell.sources.html_text import html_text

    return html_text(decoded(data, charset))


def _transferred(encoding: str, data: bytes) -> bytes:
    """The bytes behind a transfer encoding; as they are where it is none or unknown."""
    if not encoding:
        return data
    name = encoding.strip().strip("\"'").lower()
    if name == "quoted-printable":
        return binascii.a2b_qp(data)
    if name == "base64":
        return bytes_of_base64(data)
    if name in _UUENCODED:
        wrapped = email.message_from_bytes(b"Content-Transfer-Encoding: x-uuencode\n\n" + data)
        return _payload(wrapped)
    return data


def _slow_kind(part: email.message.Message) -> str:
    """The media type of a part; text where it does not say, as it may not."""
    kind = content_type(str(part.get("Content-Type", "")))[0]
    return kind if "/" in kind else "text/plain"


def _slow_children(part: email.message.Message) -> Sequence[Any]:
    inner = part.get_payload()
    return inner if isinstance(inner, list) and part.get_content_maintype() == "multipart" else ()


def _payload(part: email.message.Message) -> bytes:
    """The bytes of a leaf, by this module's own decoders where they know the encoding."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("quoted-printable", "base64"):
        raw = part.get_payload(decode=False)
        return _transferred(encoding, str(raw).encode("utf-8", "surrogateescape"))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


_OWN = _Cutter(
    kind=lambda part: part.head.kind,
    charset=lambda part: part.head.charset,
    attached=lambda part: part.head.attached,
    named=lambda part: part.head.named,
    content=lambda part: _transferred(part.head.encoding, part.data()),
    children=MimePart.children,
)
"""Well-formed parts."""

_SLOW = _Cutter(
    kind=_slow_kind,
    charset=lambda part: content_type(str(part.get("Content-Type", "")))[1],
    attached=lambda part: part.get_content_disposition() == "attachment",
    named=lambda part: bool(part.get_filename()),
    content=_payload,
    children=_slow_children,
)
"""Parts as the standard library cuts them."""

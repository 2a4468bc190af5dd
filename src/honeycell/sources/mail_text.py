"""MIME to text: which parts of a message are its author's words, and the calendars it carries.

`text/plain` is taken, HTML where an alternative has no plain text. Attachments, and messages inside the message,
are nobody's words here. Multipart bodies are cut by `fast-mail-parser`; what it rejects goes to the standard
library. Both give leaves of the same shape, so everything after the cutting is one piece of code.
"""

from __future__ import annotations

import binascii
import email
import email.message
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from fast_mail_parser import ParseError, parse_email_tree

from honeycell.sources.charsets import decoded
from honeycell.sources.encoded_words import bytes_of_base64

__all__ = ["MailText", "mail_text"]

MAX_CHARACTERS = 2**20
"""Longer bodies are cut; nobody wrote them by hand."""
MAX_DEPTH = 40
"""Of multiparts inside multiparts that are looked into."""
MAX_CALENDAR_BYTES = 4 * 2**20

_PLAIN = {"text/plain", "text", "", "text/markdown", "text/x-markdown", "text/enriched", "text/english"}
_PARAMETER = re.compile(r";\s*([\w!#$&+.^`|~-]+)\*?\d*\*?\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]*))")
_UUENCODED = ("x-uuencode", "uuencode", "uue", "x-uue")


class MailText(NamedTuple):
    """What a message says."""

    text: str
    calendars: Sequence[bytes] = ()
    n_cut: int = 0
    """Characters that were left out of a text that is too long."""


class _Node(NamedTuple):
    """A part of a message, whoever cut it out."""

    kind: str
    charset: str
    attached: bool
    content: Callable[[], bytes]
    children: Callable[[], Sequence[_Node]]


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


def mail_text(type_field: str, encoding: str, disposition: str, body: bytes) -> MailText:
    """The text of a message.

    Args:
        type_field: Its Content-Type field, unfolded or not, or an empty string.
        encoding: Its Content-Transfer-Encoding field.
        disposition: Its Content-Disposition field.
        body: The bytes after its header, lines ended by LF.

    Example:
        >>> mail_text("text/plain; charset=utf-8", "quoted-printable", "", b"Gr=C3=BC=C3=9Fe").text
        'Grüße'
    """
    kind, charset = content_type(type_field)
    if kind in _PLAIN or (kind.startswith("text/") and kind not in ("text/html", "text/calendar")):
        attached = disposition != "" and _is_attachment(disposition)
        return MailText("") if attached else _cut(decoded(_transferred(encoding, body), charset))
    if kind == "text/html":
        return _cut(_from_html(_transferred(encoding, body), charset))
    if kind == "text/calendar":
        return MailText("", (_transferred(encoding, body)[:MAX_CALENDAR_BYTES],))
    if not kind.startswith("multipart"):
        # A type that is none ("plain", "8bit") is what its sender meant to be text.
        return MailText("") if "/" in kind else _cut(decoded(_transferred(encoding, body), charset))
    return _of_multipart(type_field, charset, body)


def _of_multipart(type_field: str, charset: str, body: bytes) -> MailText:
    """The text of a body of several parts."""
    payload = b"Content-Type:%b\n\n%b" % (type_field.encode("utf-8", "surrogateescape"), body)
    try:
        found = _walked(_fast_node(parse_email_tree(payload, mode="lazy")))
    except ParseError:
        found = _walked(_slow_node(email.message_from_bytes(payload)))
    if found is None:
        # No part was found: the boundary is missing, and the body is all there is.
        return _cut(decoded(body, charset))
    texts, calendars = found
    return _cut(texts[0] if len(texts) == 1 else "\n".join(text.rstrip() for text in texts), calendars)


def _cut(text: str, calendars: Sequence[bytes] = ()) -> MailText:
    """The text with its lines ended by LF, without blanks at its end, at most `MAX_CHARACTERS` long."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "")
    text = text.rstrip()
    n_cut = max(0, len(text) - MAX_CHARACTERS)
    return MailText(text[:MAX_CHARACTERS], calendars, n_cut)


def _walked(root: _Node) -> tuple[list[str], list[bytes]] | None:
    """Texts and calendars below a multipart, or None where it has no parts at all."""
    if not root.children():
        return None
    calendars: list[bytes] = []
    return _texts(root, calendars, 0), calendars


def _texts(node: _Node, calendars: list[bytes], depth: int) -> list[str]:
    """The texts of a part in order; an alternative gives its best form only."""
    kind = node.kind
    if kind.startswith("multipart"):
        if depth > MAX_DEPTH:
            return []
        children = node.children()
        if kind == "multipart/alternative":
            return _best(children, calendars, depth)
        if kind == "multipart/digest":
            return []
        texts = []
        for child in children:
            texts += _texts(child, calendars, depth + 1)
        return texts
    if kind == "text/calendar":
        calendar = node.content()[:MAX_CALENDAR_BYTES]
        if calendar not in calendars:
            calendars.append(calendar)
        return []
    if node.attached:
        return []
    if kind in _PLAIN:
        return [decoded(node.content(), node.charset)]
    if kind == "text/html":
        return [_from_html(node.content(), node.charset)]
    return []


def _best(children: Sequence[_Node], calendars: list[bytes], depth: int) -> list[str]:
    """Of several forms of one text: the plain one where it says anything, else the first that does."""
    later = []
    for child in children:
        if child.kind in _PLAIN:
            texts = _texts(child, calendars, depth + 1)
            if any(text.strip() for text in texts):
                for other in children:
                    if other is not child and not other.kind.startswith("text/html"):
                        _calendars(other, calendars, depth + 1)
                return texts
        else:
            later.append(child)
    best: list[str] = []
    for child in later:
        texts = _texts(child, calendars, depth + 1)
        if not best and any(text.strip() for text in texts):
            best = texts
    return best


def _calendars(node: _Node, calendars: list[bytes], depth: int) -> None:
    """Collect the calendars below a part whose text is not wanted."""
    if node.kind == "text/calendar":
        _texts(node, calendars, depth)
    elif node.kind.startswith("multipart") and depth <= MAX_DEPTH:
        for child in node.children():
            _calendars(child, calendars, depth + 1)


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


def _fast_node(part: Any) -> _Node:
    """A part as `fast-mail-parser` cut it."""
    headers = part.headers
    type_field = _field(headers, "content-type")
    kind, charset = content_type(type_field) if type_field else (part.content_type.lower(), "")
    return _Node(
        kind or "text/plain",
        charset,
        (part.disposition or "").lower() == "attachment",
        lambda: part.content or b"",
        lambda: () if part.is_message else [_fast_node(child) for child in part.children],
    )


def _field(headers: dict[str, list[str]], name: str) -> str:
    """The first value of a field, whatever the case of its name."""
    values = headers.get("Content-Type")
    if values is None:
        values = next((found for key, found in headers.items() if key.lower() == name), None)
    return values[0] if values else ""


def _slow_node(part: email.message.Message) -> _Node:
    """A part as the standard library cut it."""
    type_field = str(part.get("Content-Type", ""))
    kind, charset = content_type(type_field)
    if not kind:
        kind = part.get_content_type()
    inner = part.get_payload()
    parts = inner if isinstance(inner, list) and kind.startswith("multipart") else []
    return _Node(
        kind,
        charset,
        (part.get_content_disposition() or "") == "attachment",
        lambda: _payload(part),
        lambda: [_slow_node(child) for child in parts],
    )


def _payload(part: email.message.Message) -> bytes:
    """The bytes of a leaf, by this module's own decoders where they know the encoding."""
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in ("quoted-printable", "base64"):
        raw = part.get_payload(decode=False)
        return _transferred(encoding, str(raw).encode("utf-8", "surrogateescape"))
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""

"""Bodies and encoded words as five mail programs write them: plain, HTML beside text, base64, Latin-1, raw 8-bit."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html

from honeycell.demo.messages import Message

__all__ = ["CHARSETS", "encoded_words", "mime_body", "phrase"]

CHARSETS = ("utf-8", "utf-8", "utf-8", "iso-8859-1", "windows-1252")
"""What each mail program writes when it can."""


def encoded_words(text: str, charset: str, how: str) -> str:
    """A header value as RFC 2047 encoded words of at most 75 characters."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    words = []
    for start in range(0, len(text), 16):
        raw = text[start : start + 16].encode(charset)
        if how == "B":
            words.append(f"=?{charset}?B?{base64.b64encode(raw).decode()}?=")
        else:
            quoted = "".join(
                chr(byte) if chr(byte).isalnum() and byte < 128 else "_" if byte == 32 else f"={byte:02X}"
                for byte in raw
            )
            words.append(f"=?{charset}?Q?{quoted}?=")
    return "\n ".join(words)


def phrase(name: str, charset: str, how: str) -> str:
    """A display name as it stands before an address."""
    if not name or name.isascii():
        return f'"{name}"' if any(letter in name for letter in ",()") else name
    return encoded_words(name, charset, how)


def _entity(kind: str, encoding: str, raw: bytes, more: str = "") -> tuple[str, bytes]:
    """The header lines of a part and its encoded body."""
    if encoding == "base64":
        raw = base64.encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = binascii.b2a_qp(raw, istext=True)
    return f"Content-Type: {kind}\n{more}Content-Transfer-Encoding: {encoding}\n", raw


def _parts(kind: str, mark: str, entities: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    line = f"--{mark}\n"
    body = b"".join(f"{line}{head}\n".encode() + raw.rstrip(b"\n") + b"\n" for head, raw in entities)
    return f'MIME-Version: 1.0\nContent-Type: {kind}; boundary="{mark}"\n', body + f"--{mark}--\n".encode()


def _page(text: str) -> str:
    """The HTML a program writes beside the text."""
    rows = html.escape(text, quote=False).split("\n")
    return "<html><body><div>" + "<br>\n".join(rows) + "</div></body></html>\n"


def mime_body(message: Message, text: str, client: int) -> tuple[str, bytes]:
    """The MIME headers of a mail and its encoded body.

    Args:
        message: The message; invitations carry their calendar, one of a hundred an attachment.
        text: The whole text.
        client: The mail program, 0 to 4.
    """
    charset = CHARSETS[client]
    try:
        raw = text.encode(charset)
    except UnicodeEncodeError:
        charset, raw = "utf-8", text.encode()
    mark = f"=_{hashlib.sha256(str(message.number).encode()).hexdigest()[:20]}"
    plain = f'text/plain; charset="{charset}"'
    if message.kind == "invitation":
        calendar = _entity('text/calendar; charset="utf-8"; method=REQUEST', "base64", message.extra.encode())
        return _parts("multipart/mixed", mark, [_entity(plain, "8bit", raw), calendar])
    if message.kind in ("talk", "support") and message.number % 97 == 13:
        seed = hashlib.sha256(mark.encode()).digest()
        name = f"sheet-{message.number}.pdf"
        sheet = _entity(
            f'application/pdf; name="{name}"',
            "base64",
            b"%PDF-1.4\n" + seed * (60 + seed[0]),
            f'Content-Disposition: attachment; filename="{name}"\n',
        )
        return _parts("multipart/mixed", mark, [_entity(plain, "8bit", raw), sheet])
    by_hand = message.kind not in ("list", "mass")
    if client == 1 and by_hand:
        page = _entity('text/html; charset="utf-8"', "quoted-printable", _page(text).encode())
        return _parts("multipart/alternative", mark, [_entity(plain, "quoted-printable", raw), page])
    encoding = "8bit"
    if client == 2 and by_hand:
        encoding = "base64"
    elif text.isascii():
        plain, encoding = 'text/plain; charset="us-ascii"', "7bit"
    elif client == 3 and by_hand:
        encoding = "quoted-printable"
    head, body = _entity(plain, encoding, raw)
    return "MIME-Version: 1.0\n" + head, body

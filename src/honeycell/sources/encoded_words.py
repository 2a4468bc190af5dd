"""Header values to text: unfolding, RFC 2047 encoded words, raw 8-bit bytes."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from honeycell.sources.charsets import decoded, without_surrogates

__all__ = ["bytes_of_base64", "decode_words", "header_text", "repaired"]

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*(?:\?(?!=)[^?]*)*)\?=")
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")


@lru_cache(maxsize=16_384)
def header_text(value: str, charset: str = "") -> str:
    r"""The text of an unstructured header field: unfolded, decoded, on one line.

    Args:
        value: The field as it stands after the colon; raw 8-bit bytes as surrogate escapes.
        charset: The charset to try where raw 8-bit bytes are not UTF-8.

    Example:
        >>> header_text(" =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n aus Wien")
        'Grüße aus Wien'
    """
    value = value.strip()
    if "\n" in value or "\r" in value:
        value = _FOLD.sub(" ", value)
    if not value.isascii():
        value = repaired(value, charset)
    return decode_words(value) if "=?" in value else value


def repaired(value: str, charset: str = "") -> str:
    """The value with the bytes that were kept as surrogate escapes decoded."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return decoded(value.encode("utf-8", "surrogateescape"), charset or "cp1252")
    return value


def decode_words(value: str) -> str:
    """The value with its encoded words decoded (RFC 2047); what is none stays as it is.

    Neighbours of one charset are joined before decoding, since senders cut characters in half.
    White space between two encoded words goes.

    Example:
        >>> decode_words("=?utf-8?b?w6Q=?= =?utf-8?b?w7Y=?= and plain")
        'äö and plain'
    """
    pieces: list[str] = []
    label, pending, end = "", b"", 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        charset, data = _word(match)
        if between.strip() or end == 0 or charset != label:
            if pending:
                pieces.append(decoded(pending, label))
            pending = b""
        if between.strip() or end == 0:
            pieces.append(between)
        label, end = charset, match.end()
        pending += data
    if pending:
        pieces.append(decoded(pending, label))
    pieces.append(value[end:])
    text = "".join(pieces)
    return without_surrogates(_FOLD.sub(" ", text) if "\n" in text or "\r" in text else text)


def _word(match: re.Match[str]) -> tuple[str, bytes]:
    """Charset (without a language, RFC 2231) and bytes of an encoded word."""
    charset, encoding, text = match.groups()
    data = text.encode("utf-8", "surrogateescape")
    words = binascii.a2b_qp(data.replace(b" ", b"_"), header=True) if encoding in "Qq" else bytes_of_base64(data)
    return charset.partition("*")[0].lower(), words


def bytes_of_base64(data: bytes) -> bytes:
    """The bytes of base64 that may be cut short, unpadded or mixed with other characters."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.partition(b"=")[0])
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))

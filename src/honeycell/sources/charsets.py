"""Bytes to text, whatever label the bytes bear."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

__all__ = ["decoded", "without_surrogates"]

# Labels as mail bears them, to the codec that reads what is meant by them (WHATWG Encoding takes the same view).
_MEANT = {
    "": "utf-8", "ascii": "utf-8", "us-ascii": "utf-8", "ansi-x3-4-1968": "utf-8", "unknown-8bit": "utf-8",
    "x-unknown": "utf-8", "default": "utf-8", "utf8": "utf-8", "utf-8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252", "l1": "cp1252",
    "windows-1252": "cp1252", "x-cp1252": "cp1252", "iso-8859-9": "cp1254", "iso-8859-8-i": "iso8859-8",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "gb-2312": "gb18030",
    "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
    "ks-c-5601-1987": "cp949", "euc-kr": "cp949", "ksc5601": "cp949", "windows-949": "cp949",
    "windows-874": "cp874", "tis-620": "cp874", "iso-8859-11": "cp874",
    "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-macroman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "iso-2022-jp": "iso2022_jp_ext",
}  # fmt: skip
# Codecs of Python that are text codecs by name but name no charset of mail.
_NOT_A_CHARSET = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}
# Their bytes are all ASCII while their text is not.
_SEVEN_BIT = re.compile(r"utf-?7|iso-?2022|hz|utf-?16|utf-?32|utf_7|utf_16|utf_32")


@lru_cache(maxsize=1024)
def _codec(label: str) -> tuple[str, bool]:
    """The codec that a label means, and whether bytes below 128 are ASCII in it."""
    plain = label.strip().strip("\"'").lower().replace("_", "-").replace(" ", "-")
    name = _MEANT.get(plain, plain)
    try:
        # Decoding by method refuses codecs that are no charsets at all: zip, base64, ...
        b"a".decode(name, "replace")
        if codecs.lookup(name).name.replace("-", "_") in _NOT_A_CHARSET:
            name = "utf-8"
    except (LookupError, ValueError):
        name = "utf-8"
    return name, _SEVEN_BIT.match(name) is None


def decoded(data: bytes, label: str) -> str:
    """The text of bytes that claim a charset; never fails.

    A claim is believed where the bytes agree with it. Bytes that form UTF-8 under a label of Western Europe are
    UTF-8, for the reverse hardly ever happens; bytes that are not UTF-8 under its label are windows-1252.

    Example:
        >>> decoded("Grüße".encode(), "iso-8859-1"), decoded("Grüße".encode("latin-1"), "utf-8")
        ('Grüße', 'Grüße')
    """
    codec, ascii_inside = _codec(label)
    if ascii_inside and data.isascii():
        return data.decode("ascii")
    if codec in ("utf-8", "cp1252"):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return _nearly_utf8(data) if codec == "utf-8" else data.decode("cp1252", "replace")
    return without_surrogates(data.decode(codec, "replace"))


def _nearly_utf8(data: bytes) -> str:
    """UTF-8 with a few broken characters, or else windows-1252."""
    text = data.decode("utf-8", "replace")
    n_broken = text.count("\ufffd")
    n_whole = sum(1 for character in text if character > "\x7f") - n_broken
    return text if n_broken <= n_whole else data.decode("cp1252", "replace")


def without_surrogates(text: str) -> str:
    """The text with halves of surrogate pairs, which no storage takes, replaced."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text

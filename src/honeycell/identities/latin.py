"""Other scripts in Latin letters: the one place where a library is called for each name, and only for such names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["latin"]

_PAIRS = (("ού", "ou"), ("ου", "ou"), ("εύ", "ev"), ("ευ", "ev"), ("αύ", "av"), ("αυ", "av"), ("μπ", "b"), ("γγ", "ng"))
"""Greek letters that are read together."""
_SIGNS = {"ー": "", "ゃ": "\x01ya", "ゅ": "\x01yu", "ょ": "\x01yo", "ャ": "\x01ya", "ュ": "\x01yu", "ョ": "\x01yo",
          "っ": "\x02", "ッ": "\x02"}  # fmt: skip
"""Japanese signs that change the sound of their neighbour: marked, then applied."""


class _Letters(dict[int, str]):
    """Each character in Latin letters and digits, looked up once."""

    def __missing__(self, code: int) -> str:
        from anyascii import anyascii

        written = " " if chr(code).isspace() else "".join(c for c in anyascii(chr(code)) if c.isalnum()).lower()
        self[code] = written
        return written


_LETTERS = _Letters({ord(sign): mark for sign, mark in _SIGNS.items()} | {c: chr(c) for c in range(128)})


def latin(text: ir.StringColumn) -> ir.StringColumn:
    """The text in lower-case letters a to z and digits, whatever script it is written in: `Иван` is `ivan`.

    Letter by letter, so what depends on the language stays rough: Chinese is read in Mandarin (also where the
    name is Japanese), Arabic and Hebrew have no vowels. ASCII text is only lowered; marks that are no ASCII and
    stand for no sound vanish. A million names without an ASCII letter take 3 s.
    """
    return text.re_search(r"[^\x00-\x7f]").ifelse(_romanised(text), text.lower())


@ibis.udf.scalar.pyarrow(signature=(("string",), "string"))  # type: ignore[untyped-decorator]
def _romanised(text: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if one is None else _read(one) for one in text.to_pylist()], pa.string())


def _read(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower()
    for pair, sound in _PAIRS:
        text = text.replace(pair, sound)
    text = text.translate(_LETTERS)
    if "\x01" in text or "\x02" in text:
        text = re.sub("(sh|ch|j)i\x01y", r"\1", text).replace("i\x01", "").replace("\x01", "")
        text = re.sub("\x02(.?)", r"\1\1", text)
    return text

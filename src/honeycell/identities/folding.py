"""Display names as they are written, and as they are compared."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["declared", "full_name", "plain", "shown_name"]

_NO_NAMES = ("nan", "none", "null", "undefined", "unknown", "(none)", "n/a", "no name", "anonymous", "-", "?")
"""What software writes where there is no name."""
_TITLES = ("mr", "mrs", "ms", "miss", "dr", "prof", "phd", "md", "jr", "sr", "ii", "iii", "ing", "dipl", "mba", "esq")
_UNSPACED = "^([一-鿿]{3,4}|[가-힣]{3,4})$"
"""Chinese and Korean full names are written without spaces; two characters are as often a nickname."""


@cache
def declared(list_name: str) -> tuple[str, ...]:
    """The entries of one of this package's plain lists, in `identities/lists/NAME.txt`.

    Example:
        >>> "gmail.com" in declared("free_mail")
        True
    """
    page = resources.files("honeycell.identities").joinpath("lists", f"{list_name}.txt").read_text("utf-8")
    lines = (line.partition("#")[0].strip() for line in page.splitlines())
    return tuple(line for line in lines if line)


def shown_name(display_name: ir.StringColumn, handle: ir.StringColumn) -> ir.StringColumn:
    """The display name without quotes, white space and what a list adds; empty where it names nobody.

    `"Silva, Ana" via Dev` becomes `Silva, Ana`; the address itself, `nan` and the like become empty.
    """
    name = display_name.fill_null("").re_replace(r"[\s\x00-\x1f]+", " ")
    name = name.re_replace(r"(?i) via .+$", "").re_replace(r"^[ '\"<]+|[ '\">]+$", "")
    address = handle.re_replace(r"^[a-z]+:", "")
    empty = (name.lower() == address) | name.lower().isin(_NO_NAMES) | name.re_search(r"^[^ @]+@[^ @]+\.[^ @]+$")
    return empty.ifelse("", name)


def full_name(name: ir.StringColumn) -> ir.StringColumn:
    """The name as it is compared: folded, given name first; null when it is not the full name of a person.

    Case, diacritics, titles, middle initials and what stands in brackets do not count; `Surname, Given` is
    turned round. A full name has at least two words of two letters or more, and none of the words of
    `lists/role_words.txt` (`team`, `support`, ...); or it is three or four Chinese or Korean characters.

    Args:
        name: Names as `shown_name` gives them.
    """
    folded = name.re_replace(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>|\{[^}]*\}", " ").re_replace(r" (-|–|\||/) .*$", "")
    folded = folded.re_replace(r"^([^,]+),([^,]+).*$", r"\2 \1")
    folded = plain(folded).re_replace(r"['’`´]", "").re_replace(r"[^\p{L}\p{N}]+", " ")
    folded = folded.re_replace(rf"\b({'|'.join(_TITLES)})\b", "")
    # One-letter words go: initials are written by some and left out by others.
    folded = folded.re_replace(r"(^| )(\p{L}( |$))+", " ").re_replace(r" +", " ").strip()
    roles = "|".join(declared("role_words"))
    words = folded.re_search(r"^\p{L}{2,}( \p{L}{2,}){1,4}$") & ~folded.re_search(rf"\b({roles})\b")
    return (words | folded.re_search(_UNSPACED)).ifelse(folded, None)


def plain(text: ir.StringColumn) -> ir.StringColumn:
    """The text in lower case and without diacritics: `Žižek` is `zizek`, `Strauß` `strauss`."""
    letters = text.lower().translate(*_plain_letters()).replace("ß", "ss").replace("æ", "ae").replace("œ", "oe")
    # Translating costs far more than asking whether there is anything to translate.
    return text.re_search(r"[^\x00-\x7f]").ifelse(letters.re_replace(r"\p{M}", ""), text.lower())


@cache
def _plain_letters() -> tuple[str, str]:
    """Lower-case Latin letters with diacritics, and beside them the letters without."""
    written, plain = [], []
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if letter.islower() and base != letter and base.isascii():
            written.append(letter)
            plain.append(base)
    written.extend("øłđðħıŧ")
    plain.extend("olddhit")
    return "".join(written), "".join(plain)

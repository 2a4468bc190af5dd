"""Display names as they are shown, and what of them is not the name: companies, nicknames, notes."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["bare_name", "declared", "shown_name", "unit"]

LONGEST = 120
"""Characters beyond which what stands for a name is a text."""
_NO_NAMES = ("nan", "none", "null", "undefined", "unknown", "(none)", "n/a", "no name", "anonymous", "-", "?")
"""What software writes where there is no name."""
_ADDRESS = r"^[^ @]+@[^ @]+\.[^ @]+$"
_QUOTES = "\\s'\"<>=“”„‟«»‘’‚‛`´*,;:"
_SUFFIX = r"jr|sr|ii|iii|iv|esq|ph\.? ?d|m\.?d|m\.?sc|b\.?sc|mba|cpa|cfa|pmp|cissp|p\.?e|r\.?n|ll\.?m|dipl\.?-?ing"
_FIRM = r"ltd|inc|llc|llp|corp|gmbh|ag|plc|co|sa|srl|spa|s\.a|s\.r\.l|bv|b\.v|oy|ab|kg|pty|company|limited"
_PARTICLE = r"(?:\p{Ll}[\p{L}'’]* |(?:Van|Von|De|Da|Do|Dos|Del|Della|Di|Du|La|Le|El|Al|Bin|Ten|Ter|Mac) )"
_DIRECTORY = rf"^({_PARTICLE}{{0,3}}[\p{{L}}'’-]+), ?([\p{{L}}][\p{{L}}.'’-]*(?: [\p{{L}}.'’-]+){{0,2}})( ?[(\[].*)?$"
"""`Silva, Ana M. (Unit)`: one word before the comma, particles aside, since `Ana Silva, Acme` looks like two."""
_AFTER = r"(?: +[-–—―|·•~:]+ | *[/@|]| ?: )"
"""What parts a name from the company behind it."""
_OPEN, _SHUT = r"[(\[{<（【]", r"[)\]}>）】]"


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

    `"Silva, Ana" via Dev` becomes `Ana Silva`: turned round where one word stands before the only comma and no
    `Jr`, `PhD`, `Ltd` or the like behind it. The address itself, `nan` and the like become empty.
    """
    name = _tidied(display_name)
    address = handle.re_replace(r"^[a-z]+:", "")
    empty = (name.lower() == address) | name.lower().isin(_NO_NAMES) | name.re_search(_ADDRESS)
    empty |= name.length() > LONGEST
    roles = "|".join(declared("role_words"))
    no_person = rf"(?i),[^,]*\b({_SUFFIX}|{_FIRM})\b|^[^(\[]*\b({roles})\b"
    turned = (name.contains(",") & ~name.re_search(no_person)).ifelse(name.re_replace(_DIRECTORY, r"\2 \1\3"), name)
    return empty.ifelse("", turned)


def _tidied(display_name: ir.StringColumn) -> ir.StringColumn:
    name = display_name.fill_null("").re_replace(r"[\p{Cf}\x{FFFD}\\]+", "").re_replace(r"[\s\p{Z}\x00-\x1f\x7f]+", " ")
    for written, meant in (("&quot;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        name = name.replace(written, meant)
    # The rest of a header that could not be decoded, and whoever passed the message on.
    name = name.re_replace(r"=(3D)?\?[^ ?]*\?[bBqQ]\?.*$", "")
    name = name.re_replace(r"(?i) \(?(via|on behalf of|im auftrag von|de la part de|por encargo de) .*$", "")
    return name.re_replace(rf"^[{_QUOTES}]+|[{_QUOTES}]+$", "")


def bare_name(name: ir.StringColumn) -> ir.StringColumn:
    """The name alone, given name first where the writing tells: without company, nickname and addresses.

    Brackets, what follows a dash, slash or `@`, and quoted nicknames go; `Silva, Ana` and `SILVA Ana` are turned.
    """
    name = name.re_replace(r"\S+@\S+\.\S+|https?:\S+", " ").re_replace(rf"^[^()\[\]]{{1,40}}{_SHUT} *(\p{{L}})", r"\1")
    name = name.re_replace(rf"{_OPEN}[^)\]}}>）】]*({_SHUT}|$)", " ")
    name = name.re_replace(r"(\p{L}) +[\"“„'‘][^\"”“'’]+[\"”“'’] +(\p{L})", r"\1 \2").strip()
    name = name.re_replace(rf"^(?i:CN ?= ?)?(.*?\p{{L}}\.?){_AFTER}.*$", r"\1")
    name = name.re_replace(rf"(?i), *([^,]*\b(?:{_FIRM})\.?|(?:{_SUFFIX})\.?) *(,|$)", r"\2")
    name = name.re_replace(r"^([^,]+),([^,]+).*$", r"\2 \1").strip()
    # A surname in capitals; two letters only with a vowel: LI Wei, but not JP Morgan.
    caps = r"(?:\p{Lu}[\p{Lu}'’-]{2,}|\p{Lu}[AEIOU])"
    return name.re_replace(rf"^({caps}(?: {caps})*) (\p{{Lu}}\p{{L}}*\p{{Ll}}[\p{{L}} .-]*)$", r"\2 \1")


def unit(name: ir.StringColumn) -> ir.StringColumn:
    """What stands beside a name in brackets, behind a dash, slash or `@`, or after a second comma; null if nothing.

    Mostly the company or the department: evidence of the employer, not of the person. An address there, and a name
    in Chinese, Japanese or Korean, is neither.
    """
    places = (
        rf"{_OPEN}([^)\]}}>）】]+){_SHUT}?\s*$",
        rf"^{_OPEN}?([^()\[\]]{{1,40}}){_SHUT} *\p{{L}}",
        rf"\p{{L}}\.?{_AFTER} *(.+)$",
        r"^[^,]+,[^,]+, *(.+)$",
        rf"(?i)^[^,]+, *([^,]*\b(?:{_FIRM})\.?)$",
    )
    found = [name.re_extract(pattern, 1).strip().nullif("") for pattern in places]
    beside = name.re_search(r"[^\p{L} .'-]| -").ifelse(ibis.coalesce(*found), None)
    return beside.re_search(r"@|^[\p{Han}\p{Hangul}]{2,4}$").ifelse(None, beside)

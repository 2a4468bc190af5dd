"""Display names as they are compared: exactly, in any order of words, by sound, and part by part."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell.identities.latin import latin
from honeycell.identities.spelling import bare_name, declared, shown_name, unit

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["declared", "full_names", "name_parts", "plain", "shown_name"]

_TITLES = "mr|mrs|ms|miss|mister|dr|prof|professor|ing|dipl|mag|herr|frau|sir|sra|mme|dott|doc"
_SUFFIXES = "phd|md|jr|sr|ii|iii|iv|mba|esq|msc|bsc|cpa|pmp|cissp"
_PARTICLES = "da|das|de|del|della|den|der|des|di|do|dos|du|el|la|le|ten|ter|van|von|zu|zur|zum"
_NO_GIVEN = "das|del|della|den|der|des|dos|ter|von|zu|zur|zum"
"""Particles that are hardly anybody's given name: `dos Santos` is a surname alone."""
_CJK = r"\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}ー々"
_UNSPACED = r"^(\p{Han}{3,4}|\p{Hangul}{3,4})$"
"""Chinese and Korean full names are written without spaces; two characters are as often a nickname."""
_OFFICES = (
    "团队|團隊|客服|支持|开发|公司|邮件|管理|通知|系统|チーム|サポート|会社|事務|係|センター|고객|지원|관리자|알림"
)
"""What stands in names of companies, teams and programs that have no spaces between words."""
_TWO_FAMILIES = "欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|东方|東方|皇甫|尉迟|尉遲|令狐|慕容|남궁|황보|제갈|선우|독고"


def full_names(names: ir.Table) -> ir.Table:
    """Names with a column `full_name`, as they are compared exactly: folded, given name first where that shows.

    Case, script, diacritics, titles, middle initials, nicknames in quotes and what stands in brackets or behind a
    dash do not count; `Surname, Given` and `SURNAME Given` are turned round. A full name has two to five words of
    two letters or more and none of the words of `lists/role_words.txt` (`team`, `support`, ...); or it is Chinese,
    Japanese or Korean: two words, or three or four characters, compared as they are. Null for all others, so for
    what `lists/placeholder_names.txt` has, and for a surname with an initial: `A. Silva`, `A. Silva Costa`.

    Args:
        names: A table with a column `display_name`, as `shown_name` gives them.
    """
    return _worded(names).mutate(full_name=_whole(_._words)).select(*names.columns, "full_name")


def name_parts(t: Tables, names: ir.Table) -> ir.Table:
    """Everything that names are compared by. Use on distinct names: a million take 6 s and 0.5 GiB on two cores.

    Args:
        t: The tables of a cell.
        names: A table with a column `display_name`, as `shown_name` gives them.

    Returns:
        The rows and columns of `names`, kept, and

        - `kind`: `full`, `single` (one word), `initial` (`A. Silva`, `Ana S.`), `placeholder` (`root`), `role`
          (`Support Team`), `address`, `none`, or `other` (digits, a sentence);
        - `full_name`: as `full_names` gives it. A key: strong evidence;
        - `sorted_name`: its words in order of letters, in Latin letters also where `full_name` keeps characters. A
          key: `Yang Ming` meets `Ming Yang`, and 王小明 meets `Wang Xiaoming` (many bear either);
        - `loose_name`: `sorted_name` by its sound, the same for `Müller`, `Mueller` and `Muller`, for `Aleksey` and
          `Alexei`. A key: weak evidence;
        - `given`, `family`: the first and the last word, the other way about where only the last is a well-known
          given name; one of them a letter in `initial`, null in the other kinds;
        - `given_root`: the name that `given` is short for, or another spelling of (`lists/short_names.txt`), else
          itself. Weak; with `family` a key that lets Bob meet Robert;
        - `initials`: the first letters of `given` and `family`, in order of letters. With the longer of two names a
          key for `A. Silva`; alone far too coarse;
        - `unit`: what stood in brackets or behind a dash: evidence of the employer.
    """
    known = t.keep(_roots())
    named = _worded(names).mutate(full_name=_whole(_._words))
    is_cjk = _.full_name.re_search(f"[{_CJK}]").fill_null(False)
    named = named.mutate(_is_cjk=is_cjk, _latin=_romanised(is_cjk.ifelse(_._words, _.full_name)))
    kinded = t.keep(named.mutate(kind=_kind(), _short=_.full_name.isnull().ifelse(_._words, _._latin)))
    ends = kinded.mutate(_first=_._short.re_extract(r"^(\S+) ", 1), _last=_._short.re_extract(r" (\S+)$", 1))
    first = known.select(_first="name", _first_root="root")
    last = known.select(_last="name", _last_root="root")
    rooted = ends.left_join(first, "_first").drop("_first_right").left_join(last, "_last").drop("_last_right")
    has_parts = _.kind.isin(("full", "initial"))
    # Of `Nagy Ádám` only the last word is a given name.
    swapped = _._is_cjk | ((_.kind == "full") & _._first_root.isnull() & _._last_root.notnull())
    split = rooted.mutate(
        given=has_parts.ifelse(swapped.ifelse(_._last, _._first), None),
        family=has_parts.ifelse(swapped.ifelse(_._first, _._last), None),
        _root=swapped.ifelse(_._last_root, _._first_root),
        sorted_name=_._latin.split(" ").sort().join(" "),
    )
    g, f = _.given.substr(0, 1), _.family.substr(0, 1)
    return t.keep(
        split.select(
            *names.columns,
            "kind",
            "full_name",
            "sorted_name",
            loose_name=_sound(_._latin).split(" ").sort().join(" "),
            given="given",
            family="family",
            given_root=has_parts.ifelse(ibis.coalesce(_._root, _.given), None),
            initials=ibis.least(g, f) + ibis.greatest(g, f),
            unit=unit(_.display_name),
        )
    )


def _kind() -> ir.StringColumn:
    return ibis.cases(
        (_.display_name.fill_null("").strip() == "", "none"),
        (_.full_name.notnull(), "full"),
        (_.display_name.re_search(r"^\S+@\S+\.\S+$|^https?:"), "address"),
        (_is_placeholder(_._words), "placeholder"),
        (_is_role(_._words) | _.display_name.re_search(r"(?i)\[bot\]"), "role"),
        (_is_initial(_._words), "initial"),
        (_._words.re_search(r"^\S+$"), "single"),
        else_="other",
    )


def _worded(names: ir.Table) -> ir.Table:
    """With `_words`, initials too: in Latin letters, or Chinese, Japanese and Korean as they are.

    Step by step, for an expression that holds the one before it twice doubles with every step.
    """
    words = names.mutate(_words=bare_name(_.display_name).re_replace(r"['’`´ʼ]", ""))
    words = words.mutate(_words=_._words.re_replace(r"[^\p{L}\p{N}\p{M}]+", " ").strip())
    # Who writes the name twice is called by the one in Latin letters.
    twice = _._words.re_search(rf"[{_CJK}]") & _._words.re_search(r"\p{Latin}{2}.*\s.*\p{Latin}{2}")
    words = words.mutate(_words=twice.ifelse(_._words.re_replace(rf"[{_CJK}]+", " ").strip(), _._words))
    words = words.mutate(_words=_._words.re_search(rf"^[{_CJK} ]+$").ifelse(_._words, latin(_._words)))
    titles = rf"^(({_TITLES}) )+| (({_SUFFIXES})( |$))+$"
    return words.mutate(_words=_._words.re_replace(" +", " ").strip().re_replace(titles, "").strip())


def _whole(words: ir.StringColumn) -> ir.StringColumn:
    long = _without_initials(words)
    surname = words.re_search(rf"^({_NO_GIVEN}) \S+$")
    person = long.re_search(r"^[a-z]{2,}( [a-z]{2,}){1,4}$") & ~surname & ~_is_role(words) & ~_is_initial(words)
    joined = words.replace(" ", "")
    spaced = words.re_search(rf"^[{_CJK}]+ [{_CJK}]+$")
    cjk = (spaced | joined.re_search(_UNSPACED)) & ~joined.re_search(_OFFICES)
    return ibis.cases((_is_placeholder(words), None), (person, long), (cjk, joined), else_=None)


def _is_placeholder(words: ir.StringColumn) -> ir.BooleanColumn:
    return words.re_search(f"^({'|'.join(declared('placeholder_names'))})$")


def _is_role(words: ir.StringColumn) -> ir.BooleanColumn:
    return words.re_search(rf"\b({'|'.join(declared('role_words'))})\b|{_OFFICES}")


def _is_initial(words: ir.StringColumn) -> ir.BooleanColumn:
    short = words.re_search(rf"^([a-z] )+(({_PARTICLES}) )*[a-z]{{2,}}$|^[a-z]{{2,}}( [a-z])+$")
    # `J. Robert Smith` is a full name, `A. Silva Costa` a surname with an initial.
    second = words.re_extract(r"^(?:[a-z] )+([a-z]{2,})(?: [a-z]+){1,4}$", 1)
    return short | ((second != "") & ~second.re_search(_given_names()))


def _without_initials(words: ir.StringColumn) -> ir.StringColumn:
    """One-letter words go: initials are written by some and left out by others."""
    return words.re_replace(r"(^| )([a-z]( |$))+", " ").strip()


def _romanised(full: ir.StringColumn) -> ir.StringColumn:
    """A full name in Latin letters, the family name of an unspaced one apart."""
    apart = full.re_replace(rf"^({_TWO_FAMILIES}|\p{{Han}}{{2}})(\p{{Han}}{{2}}|\p{{Hangul}}{{2}})$", r"\1 \2")
    apart = apart.re_replace(rf"^([{_CJK}])([{_CJK}]+)$", r"\1 \2")
    return latin(apart)


def _sound(name: ir.StringColumn) -> ir.StringColumn:
    """Letters that two ways of writing one name differ by, made one."""
    for written, sound in (
        (r"([aou])e", r"\1"), ("x", "ks"), ("ph", "f"), ("kh", "h"), ("th", "t"), ("w", "v"), ("[yj]", "i"),
        ("ou", "u"), ("ck", "k"), ("c([^h]|$)", r"k\1"), ("i+", "i"), ("ff", "f"), ("ll", "l"), ("mm", "m"),
        ("nn", "n"), ("pp", "p"), ("ss", "s"), ("tt", "t"),
    ):  # fmt: skip
        name = name.re_replace(written, sound)
    return name


@cache
def _given_names() -> str:
    # One literal: a thousand in a list would cost more time in the making of the query than in its run.
    return f"^({'|'.join(_roots()['name'].to_pylist())})$"


@cache
def _roots() -> pa.Table:
    """Each known given name and what it is short for, or another spelling of."""
    lines = (line.partition(":") for line in declared("short_names"))
    pairs = [(name, root) for root, _colon, others in lines for name in (root, *others.split())]
    names, roots = zip(*pairs, strict=True)
    return pa.table({"name": names, "root": roots})


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

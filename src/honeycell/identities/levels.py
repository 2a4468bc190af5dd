"""What is compared of two handles, and how it can come out: the declarations behind `honeycell.identities.model`.

A comparison is an ordered tuple of levels, and the first that holds is how it came out. Conditions are expressions
over one row with the columns of `model.named` twice: `family_a`, `family_b`. None of them looks at anything but the two
handles, the counts of those that share a name, login or place with them, and the size of the population as a power of
two, so that a pair scores the same whoever else comes, until there are twice as many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["COMPARISONS", "MOST_AT_OWN", "Comparison", "Level", "outcome", "spellings"]


def spellings(given: Any, family: Any) -> tuple[Any, ...]:
    """The logins that people make of a name, as columns or expressions: `anasilva asilva silvaana silvaa anas`."""
    g, f = given.substr(0, 1), family.substr(0, 1)
    return (given + family, g + family, family + given, family + g, given + f)


MOST_AT_OWN = 4
"""Handles at a domain that may be somebody's own."""


@dataclass(frozen=True)
class Level:
    """One way in which a comparison can come out."""

    name: str
    words: str
    """For a reader; empty where there is nothing to say."""
    holds: ibis.Deferred | None = None
    """None: whatever is left."""
    known: bool = True
    """False where there is nothing to compare: no evidence either way, and no weight."""


@dataclass(frozen=True)
class Comparison:
    """What is compared, and its levels in order."""

    name: str
    levels: tuple[Level, ...]

    @property
    def known(self) -> tuple[Level, ...]:
        """The levels that have weights."""
        return tuple(level for level in self.levels if level.known)


def outcome(comparison: Comparison) -> ir.IntegerValue:
    """The number of the first level that holds."""
    cases = [(level.holds, n) for n, level in enumerate(comparison.levels) if level.holds is not None]
    return ibis.cases(*((holds.fill_null(False), n) for holds, n in cases), else_=len(cases))


_full = (_.name_kind_a == "full") & (_.name_kind_b == "full")
_nameless = _.name_kind_a.isnull() | _.name_kind_b.isnull()
_same_family = _.family_a == _.family_b
_same_name = _.full_name_a == _.full_name_b
_expected = ibis.least(_.n_given_a * _.n_family_a, _.n_given_b * _.n_family_b) / _.n_names_a
"""How many bear a name by chance: with this given name, times with this family name, of so many."""


def _borne(expected: float, handles: int) -> ibis.Deferred:
    return _same_name & (_expected <= expected) & (_.n_bearers_a <= handles)


_initial = ((_.name_kind_a == "initial") | (_.name_kind_b == "initial")) & (
    (_.given_a.substr(0, 1) == _.given_b.substr(0, 1)) & ((_.given_a.length() == 1) | (_.given_b.length() == 1))
)
_word_of_the_other = (
    (_.name_kind_a == "single") & ((_.sorted_name_a == _.given_b) | (_.sorted_name_a == _.family_b))
) | (
    (_.name_kind_b == "single") & ((_.sorted_name_b == _.given_a) | (_.sorted_name_b == _.family_a))
)  # fmt: skip
_same_word = (_.name_kind_a == "single") & (_.name_kind_b == "single") & (_.sorted_name_a == _.sorted_name_b)
_one_letter = (_.sorted_name_a.length() >= 8) & (_.sorted_name_a.levenshtein(_.sorted_name_b) <= 1)

NAME = Comparison(
    "name",
    (
        Level("none", "", _nameless, known=False),
        Level("rare", "the same name, and a rare one", _borne(1 / 256, 4)),
        Level("usual", "the same name", _borne(1 / 32, 8)),
        Level("frequent", "the same name, of a given and a family name that many have", _borne(1 / 4, 16)),
        Level("common", "the same name, which is a common one", _same_name),
        Level("order", "the same name in another order or script", _full & (_.sorted_name_a == _.sorted_name_b)),
        Level("sound", "the same name in another spelling", _full & (_.loose_name_a == _.loose_name_b)),
        Level("between", "the same name but for what stands between", _full & _same_family & (_.given_a == _.given_b)),
        Level(
            "short", "the same surname, given names that are forms of one name",
            _full & _same_family & (_.given_root_a == _.given_root_b),
        ),
        Level("letter", "names one letter apart", _full & _one_letter),
        Level(
            "initial", "the same rare surname, one given name the initial of the other",
            _initial & _same_family & (ibis.greatest(_.n_family_a, _.n_family_b) * 512 <= _.n_names_a),
        ),
        Level("initial-common", "the same surname, one given name the initial of the other", _initial & _same_family),
        # A login written for a name says nothing beside the login.
        Level("login", "", _same_word & (_.sorted_name_a == _.login_a) & (_.login_a == _.login_b), known=False),
        Level("single", "the same single word for a name", _same_word),
        Level("word", "one name is a word of the other", _word_of_the_other),
        Level("unlike", "", (_.name_kind_a == "single") | (_.name_kind_b == "single"), known=False),
        Level("family", "the same surname, other given names", _same_family),
        Level("other", "different names"),
    ),
)  # fmt: skip


def _by_the_name(forms: Callable[[Any, Any], Any]) -> ibis.Deferred:
    """The address of one side, without a full name, is made of the name of the other as `forms` says."""
    a = forms(lambda name: _[f"{name}_a"], lambda name: _[f"{name}_b"]) & (_.name_kind_a.fill_null("") != "full")
    b = forms(lambda name: _[f"{name}_b"], lambda name: _[f"{name}_a"]) & (_.name_kind_b.fill_null("") != "full")
    return a.fill_null(False) | b.fill_null(False)


def _spelt(mine: Callable[[str], Any], other: Callable[[str], Any]) -> ibis.Deferred:
    return mine("login").isin(spellings(other("given"), other("family")))


def _half(mine: Callable[[str], Any], other: Callable[[str], Any]) -> ibis.Deferred:
    return (mine("login") == other("family")) | ((mine("login") == other("given")) & ~mine("login_is_given"))


def _domain(mine: Callable[[str], Any], other: Callable[[str], Any]) -> ibis.Deferred:
    named = mine("label").isin((other("family"), *spellings(other("given"), other("family"))))
    return named & (mine("n_place") <= MOST_AT_OWN)


_same_login = _.login_a == _.login_b
_least_letters = ibis.least(_.login_a.length(), _.login_b.length())
_most_letters = ibis.greatest(_.login_a.length(), _.login_b.length())
_within = (
    _.login_a.startswith(_.login_b) | _.login_b.startswith(_.login_a)
    | _.login_a.endswith(_.login_b) | _.login_b.endswith(_.login_a)
)  # fmt: skip

LOGIN = Comparison(
    "login",
    (
        Level("none", "", _.login_a.isnull() | _.login_b.isnull(), known=False),
        # What the names say already says nothing twice.
        Level("by-name", "", _full & _.login_is_name_a & _.login_is_name_b, known=False),
        Level("common", "the same login, which many have",
              _same_login & ((_.n_login_a > 8) | (_.login_a.length() <= 3) | _.login_is_given_a)),
        Level("long", "the same long login", _same_login & (_.login_a.length() >= 7)),
        Level("same", "the same login", _same_login),
        Level("spells", "one login spells the name of the other", _by_the_name(_spelt)),
        Level("domain", "one domain bears the name of the other", _by_the_name(_domain)),
        Level("within", "one login is the beginning or the end of the other",
              _within & (_least_letters >= 5) & (_most_letters <= 2 * _least_letters)),
        Level("half", "one login is a word of the name of the other", _by_the_name(_half)),
        Level("other", "different logins"),
    ),
)  # fmt: skip

_both_mail = (_.host_a != "") & (_.host_b != "")
_employers = _.place_a.notnull() & _.place_b.notnull()

PLACE = Comparison(
    "place",
    (
        Level("none", "", ~_both_mail, known=False),
        Level("small", "at one organisation with few people", (_.place_a == _.place_b) & (_.n_place_a <= 4)),
        Level("same", "at one organisation", (_.place_a == _.place_b) & (_.n_place_a <= 64)),
        Level("large", "at one large organisation", _.place_a == _.place_b),
        Level("other", "at different organisations", _employers),
        Level("free", "both at one provider of mail", _.place_a.isnull() & _.place_b.isnull() & (_.host_a == _.host_b)),
        Level("both-free", "both at providers of mail", _.place_a.isnull() & _.place_b.isnull()),
        Level("one-free", "one at an organisation, one at a provider of mail"),
    ),
)


def _days(end: ibis.Deferred, start: ibis.Deferred) -> ibis.Deferred:
    return (end.epoch_seconds() - start.epoch_seconds()) / 86_400


_gap = _days(ibis.greatest(_.first_at_a, _.first_at_b), ibis.least(_.last_at_a, _.last_at_b))
"""Days between the time of one and the time of the other; negative where both are in use."""
_momentary = (_days(_.last_at_a, _.first_at_a) < 1) | (_days(_.last_at_b, _.first_at_b) < 1)

TIME = Comparison(
    "time",
    (
        Level("none", "", _.first_at_a.isnull() | _.first_at_b.isnull() | _momentary, known=False),
        Level("overlap", "in use at the same time", _gap < -30),
        Level("follows", "one in use soon after the other", _gap <= 90),
        Level("apart", "in use at different times"),
    ),
)

COMPARISONS: tuple[Comparison, ...] = (NAME, LOGIN, PLACE, TIME)

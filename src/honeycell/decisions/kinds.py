"""What people can decide: every kind of decision, its columns and their meaning, on one page.

Decisions name what is written in the world, handles, domains, names and interactions, never an id that was derived, so
they mean the same after a rebuild: the id of an interaction is made of its native id or its content. A new kind is one
declaration here; a declared kind keeps its columns for ever, since what was decided with them is kept for ever. Names
carry rules: of two columns that end in `_a` and `_b` the values differ (and stand in order where the kind is
symmetric), and `from_on` is not after `to_on`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from honeycell.errors import UsageError

__all__ = ["KINDS", "OTHERS", "Column", "Kind", "checked", "plain"]

OTHERS = "others"
"""In shares, whoever is not named."""
_ROUNDED = 0.0005
"""How far from 1 shares may sum, since people round them."""

_HANDLE = re.compile(r"[a-z][a-z0-9+.-]*:\S.*")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_INTERACTION = re.compile(r"[0-7][0-9a-f]{15}")
_NO_TEXT = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no database takes: the shell hands over bytes that are no UTF-8 as lone surrogates."""


@dataclass(frozen=True)
class Column:
    """One column of a kind of decision."""

    name: str
    form: str
    """`HANDLE` (`mailto:ana@example.com`), `INTERACTION` (16 hexadecimal digits), `TEXT`, `DATE`, `SHARES` (a JSON
    object of names and numbers that sum to 1), `NUMBER` (kept as it is written), or the words to choose from with `|`
    between them."""
    optional: bool
    """Whether it may be null."""
    meaning: str


@dataclass(frozen=True)
class Kind:
    """One kind of decision; its name is that of its table."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    symmetric: bool
    """Whether `_a` and `_b` say the same when they change places; the smaller one is then written as `_a`."""


def _kind(name: str, meaning: str, columns: str, symmetric: bool = False) -> Kind:
    """A kind from a compact page: one `name FORM meaning` line a column, `FORM?` where it may be null."""
    parsed = []
    for line in columns.strip().splitlines():
        column, form, text = line.split(maxsplit=2)
        parsed.append(Column(column, form.removesuffix("?"), form.endswith("?"), text))
    return Kind(name, meaning, tuple(parsed), symmetric)


_PERIOD = """
from_on DATE? first day, or null: since ever
to_on DATE? last day, or null: still"""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("same_person", "Two handles are one person.", """
handle_a HANDLE one of the two
handle_b HANDLE the other""", symmetric=True),
        _kind("not_same_person", "Two handles are not one person.", """
handle_a HANDLE one of the two
handle_b HANDLE the other""", symmetric=True),
        _kind("split", "A handle stands alone: it leaves the person it was given to.", """
handle HANDLE the handle that leaves"""),
        _kind("same_organisation", "A domain or a name belongs to an organisation.", f"""
organisation_a TEXT the domain or name that belongs to the other
organisation_b TEXT a domain or name of the organisation it belongs to
role spelling|domain|subsidiary|merged|renamed how it belongs to it{_PERIOD}"""),
        _kind("not_same_organisation", "Two domains or names are not one organisation.", """
organisation_a TEXT one of the two
organisation_b TEXT the other""", symmetric=True),
        _kind("affiliation", "Whoever writes from a handle belongs to an organisation.", f"""
handle HANDLE a handle of the person
organisation TEXT a domain or name of the organisation{_PERIOD}"""),
        _kind("part_of", "An interaction belongs to the conversation of another, with what answers it.", """
interaction_a INTERACTION the id of the interaction, 16 hexadecimal digits
interaction_b INTERACTION that of the other"""),
        _kind("not_part_of", "An interaction leaves the conversation it was given to, with what answers it.", """
interaction INTERACTION the id of the interaction, 16 hexadecimal digits"""),
        _kind("join_with", "The conversations of two interactions are one.", """
interaction_a INTERACTION the id of an interaction of the one, 16 hexadecimal digits
interaction_b INTERACTION of the other""", symmetric=True),
        _kind("judged_loop", "Whether a sentence is the question, request or promise it was taken for.", """
interaction TEXT the id of the message, 16 hexadecimal digits
type question|request|promise what it was taken for
starts TEXT where the sentence begins in its body, in characters
verdict yes|no|unsure what a person found"""),
        _kind("priorities", "Which share of its outward attention an organisation means to give to whom.", """
organisation TEXT a domain or name of the organisation whose attention it is
shares SHARES share for each domain or name, as JSON; `others` for the rest; they sum to 1
from_on DATE? first day, or null: since ever"""),
        _kind("floors", "Under which value of a reading no pair of people is meant to lie.", """
reading vitality|attention|responsiveness|reciprocity|multiplexity the reading, of which pairs have values of their own
least NUMBER the value, in the unit of the reading
from_on DATE? first day, or null: since ever"""),
    )
}  # fmt: skip
"""Every kind of decision by its name."""


def checked(kind: Kind, what: Mapping[str, str | date | None]) -> dict[str, str | date | None]:
    """The columns of a decision as they are kept, every one of the kind's and no other.

    Raises:
        UsageError: A column is missing, unknown, empty or not of its form, both sides are the same, or the last day
            is before the first (`bad-decision`).

    Example:
        >>> checked(KINDS["same_person"], {"handle_a": "slack:T1/U2", "handle_b": "mailto:Ana@example.com "})
        {'handle_a': 'mailto:ana@example.com', 'handle_b': 'slack:T1/U2'}
    """
    for name in what.keys() - {column.name for column in kind.columns}:
        known = ", ".join(column.name for column in kind.columns)
        raise UsageError("bad-decision", f"`{kind.name}` has no `{name}`", name, f"give {known}")
    values = {column.name: _value(column, what.get(column.name)) for column in kind.columns}
    for name in [name for name in values if name.endswith("_a")]:
        other = name.removesuffix("a") + "b"
        if values[name] == values[other]:
            raise UsageError("bad-decision", "both sides are the same", str(values[name]), "name two different ones")
        if kind.symmetric:
            values[name], values[other] = sorted((str(values[name]), str(values[other])))
    begin, end = values.get("from_on"), values.get("to_on")
    if isinstance(begin, date) and isinstance(end, date) and end < begin:
        raise UsageError(
            "bad-decision", "the last day is before the first", f"{begin} to {end}", "change places, or leave one out"
        )
    return values


def plain(name: str, value: object) -> str:
    """Words without the space around them.

    Raises:
        UsageError: There are none, or they cannot be written down (`bad-decision`).
    """
    words = value.strip() if isinstance(value, str) else ""
    if not words:
        raise UsageError("bad-decision", f"`{name}` is empty", name, f"say what `{name}` is")
    if _NO_TEXT.search(words):
        raise UsageError(
            "bad-decision", f"`{name}` holds signs that are no text", ascii(words), "leave control characters out"
        )
    return words


def _value(column: Column, value: str | date | None) -> str | date | None:
    if value is None and column.optional:
        return None
    if column.form == "DATE":
        if not isinstance(value, date) or isinstance(value, datetime):
            raise UsageError(
                "bad-decision", f"`{column.name}` is no date", repr(value), "give a day, such as 2026-10-05"
            )
        return value
    words = plain(column.name, value)
    if column.form == "HANDLE":
        if not _HANDLE.fullmatch(words):
            raise UsageError("bad-decision", "this is no handle", words, "write it as in mailto:ana@example.com")
        return words.lower() if words.startswith("mailto:") else words
    if column.form == "SHARES":
        return _shares(words)
    if column.form == "NUMBER" and not _NUMBER.fullmatch(words):
        raise UsageError("bad-decision", f"`{column.name}` is no number", words, "write it as 0.5 or 2")
    if column.form == "INTERACTION" and not _INTERACTION.fullmatch(words):
        raise UsageError("bad-decision", "this is no id of an interaction", words, "write its 16 hexadecimal digits")
    choices = column.form.split("|")
    if len(choices) > 1 and words not in choices:
        raise UsageError(
            "bad-decision", f"`{column.name}` cannot be “{words}”", words, f"choose one of {', '.join(choices)}"
        )
    return words


def _shares(words: str) -> str:
    """Shares as they are kept: names without the space around them, in order."""
    try:
        given = json.loads(words)
        held = {plain("shares", name): float(share) for name, share in given.items()}
    except (ValueError, AttributeError, TypeError):
        raise UsageError("bad-decision", "these are no shares", words, "give each name a number") from None
    if len(held) < len(given):
        raise UsageError("bad-decision", "a name stands there twice", words, "give each its share once")
    if not all(0.0 < share <= 1.0 for share in held.values()):
        raise UsageError("bad-decision", "a share is not between 0 and 100 %", words, "leave out who is to get none")
    if abs(sum(held.values()) - 1.0) > _ROUNDED:
        raise UsageError(
            "bad-decision", f"the shares sum to {sum(held.values()):.1%}, not to 100 %", words,
            f"give the rest to `{OTHERS}`",
        )  # fmt: skip
    return json.dumps(held, sort_keys=True)

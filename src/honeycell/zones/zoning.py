"""The zones of a message: from what each run of lines is to what a reader sees as one piece."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from honeycell.zones.certain import RULES, Lines
from honeycell.zones.features import features
from honeycell.zones.lexicon import lexicon, words_of
from honeycell.zones.lines import Runs, read
from honeycell.zones.marks import mark
from honeycell.zones.model import LABELS, decoded, model

__all__ = ["KINDS", "KIND_OF", "Zone", "own_words", "zoned", "zones", "zones_of"]

KINDS = ("salutation", "own", "quotation", "closing", "signature", "disclaimer", "code", "invitation")
"""What a zone can be."""

KIND_OF = {
    "salutation": "salutation", "own": "own", "closing": "closing", "signature": "signature", "footer": "disclaimer",
    "quotation": "quotation", "attribution": "quotation", "header": "quotation", "patch": "code", "code": "code",
    "log": "code", "table": "code", "rule": "",
}  # fmt: skip
"""The kind of zone that a label of the model makes; a ruled line is of the kind below it."""
_ADDRESS = re.compile(r"[\w.+%=-]+@[\w-]+(?:\.[\w-]+)+")
_CLOCK = re.compile(r"\S*\d\S*|\b[ap]\.?m\b\.?|\b(?:gmt|utc|cet|cest|est|edt|pst|pdt)\b|\bem\b|\bà\b|\bum\b", re.I)
_BEHALF = re.compile(
    r"\b(?:on behalf of|im auftrag von|de la part de|en nombre de|em nome de|per conto di|namens) ", re.I
)
_AUXILIARY = {"a", "ha", "hat", "has", "het", "volgende", "following", "heeft", "я", "użytkownik", "пользователь", "je"}
_DATED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}:\d\d|\b(?:19|20)\d\d\b")
_MOST_ATTRIBUTION = 4
"""Runs that one line above a quotation is broken into, at most."""


@dataclass(frozen=True)
class Zone:
    """A piece of a message."""

    kind: str
    """One of `KINDS`."""
    start: int
    """Where it begins, in characters."""
    end: int
    """Where it ends: where the next one begins, or the text ends."""
    of: str | None = None
    """Who is quoted, as the message says: an address in lower case, or a name; None where it does not say."""


def zones(text: str, *, sender_names: Collection[str] = ()) -> tuple[Zone, ...]:
    r"""The zones of a message, in order; together they cover it. None for a blank one.

    Args:
        text: The message, lines ended by LF.
        sender_names: Names and addresses of who wrote it, as far as known: their words below a message are no text.

    Example:
        >>> text = "Dear Ana,\nyes, gladly.\n\nBest,\nBo\n\nOn 3 May 2024, Ana <ana@example.com> wrote:\n> Tea?"
        >>> [(zone.kind, zone.of) for zone in zones(text)]
        [('salutation', None), ('own', None), ('closing', None), ('quotation', 'ana@example.com')]
    """
    return zones_of([text], senders=[sender_names])[0]


def zones_of(texts: Sequence[str], *, senders: Sequence[Collection[str]] | None = None) -> list[tuple[Zone, ...]]:
    """The zones of many messages; much faster than one by one.

    Args:
        texts: The messages, lines ended by LF.
        senders: For each the names and addresses of who wrote it; None where nothing is known of any.

    Returns:
        For each message what `zones` gives.
    """
    runs = read(texts, senders)
    return zoned(texts, runs, decoded(model(), features(runs), np.array(runs.message, np.int64)).tolist())


def zoned(texts: Sequence[str], runs: Runs, labels: Sequence[int]) -> list[tuple[Zone, ...]]:
    """The zones of messages, given what each of their runs is, as its place in `LABELS`."""
    found: list[tuple[Zone, ...]] = [()] * len(texts)
    for number, places in groupby(range(len(labels)), key=runs.message.__getitem__):
        found[number] = tuple(_zones(texts[number], runs, labels, list(places)))
    return found


def own_words(text: str, *, sender_names: Collection[str] = ()) -> str:
    r"""What the author says: the text without all other zones.

    Example:
        >>> own_words("Hi Ana,\nsee below, and\n\n> Tea?\n\nYes, gladly. At five then?\n\n-- \nBo\n")
        'see below, and\n\nYes, gladly. At five then?'
    """
    found = zones(text, sender_names=sender_names)
    return "\n\n".join([text[zone.start : zone.end].strip("\n").rstrip() for zone in found if zone.kind == "own"])


_ORIGINAL, _QUOTED, _INVITATION, _FROM, _STRONG = (
    mark(name) for name in ("original", "quoted", "invitation", "header from", "attribution")
)
_HEADERS = _FROM | mark("header date") | mark("header to") | mark("header subject")
_COMMIT = mark("commit") | mark("diffstat") | mark("inside a hunk") | mark("signed off")


def _zones(text: str, runs: Runs, labels: Sequence[int], places: list[int]) -> Iterator[Zone]:
    """The zones of one message, its runs at these places."""
    lines = Lines(
        marks=[runs.marks[place] for place in places],
        texts=[runs.text[place] for place in places],
        blanks=[runs.blanks[place] for place in places],
        labels=[LABELS[labels[place]] for place in places],
    )
    for rule in RULES:
        rule(lines)
    kinds = [KIND_OF[label] for label in lines.labels]
    _with_rules(kinds)
    _with_invitations(kinds, lines)
    at = _passed_on(kinds, lines)
    if at is not None:
        last = max((n for n, kind in enumerate(kinds) if kind != "disclaimer"), default=at)
        kinds[at : last + 1] = ["quotation"] * (last + 1 - at)
    starts = [0, *(runs.start[place] for place in places[1:]), len(text)]
    first = 0
    for n in range(1, len(places) + 1):
        if n == len(places) or kinds[n] != kinds[first] or (kinds[n] == "quotation" and _another(lines, n)):
            of = _quoted(text, runs, lines, places, first, n) if kinds[first] == "quotation" else None
            yield Zone(kinds[first], starts[first], starts[n], of)
            first = n


def _with_rules(kinds: list[str]) -> None:
    """A ruled line belongs to what is below it, the last one to what is above."""
    for n in range(len(kinds) - 2, -1, -1):
        kinds[n] = kinds[n] or kinds[n + 1]
    for n, kind in enumerate(kinds):
        kinds[n] = kind or (kinds[n - 1] if n else "own")


def _with_invitations(kinds: list[str], lines: Lines) -> None:
    """What a calendar or conference service wrote: from the first to the last of two or more lines it is known by."""
    seen = [n for n, found in enumerate(lines.marks) if found & _INVITATION and kinds[n] != "quotation"]
    if len(seen) < 2 or seen[-1] - seen[0] > 12 * len(seen):
        return
    first, end = seen[0], seen[-1] + 1
    while first and lines.labels[first - 1] == "rule":
        first -= 1
    while end < len(kinds) and not lines.blanks[end] and kinds[end] != "quotation":
        end += 1
    kinds[first:end] = ["invitation"] * (end - first)


def _passed_on(kinds: list[str], lines: Lines) -> int | None:
    """Where a message begins that the author answers or passes on whole, without a sign on each of its lines."""
    for n, seen in enumerate(lines.marks):
        if kinds[n] != "quotation" or seen & _QUOTED:
            continue
        heads = lines.labels[n] == "header" and _is_head(lines.marks, n)
        if not (seen & _ORIGINAL or heads or (lines.labels[n] == "attribution" and _is_dated(lines, n))):
            continue
        end = n + 1
        while (
            end < len(kinds)
            and (lines.labels[end] in ("header", "attribution", "rule") or lines.marks[end] & _HEADERS)
            and not lines.marks[end] & _QUOTED
        ):
            end += 1
        if end < len(kinds) and not lines.marks[end] & _QUOTED:
            return n
    return None


def _is_head(marks: list[int], n: int) -> bool:
    """Whether the fields from here on are those of a message: who, and two more; at the top also to whom."""
    near = 0
    for seen in marks[n : n + 8]:
        near |= seen
    others = sum(bool(near & mark(name)) for name in ("header date", "header to", "header subject"))
    return bool(near & _FROM) and not near & _COMMIT and others >= 2 and (n > 0 or bool(near & mark("header to")))


def _is_dated(lines: Lines, n: int) -> bool:
    """Whether a line above a quotation has a date, and no line of the message a sign of quotation."""
    ends = any(seen & _STRONG for seen in lines.marks[n : n + _MOST_ATTRIBUTION])
    return ends and not any(seen & _QUOTED for seen in lines.marks) and bool(_DATED.search(lines.texts[n]))


def _another(lines: Lines, n: int) -> bool:
    """Whether somebody else is quoted from here on: a line that says so, below a quotation."""
    return lines.labels[n] == "attribution" and lines.labels[n - 1] == "quotation"


def _quoted(text: str, runs: Runs, lines: Lines, places: list[int], first: int, end: int) -> str | None:
    """Who is quoted, by the lines above the quotation."""
    for n in range(first, end):
        if lines.marks[n] & _FROM:
            said = lines.texts[n].replace("：", ":").partition(":")[2]
            return _address(said) or _BEHALF.split(said)[-1].strip(" *\"'<>;") or None
        if lines.marks[n] & _QUOTED:
            break
    said = " ".join(
        text[runs.start[places[n]] : runs.end[places[n]]]
        for n in range(first, min(end, first + _MOST_ATTRIBUTION))
        if lines.labels[n] == "attribution" and not lines.marks[n] & _QUOTED
    )
    return (_address(said) or _name(said)) if said else None


def _address(said: str) -> str | None:
    if behalf := _BEHALF.search(said):
        # The first address is that of a list or an assistant; whose words they are stands behind.
        said = said[behalf.end() :]
    found = _ADDRESS.search(said)
    return found[0].lower() if found else None


def _name(said: str) -> str | None:
    """The name in a line like `On 3 May 2024 at 10:00 Ana Silva wrote:`, the verb last or in the middle."""
    writing = lexicon().writing
    tokens = said.strip().strip("-*_>#: ：").split()
    verb = next((n for n in range(len(tokens) - 1, -1, -1) if writing.intersection(words_of(tokens[n].lower()))), None)
    if verb is None:
        return None
    named = tokens[verb + 1 :] or tokens[:verb]
    if not tokens[verb + 1 :]:
        clock = [n for n, token in enumerate(named) if _CLOCK.fullmatch(token.strip(",;()"))]
        named = named[clock[-1] + 1 :] if clock else named
    kept = [token for token in named if token.lower().strip(",:") not in _AUXILIARY]
    name = " ".join(kept).strip(" ,:;\"'<>()[]*-")
    return name if name and len(name) <= 60 else None

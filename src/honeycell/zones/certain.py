"""What is certain about lines whatever the model says: a few declared rules over its labels.

Each rule takes the runs of one message and their labels, and changes the labels. They stand here in the order in which
they are applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from honeycell.zones.lines import mark

__all__ = ["RULES", "Lines"]

_QUOTED, _ATTRIBUTION, _BEGINS, _ENDS, _ORIGINAL, _DEVICE, _FOOTER, _BULLET = (
    mark(name)
    for name in (
        "quoted", "attribution", "attribution begins", "attribution ends", "original", "device", "footer", "bullet",
    )
)  # fmt: skip
_LOWER, _BYE, _BYE_ONLY, _SENTENCE, _SENDER_ONLY = (
    mark(name)
    for name in ("lower case begins", "closing begins", "closing only", "ends a sentence", "sender only")
)  # fmt: skip
_FROM, _DATE, _TO, _SUBJECT = (mark(f"header {name}") for name in ("from", "date", "to", "subject"))
_HEADERS = _FROM | _DATE | _TO | _SUBJECT | mark("header other")
_TELLS_WHO = _ATTRIBUTION | _BEGINS | _ENDS | _ORIGINAL | _HEADERS | mark("colon at the end") | mark("address")
_TELLS_FOOTER = _FOOTER | mark("link") | mark("address") | mark("device") | mark("rule")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d|@")
_MOST_LINES = 4
"""Lines that the one above a quotation is broken into, at most."""


class Lines:
    """The runs of one message: their marks, first lines, blank lines above, and labels, which the rules change."""

    def __init__(self, marks: list[int], texts: list[str], blanks: list[int], labels: list[str]) -> None:
        self.marks = marks
        self.texts = texts
        self.blanks = blanks
        self.labels = labels


def attributions(lines: Lines) -> None:
    """`On 3 May Ana wrote:`, in one line or broken, above a quotation; or with a date and a time above anything."""
    for n, seen in enumerate(lines.marks):
        if not seen & (_ATTRIBUTION | _BEGINS) or seen & _QUOTED:
            continue
        end = _end_of_attribution(lines, n)
        if end is None:
            continue
        follows = lines.marks[end] if end < len(lines.marks) else 0
        if follows & _QUOTED or _CLOCK.search(" ".join(lines.texts[n:end])):
            lines.labels[n:end] = ["attribution"] * (end - n)


def _end_of_attribution(lines: Lines, n: int) -> int | None:
    """Behind the last line of an attribution that begins here; None where it is none."""
    for end in range(n, min(n + _MOST_LINES, len(lines.marks))):
        seen = lines.marks[end]
        if (end > n and lines.blanks[end]) or seen & _QUOTED:
            return None
        if seen & _ATTRIBUTION or (end > n and seen & _ENDS):
            # What begins here must look like the beginning, unless it is all of it.
            return end + 1 if end == n or lines.marks[n] & _BEGINS else None
        if not lines.marks[n] & _BEGINS:
            return None
    return None


def heads(lines: Lines) -> None:
    """Who, and two of when, to whom and what about, in lines that follow each other: the head of a message."""
    n = 0
    while n < len(lines.marks):
        end, seen = n, 0
        while end < len(lines.marks) and lines.marks[end] & _HEADERS and not (end > n and lines.blanks[end]):
            seen |= lines.marks[end]
            end += 1
        kinds = sum(bool(seen & one) for one in (_DATE, _TO, _SUBJECT))
        if seen & _FROM and kinds >= 2 and (n > 0 or seen & _TO):
            lines.labels[n:end] = ["header"] * (end - n)
        n = max(end, n + 1)


def broken_quotations(lines: Lines) -> None:
    """The rest of a quoted line that a mail program broke: in small letters, between quoted lines, none blank."""
    for n in range(1, len(lines.labels) - 1):
        near = lines.marks[n - 1] & lines.marks[n + 1] & _QUOTED
        if near and lines.marks[n] & _LOWER and not lines.blanks[n] and not lines.blanks[n + 1]:
            lines.labels[n] = "quotation"


def attributions_that_tell_nothing(lines: Lines) -> None:
    """A line above a quotation names somebody or ends with a colon; another one is the author's."""
    for n, label in enumerate(lines.labels):
        if label in ("attribution", "header") and not lines.marks[n] & (_TELLS_WHO | _QUOTED):
            above, below = lines.labels[n - 1 : n], lines.labels[n + 1 : n + 2]
            joined = (above and above[0] in ("attribution", "header") and not lines.blanks[n]) or (
                below and below[0] in ("attribution", "header") and not lines.blanks[n + 1]
                and not lines.marks[n + 1] & (_ORIGINAL | _HEADERS)
            )  # fmt: skip
            if not joined:
                lines.labels[n] = "own"


def lists_are_no_closing(lines: Lines) -> None:
    """`- Ana` is no name below a message when the line above begins as a list does."""
    for n in range(1, len(lines.labels)):
        if lines.labels[n] == "closing" and lines.marks[n] & lines.marks[n - 1] & _BULLET and not lines.blanks[n]:
            lines.labels[n] = "own"


def closings(lines: Lines) -> None:
    """What people say last, and nothing else, above a name or signature. A word alone is the message, not its end."""
    for n in range(len(lines.labels) - 2, -1, -1):
        below = lines.labels[n + 1]
        if (
            lines.labels[n] == "own"
            and lines.marks[n] & _BYE_ONLY
            and not lines.marks[n] & _SENTENCE
            and below in ("closing", "signature")
        ):
            lines.labels[n] = "closing"
    if "own" not in lines.labels and "code" not in lines.labels:
        ends = [n for n, label in enumerate(lines.labels) if label == "closing"]
        if len(ends) == 1 and not lines.marks[ends[0]] & (_BYE_ONLY | _BYE):
            lines.labels[ends[0]] = "own"


def names_of_the_author(lines: Lines) -> None:
    """The name of whoever sent it, alone in the last line of their text, with a blank line above."""
    said = [n for n, label in enumerate(lines.labels) if label in ("own", "closing", "code")]
    if len(said) > 1 and lines.labels[said[-1]] == "own":
        last = said[-1]
        if lines.marks[last] & _SENDER_ONLY and lines.blanks[last]:
            lines.labels[last] = "closing"


def devices(lines: Lines) -> None:
    """`Sent from my phone` is a signature where nothing of the author's follows below it."""
    for n, seen in enumerate(lines.marks):
        if seen & _DEVICE and lines.labels[n] in ("own", "footer", "closing", "signature"):
            last = n + 1 == len(lines.labels) or lines.labels[n + 1] not in ("own", "salutation")
            lines.labels[n] = "signature" if last else "own"


def footers_need_a_reason(lines: Lines) -> None:
    """Lines at the top that nothing shows to be a footer are the author's."""
    first = 0
    while first < len(lines.labels):
        end = first
        while end < len(lines.labels) and lines.labels[end] == "footer":
            end += 1
        if end > first:
            shown = any(seen & _TELLS_FOOTER for seen in lines.marks[max(0, first - 1) : end])
            if not shown and not any(label == "own" for label in lines.labels[:first]):
                lines.labels[first:end] = ["own"] * (end - first)
        first = max(end, first + 1)


RULES: tuple[Callable[[Lines], None], ...] = (
    attributions,
    heads,
    broken_quotations,
    attributions_that_tell_nothing,
    lists_are_no_closing,
    closings,
    names_of_the_author,
    devices,
    footers_need_a_reason,
)
"""In order."""

"""What is certain about lines whatever the model says: a few declared rules over its labels.

Each rule takes the runs of one message and their labels, and changes the labels. They stand here in the order in which
they are applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from honeycell.zones.marks import mark

__all__ = ["RULES", "Lines"]

_QUOTED, _ATTRIBUTION, _BEGINS, _ENDS, _ORIGINAL, _DEVICE, _FOOTER, _BULLET = (
    mark(name)
    for name in (
        "quoted", "attribution", "attribution begins", "attribution ends", "original", "device", "footer", "bullet",
    )
)  # fmt: skip
_LOWER, _BYE, _BYE_ONLY, _SENTENCE, _SENDER_ONLY, _NAME, _COMMA, _SIGNED_OFF = (
    mark(name)
    for name in (
        "lower case begins", "closing begins", "closing only", "ends a sentence", "sender only", "name",
        "comma at the end", "signed off",
    )
)  # fmt: skip
_MACHINE = sum(
    mark(name)
    for name in (
        "inside a hunk", "diff", "diffstat", "field", "signed off", "log", "stack", "code begins", "code ends",
        "code inside", "columns", "bar", "indented", "far indented", "commit", "one or two words", "few words",
        "identifiers", "rule", "angle begins",
    )
)  # fmt: skip
_TELLS_SIGNATURE = mark("signature rule") | mark("rule") | mark("telephone") | mark("address") | mark("device")
_FROM, _DATE, _TO, _SUBJECT = (mark(f"header {name}") for name in ("from", "date", "to", "subject"))
_HEADERS = _FROM | _DATE | _TO | _SUBJECT | mark("header other")
_TELLS_WHO = _ATTRIBUTION | _BEGINS | _ENDS | _ORIGINAL | _HEADERS | mark("colon at the end") | mark("address")
_TELLS_FOOTER = _FOOTER | mark("device") | mark("rule")
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
    end = 0
    for n in range(len(lines.marks)):
        if n < end or not lines.marks[n] & _HEADERS:
            continue
        end, seen = n, 0
        while end < len(lines.marks) and lines.marks[end] & _HEADERS and not (end > n and lines.blanks[end]):
            seen |= lines.marks[end]
            end += 1
        kinds = bool(seen & _DATE) + bool(seen & _TO) + bool(seen & _SUBJECT)
        if seen & _FROM and kinds >= 2 and (n > 0 or seen & _TO):
            lines.labels[n:end] = ["header"] * (end - n)


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
    """What people say last, and nothing else, above a name, a closing or a signature.

    The last word of a paragraph is no name, and a word alone is the message, not its end.
    """
    labels, marks = lines.labels, lines.marks
    for n in range(len(labels) - 2, -1, -1):
        if labels[n] == "own" and marks[n] & _BYE_ONLY and not marks[n] & _SENTENCE:
            if labels[n + 1] in ("closing", "signature"):
                labels[n] = "closing"
            elif labels[n + 1] == "own" and marks[n + 1] & _NAME and "own" not in labels[n + 2 : n + 3]:
                labels[n : n + 2] = ["closing", "closing"]
    for n, seen in enumerate(marks):
        rest = seen & _LOWER and seen & _SENTENCE and not seen & (_BYE | _BYE_ONLY | _SENDER_ONLY)
        if n and rest and labels[n] == "closing" and labels[n - 1] == "own" and not lines.blanks[n]:
            labels[n] = "own"
    if "own" not in labels and "code" not in labels:
        ends = [n for n, label in enumerate(labels) if label == "closing"]
        if len(ends) == 1 and not marks[ends[0]] & (_BYE_ONLY | _BYE):
            labels[ends[0]] = "own"


def names_addressed(lines: Lines) -> None:
    """`Ana,` in the first line, with text below, is whom it is for."""
    named = lines.marks[0] & _NAME and lines.marks[0] & _COMMA and not lines.marks[0] & (_BYE | _BYE_ONLY)
    if named and lines.labels[0] in ("closing", "own") and "own" in lines.labels[1:]:
        lines.labels[0] = "salutation"


def trailers(lines: Lines) -> None:
    """`Reviewed-by: Ana <ana@example.com>` belongs to a patch, and quotes nobody."""
    for n, seen in enumerate(lines.marks):
        if seen & _SIGNED_OFF and not seen & _QUOTED and lines.labels[n] in ("attribution", "header", "quotation"):
            lines.labels[n] = "table"


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


def ends_need_a_reason(lines: Lines) -> None:
    """What stands above all words of the author is no footer and no signature, unless something shows it."""
    shows = {"footer": _TELLS_FOOTER, "signature": _TELLS_SIGNATURE}
    first = 0
    while first < len(lines.labels):
        label, end = lines.labels[first], first + 1
        while end < len(lines.labels) and lines.labels[end] == label:
            end += 1
        if label in shows:
            shown = any(seen & shows[label] for seen in lines.marks[max(0, first - 1) : end])
            if not shown and not any(above in ("own", "closing", "code") for above in lines.labels[:first]):
                lines.labels[first:end] = ["own"] * (end - first)
        first = end


def prose(lines: Lines) -> None:
    """A line of many words in which nothing is a machine's is no log and no code."""
    for n, label in enumerate(lines.labels):
        if label in ("code", "log", "table") and not lines.marks[n] & _MACHINE and len(lines.texts[n]) > 40:
            lines.labels[n] = "own"


def one_line(lines: Lines) -> None:
    """A message of one line is what its author says: `Thank you!`."""
    if len(lines.labels) == 1 and lines.labels[0] in ("closing", "salutation", "signature", "footer", "attribution"):
        lines.labels[0] = "own"


RULES: tuple[Callable[[Lines], None], ...] = (
    attributions,
    heads,
    broken_quotations,
    attributions_that_tell_nothing,
    lists_are_no_closing,
    closings,
    names_addressed,
    trailers,
    names_of_the_author,
    devices,
    ends_need_a_reason,
    prose,
    one_line,
)
"""In order."""

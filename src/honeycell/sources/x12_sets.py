"""The interchanges of ASC X12: envelopes (ISA, GS), and the transaction sets in them as segments of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Segment", "Transaction", "element", "moment", "transactions"]

_ISA = re.compile(r"(?:(?<=[^\w ])|\A)ISA([^\w \t\r\n])")
_BARE = re.compile(r"\s*(?:GS|ST)([^\w \t\r\n])")
"""A document whose envelope was taken off."""
_BLANK = " \t\r\n"
"""What is blank; not what Python holds for it, for separators are among that."""

Segment = list[str]


@dataclass
class Transaction:
    """One transaction set, and what its envelope says."""

    kind: str
    """850, 855, ..."""
    sender: str
    """Qualifier and identifier: ZZ:ACME."""
    receiver: str
    sent_at: datetime | None
    segments: list[Segment] = field(default_factory=list)
    """Without ST and SE; each with its name first."""
    text: str = ""
    fault: str = ""

    def first(self, name: str) -> Segment:
        """The first segment of this name, or an empty one."""
        return next((one for one in self.segments if one[0] == name), [name])


def transactions(text: str) -> Iterator[Transaction]:
    """The transaction sets of a text, which may hold several interchanges, each with separators of its own.

    The header need not have its fixed width: mail programs and web pages take blanks out.

    Example:
        >>> text = "ISA*00**00**ZZ*A*ZZ*B*240102*0900*U*00401*1*0*P*>~GS*PO*A*B*20240102*0900*1*X*004010~"
        >>> [one.kind for one in transactions(text + "ST*850*1~BEG*00*SA*7**20240102~SE*3*1~GE*1*1~IEA*1*1~")]
        ['850']
    """
    headers = _ISA.finditer(text)
    header = next(headers, None)
    if header is None and (bare := _BARE.match(text)):
        terminator = "~" if "~" in text else "\n"
        yield from _sets(text, bare[1], terminator, sender="", receiver="", sent_at=None)
    while header is not None:
        following = next(headers, None)
        yield from _of_interchange(text[header.start() : following.start() if following else len(text)], header[1])
        header = following


def _of_interchange(text: str, separator: str) -> Iterator[Transaction]:
    elements = text.split(separator, 16)
    if len(elements) < 17:
        return
    # The last element is one character and the terminator follows; some leave the element out.
    tail = elements[16]
    terminator = tail[1:2]
    lines = tail.split("\n", 2)
    left_out = terminator.isalnum() or (
        terminator in ("\r", "\n") and len(lines) > 1 and lines[1].rstrip(_BLANK)[-1:] == tail[0]
    )
    if left_out and tail[0] in "~'|":
        terminator = tail[0]
    if not terminator or terminator.isalnum():
        terminator = "\n"
    sender, receiver = (f"{elements[at].strip()}:{elements[at + 1].strip()}" for at in (5, 7))
    sent_at = moment("20" + elements[9].strip(), elements[10].strip())
    yield from _sets(text, separator, terminator, sender=sender, receiver=receiver, sent_at=sent_at)


def _sets(
    text: str, separator: str, terminator: str, *, sender: str, receiver: str, sent_at: datetime | None
) -> Iterator[Transaction]:
    one: Transaction | None = None
    held: list[str] = []
    for written in text.split(terminator):
        segment = [element.strip(_BLANK) for element in written.strip(_BLANK).split(separator)]
        name = segment[0]
        if name == "ST":
            if one is not None:
                yield _cut(_with_text(one, held, terminator))
            one, held = Transaction(element(segment, 1), sender, receiver, sent_at), []
        if one is not None:
            held.append(written.strip(_BLANK))
        if name == "SE" and one is not None:
            yield _with_text(one, held, terminator)
            one = None
        elif one is not None and name not in ("ST", ""):
            one.segments.append(segment)
    if one is not None:
        yield _cut(_with_text(one, held, terminator))


def _with_text(one: Transaction, written: list[str], terminator: str) -> Transaction:
    # Joined at the end: a text that grows segment by segment is copied as often as it has segments.
    one.text = terminator.join([*written, ""])
    return one


def _cut(one: Transaction) -> Transaction:
    one.fault = f"the {one.kind or 'transaction'} has no end (SE)"
    return one


def element(segment: Segment, number: int) -> str:
    """An element by its number, or an empty text."""
    return segment[number] if number < len(segment) else ""


def moment(day: str, time: str = "") -> datetime | None:
    """A date of eight or six digits and a time of four or more, or None; a time that is none is midnight."""
    if not re.fullmatch(r"\d{8}|\d{6}", day):
        return None
    try:
        at = datetime.strptime(day, "%Y%m%d" if len(day) == 8 else "%y%m%d")
        return datetime.strptime(day + time[:4], "%Y%m%d%H%M") if len(day) == 8 and len(time) >= 4 else at
    except ValueError:
        return None if not time else moment(day)

"""What is known of a run of lines beyond its own marks: its shape, where it stands, what is around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from honeycell.zones.lines import Runs
from honeycell.zones.marks import MARKS, mark

__all__ = ["NAMES", "features"]

_SHAPES = (
    "to 4 long", "to 9 long", "to 16 long", "to 30 long", "to 50 long", "to 66 long", "to 80 long", "longer",
    "some digits", "many digits", "some signs", "many signs", "some capitals", "many capitals", "several lines",
    "blank below", "no blank above", "blank above", "blanks above",
    "first", "second", "third", "to sixth", "last", "second last", "third last", "to fifth last", "to ninth last",
    "begins as above", "begins as below", "block of one", "block of two", "block of three", "block to six",
    "long block",
    "first block", "second block", "last block", "second last block",
    "stop follows", "stop two below", "stop three below", "stop far below",
    "end before stop", "quotation before stop", "rule before stop", "header before stop",
    "signature rule above", "just below a rule", "near below a rule", "header above", "original above",
    "quotation above",
    "diff above", "salutation above", "closing near above", "footer near above", "own line above",
    "signature rule below", "quotation below", "original below", "footer near below", "closing below", "diff below",
)  # fmt: skip
assert len(_SHAPES) == 64

_STRETCHES = (
    "stretch: footer", "stretch: footers", "stretch: link", "stretch: address", "stretch: telephone",
    "stretch: sender", "stretch: below dashes", "stretch: below underscores", "stretch: below hyphens",
    "stretch: below another rule", "stretch: first", "stretch: last", "stretch: of one", "stretch: to three",
    "stretch: to six", "stretch: to twelve", "stretch: longer", "stretch: sentence", "stretch: quotation",
    "stretch: first run", "stretch: second run", "stretch: to fourth run", "stretch above: footer",
    "stretch below: footer", "stretch: diff",
    "block: footer", "block: link", "block: address", "block: closing", "block: header", "block: some code",
    "block: mostly code", "block: some log", "block: mostly log", "block: mostly identifiers", "block: sentence",
    "block: mostly columns", "block: mostly fields", "block: name", "block: telephone", "block: salutation",
    "block: mostly long", "block: begins in lower case",
    "block above: mostly code or log", "block below: mostly code or log", "block above: ends with a colon",
    "block above: footer", "block below: footer", "block above: closing", "block below: quotation",
    "block above: quotation", "block above: fields", "block below: fields",
    "message: to three", "message: to eight", "message: to twenty", "message: longer", "message: mostly log",
    "message: diff", "message: mostly long", "message: footer", "message: closing", "message: attribution",
    "message: columns",
)  # fmt: skip
assert len(_STRETCHES) == 64

NAMES = (*MARKS, *_SHAPES, *_STRETCHES, *(f"above: {name}" for name in MARKS), *(f"below: {name}" for name in MARKS))
"""The columns of `features`."""

_Bits = npt.NDArray[np.uint64]
_Ints = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]

# Signs that are neither letters, digits nor blanks; bytes of longer characters count as letters.
_CLASSES = np.zeros(256, np.uint64)
for _code in range(33, 128):
    _letter = chr(_code)
    if _letter.isdigit():
        _CLASSES[_code] = 1 << 16
    elif not _letter.isalpha():
        _CLASSES[_code] = 1 << 32
    elif _letter.isupper():
        _CLASSES[_code] = 1 << 48
_CLASSES += np.uint64(1)
_CLASSES[0x80:0xC0] = 0


def features(runs: Runs) -> npt.NDArray[np.float32]:
    """One row a run: 0 or 1 for each of `NAMES`."""
    if not runs.marks:
        return np.zeros((0, len(NAMES)), np.float32)
    marks = np.array(runs.marks, np.uint64)
    message = np.array(runs.message, np.int64)
    shapes = _shapes(runs, marks, message)
    above, below = _neighbours(marks, message)
    stretches = _stretches(runs, marks, message)
    bits = np.stack([marks, shapes, stretches, above, below], axis=1).astype("<u8")
    return np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little").astype(np.float32)


def _neighbours(marks: _Bits, message: _Ints) -> tuple[_Bits, _Bits]:
    """The marks of the runs before and after within a message."""
    above, below = np.zeros_like(marks), np.zeros_like(marks)
    same = message[1:] == message[:-1]
    above[1:] = np.where(same, marks[:-1], np.uint64(0))
    below[:-1] = np.where(same, marks[1:], np.uint64(0))
    return above, below


def _any(marks: _Bits, *names: str) -> _Flags:
    wanted = np.uint64(sum(mark(name) for name in names))
    found: _Flags = (marks & wanted) != 0
    return found


def _shapes(runs: Runs, marks: _Bits, message: _Ints) -> _Bits:
    size, digits, signs, capitals = _counts(runs.text)
    several = np.array(runs.n_lines) > 1
    blanks = np.array(runs.blanks, np.int64)
    n = len(message)
    order = np.arange(n)
    begins = np.append(True, message[1:] != message[:-1])
    ends = np.append(begins[1:], True)
    from_start = order - np.maximum.accumulate(np.where(begins, order, 0))
    to_end = _next(ends, order) - order
    block_begins = begins | (blanks > 0)
    block_ends = np.append(block_begins[1:], True)
    in_block = order - np.maximum.accumulate(np.where(block_begins, order, 0))
    block = in_block + _next(block_ends, order) - order + 1
    n_block = np.cumsum(block_begins)
    first_block = n_block - n_block[order - from_start]
    last_block: _Ints = n_block[order + to_end] - n_block
    stops = _any(marks, "quoted", "rule", "attribution", "attribution begins", "original", "header from", "diff",
                 "inside a hunk")  # fmt: skip
    stop = _next(np.append(stops[1:], False) | ends, order)
    to_stop = stop - order
    stop_marks = np.where(ends[stop], np.uint64(0), np.append(marks[1:], np.uint64(0))[stop])
    is_end = stop_marks == 0
    hails, byes = _any(marks, "salutation only", "salutation ends"), _any(marks, "closing only", "closing ends")
    quoted, dashes = _any(marks, "quoted"), _any(marks, "signature rule")
    diff, footer = _any(marks, "diff", "inside a hunk"), _any(marks, "footer")
    heads = _any(marks, "header from", "header date", "header subject")
    plain = ~_any(marks, "quoted", "rule", "attribution", "attribution begins", "attribution ends", "header from")
    since_rule = _since(_any(marks, "rule"), from_start, order)
    alike = np.append(False, np.array([a == b for a, b in pairwise([line.lstrip()[:3] for line in runs.text])], bool))
    alike &= ~begins
    flags = (
        size <= 4, (size > 4) & (size <= 9), (size > 9) & (size <= 16), (size > 16) & (size <= 30),
        (size > 30) & (size <= 50), (size > 50) & (size <= 66), (size > 66) & (size <= 80), size > 80,
        digits > 0.1, digits > 0.3, signs > 0.12, signs > 0.3, capitals > 0.25, capitals > 0.6, several,
        block_ends, blanks == 0, blanks == 1, blanks > 1,
        from_start == 0, from_start == 1, from_start == 2, (from_start > 2) & (from_start < 6),
        to_end == 0, to_end == 1, to_end == 2, (to_end > 2) & (to_end < 5), (to_end > 4) & (to_end < 9),
        alike, np.append(alike[1:], False), block == 1, block == 2, block == 3, (block > 3) & (block < 7), block > 6,
        first_block == 0, first_block == 1, last_block == 0, last_block == 1,
        to_stop == 0, to_stop == 1, to_stop == 2, to_stop > 2,
        is_end, _any(stop_marks, "quoted", "attribution", "attribution begins"), _any(stop_marks, "rule"),
        _any(stop_marks, "original", "header from"),
        _before(dashes, begins, order), since_rule == 1, (since_rule > 1) & (since_rule < 7),
        _before(heads, begins, order), _before(_any(marks, "original"), begins, order), _before(quoted, begins, order),
        _before(diff, begins, order), _before(hails, begins, order), _since(byes, from_start, order) <= 4,
        _since(footer, from_start, order) <= 4, _before(plain, begins, order),
        _after(dashes, ends, order), _after(quoted, ends, order), _after(_any(marks, "original"), ends, order),
        _until(footer, to_end, order) <= 4, _after(byes, ends, order), _after(diff, ends, order),
    )  # fmt: skip
    return _packed(flags, n)


def _packed(flags: Sequence[_Flags], n: int) -> _Bits:
    """The flags as the bits of one number a run, in order."""
    packed = np.zeros(n, np.uint64)
    for place, flag in enumerate(flags):
        packed |= flag.astype(np.uint64) << np.uint64(place)
    return packed


class _Groups:
    """Runs that follow each other, in groups; and what can be said of a group, told of each of its runs."""

    def __init__(self, begins: _Flags, new_message: _Flags) -> None:
        self.starts = np.flatnonzero(begins)
        self.of = np.cumsum(begins) - 1
        self.size = np.diff(np.append(self.starts, len(begins)))
        self.opens = new_message[self.starts]

    def share(self, flags: _Flags) -> npt.NDArray[np.float64]:
        """Of each group the share of its runs that have the flag."""
        return np.add.reduceat(flags.astype(np.int64), self.starts) / self.size

    def told(self, of_groups: _Flags) -> _Flags:
        """What holds for a group, of each of its runs."""
        found: _Flags = of_groups[self.of]
        return found

    def told_below(self, of_groups: _Flags) -> _Flags:
        """What holds for the group above, in the same message."""
        return self.told(np.append(False, of_groups[:-1]) & ~self.opens)

    def told_above(self, of_groups: _Flags) -> _Flags:
        """What holds for the group below, in the same message."""
        return self.told(np.append(of_groups[1:] & ~self.opens[1:], False))


def _stretches(runs: Runs, marks: _Bits, message: _Ints) -> _Bits:
    """What is true of the stretch between two ruled lines, of the block between blank lines, and of the message."""
    n = len(message)
    order = np.arange(n)
    begins = np.append(True, message[1:] != message[:-1])
    rule = _any(marks, "rule")
    size = np.array([len(line) for line in runs.text])
    long, columns, identifiers = size > 60, _any(marks, "columns", "bar"), _any(marks, "identifiers")
    code, log = _any(marks, "code begins", "code ends", "code inside"), _any(marks, "log")
    footer, link, address = _any(marks, "footer"), _any(marks, "link"), _any(marks, "address")
    phone, sender = _any(marks, "telephone"), _any(marks, "sender", "sender only")
    sentence = _any(marks, "ends a sentence", "asks") & (size > 20)
    quoted, diff = _any(marks, "quoted"), _any(marks, "diff", "inside a hunk", "diffstat")
    bye = _any(marks, "closing only", "closing ends", "closing begins")
    head = _any(marks, "header from", "header date", "header to", "header subject")
    fields = _any(marks, "field", "header other") | head
    stretch, whole = _Groups(begins | rule, begins), _Groups(begins, begins)
    block = _Groups(begins | (np.array(runs.blanks) > 0), begins)
    opener = [runs.text[start].strip()[:2] if rule[start] else "" for start in stretch.starts]
    kinds = {"--": 1, "__": 2}
    dashes = _any(marks, "signature rule")[stretch.starts]
    below = np.array([kinds.get(one, 3) if one else 0 for one in opener])
    within = order - stretch.starts[stretch.of]
    footers = stretch.share(footer)
    machine = block.share(code | log | diff) >= 0.5
    first = np.arange(len(stretch.starts)) == stretch.of[whole.starts][whole.of[stretch.starts]]
    last = np.append(stretch.opens[1:], True)
    s_size = stretch.size
    b_footer, b_bye, b_fields = block.share(footer) > 0, block.share(bye) > 0, block.share(fields) >= 0.5
    ends = block.starts + block.size - 1
    m_size = whole.size
    told = stretch.told

    def has(group: _Groups, flag: _Flags) -> _Flags:
        return group.told(group.share(flag) > 0)

    flags = (
        told(footers > 0), told(footers * s_size > 1.5), has(stretch, link), has(stretch, address),
        has(stretch, phone), has(stretch, sender), told(dashes), told(below == 2), told((below == 1) & ~dashes),
        told(below == 3), told(first), told(last), told(s_size == 1), told((s_size > 1) & (s_size < 4)),
        told((s_size > 3) & (s_size < 7)), told((s_size > 6) & (s_size < 13)), told(s_size > 12),
        has(stretch, sentence), has(stretch, quoted), within == 0, within == 1, (within > 1) & (within < 4),
        stretch.told_below(footers > 0), stretch.told_above(footers > 0), has(stretch, diff),
        block.told(b_footer), has(block, link), has(block, address), block.told(b_bye), has(block, head),
        has(block, code), block.told(block.share(code) >= 0.5), has(block, log), block.told(block.share(log) >= 0.5),
        block.told(block.share(identifiers) >= 0.5), has(block, sentence), block.told(block.share(columns) >= 0.5),
        block.told(b_fields), has(block, _any(marks, "name")), has(block, phone), has(block, _any(marks, "salutation")),
        block.told(block.share(long) >= 0.5), block.told(_any(marks, "lower case begins")[block.starts]),
        block.told_below(machine), block.told_above(machine), block.told_below(_any(marks, "colon at the end")[ends]),
        block.told_below(b_footer), block.told_above(b_footer), block.told_below(b_bye),
        block.told_above(quoted[block.starts]), block.told_below(quoted[ends]), block.told_below(b_fields),
        block.told_above(b_fields),
        whole.told(m_size < 4), whole.told((m_size > 3) & (m_size < 9)), whole.told((m_size > 8) & (m_size < 21)),
        whole.told(m_size > 20), whole.told(whole.share(log) >= 0.3), has(whole, diff),
        whole.told(whole.share(long) >= 0.5), has(whole, footer), has(whole, bye),
        has(whole, _any(marks, "attribution")), has(whole, columns),
    )  # fmt: skip
    return _packed(flags, n)


def _counts(
    lines: list[str],
) -> tuple[_Ints, npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Characters of each line, and shares of digits, of signs, of capitals among them; four counters in one sum."""
    data = np.frombuffer("\n".join([line[:400] for line in lines]).encode("utf-8", "replace") + b"\n", np.uint8)
    ends = np.flatnonzero(data == 10)
    totals = np.cumsum(_CLASSES[data])[ends]
    of = np.diff(totals, prepend=np.uint64(0))
    low = np.uint64(0xFFFF)
    size = (of & low).astype(np.int64) - 1
    parts = [((of >> np.uint64(shift)) & low).astype(np.int64) / np.maximum(size, 1) for shift in (16, 32, 48)]
    return size, parts[0], parts[1], parts[2]


def _next(flags: _Flags, order: _Ints) -> _Ints:
    """For each run the first one from it on that has the flag; the last one always has."""
    return np.minimum.accumulate(np.where(flags, order, len(order))[::-1])[::-1]


def _since(flags: _Flags, from_start: _Ints, order: _Ints) -> _Ints:
    """How many runs above the nearest one with the flag is, in the same message; a large number for none."""
    nearest = np.maximum.accumulate(np.where(flags, order, -1))
    nearest = np.append(-1, nearest[:-1])
    return np.where(nearest >= order - from_start, order - nearest, 9999)


def _until(flags: _Flags, to_end: _Ints, order: _Ints) -> _Ints:
    """How many runs below the nearest one with the flag is, in the same message; a large number for none."""
    nearest = np.append(_next(flags, order)[1:], len(order))
    return np.where(nearest <= order + to_end, nearest - order, 9999)


def _before(flags: _Flags, begins: _Flags, order: _Ints) -> _Flags:
    """Whether any run above in the same message has the flag."""
    start = np.maximum.accumulate(np.where(begins, order, 0))
    return _since(flags, order - start, order) < 9999


def _after(flags: _Flags, ends: _Flags, order: _Ints) -> _Flags:
    """Whether any run below in the same message has the flag."""
    return _until(flags, _next(ends, order) - order, order) < 9999

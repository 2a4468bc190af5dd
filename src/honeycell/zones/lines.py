"""Messages cut into runs of lines.

Blank lines are left out. Lines that nobody doubts and that follow each other - quoted ones, those inside a hunk of a
patch - are one run; every other line is a run of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from honeycell.zones.lexicon import words_of
from honeycell.zones.marks import mark, marks_of, marks_of_sender

__all__ = ["Runs", "read"]

# Quoted lines, or blank lines, as many as follow each other; or one line.
_PIECE = re.compile(r"(?:>[^\n]*\n?)+|(?:[^\S\n]*\n)+|[^\n]+\n?")
_HUNK_HEAD = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_QUOTED_HEAD = re.compile(r" {0,3}[A-Z]{0,4}> ?\S?")
_VERSION = re.compile(r"\d+(?:\.\w+)+(?: \([^()]*\))?$")
_QUOTED, _DEEP, _HUNK, _DIFF, _STAT, _DASHES = (
    mark(name) for name in ("quoted", "deeply quoted", "inside a hunk", "diff", "diffstat", "signature rule")
)


@dataclass
class Runs:
    """The runs of a batch of messages; lists of one length, in the order of the messages and their lines."""

    message: list[int] = field(default_factory=list)
    """Number of the message in the batch."""
    start: list[int] = field(default_factory=list)
    """Where the run begins, in characters of its message."""
    end: list[int] = field(default_factory=list)
    """Where its last line ends, the line break left out."""
    blanks: list[int] = field(default_factory=list)
    """Blank lines above it."""
    n_lines: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    """The first line."""


def read(texts: Sequence[str], senders: Sequence[Collection[str]] | None = None) -> Runs:
    """Cut messages into runs.

    Args:
        texts: Messages, lines ended by LF.
        senders: For each message the names and addresses of who wrote it; none where not known.
    """
    runs = Runs()
    for number, text in enumerate(texts):
        said = words_of(" ".join(senders[number]).lower()) if senders is not None else []
        _read(runs, number, text, frozenset(word for word in said if len(word) > 1))
    return runs


def _read(runs: Runs, number: int, text: str, names: frozenset[str]) -> None:
    """Add the runs of one message."""
    blanks = old = new = last = 0
    changed = False
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        line = piece[0]
        head = line[0]
        ended = line[-1] == "\n"
        if ended:
            line, end = line[:-1], end - 1
        seen, n_lines = 0, 1
        if old > 0 or new > 0:
            # Inside a hunk as many lines follow as its head says; a mail program may have broken some.
            if head in " \n\t-+\\" and not (line == "-- " and old + new < 3):
                n_lines = line.count("\n") + 1
                old -= 0 if head in "+\\" else n_lines
                new -= 0 if head in "-\\" else n_lines
                seen = _HUNK
            else:
                old = new = 0
        if not seen:
            if head == "\n" or line.isspace():
                blanks += line.count("\n") + 1
                last = 0
                continue
            if head == ">":
                seen, n_lines = _QUOTED, line.count("\n") + 1
            elif ">" in line[:7] and _QUOTED_HEAD.match(line):
                seen = _QUOTED
            elif head == "@" and (hunk := _HUNK_HEAD.match(line)):
                old, new = int(hunk[1] or 1), int(hunk[2] or 1)
                seen = _HUNK
        if seen and seen == last and not blanks:
            runs.end[-1] = end
            runs.n_lines[-1] += n_lines
            continue
        if changed and last == _DASHES and _VERSION.match(line):
            # Git closes a patch with its version.
            runs.marks[-1] = seen = _HUNK
        last = seen
        if n_lines > 1:
            line = line[: line.find("\n")]
        if seen == _QUOTED:
            marks = _QUOTED | (_DEEP if line.count(">", 0, 6) > 1 else 0)
        else:
            marks = seen or marks_of(line) | (marks_of_sender(line, names) if names else 0)
            changed = changed or bool(marks & (_HUNK | _DIFF | _STAT))
            if marks & _DASHES:
                last = _DASHES
        runs.message.append(number)
        runs.start.append(start)
        runs.end.append(end)
        runs.blanks.append(blanks)
        runs.n_lines.append(n_lines)
        runs.marks.append(marks)
        runs.text.append(line)
        blanks = 0

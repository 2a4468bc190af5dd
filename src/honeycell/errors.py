"""Every failure a person can meet.

    HoneycellError
    ├── UsageError         exit 2   the command or the setting is wrong
    ├── NotAllowedError    exit 3   the file system or a rule says no
    ├── NotFoundError      exit 4   no such cell, relationship, person, reading
    └── SourceError        exit 5   a file cannot be read at all

Each carries a stable `code` (kebab-case, the anchor of its entry in `docs/errors.md`), what happened,
where, and what to do about it. Codes are declared once, in `CODES`.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "CODES",
    "HoneycellError",
    "NotAllowedError",
    "NotFoundError",
    "SourceError",
    "UsageError",
    "problem_details",
]

CODES: dict[str, str] = {
    "already-undone": "This decision is taken back already.",
    "ambiguous-name": "More than one organisation or person answers to this name.",
    "archive-climbs-out": "A member of an archive has a path that leaves the archive's folder.",
    "archive-too-large": "A compressed file unpacks to more than the limit (a zip bomb).",
    "bad-date": "A date on the command line cannot be read.",
    "bad-decision": "What is to be decided makes no sense.",
    "bad-query": "A search cannot be understood.",
    "cell-empty": "There is nothing in this cell yet.",
    "cell-exists": "There is a cell in this folder already.",
    "column-missing": "A table file lacks a column that its source needs.",
    "corrupt-file": "A file is damaged or ends in the middle of its data.",
    "decisions-unavailable": "The decisions of the cell cannot be read or written.",
    "empty-file": "A file holds nothing.",
    "file-not-found": "There is no file or folder at this path.",
    "file-not-readable": "The file system does not let this file be read.",
    "file-not-writable": "A file or folder cannot be written.",
    "index-unavailable": "The index of words is not there, or cannot be read.",
    "log-damaged": "A table of the cell cannot be read.",
    "loops-unknown": "No question, request or promise was found in any text.",
    "mapping-invalid": "A mapping file that names the columns of a ledger cannot be used.",
    "no-cell": "There is no cell in this folder.",
    "no-font": "The system has no font to write the words of a PNG with.",
    "no-such-conversation": "No conversation has this id.",
    "no-such-decision": "No decision has this number.",
    "no-such-import": "No import has this number.",
    "no-such-party": "No organisation or person answers to this name.",
    "no-such-reading": "No reading has this name.",
    "no-such-relationship": "These two have no relationship in this cell.",
    "no-such-source": "No source has this name.",
    "no-such-space": "No list, stream or channel has this name.",
    "no-such-table": "No table of the model has this name.",
    "not-derived": "What was imported has not been worked out by this version.",
    "not-for-you": "It is of other people, and shown to them.",
    "protected-space": "Nobody looks for groups in a space with such a name.",
    "source-not-recognised": "No source recognises this file.",
    "stopped": "The person stopped the command.",
    "unexpected": "Honeycell met something it does not know: a fault of ours.",
    "wrong-use": "The command was called in a way it does not understand.",
}
"""Every code and the one sentence that says what it means."""


@dataclass
class HoneycellError(Exception):
    """The root of every failure that a person can meet; all four parts are for that person."""

    code: str
    """Stable name, a key of `CODES`."""
    message: str
    """What happened, in one sentence."""
    where: str = ""
    """The file, byte range, argument or name concerned."""
    remedy: str = ""
    """What to do next."""

    exit_status = 1
    """The exit status of the command that meets this."""

    def __str__(self) -> str:
        return self.message


class UsageError(HoneycellError):
    """The command, a setting or an argument is wrong."""

    exit_status = 2


class NotAllowedError(HoneycellError):
    """The file system or a rule does not allow what was asked."""

    exit_status = 3


class NotFoundError(HoneycellError):
    """What was named does not exist in this cell."""

    exit_status = 4


class SourceError(HoneycellError):
    """A file of a source cannot be read at all; the rest of an import goes on."""

    exit_status = 5


def problem_details(error: HoneycellError) -> dict[str, str | int]:
    """The error as RFC 9457 problem details: `type title detail code where remedy`.

    Example:
        >>> problem_details(NotFoundError("no-such-party", "no organisation “ibn”", "ibn"))["code"]
        'no-such-party'
    """
    return {
        "type": f"urn:honeycell:error:{error.code}",
        "title": CODES[error.code],
        "detail": error.message,
        "code": error.code,
        "where": error.where,
        "remedy": error.remedy,
    }

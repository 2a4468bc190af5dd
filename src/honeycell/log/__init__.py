"""What happened: the log, how it is written, and how it is read.

Read the log's tables only through the functions of this package: the raw ones may hold several copies of one
interaction.
"""

from __future__ import annotations

from honeycell.log.changes import changes_since
from honeycell.log.classes import CLASSES
from honeycell.log.coverage import coverage, coverage_end
from honeycell.log.importing import ImportResult, import_paths
from honeycell.log.replies import AWAITED, REPLIES
from honeycell.log.runs import imports, skipped
from honeycell.log.senders import SENDERS, in_spaces
from honeycell.log.spaces import SPACES, find_space, find_spaces, list_handles
from honeycell.log.us import declare_us, us
from honeycell.log.view import (
    FACTS,
    SEATS,
    Picked,
    authors,
    headers,
    interactions,
    participants,
    pick,
    texts,
    transfers,
)

STEPS = (SPACES, REPLIES, AWAITED, SENDERS, CLASSES)
"""The tables derived from the log alone, in order."""

__all__ = [
    "FACTS",
    "SEATS",
    "STEPS",
    "ImportResult",
    "Picked",
    "authors",
    "changes_since",
    "coverage",
    "coverage_end",
    "declare_us",
    "find_space",
    "find_spaces",
    "headers",
    "import_paths",
    "imports",
    "in_spaces",
    "interactions",
    "list_handles",
    "participants",
    "pick",
    "skipped",
    "texts",
    "transfers",
    "us",
]

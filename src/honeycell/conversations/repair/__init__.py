"""Mails whose header names nothing in the log, and what they answer all the same.

`subjects` reads what a subject says, `candidates` finds what may be answered, `lines` compares texts line by line,
`evidence` puts what speaks for each candidate in numbers, and `links` weighs it.
"""

from __future__ import annotations

from honeycell.conversations.repair.candidates import candidates, mails_near, orphans
from honeycell.conversations.repair.evidence import Evidence, evidence
from honeycell.conversations.repair.links import chances, how, shipped

__all__ = ["Evidence", "candidates", "chances", "evidence", "how", "mails_near", "orphans", "shipped"]

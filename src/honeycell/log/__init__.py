"""What happened: the log, how it is written, and how it is read.

Read the log's tables only through the functions of this package: the raw ones may hold several copies of one
interaction.
"""

from __future__ import annotations

from honeycell.log.view import headers, interactions, participants, texts, transfers

__all__ = ["headers", "interactions", "participants", "texts", "transfers"]

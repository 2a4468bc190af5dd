"""How far a long piece of work is; what runs it reports, what shows it draws."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Progress"]


@dataclass(frozen=True)
class Progress:
    """One report of progress."""

    stage: str
    """import, refresh, doctor, demo, changes, ..."""
    done: int
    total: int
    """0 while it is not known."""
    unit: str
    """bytes, records, tables or relationships."""
    detail: str = ""
    """The file or table at hand."""

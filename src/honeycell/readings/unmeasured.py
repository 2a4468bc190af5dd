"""What is left blank, in so many words: the only place in the product that names it."""

from __future__ import annotations

__all__ = ["UNMEASURED"]

UNMEASURED = (
    "emotion",
    "Emotion is not measured: no feeling, mood or personality is read out of anybody's words, and none will be.",
)
"""The fourth ledger (`science.md` 2.1), and why it is empty."""

"""Colours and faces of every chart: the tokens of the interface, in light, in dark, and as variables of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

__all__ = ["DARK", "LIGHT", "SANS", "THEMES", "VARIABLES", "Tokens"]

SANS = "Inter Variable, Inter, Segoe UI, Roboto, Helvetica Neue, Arial, Liberation Sans, Noto Sans, sans-serif"
"""The face of the interface, then those that systems have."""


@dataclass(frozen=True)
class Tokens:
    """One colour for each use; text on `surface` has a contrast of at least 4.5 : 1."""

    surface: str
    sunken: str
    line: str
    edge: str
    ink: str
    ink_2: str
    ink_3: str
    ours: str
    ours_soft: str
    theirs: str
    theirs_soft: str
    third: str
    honey_line: str
    good: str
    risk: str
    idea_1: str
    idea_2: str
    idea_3: str
    idea_4: str
    idea_5: str


LIGHT = Tokens(
    surface="#FFFFFF", sunken="#F3F0E9", line="#E4DFD4", edge="#8A8375", ink="#1C2126", ink_2="#474E56",
    ink_3="#5F666E", ours="#2257A8", ours_soft="#DCE7F7", theirs="#A5460F", theirs_soft="#F9E3D5", third="#6C4A9E",
    honey_line="#B27A00", good="#1B7448", risk="#B0271E", idea_1="#0B6E8A",
    idea_2="#B5470F", idea_3="#6C4A9E", idea_4="#2B7A3F", idea_5="#A3345F",
)  # fmt: skip
DARK = Tokens(
    surface="#1C2024", sunken="#111416", line="#2E343A", edge="#727A82", ink="#EDEAE3", ink_2="#BFC3C6",
    ink_3="#979EA5", ours="#86B4F6", ours_soft="#1F304A", theirs="#F0A26C", theirs_soft="#46291A", third="#C0A2EE",
    honey_line="#F0B637", good="#63C795", risk="#F58E84", idea_1="#5CC3E0",
    idea_2="#F29B66", idea_3="#C0A2EE", idea_4="#7BCB8E", idea_5="#F08FB4",
)  # fmt: skip
VARIABLES = Tokens(**{one.name: f"var(--{one.name.replace('_', '-')})" for one in fields(Tokens)})
"""For a page that defines them, so that one chart serves both themes."""
THEMES: Mapping[str, Tokens] = {"light": LIGHT, "dark": DARK}
"""The tokens of a file that stands alone, by the name of its theme."""

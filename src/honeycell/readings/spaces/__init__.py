"""The readings of a shared space: a list, stream or channel where several parties talk."""

from __future__ import annotations

from honeycell.readings.spaces.state import READINGS, WINDOW_DAYS, SpaceState, space_state, space_why

__all__ = ["READINGS", "WINDOW_DAYS", "SpaceState", "space_state", "space_why"]

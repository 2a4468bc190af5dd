"""The readings of a whole cell as one network."""

from __future__ import annotations

from honeycell.readings.network.prominence import prominence
from honeycell.readings.network.state import READINGS, WINDOW_DAYS, NetworkState, network_state, network_why

__all__ = ["READINGS", "WINDOW_DAYS", "NetworkState", "network_state", "network_why", "prominence"]

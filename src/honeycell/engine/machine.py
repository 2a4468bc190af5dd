"""What this machine can give: cores and memory, control groups included."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cores", "memory_limit_bytes"]

_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def cores() -> int:
    """The number of cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def memory_limit_bytes(share: float = 0.6) -> int:
    """The share of the machine's (or control group's) memory that the engine may use, in bytes.

    `HONEYCELL_MEMORY` (in MiB) overrides it. Beyond it the engine spills to disk.
    """
    if setting := os.environ.get("HONEYCELL_MEMORY", ""):
        return int(setting) * 1024**2
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for file in _CGROUP_LIMITS:
        try:
            total = min(total, int(file.read_text()))
        except (OSError, ValueError):  # no control group, or "max"
            continue
    return int(total * share)

"""A simulated world with known truth, written as real archives, for `honeycell demo` and for validations.

Every name, address and event in it is invented. `docs/demo.md` lists the files and what was planted.
"""

from __future__ import annotations

from honeycell.demo.world import Progress, World, import_order, write_world

__all__ = ["Progress", "World", "import_order", "write_world"]

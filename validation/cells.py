"""A cell for a validation to look at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from honeycell.cell import Cell, create_cell, open_cell

__all__ = ["is_mail", "opened"]


def is_mail(path: Path) -> bool:
    """Whether a path is a cell, or a folder of mail archives of which one can be made."""
    return path.is_dir() and ((path / "cell.toml").exists() or any(path.glob("*.mbox*")))


@contextmanager
def opened(path: Path) -> Iterator[Cell]:
    """The cell at a path; of a folder of archives one that is made of them, and is gone in the end."""
    if (path / "cell.toml").exists():
        with open_cell(path) as cell:
            yield cell
        return
    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder, create_cell(Path(folder)) as cell:
        cell.import_paths([path])
        cell.refresh()
        yield cell

"""Fixtures shared by all tests: an empty engine, and the real corpora where they are present."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from honeycell.engine import Engine, open_engine

DATA = Path(os.environ.get("HONEYCELL_DATA", Path(__file__).parents[2] / "shared" / "data"))

# The same examples every time, so that a failure is that of the change at hand; `make fuzz` draws others.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine over an empty folder."""
    opened = open_engine(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpus() -> Callable[[str], Path]:
    """`corpus("mail/openbmc")` is the path of a real corpus; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        path = DATA / name
        if not path.exists():
            pytest.skip(f"real corpus {name} is not on this machine ({path})")
        return path

    return find

"""What was worked out of the whole cell stays beside its tables until they change, and no longer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from honeycell.readings.keeping import once


def test_what_is_kept_is_of_this_state_of_the_tables_alone(tmp_path: Path) -> None:
    def found(marks: dict[str, int], value: float) -> float:
        return float(once((tmp_path, marks), "usual", "one", lambda: {"value": np.array([value])})["value"][0])

    state = {"batch": 1, "derived_batch": 1, "rules": 7}
    assert [found(state, 0.1), found(state, 0.2)] == [0.1, 0.1]
    for mark in ("batch", "derived_batch", "decisions", "decided_at", "rules"):
        assert found({**state, mark: 9}, 0.3) == 0.3
    assert len(list(tmp_path.rglob("*.npz"))) == 1
    assert found(state, 0.4) == 0.4


def test_tables_that_no_refresh_made_keep_nothing(tmp_path: Path) -> None:
    assert [float(once((tmp_path, {}), "usual", "one", lambda n=n: {"n": np.array(n)})["n"]) for n in (1.0, 2.0)] == [
        1,
        2,
    ]
    assert not list(tmp_path.iterdir())

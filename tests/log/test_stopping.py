"""An import that is killed, or runs beside another, leaves the same log as one that was left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_importing import AWKWARD, bring, mail
from worlds import log_state, write_lines

from honeycell.engine import open_engine

PROGRAM = """
import sys
from pathlib import Path
from honeycell import log
from honeycell.engine import open_engine
from honeycell.log import importing
sys.path.insert(0, sys.argv[1])
from worlds import SOURCE
importing._COMMIT_RECORDS = 400
engine = open_engine(Path(sys.argv[2]))
print("ready", flush=True)
tell = lambda progress: print(progress.done, flush=True)
log.import_paths(engine, [Path(p) for p in sys.argv[3:]], source=SOURCE, progress=tell)
engine.close()
"""


def start(cell: Path, *paths: Path) -> subprocess.Popen[str]:
    """An import in a process of its own, in small commits; returns when it begins to read."""
    arguments = [sys.executable, "-c", PROGRAM, str(Path(__file__).parent), str(cell), *map(str, paths)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert heard(process) == "ready\n"
    return process


def heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def ended(process: subprocess.Popen[str]) -> int:
    """Its exit status, once it has ended."""
    process.communicate()
    return process.returncode


@pytest.fixture
def archives(tmp_path: Path) -> list[Path]:
    lines = [mail(n) for n in range(1200)]
    return [
        write_lines(tmp_path / "in" / "a.jsonl", *lines[:800], *AWKWARD),
        write_lines(tmp_path / "in" / "b.jsonl", *AWKWARD[::-1], *lines[400:]),
    ]


def test_a_killed_import_run_again_equals_one_that_was_not(tmp_path: Path, archives: list[Path]) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    n_killed = 0
    # After so many reports of progress, and at some moment of what follows: reading, appending, publishing.
    for n_reports, seconds in ((1, 0.0), (3, 0.1), (4, 0.4), (6, 0.2), (8, 0.0), (10, 0.3)):
        process = start(killed, *archives)
        for _ in range(n_reports):
            heard(process)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        n_killed += ended(process) == -signal.SIGKILL
    assert n_killed >= 4
    engines = [open_engine(whole), open_engine(killed)]
    for engine in engines:
        bring(engine, *archives)
    states = [log_state(engine) for engine in engines]
    assert states[0] == states[1]
    assert len(states[0]["interactions"]) == 1207
    for engine in engines:
        engine.close()


def test_two_imports_at_once_double_nothing(tmp_path: Path, archives: list[Path]) -> None:
    one, both = tmp_path / "one", tmp_path / "both"
    one.mkdir()
    both.mkdir()
    processes = [start(both, *archives), start(both, *archives[::-1])]
    engine = open_engine(one)
    bring(engine, *archives)
    assert [ended(process) for process in processes] == [0, 0]
    other = open_engine(both)
    assert log_state(other) == log_state(engine)
    lines = other.to_arrow(other.table("imports")).to_pylist()
    assert sorted(line["import_id"] for line in lines) == [1, 2]
    assert sum(line["n_added"] for line in lines) == 1203
    engine.close()
    other.close()

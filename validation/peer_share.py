"""Does peer share find how much guests were made to answer guests? On the list of the simulated world, with its truth.

Needs no data: a world is simulated, only its organisations and the archive of its list are imported, and the state of
the list is read on the last day over the whole time. `answers_planted` is the share of answers that are to be a guest's
(`world.json`); `answers_sent` what it came to in the messages that were drawn (`messages.csv`), first answers only, in
conversations that guests began; `host_free` what was read, between `low` and `high`; `inside` says whether what was
drawn lies there. `lift` has no planted value: guests and hosts answer whomever comes, so it should be near 1.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path

from honeycell.cell import create_cell
from honeycell.demo import write_world

__all__ = ["DATA", "PASS", "main"]

DATA = "."
PASS = {"host_free_error": ("<=", 0.03), "inside": ("==", 1)}
_SEED, _SCALE = 7, 0.5


def main(path: Path) -> dict[str, float | int]:
    """What was planted, what was drawn, and what was read."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"simulating at scale {_SCALE} ...", file=sys.stderr, flush=True)
        world = write_world(Path(folder) / "world", seed=_SEED, scale=_SCALE)
        planted = json.loads((world.folder / "truth" / "world.json").read_text("utf-8"))["list"]
        us = {row["person"] for row in _rows(world.folder, "affiliations") if row["organisation"] == planted["host"]}
        first = _first_answers(world.folder, us)
        with create_cell(Path(folder) / "cell", "Vantry Systems", ["vantry.example"]) as cell:
            lists = sorted((world.folder / "mail" / "lists").iterdir())
            cell.import_paths([world.folder / "organisations.csv", *lists])
            cell.refresh()
            state = cell.space("northline", window_days=731)
    found = {reading.reading: reading for reading in state.readings}
    host_free = found["host_free_answers"]
    sent = sum(first) / len(first)
    return {
        "answers_planted": 1 - planted["share_answered_by_host"], "answers_sent": sent, "n_sent": len(first),
        "host_free": host_free.value or 0.0, "host_free_error": abs((host_free.value or 0.0) - sent),
        "n": host_free.n, "low": host_free.low or 0.0, "high": host_free.high or 0.0,
        "inside": int((host_free.low or 0.0) <= sent <= (host_free.high or 0.0)),
        "lift": found["peer_share"].value or 0.0, "lift_low": found["peer_share"].low or 0.0,
        "lift_high": found["peer_share"].high or 0.0,
    }  # fmt: skip


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _first_answers(folder: Path, us: set[str]) -> list[bool]:
    """Of each conversation on the list that a guest began and somebody else answered, whether a guest was first."""
    messages = sorted((row for row in _rows(folder, "messages") if row["kind"] == "list"), key=lambda row: row["at"])
    began: dict[str, str] = {}
    answered: dict[str, bool] = {}
    for row in messages:
        author = began.setdefault(row["conversation"], row["author"])
        if row["author"] != author and author not in us:
            answered.setdefault(row["conversation"], row["author"] not in us)
    return list(answered.values())

"""Draw sentences to be labelled: `python -m validation.loops.sampling --data FOLDER --to FILE`.

Half of them at random from all own words, half from those with a cue, in equal parts for each type and corpus; by a
fixed seed, so that nobody picks. Writes what has to be read by a person, with what stands around it; the labels go into
`labels.csv`, which holds no text: the id made of the Message-ID, and offsets.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from honeycell.cell import Cell, create_cell, open_cell
from honeycell.conversations.loops.marks import OPENING, candidates
from honeycell.conversations.loops.sentences import Sentence, sentences
from honeycell.ids import written_id
from honeycell.zones import zones_of

__all__ = ["CORPORA", "SEED", "Message", "cell_of", "messages", "own"]

CORPORA = {"mail": "mail/openbmc", "zulip": "chat/zulip-machine-learning.jsonl.xz"}
"""Channel to where its corpus lies."""
SEED = 20260405
DRAWS = ({"random": 190, "question": 65, "request": 65, "promise": 65}, {"request": 85, "promise": 85})
"""Sentences for each corpus at random and with a cue of each type: first half and half, then more of what is rare."""


@dataclass(frozen=True)
class Message:
    """One message that may hold sentences to be labelled."""

    id: str
    conversation: str
    channel: str
    text: str
    senders: tuple[str, ...]


def cell_of(data: Path, folder: Path) -> Cell:
    """A cell with both corpora, derived."""
    if (folder / "cell.toml").exists():
        return open_cell(folder)
    cell = create_cell(folder)
    cell.import_paths([data / place for place in CORPORA.values()])
    cell.refresh()
    return cell


def messages(cell: Cell) -> list[Message]:
    """Every message of the two corpora that no machine sent, in the order of ids."""
    tables = {name: cell.engine.table(name) for name in ("texts", "threads", "classes", "interactions", "participants")}
    said = tables["interactions"].select("interaction_id", "channel").filter(lambda row: row.channel.isin([*CORPORA]))
    kept = tables["classes"].filter(lambda row: row["class"] != "automatic")
    bodies = tables["texts"].select("interaction_id", "body")
    rows = said.semi_join(kept, "interaction_id").join(bodies, "interaction_id")
    rows = rows.join(tables["threads"].select("interaction_id", "conversation_id"), "interaction_id")
    authors = tables["participants"].filter(lambda row: row.role == "from")
    names = authors.group_by("interaction_id").agg(name=authors.display_name.max(), handle=authors.handle.min())
    found = cell.engine.to_arrow(rows.left_join(names, "interaction_id")).sort_by("interaction_id").to_pylist()
    ids = {row["interaction_id"]: row for row in found}
    return [
        Message(
            written_id(one), written_id(row["conversation_id"]), row["channel"], row["body"] or "",
            tuple(name for name in (row["name"], (row["handle"] or "").partition(":")[2]) if name),
        )
        for one, row in ids.items()
    ]  # fmt: skip


def own(said: list[Message]) -> Iterator[list[Sentence]]:
    """For each message the sentences of its own words."""
    found = zones_of([one.text for one in said], senders=[one.senders for one in said])
    for one, parts in zip(said, found, strict=True):
        places = [(zone.start, zone.end) for zone in parts if zone.kind == "own"]
        yield [s for s in sentences(one.text) if any(a <= s.starts and s.ends <= b for a, b in places)]


def main() -> None:
    """Draw, and write what is to be read."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared/data")
    arguments.add_argument("--cell", type=Path)
    arguments.add_argument("--to", type=Path, required=True)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder, cell_of(chosen.data, chosen.cell or Path(folder) / "cell") as cell:
        said = messages(cell)
    drawn = _drawn(said)
    with chosen.to.open("w") as file:
        for number, (one, starts, ends, stratum) in enumerate(drawn):
            around = one.text[max(starts - 260, 0) : starts], one.text[starts:ends], one.text[ends : ends + 160]
            file.write(f"## {number} {one.id} {starts} {ends} {stratum}\n{around[0]}⟦{around[1]}⟧{around[2]}\n\n")


def _drawn(said: list[Message]) -> list[tuple[Message, int, int, str]]:
    """The sample: message, where the sentence stands, and the stratum with its size."""
    drawn: dict[tuple[str, int], tuple[Message, int, int, str]] = {}
    strata = {channel: _strata([one for one in said if one.channel == channel]) for channel in CORPORA}
    for number, wanted in enumerate(DRAWS):
        dice = random.Random(SEED + number)
        for channel, held in strata.items():
            for name, n in wanted.items():
                for one, starts, ends in dice.sample(held[name], n):
                    drawn.setdefault((one.id, starts), (one, starts, ends, f"{channel}-{name}-{len(held[name])}"))
    return list(drawn.values())


def _strata(said: list[Message]) -> dict[str, list[tuple[Message, int, int]]]:
    """All sentences of own words, and those with a cue of each type."""
    strata: dict[str, list[tuple[Message, int, int]]] = {"random": [], **{name: [] for name in OPENING}}
    for one, spoken in zip(said, own(said), strict=True):
        places = {s.starts for s in spoken}
        strata["random"] += [(one, s.starts, s.ends) for s in spoken]
        for found in candidates(one.text):
            if found.sentence.starts in places:
                for name in OPENING:
                    if name in found.types:
                        strata[name].append((one, found.sentence.starts, found.sentence.ends))
    return strata


if __name__ == "__main__":
    main()

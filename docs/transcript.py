"""What a cell says of relationships, without anybody's name or words: `python -m docs.transcript CELL A~B...`.

Writes Markdown to stdout: for each relationship its sentences, and of each reading whether `why` computes the number
a second time. Persons are called by their side, phrases left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from honeycell.cell import Cell, open_cell

__all__ = ["main", "told"]

_PHRASE = re.compile("“[^”]+”")


def told(cell: Cell, name: str, persons: re.Pattern[str]) -> Iterator[str]:
    """The lines of one relationship."""
    state = cell.show(name)
    yield f"### {state.a.name} and {state.b.name}, on {state.as_of:%d %b %Y}\n"
    yield _masked(" ".join(state.lede), persons) + "\n"
    yield "| reading | what it says | `why` |\n|---|---|---|"
    for reading in (*state.readings, *state.beside):
        again = "no number"
        if reading.value is not None:
            found = cell.why(name, reading.reading)
            same = found.recomputed is not None and abs(found.recomputed - reading.value) < 1e-9
            again = f"{'the same' if same else 'ANOTHER'} number from {len(found.evidence):,} rows"
        yield f"| {reading.reading} | {_masked(reading.sentence, persons)} | {again} |"
    yield ""
    if one := state.trend:
        now = one.in_words if one.likeliest == one.word else f"but by now {one.likeliest} is more likely"
        yield f"Trend: {one.word} since {one.since:%d %b %Y}, {now}.\n"
    for change in state.changes:
        yield f"Change: {change.sentence}; {len(change.before)} interactions before and {len(change.after)} after it.\n"
    for kept in state.ledgers:
        yield f"{kept.ledger.capitalize()}: {kept.sentence}\n"
    yield state.unmeasured[1] + "\n"


def _masked(sentence: str, persons: re.Pattern[str]) -> str:
    return _PHRASE.sub("“…”", persons.sub("[person]", sentence))


def main() -> int:
    """Write the relationships that were named; the status is 0."""
    folder, *names = sys.argv[1:]
    with open_cell(Path(folder)) as cell:
        people = sorted((row["name"] for row in cell.people().to_pylist() if " " in row["name"]), key=len, reverse=True)
        persons = re.compile("|".join(map(re.escape, people)) or r"(?!)")
        for name in names:
            for line in told(cell, name, persons):
                print(line)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

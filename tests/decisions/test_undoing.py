"""Whatever people decide and take back, in whatever order: the derived tables are those of before, bit by bit."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from honeycell.cell import Cell, create_cell
from honeycell.decisions import KINDS, decide, open_store, undo
from honeycell.ids import id_of, written_id
from honeycell.tables import DERIVED

WRITERS = (
    "Ana Silva <ana@aster.example>",
    "Ana Silva <ana+lists@aster.example>",
    "Ana Silva <asilva@letters.example>",
    "A. S. <as@birk.example>",
    "Bo Dahl <bo@birk.example>",
    "Bo Dahl <bo.dahl@cedar.example>",
    "Mia Kern <mia@cedar.example>",
    "office@aster.example",
)
HANDLES = [f"mailto:{writer.split('<')[-1].rstrip('>')}" for writer in WRITERS]
DOMAINS = ("aster.example", "birk.example", "cedar.example")


@dataclass(frozen=True)
class World:
    cell: Cell
    # Kept out of the text by which a failing example is told.
    before: dict[str, pa.Table] = field(repr=False)

    def changed(self) -> list[str]:
        """The derived tables that are not those of before any decision."""
        after = derived(self.cell)
        return [name for name in self.before if not self.before[name].equals(after[name])]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Eight mailboxes that wrote to one another for a year, and all that is derived of it."""
    folder, dice, parts = tmp_path_factory.mktemp("world"), random.Random(11), []
    for number in range(120):
        one, other, third = dice.sample(WRITERS, 3)
        answered = f"In-Reply-To: <{number - 1}@x.example>\n" if number % 3 else ""
        parts.append(
            f"From - Mon Jan  5 09:00:00 2026\nFrom: {one}\nTo: {other}\nCc: {third}\n"
            f"Date: {1 + number % 28} {('Jan', 'Mar', 'May', 'Jul')[number % 4]} 2025 10:{number % 60:02}:00 +0000\n"
            f"Message-ID: <{number}@x.example>\n{answered}Subject: Plan {number // 3}\n\nHere it is.\n\n"
        )
    (folder / "world.mbox").write_text("".join(parts))
    with create_cell(folder / "cell") as cell:
        cell.import_paths([folder / "world.mbox"])
        cell.refresh()
        held = cell.engine.to_arrow(cell.engine.table("interactions").select("interaction_id"))
        assert {id_of(f"{number}@x.example") for number in range(120)} == set(held.column(0).to_pylist())
        yield World(cell, derived(cell))


def derived(cell: Cell) -> dict[str, pa.Table]:
    tables = {table.name: cell.engine.table(table.name) for table in DERIVED}
    return {name: cell.engine.to_arrow(table.order_by(table.columns)) for name, table in tables.items()}


def decided(kind: str, x: int, y: int) -> dict[str, str]:
    """What a decision of this kind says of two of the mailboxes, domains or messages."""
    a, b = HANDLES[x % 8], HANDLES[(x + 1 + y % 7) % 8]
    place, other = DOMAINS[x % 3], DOMAINS[(x + 1 + y % 2) % 3]
    one, another = (written_id(id_of(f"{number}@x.example")) for number in (x, (x + 1 + y % 98) % 100))
    said = {"handle_a": a, "handle_b": b, "handle": a, "organisation": place, "organisation_a": place,
            "organisation_b": other, "role": "domain", "interaction": one, "interaction_a": one,
            "interaction_b": another, "type": "promise", "starts": "1", "verdict": "yes",
            "shares": f'{{"{other}": 1}}', "reading": "attention", "least": "2"}  # fmt: skip
    return {column.name: said[column.name] for column in KINDS[kind].columns if not column.optional}


KIND = st.sampled_from([*KINDS, "same_person", "same_person"])
ACTS = st.lists(st.tuples(KIND, st.integers(0, 99), st.integers(0, 99)), min_size=3, max_size=9)


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, seed=st.integers(0, 2**32))
def test_undoing_everything_in_any_order_restores_every_table(
    world: World, acts: list[tuple[str, int, int]], seed: int
) -> None:
    cell = world.cell
    dice = random.Random(seed)
    with closing(open_store(cell.folder)) as store:
        standing = [decide(store, kind, by="dee", **decided(kind, x, y)) for kind, x, y in acts]
        assert not cell.refresh().rebuilt
        assert [finding for finding in cell.doctor() if not finding.ok] == []
        # One is taken back and brought back by undoing the undo, which then has to be undone in its turn.
        again = undo(store, undo(store, dice.choice(standing), by="eva"), by="eva")
        assert again > len(standing)
        dice.shuffle(standing)
        for number in standing:
            undo(store, number, by="eva")
    cell.refresh()
    assert world.changed() == []


def test_merging_joins_persons_with_all_that_is_counted_between_them(world: World) -> None:
    cell, before = world.cell, world.before
    merged = cell.merge("mia@cedar.example", "as@birk.example", by="dee")
    during = derived(cell)
    assert during["persons"].num_rows == before["persons"].num_rows - 1
    # What went between the two is no relation any more, and nothing else is lost.
    assert during["pairs"].num_rows < before["pairs"].num_rows
    assert merged.refreshed.tables[0] == "same_person"
    cell.undo(merged.decision_id, by="dee")
    assert world.changed() == []

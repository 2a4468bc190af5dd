"""`honeycell space`: how the people of a list, stream or channel talk with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, as_json, give
from honeycell.cli.options import Call, answer_options, axis_options, cell_options, pass_call

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import Console, RenderableType

    from honeycell.cell import Cell
    from honeycell.readings.state import Evidence, Reading

__all__ = ["command", "page", "proof", "states"]


@click.command("space")
@click.argument("name", required=False, metavar="[SPACE]")
@click.option(
    "--why",
    "reading",
    metavar="READING",
    help="The messages behind one of its readings instead; “off-deck-drift 2” for the second of a name.",
)
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Rows of --why; 0 for all. On a terminal 30.")
@axis_options
@answer_options
@cell_options
@pass_call
def command(
    call: Call, name: str | None, reading: str | None, limit: int | None, as_of: date | None, window_days: int
) -> None:
    """Show how the people of a list, stream or channel talk with each other.

    SPACE is its name or a part of it; it may be left out where there is only one. Hosts are the people of the
    organisation that the cell belongs to; guests are all others.
    """
    from honeycell.cell import open_cell

    with open_cell(call.cell, call.viewer) as cell:
        if reading:
            found = cell.why_space(name, reading, as_of=as_of, window_days=window_days)
            give(call, proof(cell, found, name or "", as_of, limit))
            return
        state = cell.space(name, as_of=as_of, window_days=window_days)
    title = state.space.partition(":")[2]
    give(call, states(state.as_of, state, state.readings, state.notes, title, _next(state.readings, name)))


def _next(readings: Sequence[Reading], name: str | None) -> str:
    read = [reading.reading for reading in readings if reading.value is not None]
    return f"honeycell space {name + ' ' if name else ''}--why {read[0]}" if read else ""


def states(
    as_of: date, data: object, readings: Sequence[Reading], notes: Sequence[str], title: str, then: str,
    more: Callable[[], Sequence[RenderableType]] = tuple,
) -> Answer:  # fmt: skip
    """Readings that belong to no relationship, in every shape.

    Args:
        as_of: The day.
        data: For JSON.
        readings: What was read.
        notes: What a reader must know.
        title: What they are of.
        then: The command that proves one of them; empty where there is none.
        more: What a terminal shows below them.
    """

    def lines() -> Iterator[Sequence[object]]:
        for r in readings:
            yield ("reading", r.reading, r.value, r.unit, r.low, r.high, r.n, r.status, r.n_evidence, r.trend,
                   r.sentence)  # fmt: skip
        yield from (("note", note) for note in notes)

    def table() -> pa.Table:
        import pyarrow as pa

        return pa.Table.from_pylist(
            [
                {
                    "reading": r.reading, "value": r.value, "unit": r.unit, "low": r.low, "high": r.high, "n": r.n,
                    "coverage": r.coverage, "from_on": r.window[0], "to_on": r.window[1], "reference": r.reference,
                    "status": r.status, "sentence": r.sentence, "n_evidence": r.n_evidence,
                }
                for r in readings
            ]
        )  # fmt: skip

    return Answer(
        as_of, lambda: data, table, lines, lambda console: page(console, as_of, readings, notes, title, then, more())
    )  # fmt: skip


def page(
    console: Console, as_of: date, readings: Sequence[Reading], notes: Sequence[str], title: str, then: str,
    more: Sequence[RenderableType] = (),
) -> RenderableType:  # fmt: skip
    """The readings as a person reads them: numbers on the left, what they say beside them; then `more`."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from honeycell.cli.readings import section, titled
    from honeycell.cli.words import count, day, plain, unit_of

    table = Table.grid(padding=(0, 3, 1, 0))
    table.add_column(no_wrap=True)
    table.add_column(max_width=100)
    several = Counter(r.reading for r in readings)
    number: Counter[str] = Counter()
    for r in readings:
        number[r.reading] += 1
        left = Text(titled(r.reading) + (f" {number[r.reading]}" if several[r.reading] > 1 else ""), "bold")
        if r.value is None:
            left.append(f"\n{r.status.replace('_', ' ')}", "quiet")
        else:
            left.append(f"\n{_written(r.value, r.unit)} {unit_of(r.unit)}", "honey")
            if r.low is not None and r.high is not None:
                ends = [_written(end, r.unit).removesuffix(" %") for end in (r.low, r.high)]
                left.append(f"\n{ends[0]} to {ends[1]} · evidence {count(r.n_evidence)}", "quiet")
        table.add_row(left, Text(plain(r.sentence)))
    head = Text.assemble((plain(title), "bold"), (f"   read {day(as_of)}", "quiet"))
    parts: list[RenderableType] = [Text(), head, Text(), table, *more]
    if notes:
        parts += section("To know", *(Padding(Text(plain(note), "quiet"), (0, 0, 0, 2)) for note in notes))
    return Group(*parts, Text(), Text(f"  {then}     --json for scripts" if then else "  --json for scripts", "quiet"))


def _written(value: float, unit: str) -> str:
    """A number in its unit, ratios to the hundredth: 1.01 is not 1."""
    from honeycell.cli.words import FRACTIONS, number

    return number(value, unit) if unit in FRACTIONS else f"{value:.2f}"


def proof(cell: Cell, found: Evidence, title: str, as_of: date | None, limit: int | None) -> Answer:
    """The messages behind one of them, in every shape."""
    from honeycell.cli import evidence

    def picture(console: Console) -> RenderableType:
        from rich.text import Text

        from honeycell.cli.words import plain

        ids = {person for row in found.evidence for person in (row.from_person_id, row.to_person_id)}
        names = {actor: party.name for actor, party in cell.actors(sorted(ids)).items()}
        head = Text.assemble((plain(title), "bold"), "   ", (found.reading.replace("_", "-"), "honey"))
        return evidence.drawn(found, head, names, console.width, 30 if limit is None else limit or None)

    kept = evidence.cut(found, limit)
    return Answer(
        as_of or cell.as_of, lambda: {**as_json(kept), "next": None}, lambda: evidence.table(kept),
        lambda: evidence.lines(kept), picture,
    )  # fmt: skip

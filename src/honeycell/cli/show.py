"""`honeycell show`: the state of a relationship, or of one party."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.readings.state import PartyState, RelationshipState, Spread

__all__ = ["command"]


@click.command("show")
@click.argument("name", metavar="A~B|NAME|@PERSON")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(call: Call, name: str, as_of: date | None, window_days: int) -> None:
    """Show the state of a relationship, or of one party.

    A~B is a relationship between two organisations, two persons (@ana~@tom) or one of each (@ana~vantry); a single
    name is an organisation, a single @name a person, shown with their relationships.
    """
    from honeycell.cell import open_cell

    with open_cell(call.cell, call.viewer) as cell:
        if "~" in name:
            answer = _relationship(cell.show(name, as_of=as_of, window_days=window_days), name)
        else:
            answer = _party(cell.show_party(name, as_of=as_of, window_days=window_days), as_of or cell.as_of)
    give(call, answer)


def _relationship(state: RelationshipState, name: str) -> Answer:
    from honeycell.cli import relationship

    return Answer(
        state.as_of,
        lambda: state,
        lambda: _readings(state),
        lambda: relationship.lines(state),
        lambda console: relationship.drawn(
            state, name, console.width, coloured=console.color_system is not None and not console.no_color
        ),
    )


def _readings(state: RelationshipState) -> pa.Table:
    """The readings and what stands beside them as a table, one row for each."""
    import pyarrow as pa

    return pa.Table.from_pylist(
        [
            {
                "reading": r.reading, "value": r.value, "unit": r.unit, "low": r.low, "high": r.high, "n": r.n,
                "coverage": r.coverage, "from_on": r.window[0], "to_on": r.window[1], "reference": r.reference,
                "status": r.status, "sentence": r.sentence, "n_evidence": r.n_evidence, "trend": r.trend,
                **_spread(r.spread),
            }
            for r in (*state.readings, *state.beside)
        ]
    )  # fmt: skip


def _spread(held: Spread | None) -> dict[str, float | int | str | None]:
    """What is known of the pairs, in columns; empty ones where there is nothing."""
    ends = ("p10", "p50", "p90")
    names = ("n_pairs", "tau_squared", "i_squared", "share_below", "share_below_each")
    return {
        **{name: getattr(held, name, None) for name in ends},
        **{f"each_{name}": getattr(held.each if held else None, name, None) for name in ends},
        **{name: getattr(held, name, None) for name in names},
        "floor": held.floor.least if held and held.floor else None,
        "upside": held.upside.sentence if held else None,
    }


def _party(state: PartyState, as_of: date | None) -> Answer:
    from honeycell.cli import listing, parties

    table = state.relationships
    return Answer(
        as_of,
        lambda: {"party": state.party, "relationships": table.to_pylist()},
        lambda: table,
        lambda: listing.lines(table),
        lambda console: parties.drawn(state, as_of, console.width),
    )

"""`honeycell demo`: a simulated world, from nothing to `show`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import note, unwritable, write_json
from honeycell.cli.options import Call, cell_options, json_option, pass_call
from honeycell.cli.words import count
from honeycell.errors import UsageError

if TYPE_CHECKING:
    from honeycell.cell import Cell
    from honeycell.demo import World
    from honeycell.log import ImportResult
    from honeycell.progress import Progress
    from honeycell.readings.state import RelationshipState

    Report = Callable[[Progress], None] | None

__all__ = ["command"]

WIDTH = 132
"""Columns of the page where there is no terminal: a demo is for a person, whatever it is printed on."""


@click.command("demo")
@click.option("--to", "folder", default="demo", show_default=True, metavar="DIR", type=click.Path(path_type=Path))
@click.option("--scale", type=click.FloatRange(0.02, 4), default=1.0, show_default=True, help="1 is 6,000 people.")
@click.option("--seed", type=click.IntRange(min=0), default=7, show_default=True, help="Another world.")
@json_option
@cell_options
@pass_call
def command(call: Call, folder: Path, scale: float, seed: int) -> None:
    """See it work on two simulated organisations, from nothing to `show`.

    Writes two years of mail, chat, meetings and orders of two organisations and their partners into DIR/world, all
    of it invented, imports them into the cell DIR/cell like anyone's, and shows a relationship. What was planted
    stands in DIR/world/truth. Called again it shows at once.
    """
    from honeycell.cli.terminal import following

    made = {"seed": seed, "scale": scale}
    shown = _made_before(folder, made)
    if shown is None:
        with following(call) as report:
            shown = _make(call, folder, made, report)
    state = _state(folder / "cell", shown)
    if call.json:
        write_json(state.as_of, state)
    else:
        _print(state, shown)
    note(call, f"more: honeycell tracks {shown} --cell {folder / 'cell'}")
    note(call, f"      honeycell list relationships --cell {folder / 'cell'}")


def _made_before(folder: Path, made: dict[str, float]) -> str | None:
    """The relationship to show, if this world was made and imported here before.

    Raises:
        UsageError: Another world is in the folder (`cell-exists`).
    """
    try:
        held = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if {name: held.get(name) for name in made} != made:
        raise UsageError(
            "cell-exists", "another demo is in this folder already", str(folder), "choose another --to DIR"
        )
    relationship: str | None = held.get("relationship")
    return relationship


def _make(call: Call, folder: Path, made: dict[str, float], report: Report) -> str:
    from honeycell.demo import import_order, write_world

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "demo.json").write_text(json.dumps(made), encoding="utf-8")
        world = write_world(folder / "world", seed=int(made["seed"]), scale=made["scale"], progress=_told(report))
    except OSError as error:
        raise unwritable(folder, error) from error
    with _cell(folder / "cell", world) as cell:
        result = cell.import_paths(import_order(world), progress=report)
        cell.refresh(progress=report)
    if result.failures:
        raise result.failures[0]
    _say(call, world, result)
    (folder / "demo.json").write_text(json.dumps({**made, "relationship": world.relationship}), encoding="utf-8")
    return world.relationship


def _told(report: Report) -> Callable[[str, int, int], None] | None:
    """The reporter of the simulator, which counts people and mails."""
    if report is None:
        return None
    from honeycell.progress import Progress

    return lambda what, done, total: report(Progress(what, done, total, "records"))


def _cell(folder: Path, world: World) -> Cell:
    from honeycell.cell import create_cell, open_cell
    from honeycell.errors import NotFoundError

    try:
        return open_cell(folder)
    except NotFoundError:
        return create_cell(folder, us=world.us, domains=world.domains)


def _say(call: Call, world: World, result: ImportResult) -> None:
    kinds = (("mails", world.n_mails), ("chats", world.n_chats), ("meetings", world.n_meetings),
             ("documents", world.n_documents))  # fmt: skip
    note(call, f"wrote {', '.join(f'{count(n)} {kind}' for kind, n in kinds)} of {count(world.n_persons)} people")
    skipped = sum(result.skipped.values())
    note(call, f"imported {count(result.added)}, copies {count(result.duplicate)}, skipped {count(skipped)}")


def _state(folder: Path, name: str) -> RelationshipState:
    from honeycell.cell import open_cell

    with open_cell(folder) as cell:
        state: RelationshipState = cell.show(name)
    return state


def _print(state: RelationshipState, name: str) -> None:
    from honeycell.cli import relationship
    from honeycell.cli.terminal import screen

    console = screen()
    if not console.is_terminal:
        console = screen(WIDTH)
    coloured = console.color_system is not None and not console.no_color
    console.print(relationship.drawn(state, name, console.width, coloured=coloured))

"""`honeycell list`: relationships, organisations, people, conversations, loops, groups, changes or dormant ties."""

from __future__ import annotations

import sys
from datetime import date

import click

from honeycell.cli.answers import give, note
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call
from honeycell.errors import UsageError

__all__ = ["command"]

NOUNS = ("relationships", "organisations", "people", "conversations", "loops", "groups", "changes", "dormant")


@click.command("list")
@click.argument("noun", type=click.Choice(NOUNS), metavar="NOUN")
@click.argument("name", required=False, metavar="[A~B|NAME|SPACE]")
@click.option("--open", "open_only", is_flag=True, help="Of loops only those that are open.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many rows; 0 for all. On a terminal 30.")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(
    call: Call, noun: str, name: str | None, open_only: bool, limit: int | None, as_of: date | None, window_days: int
) -> None:
    """List relationships, organisations, people, conversations, loops, groups, changes or dormant ties.

    Relationships are seen from their first side, which is ours where the cell belongs to somebody: responsiveness
    is how the second answers the first. People are listed by name, never by a reading. Loops are what somebody owes
    somebody: questions, requests and promises found in texts, order lines and invoices. A~B is for conversations
    and loops: only those between the two; loops may be asked for one NAME too. Groups are of people who talk with
    each other in a SPACE: a list, stream or channel. Changes are those noticed within --window of all relationships
    between organisations, first what there is most to lose by not knowing. Dormant is what was strong and has gone
    quiet for more than four times its own rhythm: relationships between organisations, or with a @PERSON those they
    knew, the strongest first. --as-of holds for all but organisations and people, --window for relationships,
    conversations between two and changes.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    if noun == "loops":
        _loops(call, name, open_only, limit, as_of)
        return
    if noun == "groups":
        _groups(call, name, limit, as_of)
        return
    if noun == "changes" and not name:
        _changes(call, limit, as_of, window_days)
        return
    if name and noun not in ("conversations", "dormant"):
        raise UsageError(
            "wrong-use", f"{noun} are not listed between two", name, f"leave it out: honeycell list {noun}"
        )
    pictured = {"relationships": listing.paired, "dormant": listing.paired, "conversations": listing.numbered}
    shown = pictured.get(noun, lambda table: table)
    with open_cell(call.cell, call.viewer) as cell:
        today = as_of or cell.as_of
        if noun == "relationships":
            table = cell.relationships(as_of=as_of, window_days=window_days)
        elif noun == "dormant":
            table = cell.dormant(name, as_of=as_of)
        elif noun == "conversations":
            table = cell.conversations(name, as_of=as_of, window_days=window_days)
        else:
            table = getattr(cell, noun)()
    if limit:
        table = table.slice(0, limit)
    give(
        call,
        listing.answer(
            today,
            table,
            lambda console: listing.drawn(
                shown(table),
                console.width,
                30 if limit is None else None,
                "; all with --limit 0",
            ),
        ),
    )


def _loops(call: Call, name: str | None, open_only: bool, limit: int | None, as_of: date | None) -> None:
    from honeycell.cell import open_cell
    from honeycell.cli import listing, owed

    with open_cell(call.cell, call.viewer) as cell:
        today = as_of or cell.as_of
        table = cell.loops(name, open_only=open_only, as_of=as_of)
        known = cell.loops_audit()[1]
    if limit:
        table = table.slice(0, limit)
    give(call, listing.answer(today, table, lambda _: owed.drawn(table, known, 30 if limit is None else None)))


def _groups(call: Call, space: str | None, limit: int | None, as_of: date | None) -> None:
    from honeycell.cell import open_cell
    from honeycell.cli import groups, listing

    with open_cell(call.cell, call.viewer) as cell:
        end = cell.as_of
        found, table = cell.groups(space, as_of=as_of)
    none = groups.few(found)
    if none and not sys.stdout.isatty():
        note(call, none)
    if limit:
        table = table.slice(0, limit)
    today = min(as_of, end) if as_of and end else end
    give(call, listing.answer(today, table, lambda _: groups.drawn(found, table, 30 if limit is None else None)))


def _changes(call: Call, limit: int | None, as_of: date | None, window_days: int) -> None:
    from honeycell.cell import open_cell
    from honeycell.cli import changes, listing
    from honeycell.cli.terminal import following

    with open_cell(call.cell, call.viewer) as cell, following(call) as report:
        today = as_of or cell.as_of
        n_watched, found = cell.changes(as_of=as_of, window_days=window_days, progress=report)
    found = found[: limit or None]
    give(call, listing.answer(today, changes.table(found), lambda _: changes.drawn(found, n_watched, window_days)))

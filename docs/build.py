"""Writes the parts of the pages that follow from the code: `python -m docs.build` (or `make docs`).

A part stands between `<!-- made: NAME -->` and `<!-- end -->`. A test fails when a page and the code differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import click
from docs.reading_pictures import PICTURES

from honeycell.cli.commands import COMMANDS, Commands
from honeycell.decisions import KINDS
from honeycell.readings.budget import declarations as budget
from honeycell.readings.declarations import DECLARATIONS
from honeycell.readings.declared import (
    ANYBODY,
    NETWORK,
    ORGANISATIONS,
    PAIR,
    PERSON_ORGANISATION,
    SPACE,
    Declaration,
)
from honeycell.readings.network.state import READINGS as NETWORK_READINGS
from honeycell.readings.spaces import peer_share
from honeycell.readings.ways import WAYS
from honeycell.tables import TABLES
from honeycell.tracks import BESIDE

__all__ = ["main", "page"]

DOCS = Path(__file__).parent
_PART = re.compile(r"(<!-- made: (?P<name>[\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def commands() -> str:
    """The help page of every command."""
    group = Commands("honeycell")
    parts = []
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        parts.append(_help(f"honeycell {name}", command))
        if isinstance(command, click.Group):
            parts += [_help(f"honeycell {name} {verb}", part) for verb, part in command.commands.items()]
    return "\n".join(parts)


def _help(words: str, command: click.Command) -> str:
    context = click.Context(
        command, info_name=words, terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    return f"### {words}\n\n```text\n{command.get_help(context)}\n```\n"


def tables() -> str:
    """Every table of the model with its meaning and its columns."""
    parts = []
    for layer, title in (("log", "The log: what happened"), ("derived", "Derived: can be made again")):
        parts.append(f"### {title}\n\n| table | one row is | columns |\n|---|---|---|\n")
        for table in TABLES.values():
            if table.layer == layer:
                columns = ", ".join(f"`{column.name}`" for column in table.columns if column.name != "batch")
                parts.append(f"| `{table.name}` | {table.meaning.rstrip('.')} | {columns} |\n")
        parts.append("\n")
    return "".join(parts)


def kinds() -> str:
    """Every kind of decision with its meaning and its columns."""
    lines = ["| kind | what is decided | columns |\n|---|---|---|\n"]
    for kind in KINDS.values():
        columns = "; ".join(
            f"`{column.name}` {column.meaning}" + (f" ({column.form.replace('|', ', ')})" if "|" in column.form else "")
            for column in kind.columns
        )
        lines.append(f"| `{kind.name}` | {kind.meaning.rstrip('.')} | {columns} |\n")
    return "".join(lines)


def readings() -> str:
    """The twelve readings, with what each asks."""
    lines = ["| # | reading | question | unit |\n|---|---|---|---|\n"]
    for number, one in enumerate(DECLARATIONS, 1):
        lines.append(f"| {number} | [{one.name}]({one.name}.md) | {one.question} | {one.unit} |\n")
    return "".join(lines)


def reading(name: str) -> str:
    """What the declaration of a reading says, and its picture."""
    one, way = DECLARED[name], WAYS.get(name)
    levels = [_LEVELS[level] for level in one.levels]
    besides = f" and {way.besides}" if way and way.besides else ""
    window = f", over {way.window_days} days" if way and way.window_days else ""
    facts = {
        "unit and range": f"{one.unit}, {one.lowest:g} {'and more' if one.highest is None else f'to {one.highest:g}'}",
        "read of": ", ".join(levels) + window,
        "computed as": one.formula,
        "minimum": f"{one.minimum} {one.observation}{besides}" if one.minimum else "none",
        "smallest group": _group(one),
        "compared with": one.reference,
        "says": f"“{one.template}”",
        "`why` lists": one.evidence,
    }
    rows = "".join(f"| {key} | {_cell(said)} |\n" for key, said in facts.items())
    return f"*{one.question}*\n\n| | |\n|---|---|\n{rows}" + (f"\n{picture(name)}" if name in PICTURES else "")


def picture(name: str) -> str:
    """The picture of a page, with what is seen on it and whence it is."""
    one = PICTURES[name]
    return (
        f"![{one.seen}](../images/readings/{name}.png)\n\n"
        f"*{one.data}. Drawn by `python -m docs.reading_pictures {name}`.*\n"
    )


def _group(one: Declaration) -> str:
    """Of how many people it is made at least."""
    whose = "a relationship is shown to whom its people are shown"
    if one.smallest_group == ANYBODY:
        return f"1: {whose}"
    return f"{one.smallest_group} people" + (f" in a space; {whose}" if ORGANISATIONS in one.levels else "")


def _cell(text: str) -> str:
    """Words in a cell of a table."""
    return text.replace("|", "\\|")


_LEVELS = {
    PAIR: "two persons", PERSON_ORGANISATION: "a person and an organisation", ORGANISATIONS: "two organisations",
    SPACE: "a space", NETWORK: "the network of a cell", "person": "a person", "organisation": "an organisation",
}  # fmt: skip
DECLARED: dict[str, Declaration] = {
    one.name: one
    for one in (*DECLARATIONS, *peer_share.PEER_SHARE.declared, *NETWORK_READINGS, *budget.PARTS, *BESIDE.values())
}
"""By name: the twelve, and those that stand beside one of them."""
PARTS: dict[str, Callable[..., str]] = {
    "commands": commands, "kinds": kinds, "tables": tables, "readings": readings, "reading": reading,
    "picture": picture,
}  # fmt: skip
"""By the first word of a part; further words are given to the function."""


def page(text: str) -> str:
    """The text of a page with its made parts made anew."""

    def made(found: re.Match[str]) -> str:
        part, *words = found["name"].split()
        return f"{found[1]}\n{PARTS[part](*words).strip()}\n\n{found[3]}"

    return _PART.sub(made, text)


def main() -> int:
    """Write all pages; the status is 0."""
    for path in sorted(DOCS.glob("**/*.md")):
        before = path.read_text(encoding="utf-8")
        after = page(before)
        if before != after:
            path.write_text(after, encoding="utf-8")
            print(f"wrote {path.relative_to(DOCS.parent)}", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

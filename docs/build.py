"""Writes the parts of the pages that follow from the code: `python -m docs.build` (or `make docs`).

A part stands between `<!-- made: NAME -->` and `<!-- end -->`. A test fails when a page and the code differ.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import click

from honeycell.cli.commands import COMMANDS, Commands
from honeycell.decisions import KINDS
from honeycell.tables import TABLES

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


PARTS: dict[str, Callable[[], str]] = {"commands": commands, "kinds": kinds, "tables": tables}


def page(text: str) -> str:
    """The text of a page with its made parts made anew."""
    return _PART.sub(lambda found: found[1] + "\n" + PARTS[found["name"]]().strip() + "\n\n" + found[3], text)


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

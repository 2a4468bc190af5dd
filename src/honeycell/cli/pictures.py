"""Pictures into files: what commands that draw have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from honeycell.cli.answers import note, unwritable
from honeycell.errors import UsageError

if TYPE_CHECKING:
    from typing import Any

    from honeycell.charts import Tokens
    from honeycell.cli.options import Call

__all__ = ["checked", "picture_options", "write"]

Function = TypeVar("Function", bound="Callable[..., Any]")
_ENDINGS = (".svg", ".png")


def picture_options(function: Function) -> Function:
    """Options of a command that draws: --to FILE, --theme."""
    theme = click.option(
        "--theme", type=click.Choice(("light", "dark")), default="light", show_default=True, help="Of that file."
    )
    file = click.option("--to", metavar="FILE", type=click.Path(path_type=Path), help="Draw into a file: .svg or .png.")
    return file(theme(function))


def checked(to: Path | None) -> Path | None:
    """The file, if a picture may be called so.

    Raises:
        UsageError: It ends otherwise (`wrong-use`).
    """
    if to and to.suffix.lower() not in _ENDINGS:
        raise UsageError("wrong-use", "a picture is .svg or .png", str(to), "name the file so")
    return to


def write(call: Call, to: Path, theme: str, draw: Callable[[Tokens], str]) -> None:
    """Draw into a file.

    Raises:
        NotAllowedError: It cannot be written (`file-not-writable`).
    """
    from honeycell import charts

    picture = draw(charts.THEMES[theme])
    try:
        to.write_bytes(charts.png(picture) if to.suffix.lower() == ".png" else picture.encode())
    except OSError as error:
        raise unwritable(to, error) from error
    note(call, f"drawn into {to}")

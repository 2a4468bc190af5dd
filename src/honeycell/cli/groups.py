"""The groups in a space, drawn for a person: who, since when, and how much of their talk stays inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from honeycell.cli.marks import BLOCKS
from honeycell.cli.words import count, day, named, plain, share, some

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.groups import Groups

__all__ = ["drawn", "few"]


def drawn(found: Groups, rows: pa.Table, limit: int | None) -> RenderableType:
    """The page of `list groups`.

    Args:
        found: The groups.
        rows: The same as a table with the names, or the first of them.
        limit: Groups to draw of these; None for all.
    """
    if few(found):
        return Text(few(found) or "", "quiet")
    every, n_all, n_firm = rows.to_pylist(), len(found.groups), sum(one.firm for one in found.groups)
    head = f"{some(n_firm, 'group') if n_firm else 'No group'} of 3 to 7 people"
    head += f", and {count(n_all - n_firm)} that may be chance" if n_firm < n_all else ""
    head += f"; {count(found.n_people)} people write there regularly; 26 weeks up to {_last(found)}"
    parts: list[RenderableType] = [Text(), Text(plain(found.space.partition(":")[2]), "bold"), Text(head, "quiet")]
    shown = every if limit is None else every[:limit]
    for row in (row for row in shown if row["firm"]):
        parts += [Text(), Text(_people(row), "bold"), Padding(Text.assemble(*_facts(row)), (0, 0, 0, 4))]
    loose = [row for row in shown if not row["firm"]]
    if loose:
        title = "May be chance: found again in fewer than half of the draws, or by chance in more than 5 %"
        parts += [Text(), Text(title, "quiet")]
        parts += [Padding(Text(_people(row), "quiet"), (0, 0, 0, 4)) for row in loose]
    if len(shown) < n_all:
        parts += [Text(), Text(f"{count(len(shown))} of {count(n_all)}; all with --limit 0", "quiet")]
    return Group(*parts)


def few(found: Groups) -> str | None:
    """Why there are no groups in a space; None where there are some."""
    from honeycell.groups import LEAST

    if found.n_people < LEAST:
        return f"{some(found.n_people, 'person')} wrote there in 4 or more of the 26 weeks: groups need {LEAST}"
    return None if found.groups else "no three to seven people there talk with each other rather than with the others"


def _last(found: Groups) -> str:
    return day(found.week_on + timedelta(6))


def _people(row: dict[str, Any]) -> str:
    return ", ".join(map(named, row["people"]))


def _facts(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    top = max(row["weekly_said"])
    yield f"since {day(row['since_on'])} · again in {share(row['share_again'])} of draws", "quiet"
    yield f" · by chance {share(row['share_by_chance'])}\n", "quiet"
    yield f"{_strip(row['weekly_said'], top)}  ", "honey"
    yield f"{some(row['n_said'], 'message')}, {share(row['share_inside'])} of it talk inside this group\n", ""
    yield f"{_strip(row['weekly_inside'], top)}  ", "honey"
    yield f"{count(row['n_inside'])} to this group alone", "quiet"


def _strip(weeks: Sequence[int], top: int) -> str:
    """A block for each week, the last on the right."""
    return "".join(BLOCKS[-(-n * (len(BLOCKS) - 1) // max(top, 1))] for n in weeks)

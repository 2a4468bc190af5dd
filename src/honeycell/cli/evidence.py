"""The evidence of a reading, drawn for a person: who, when, channel, weight, role, and the number recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from honeycell.cli.words import amount, count, day, number, plain
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.readings.state import Evidence, EvidenceRow

__all__ = ["cut", "drawn", "lines", "table"]

_EQUAL = 1e-9


def cut(evidence: Evidence, limit: int | None) -> Evidence:
    """The same with the latest `limit` rows; with all of them for None or 0."""
    return replace(evidence, evidence=evidence.evidence[-limit:]) if limit else evidence


def drawn(
    evidence: Evidence, title: RenderableType, names: Mapping[int, str], width: int, limit: int | None
) -> RenderableType:
    """The page of `why`.

    Args:
        evidence: What the cell answered.
        title: The head of the page.
        names: Names of persons by id.
        width: Columns of the terminal.
        limit: Rows to draw, the latest; None for all.
    """
    parts: list[RenderableType] = [Text(), title, Text(), _value(evidence), Text()]
    rows = evidence.evidence if limit is None else evidence.evidence[-limit:]
    if rows:
        parts.append(_rows(rows, names, width))
    if len(rows) < len(evidence.evidence):
        parts.append(
            Text(f"\nthe latest {count(len(rows))} of {count(len(evidence.evidence))}; all with --limit 0", "quiet")
        )
    # No line ends between a name and its number.
    facts = "   ".join(
        f"{name.replace('_', ' ')} {_short(value)}".replace(" ", "\N{NO-BREAK SPACE}")
        for name, value in evidence.parameters.items()
    )
    parts += [Text(), Text("Computed with", "honey"), Padding(Text(plain(facts), "quiet"), (0, 0, 1, 2))]
    return Group(*parts)


def _value(evidence: Evidence) -> Text:
    """The number shown and the number that follows from the rows below it."""
    text = Text.assemble("  shown       ", (amount(evidence.value, evidence.unit), "bold"))
    if evidence.low is not None and evidence.high is not None:
        ends = [number(end, evidence.unit).removesuffix(" %") for end in (evidence.low, evidence.high)]
        text.append(f"   {ends[0]} to {ends[1]}", "quiet")
    text.append(f"   n {count(evidence.n)}", "quiet")
    text.append("\n  recomputed  ")
    text.append(amount(evidence.recomputed, evidence.unit), "bold")
    if evidence.value is None and evidence.recomputed is None:
        return text.append("   = the number shown: too few to say", "quiet")
    if evidence.value is None or evidence.recomputed is None:
        return text.append("   differs from the number shown", "risk")
    same = abs(evidence.value - evidence.recomputed) <= _EQUAL * max(1.0, abs(evidence.value))
    text.append(*(("   = the number shown", "good") if same else ("   differs from the number shown", "risk")))
    return text


def _rows(rows: Sequence[EvidenceRow], names: Mapping[int, str], width: int) -> Table:
    drawn_table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="quiet", show_edge=False)
    details = list(dict.fromkeys(name for row in rows for name in row.detail if name != "channel"))
    columns = ["When", "From", "To", "Role", "Weight", "Channel"]
    room = {"When": 18, "From": 24, "To": 24, "Role": 10, "Weight": 8, "Channel": 9}
    while len(columns) > 3 and sum(room[name] for name in columns) > width:
        columns.pop()
    left = width - sum(room[name] for name in columns)
    shown = [name for at, name in enumerate(details) if 18 * (at + 1) <= left]
    for name in [*columns, *(detail.replace("_", " ") for detail in shown)]:
        drawn_table.add_column(
            name, justify="right" if name == "Weight" else "left", no_wrap=True, overflow="ellipsis", max_width=26
        )
    for row in rows:
        cells = {
            "When": f"{day(row.occurred_at)}, {row.occurred_at:%H:%M}",
            "From": plain(names.get(row.from_person_id) or written_id(row.from_person_id)),
            "To": ""
            if row.to_person_id == row.from_person_id
            else plain(names.get(row.to_person_id) or written_id(row.to_person_id)),
            "Role": plain(row.role),
            "Weight": f"{row.weight:.3g}",
            "Channel": plain(row.detail.get("channel") or ""),
        }
        drawn_table.add_row(
            *(Text(cells[name]) for name in columns), *(Text(_short(row.detail.get(name)), "quiet") for name in shown)
        )
    return drawn_table


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_short(one) for one in value[:6]) + (" …" if len(value) > 6 else "")
    return "" if value is None else plain(value)


def lines(evidence: Evidence) -> Iterator[Sequence[object]]:
    """The same for a program: rows whose first word says what they are."""
    e = evidence
    yield ("reading", e.reading, e.value, e.unit, e.low, e.high, e.n)
    yield ("recomputed", e.recomputed)
    for name, value in e.parameters.items():
        yield ("parameter", name, value)
    for row in e.evidence:
        details = (f"{name}={value}" for name, value in row.detail.items())
        yield ("evidence", written_id(row.interaction_id), row.occurred_at, written_id(row.from_person_id),
               written_id(row.to_person_id), row.weight, row.role, *details)  # fmt: skip


def table(evidence: Evidence) -> pa.Table:
    """The interactions as a table, one column for each further fact."""
    import pyarrow as pa

    details = list(dict.fromkeys(name for row in evidence.evidence for name in row.detail))
    names = ("interaction_id", "occurred_at", "from_person_id", "to_person_id", "weight", "role")
    columns = {name: [getattr(row, name) for row in evidence.evidence] for name in names}
    columns |= {name: [row.detail.get(name) for row in evidence.evidence] for name in details}
    return pa.table(columns)

"""Reading a source whole, as rows a person can look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from honeycell.errors import SourceError
from honeycell.sources import Source
from honeycell.tables import TABLES


@dataclass
class Everything:
    """All rows of a path by table, and the errors met."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    failures: list[SourceError] = field(default_factory=list)
    n_records: int = 0

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self.tables[table]

    def of(self, table: str, interaction: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of one interaction."""
        key = (interaction["interaction_id"], interaction["copy_hash"])
        return [row for row in self.tables[table] if (row["interaction_id"], row["copy_hash"]) == key]

    def people(self, interaction: dict[str, Any]) -> set[tuple[str, str]]:
        """Role and handle of everyone in an interaction."""
        return {(row["role"], row["handle"]) for row in self.of("participants", interaction)}

    def text(self, interaction: dict[str, Any]) -> str:
        """The words of an interaction."""
        return "".join(row["body"] for row in self.of("texts", interaction))

    def reasons(self) -> list[str]:
        """Why records were skipped, in order."""
        return [row["reason"] for row in self.tables["skipped"]]


@pytest.fixture
def read_all() -> Callable[[Source, Path], Everything]:
    """Read every part of a path; each batch has the columns of the model."""

    def read(source: Source, path: Path) -> Everything:
        found = Everything()
        try:
            parts = list(source.parts(path, path.name))
        except SourceError as error:
            found.failures.append(error)
            return found
        for part in parts:
            try:
                for batch in source.read(part):
                    found.n_records += batch.n_records
                    for name, table in batch.tables.items():
                        expected = [column for column in TABLES[name].schema if column.name != "batch"]
                        assert list(table.schema) == expected
                        found.tables[name].extend(table.to_pylist())
            except SourceError as error:
                found.failures.append(error)
        return found

    return read

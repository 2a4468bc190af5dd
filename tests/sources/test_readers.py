"""What a reading process loads before it reads its first record."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("source", ["mbox", "maildir", "slack_export", "ledger_csv"])
def test_a_reading_process_starts_without_the_engine(source: str) -> None:
    code = (
        f"import sys, honeycell.sources.readers, honeycell.sources.{source};"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'ibis', 'duckdb', 'deltalake', 'sqlglot'}))"
    )
    loaded = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"

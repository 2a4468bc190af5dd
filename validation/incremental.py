"""An archive imported month by month in shuffled order, each followed by a refresh, equals a rebuild.

`main(path)` takes a folder of mbox files, packed by xz or not. Figures: `n_mails` as the standard library's `mailbox`
counts them; the share of those that were added, counted as a copy or listed as skipped; `n_added_again` by a second
import of everything; `n_refreshes` that were incremental; and the share of derived tables equal to a rebuild.
"""

from __future__ import annotations

import lzma
import mailbox
import random
import shutil
import sys
import tempfile
from pathlib import Path

from honeycell.cell import create_cell
from honeycell.tables import DERIVED

__all__ = ["DATA", "PASS", "main"]

DATA = "mail/openbmc"
PASS = {"n_added_again": ("==", 0), "share_accounted": ("==", 1), "share_tables_equal": ("==", 1)}


def main(path: Path) -> dict[str, float | int]:
    """Import every archive of the folder on its own, in an order that a fixed seed shuffles."""
    archives = sorted(file for file in path.iterdir() if ".mbox" in file.name)
    random.Random(20190301).shuffle(archives)
    n_mails = sum(_count(archive) for archive in archives)
    n_accounted = n_incremental = 0
    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder, create_cell(Path(folder)) as cell:
        for number, archive in enumerate(archives, 1):
            result = cell.import_paths([archive])
            n_accounted += result.added + result.duplicate + sum(result.skipped.values())
            n_incremental += not cell.refresh().rebuilt
            print(f"{number} of {len(archives)}: {archive.name}", file=sys.stderr)
        again = cell.import_paths(archives)
        derived = {table.name for table in DERIVED}
        findings = [finding for finding in cell.doctor() if finding.table in derived]
    for finding in findings:
        if not finding.ok:
            print(f"{finding.table}: {finding.message}", file=sys.stderr)
    n_equal = sum(finding.ok for finding in findings)
    return {
        "n_mails": n_mails,
        "share_accounted": n_accounted / n_mails,
        "n_added_again": again.added,
        "n_refreshes": n_incremental,
        "n_tables": len(findings),
        "share_tables_equal": n_equal / len(findings),
    }


def _count(archive: Path) -> int:
    """How many mails the standard library finds in an mbox."""
    with tempfile.NamedTemporaryFile(suffix=".mbox") as plain:
        with lzma.open(archive) if archive.suffix == ".xz" else archive.open("rb") as packed:
            shutil.copyfileobj(packed, plain)
        plain.flush()
        return len(mailbox.mbox(plain.name, create=False))

"""Files into the log: find them, read them on all cores, commit in pieces that are whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.errors import HoneycellError
from honeycell.log.commit import commit
from honeycell.log.paths import Plan, plan_of
from honeycell.progress import Progress
from honeycell.sources import Part, Source, source_named
from honeycell.sources.readers import Failed, Read, read_parts
from honeycell.tables import TABLES

if TYPE_CHECKING:
    from honeycell.engine import Engine

__all__ = ["ImportResult", "import_paths"]

_COMMIT_RECORDS = 50_000
_COMMIT_BYTES = 64 * 1024**2
"""Rows in memory, in Arrow bytes, at which they are committed, if there are not so many records before."""


@dataclass(frozen=True)
class ImportResult:
    """What an import did; `n_records == added + duplicate + sum(skipped.values())`."""

    import_id: int
    """Its number in `imports`; 0 for a dry run."""
    n_records: int
    """Records that were read, usable or not."""
    added: int
    """Records that were new."""
    duplicate: int
    """Records that were copies of what was known."""
    skipped: Mapping[str, int]
    """Records that could not be used, by reason; they are listed in `skipped`."""
    failures: tuple[HoneycellError, ...]
    """Files that could not be read to their end, or at all."""
    warnings: tuple[HoneycellError, ...]
    """Files that hold nothing to read."""


def import_paths(
    engine: Engine,
    paths: Sequence[Path],
    *,
    source: str | Source | None = None,
    dry_run: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> ImportResult:
    """Read files and folders into the log; what the log holds already is not added again.

    Readers see the log grow in whole pieces. An import that is stopped, in whatever way, is completed by running
    it again; several at once do each other no harm.

    Args:
        engine: The cell's engine.
        paths: Files and folders.
        source: Read everything as this source (its name, or the source itself); None recognises each path.
        dry_run: Count what would happen and leave the cell as it is.
        progress: Called with bytes read so far.

    Raises:
        NotFoundError: A path does not exist (`file-not-found`), or no source has this name (`no-such-source`).
    """
    chosen = source_named(source) if isinstance(source, str) else source
    plan = plan_of(paths, chosen)
    if not dry_run:
        return _Import(engine, paths, plan, progress).run()
    with _copy_of(engine) as copy:
        result = _Import(copy, paths, plan, progress).run()
    return ImportResult(0, *(getattr(result, name) for name in list(result.__dataclass_fields__)[1:]))


@contextmanager
def _copy_of(engine: Engine) -> Iterator[Engine]:
    """An engine over a throw-away cell with the same log, whose data files are linked, not copied."""
    from honeycell.engine import open_engine

    with tempfile.TemporaryDirectory(prefix="honeycell-dry-run-") as name:
        folder = Path(name)
        (folder / "locks").mkdir()
        engine.reopen()
        held = engine.snapshot
        for path in sorted((engine.folder / "log").glob("*/**/*")):
            target = folder / path.relative_to(engine.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".parquet" and "_delta_log" not in path.parts:
                target.symlink_to(path.resolve())
            elif path.is_file():
                shutil.copy(path, target)
        held.write(folder)
        copy = open_engine(folder)
        try:
            yield copy
        finally:
            copy.close()


@dataclass
class _Pending:
    """Rows that wait for their commit."""

    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    n_records: int = 0
    n_bytes: int = 0

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        for name, rows in tables.items():
            if rows.num_rows:
                self.tables.setdefault(name, []).append(rows)
                self.n_bytes += rows.nbytes
        self.n_records += _count(tables, "sightings") + _count(tables, "skipped") + _count(tables, "directory")

    def full(self) -> bool:
        return self.n_records >= _COMMIT_RECORDS or self.n_bytes >= _COMMIT_BYTES


class _Import:
    """One run; commits happen in a thread of their own while reading goes on."""

    def __init__(self, engine: Engine, paths: Sequence[Path], plan: Plan, progress: Callable[[Progress], None]) -> None:
        self.engine, self.paths, self.plan, self.progress = engine, paths, plan, progress
        self.started_at = datetime.now(UTC).replace(tzinfo=None)
        self.import_id = 0
        self.added = self.duplicate = self.n_bytes = 0
        self.skips: Counter[str] = Counter()
        self.total = sum(part.n_bytes for _, part in plan.parts)
        self.committing: Future[None] | None = None

    def run(self) -> ImportResult:
        from honeycell.engine import cores

        pending = _Pending()
        with ThreadPoolExecutor(1, thread_name_prefix="commit") as thread:
            for tables in self._rows(cores()):
                pending.add(tables)
                if pending.full():
                    self._hand_over(thread, pending)
                    pending = _Pending()
            self._wait()
        self._commit(pending, last=True)
        return ImportResult(
            self.import_id,
            self.added + self.duplicate + self.skips.total(),
            self.added,
            self.duplicate,
            dict(sorted(self.skips.items())),
            tuple(self.plan.failures),
            tuple(self.plan.warnings),
        )

    def _rows(self, processes: int) -> Iterator[Mapping[str, pa.Table]]:
        """What the parts hold; what could not be read of them becomes a failure and a skipped record."""
        done: Counter[Part] = Counter()
        for event in read_parts(self.plan.parts, processes):
            part = event.part
            if isinstance(event, Read):
                done[part] = min(done[part] + event.batch.n_bytes, part.n_bytes)
                yield event.batch.tables
            else:
                if isinstance(event, Failed):
                    yield self._failed(part, event.error)
                done[part] = part.n_bytes
            self.n_bytes = done.total()
            self.progress(Progress("import", self.n_bytes, self.total, "bytes", part.locator))

    def _failed(self, part: Part, error: HoneycellError) -> dict[str, pa.Table]:
        if error.code == "empty-file":
            self.plan.warnings.append(error)
            return {}
        self.plan.failures.append(error)
        row = {"source": part.source, "locator": part.locator, "reason": error.code, "detail": error.message}
        return {"skipped": pa.Table.from_pylist([row], schema=_without_batch("skipped"))}

    def _hand_over(self, thread: ThreadPoolExecutor, pending: _Pending) -> None:
        # One commit at a time, and never more than one behind: that bounds the memory.
        self._wait()
        self.committing = thread.submit(self._commit, pending)

    def _wait(self) -> None:
        if self.committing is not None:
            self.committing.result()
            self.committing = None

    def _commit(self, pending: _Pending, *, last: bool = False) -> None:
        rows = {name: pa.concat_tables(tables) for name, tables in pending.tables.items()}
        with self.engine.writing("log") as writer:
            marks = self.engine.snapshot.marks
            batch = marks.get("batch", 0) + 1
            # A number is taken at the first commit, so that two imports at once have two.
            self.import_id = self.import_id or marks.get("import", 0) + 1
            done = commit(self.engine, writer, rows, import_id=self.import_id, batch=batch)
            self.added, self.duplicate = self.added + done.added, self.duplicate + done.duplicate
            self.skips.update(done.skipped)
            if last:
                writer.append("imports", self._line(batch))
            for name in rows:
                writer.compact(name)
            writer.mark("batch", batch)
            writer.mark("import", max(self.import_id, marks.get("import", 0)))
            writer.publish()

    def _line(self, batch: int) -> pa.Table:
        n_skipped = self.skips.total()
        line = {
            "import_id": self.import_id,
            "started_at": self.started_at,
            "ended_at": datetime.now(UTC).replace(tzinfo=None),
            "paths": [os.fspath(path) for path in self.paths],
            "n_records": self.added + self.duplicate + n_skipped,
            "n_added": self.added,
            "n_duplicate": self.duplicate,
            "n_skipped": n_skipped,
            "n_bytes": self.n_bytes,
            "batch": batch,
        }
        return pa.Table.from_pylist([line], schema=TABLES["imports"].schema)


def _without_batch(name: str) -> pa.Schema:
    return pa.schema([column for column in TABLES[name].schema if column.name != "batch"])


def _count(tables: Mapping[str, pa.Table], name: str) -> int:
    return tables[name].num_rows if name in tables else 0

"""Which files an import reads: paths that were named, turned into parts that can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from honeycell.errors import HoneycellError, NotFoundError, SourceError
from honeycell.sources import Part, Source, recognise

__all__ = ["Plan", "plan_of"]


_SETTINGS = (".mapping.toml", "honeycell-ledger.toml")
"""Ends of names of files that say how to read others and hold nothing themselves."""


@dataclass
class Plan:
    """What is to be read, and what cannot be."""

    parts: list[tuple[Source, Part]] = field(default_factory=list)
    failures: list[HoneycellError] = field(default_factory=list)
    warnings: list[HoneycellError] = field(default_factory=list)


def plan_of(paths: Sequence[Path], source: Source | None) -> Plan:
    """The parts of everything under the paths, in an order that depends on names only.

    A folder that a source recognises (a maildir, an unpacked export) is one path; any other is descended into.
    Hidden files and folders are passed over, and a folder that links lead to twice is read once.

    Args:
        paths: Files and folders as a person named them.
        source: Read everything as this source; None asks every source.

    Raises:
        NotFoundError: A path does not exist (`file-not-found`).
    """
    plan = Plan()
    for path in paths:
        if not os.path.lexists(path):
            raise NotFoundError("file-not-found", f"there is nothing at “{path}”", str(path), "check the path")
    seen: set[tuple[int, int]] = set()
    for path in paths:
        named = Path(os.path.abspath(path))
        for found in _files(named, source, plan, seen):
            _add(plan, found, found.relative_to(named.parent), source, named=found == named)
    return plan


def _files(path: Path, source: Source | None, plan: Plan, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """The path itself when it is a file or one source's folder, else what is below it."""
    try:
        if not path.is_dir():
            yield path
            return
        status = path.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        names = sorted(os.listdir(path))
        if source.recognises(path) if source else recognise(path) is not None:
            yield path
            return
    except OSError as error:
        plan.failures.append(_not_readable(path, error))
        return
    for name in names:
        if not name.startswith(".") and not name.endswith(_SETTINGS):
            yield from _files(path / name, source, plan, seen)


def _add(plan: Plan, path: Path, locator: Path, source: Source | None, *, named: bool) -> None:
    """Add the parts of one path, or the reason why there are none."""
    try:
        if path.is_file() and path.stat().st_size == 0:
            plan.warnings.append(SourceError("empty-file", f"“{locator}” is empty", str(path), ""))
            return
        if not path.exists() or not (path.is_file() or path.is_dir()):
            raise FileNotFoundError(2, "not a file (a broken link or a device)")
        found = source or recognise(path)
        if found is None:
            unknown = SourceError(
                "source-not-recognised",
                f"no source recognises “{locator}”",
                str(path),
                "say which one it is with --as SOURCE",
            )
            # Beside an archive lie read-me files and licences; only what a person named must be readable.
            (plan.failures if named else plan.warnings).append(unknown)
            return
        plan.parts.extend((found, part) for part in found.parts(path, locator.as_posix()))
    except HoneycellError as error:
        (plan.warnings if error.code == "empty-file" else plan.failures).append(error)
    except OSError as error:
        plan.failures.append(_not_readable(path, error))


def _not_readable(path: Path, error: OSError) -> SourceError:
    return SourceError(
        "file-not-readable",
        f"“{path.name}” cannot be read: {error.strerror or error}",
        str(path),
        "give yourself the right to read it and import again; what is known already is not added twice",
    )

"""Annotated channels as Kummerfeld et al. 2019 lay them out: `NAME.ascii.txt` beside `NAME.annotation.txt`."""

from __future__ import annotations

import os
import re
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["FIRST", "PACKED", "Channel", "read", "unpacked"]

PACKED = "chat/irc/ubuntu-train-dev.tar.xz"
"""Where the corpus lies below `../shared/data`."""

FIRST = 1000
"""Lines before this one are context: what they answer is not annotated."""

_SAID = re.compile(r"\[(\d\d):(\d\d)\] +(?:<([^>]*)>|\* +(\S+)) ?(.*)")
_NOTICE = re.compile(
    r"\[[^\]]*\]\s+(has (joined|left|quit))|has (joined|left|quit)\b|is now known as|sets? mode|mode/|topic|kicked|"
    r"\(n=|\(i=|netsplit",
    re.IGNORECASE,
)
_RENAMED = re.compile(r"=== (\S+) is now known as (\S+)")


@dataclass(frozen=True)
class Channel:
    """One file.

    Attributes:
        name: Of the file.
        n_lines: Lines, what the server says included.
        lines: Which of them somebody wrote, (n,).
        speaker: Codes of who wrote these, (n,).
        minute: When, (n,).
        texts: What.
        names: What they are called there; a person who renames themselves keeps the code.
        links: (line, what it answers), itself where it begins a conversation.
    """

    name: str
    n_lines: int
    lines: NDArray[np.int64]
    speaker: NDArray[np.int64]
    minute: NDArray[np.float64]
    texts: Sequence[str]
    names: Sequence[Sequence[str]]
    links: frozenset[tuple[int, int]]


@contextmanager
def unpacked(path: Path | None, part: str) -> Iterator[Path]:
    """A folder of annotated files: the path itself, or a part (`train`, `dev`) of the packed corpus."""
    packed = path or Path(os.environ.get("HONEYCELL_DATA", Path(__file__).parents[3] / "shared" / "data")) / PACKED
    if packed.is_dir():
        yield packed
        return
    with tempfile.TemporaryDirectory(prefix="honeycell-irc-") as folder, tarfile.open(packed) as archive:
        members = [one for one in archive if Path(one.name).parent.name == part]
        archive.extractall(folder, members, filter="data")
        yield Path(folder) / Path(members[0].name).parent


def read(folder: Path) -> list[Channel]:
    """The annotated files of a folder, by name."""
    return [_channel(path) for path in sorted(folder.glob("*.annotation.txt"))]


def _channel(path: Path) -> Channel:
    name = path.name.removesuffix(".annotation.txt")
    lines = (path.parent / f"{name}.ascii.txt").read_text("utf-8").rstrip("\n").split("\n")
    speakers = {said[3] or said[4] for said in map(_SAID.match, lines) if said}
    codes: dict[str, int] = {}
    minute, written = 0, []
    for number, line in enumerate(lines):
        if renamed := _RENAMED.match(line):
            before, after = (nick.lower() for nick in renamed.groups())
            codes.setdefault(after, codes.setdefault(before, len(codes)))
        said = _SAID.match(line)
        if said:
            now = int(said[1]) * 60 + int(said[2])
            minute += (now - minute) % (24 * 60)
            who, text = said[3] if said[3] is not None else said[4], said[5]
        else:
            who, _, text = line.removeprefix("=== ").partition(" ")
            if not line.startswith("=== ") or who not in speakers or _NOTICE.search(text):
                continue
        written.append((number, codes.setdefault(who.lower(), len(codes)), minute, text, who))
    links = set()
    for line in path.read_text("utf-8").splitlines():
        parent, child = sorted(map(int, line.split()[:2]))
        links.add((child, parent))
    return Channel(
        name, len(lines),
        np.array([one[0] for one in written], np.int64), np.array([one[1] for one in written], np.int64),
        np.array([one[2] for one in written], np.float64), [one[3] for one in written],
        [(one[4],) for one in written], frozenset(links),
    )  # fmt: skip

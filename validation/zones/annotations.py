"""Annotated messages as the Webis Gmane corpus has them: JSON lines with `text` and `labels` of spans."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["LABEL_OF", "Annotated", "annotated", "fingerprint", "label_between", "lines_of", "written"]

LABEL_OF = {
    "salutation": "salutation", "paragraph": "own", "section_heading": "own", "closing": "closing",
    "personal_signature": "signature", "mua_signature": "footer", "quotation": "quotation",
    "quotation_marker": "attribution", "inline_headers": "header", "patch": "patch", "raw_code": "code",
    "log_data": "log", "tabular": "table", "visual_separator": "rule",
}  # fmt: skip
"""Labels of the corpus to those of our model."""


@dataclass(frozen=True)
class Annotated:
    """One message, and what its lines are."""

    text: str
    sender_names: tuple[str, ...]
    spans: tuple[tuple[int, int, str], ...]
    """Begin, end and label of ours."""


def annotated(path: Path) -> list[Annotated]:
    """The messages of a file, or of all `.jsonl` in a folder, in order."""
    files = sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
    return [_of(json.loads(line)) for file in files for line in file.read_text("utf-8").split("\n") if line.strip()]


def _of(page: dict[str, Any]) -> Annotated:
    headers = page.get("meta", {}).get("headers") or {}
    if isinstance(headers, str):
        # Some are written as Python writes a dictionary.
        headers = ast.literal_eval(headers) if headers.startswith("{") else {}
    who = headers.get("from") if isinstance(headers, dict) else None
    spans = tuple((int(a), int(b), LABEL_OF[label]) for a, b, label in page["labels"] if label in LABEL_OF)
    return Annotated(page["text"], ((who or "").partition("<")[0],), spans)


def label_between(message: Annotated, start: int, end: int) -> str | None:
    """The label of most characters between two places; None where there is none."""
    shares: dict[str, int] = {}
    for a, b, label in message.spans:
        shared = min(end, b) - max(start, a)
        if shared > 0:
            shares[label] = shares.get(label, 0) + shared
    return max(shares, key=shares.__getitem__) if shares else None


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each line that is not blank begins and ends."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1


def fingerprint(messages: Sequence[Annotated]) -> str:
    """A hash of the texts in order, by which a set of messages is known."""
    return hashlib.sha256("\0".join(message.text for message in messages).encode()).hexdigest()


_LETTERS = {
    "s": "salutation", "o": "own", "c": "closing", "g": "signature", "f": "footer", "q": "quotation",
    "a": "attribution", "h": "header", "p": "patch", "k": "code", "l": "log", "t": "table", "r": "rule",
}  # fmt: skip


def written() -> list[Annotated]:
    """Messages written for the training, of kinds that the corpus has few of."""
    page = Path(__file__).with_name("written.txt").read_text("utf-8")
    body = "\n".join(line for line in page.split("\n") if not line.startswith("#"))
    return [_written(part.strip("\n")) for part in body.split("\n=\n")]


def _written(page: str) -> Annotated:
    lines, spans, at = [], [], 0
    for row in page.split("\n"):
        letter, _, line = row.partition("|")
        if line.strip():
            spans.append((at, at + len(line), _LETTERS[letter]))
        lines.append(line)
        at += len(line) + 1
    return Annotated("\n".join(lines), (), tuple(spans))

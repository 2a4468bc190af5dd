"""Do subject, addresses, date, ids and text of mail agree with what another parser found?

Reads a folder of `NAME.eml` with the expected parse beside each as `NAME.json`, laid out like the test corpus of
the Rust crate mail-parser: `parts[0].headers` with typed values, `text_body` as numbers of parts.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from honeycell.sources.eml import SOURCE
from honeycell.sources.html_text import html_text

__all__ = ["DATA", "PASS", "compared", "main"]

DATA = "mail/parser-eml"
PASS = {"share_agreed": (">=", 0.95)}

_ROLES = {"from": "from", "sender": "sender", "reply_to": "reply_to", "to": "to", "cc": "cc", "bcc": "bcc"}


def main(path: Path) -> dict[str, float | int]:
    """Share of compared fields that agree, over all and by field; the rest goes to stderr."""
    agreed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    n_mails = 0
    for file, expected in _cases(path):
        n_mails += 1
        for field, found, wanted in compared(file, expected):
            total[field] += 1
            same = _agree(found, wanted)
            agreed[field] += same
            if not same:
                name = file.relative_to(path)
                print(f"{name} {field}\n  found  {str(found)[:300]!r}\n  wanted {str(wanted)[:300]!r}", file=sys.stderr)
    figures: dict[str, float | int] = {"n_mails": n_mails, "n_fields": total.total()}
    figures["share_agreed"] = round(agreed.total() / total.total(), 4)
    for field in sorted(total):
        figures[f"share_{field}"] = round(agreed[field] / total[field], 4)
        figures[f"n_{field}"] = total[field]
    return figures


def _cases(path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for file in sorted(path.rglob("*.eml")):
        expected = file.with_suffix(".json")
        if expected.exists():
            yield file, json.loads(expected.read_text())


def compared(file: Path, expected: Mapping[str, Any]) -> Iterator[tuple[str, object, object]]:
    """Name, found and wanted value of every field that the expected parse has."""
    rows = _rows(file)
    mails = [row for row in rows.get("interactions", []) if row["kind"] == "message"]
    mail = mails[0] if mails else {}
    copy = mail.get("copy_hash")
    people = [row for row in rows.get("participants", []) if row["copy_hash"] == copy]
    body = next((row["body"] for row in rows.get("texts", []) if row["copy_hash"] == copy), "")
    headers: dict[str, Any] = {}
    for header in expected["parts"][0]["headers"] if expected["parts"] else []:
        if isinstance(header["name"], str) and header["value"] != "Empty":
            headers.setdefault(header["name"], header["value"])
    for field, value in headers.items():
        if field == "subject" and "Text" in value:
            yield field, _folded(mail.get("subject") or ""), _folded(value["Text"])
        elif field in _ROLES and "Address" in value:
            wanted = _addresses(value["Address"])
            mine = [row for row in people if row["role"] == _ROLES[field]]
            if field == "from" and len(wanted) == 0 and not mine:
                continue
            yield "addresses", {row["handle"] for row in mine}, set(wanted)
            names = {row["handle"]: row["display_name"] or "" for row in mine}
            yield "names", {k: _folded(v) for k, v in names.items()}, {k: v for k, v in wanted.items() if k in names}
        elif field == "date" and "DateTime" in value:
            at, offset = _instant(value["DateTime"])
            yield "date", (mail.get("occurred_at"), mail.get("utc_offset_minutes") or 0), (at, offset)
        elif field == "message_id" and "Text" in value:
            yield field, mail.get("message_id"), "".join(value["Text"].split())
        elif field == "in_reply_to":
            yield field, mail.get("in_reply_to"), (value.get("TextList") or [value.get("Text")])[0]
        elif field == "references":
            yield field, mail.get("references"), value.get("TextList") or [value.get("Text")]
    texts = [expected["parts"][number]["body"] for number in expected.get("text_body", [])]
    if texts:
        wanted_text = " ".join(text["Text"] if "Text" in text else html_text(text.get("Html", "")) for text in texts)
        yield "text", _folded(body), _folded(wanted_text)


def _rows(file: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows that the source makes of a file, by table."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for part in SOURCE.parts(file, file.name):
        for batch in SOURCE.read(part):
            for table, found in batch.tables.items():
                rows.setdefault(table, []).extend(found.to_pylist())
    return rows


def _addresses(value: Mapping[str, Any]) -> dict[str, str]:
    """Handles and names of an expected address field; groups dissolved, items without an address left out."""
    groups = [{"addresses": value["List"]}] if "List" in value else value["Group"]
    items = [item for group in groups for item in group["addresses"]]
    found = {}
    for item in items:
        if item["address"]:
            address = "".join(item["address"].split()).lower()
            name = _folded(item["name"] or "")
            found.setdefault("mailto:" + address, "" if name.lower() == address else name)
    return found


def _instant(value: Mapping[str, Any]) -> tuple[datetime | None, int]:
    """The instant in UTC and the offset in minutes of an expected date."""
    offset = 60 * value["tz_hour"] + value["tz_minute"]
    if value["tz_before_gmt"]:
        offset = -offset
    parts = (value[name] for name in ("year", "month", "day", "hour", "minute", "second"))
    return datetime(*parts) - timedelta(minutes=offset), offset


def _agree(found: object, wanted: object) -> bool:
    """Whether two values agree; U+FFFD, where the other parser could not read a character, agrees with any."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(_agree(found[key], wanted[key]) for key in found)
    if isinstance(found, str) and isinstance(wanted, str) and "\ufffd" in wanted:
        return re.fullmatch(re.escape(wanted).replace("\ufffd", "."), found) is not None
    return found == wanted


def _folded(text: str) -> str:
    return " ".join(text.split())

"""Who works where, from when to when, and which domains an organisation has: a table a person can write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from honeycell.errors import SourceError
from honeycell.sources.csv_rows import CsvRow, csv_rows, header_of, is_table_file, table_part
from honeycell.sources.records import Batch, Part, Records, batches_of, short_hash

__all__ = ["SOURCE", "AffiliationsCsv"]


# What a column may be called, lower case and letters only; the first that is there counts.
_NAMES = {
    "name": ("person", "name", "fullname", "displayname"),
    "address": ("email", "emailaddress", "mail", "address", "handle"),
    "organisation": ("organisation", "organization", "company", "employer", "affiliation", "org"),
    "domain": ("domain", "emaildomain", "domains"),
    "from": ("from", "start", "since", "fromon", "startdate", "validfrom"),
    "to": ("to", "end", "until", "toon", "enddate", "validto"),
}
_HANDLE = re.compile(r"(mailto|slack|zulip|ledger):\S+")
_ADDRESS = re.compile(r"[^\s<>@]+@([^\s<>@]+)")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+")
_OPEN = ("", "-", "…", "present", "now", "today", "open", "none", "null", "nan")


class AffiliationsCsv:
    """Tables of persons, organisations and domains."""

    name = "affiliations_csv"

    def recognises(self, path: Path) -> bool:
        """Whether a table has a column for the organisation and one for the person or the domain, and no amounts."""
        if not (is_table_file(path) and path.is_file()):
            return False
        header = header_of(path)
        found = _columns(header)
        traded = {"amount", "total", "price", "quantity", "value"} & {_letters(name) for name in header}
        return "organisation" in found and bool({"name", "address", "domain"} & found.keys()) and not traded

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """One part.

        Raises:
            SourceError: The file cannot be opened (`file-not-readable`).
        """
        yield table_part(self.name, path, locator)

    def read(self, part: Part) -> Iterator[Batch]:
        """The rows of the directory.

        Raises:
            SourceError: A column is missing (`column-missing`), the table is empty (`empty-file`) or damaged.
        """
        records = Records(self.name)
        header = header_of(part.path)
        columns = _required(header, part.locator) if header else {}

        def add(row: CsvRow) -> int:
            _add_row(records, columns, row, f"{part.locator}#record {row.number}")
            return row.n_bytes

        yield from batches_of(records, csv_rows(part.path, part.locator), add)


def _columns(header: list[str]) -> dict[str, str]:
    """The columns by what they mean."""
    written = {_letters(name): name for name in reversed(header)}
    found = {}
    for meaning, candidates in _NAMES.items():
        for candidate in candidates:
            if candidate in written:
                found[meaning] = written[candidate]
                break
    return found


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())


def _required(header: list[str], where: str) -> dict[str, str]:
    columns = _columns(header)
    there = ", ".join(header) or "nothing"
    if "organisation" not in columns:
        message = f"the column “organisation” is missing; there is: {there}"
        raise SourceError("column-missing", message, where, "name one column of the first line “organisation”")
    if not {"name", "address", "domain"} & columns.keys():
        message = f"a column “person”, “email” or “domain” is missing; there is: {there}"
        raise SourceError("column-missing", message, where, "add one of them to the first line")
    return columns


def _add_row(records: Records, columns: dict[str, str], row: CsvRow, where: str) -> None:
    if row.fault:
        records.skip(where, "bad-row", row.fault, None)
        return
    value = {meaning: row.values[column] for meaning, column in columns.items()}
    organisation = value.get("organisation", "")
    name, written = value.get("name", ""), value.get("address", "")
    handle = _handle(written) or _handle(name)
    if handle and name and handle == _handle(name):
        name = ""
    domains = [found.lower() for found in _DOMAIN.findall(value.get("domain", ""))]
    if not organisation or not (name or handle or domains):
        records.skip(where, "empty-field", "a row needs an organisation and a person or a domain", row.content_hash)
        return
    try:
        from_on, to_on = _day(value.get("from", ""), False), _day(value.get("to", ""), True)
    except ValueError:
        detail = f"“{value.get('from', '')}” to “{value.get('to', '')}” are no dates such as 2024-03-31"
        records.skip(where, "bad-date", detail[:300], row.content_hash)
        return
    if from_on and to_on and from_on > to_on:
        records.skip(where, "bad-date", f"{from_on} is after {to_on}", row.content_hash)
        return
    common = {"organisation": organisation, "from_on": from_on, "to_on": to_on}
    common |= {"source": records.source, "locator": where}
    if name or handle:
        digest = short_hash("affiliation", handle, name, organisation, str(from_on), str(to_on))
        record = digest + short_hash(digest, *domains)
        domain = domains[0] if domains else None
        records.add(
            "directory", record_hash=record, kind="affiliation", handle=handle or None, display_name=name or None,
            domain=domain, **common,
        )  # fmt: skip
        return
    for domain in domains:
        digest = short_hash("domain", domain, organisation, str(from_on), str(to_on))
        records.add("directory", record_hash=digest + short_hash(digest), kind="domain", domain=domain, **common)


def _handle(written: str) -> str:
    """The handle that a field names, or an empty string."""
    if _HANDLE.fullmatch(written):
        return written.lower() if written.startswith("mailto:") else written
    found = _ADDRESS.search(written)
    return "mailto:" + found.group().lower() if found else ""


def _day(written: str, last: bool) -> date | None:
    """A day; of a month or a year its first, or its last where it ends something.

    Raises:
        ValueError: It is no ISO date.
    """
    if written.lower() in _OPEN:
        return None
    if re.fullmatch(r"\d{4}", written):
        return date(int(written), 12, 31) if last else date(int(written), 1, 1)
    if re.fullmatch(r"\d{4}-\d\d", written):
        year, month = int(written[:4]), int(written[5:])
        if not last:
            return date(year, month, 1)
        return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
    return date.fromisoformat(written[:10])


SOURCE = AffiliationsCsv()

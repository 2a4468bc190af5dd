"""Open contracting: releases, packages and records, in whatever order they are read."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.sources import recognise
from honeycell.sources.json_rows import json_array
from honeycell.sources.ocds import SOURCE, add_release
from honeycell.sources.records import Records


def release(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ocid": "ocds-x-1",
        "id": "1",
        "date": "2024-03-01T00:00:00Z",
        "tag": ["contract"],
        "parties": [
            {"id": "B", "name": "Town of Vantry", "identifier": {"scheme": "XX-T", "id": "1"}, "roles": ["buyer"]},
            {"id": "S", "name": "Brix & Co.", "roles": ["supplier"]},
        ],
        "buyer": {"id": "B"},
        "awards": [
            {"id": "a1", "date": "2024-02-01T10:00:00+02:00", "title": "Bricks", "suppliers": [{"id": "S"}],
             "value": {"amount": 100, "currency": "eur"}, "status": "active"},
        ],
        "contracts": [
            {"id": "c1", "awardID": "a1", "dateSigned": "2024-02-20T00:00:00Z",
             "value": {"amount": 100, "currency": "EUR"},
             "period": {"endDate": "2024-12-31T00:00:00Z"}, "items": [{"id": "1", "quantity": 40}],
             "implementation": {"transactions": [
                 {"id": "t1", "date": "2024-05-01T00:00:00Z", "value": {"amount": 60, "currency": "EUR"},
                  "payer": {"name": "Treasury"}, "payee": {"id": "S"}},
                 {"id": "t2", "date": "2024-06-01T00:00:00Z", "amount": {"amount": "40", "currency": "EUR"}},
             ]}},
        ],
    }  # fmt: skip
    return {**made, **changes}


def written(path: Path, name: str, value: Any) -> Path:
    file = path / name
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return file


def test_award_contract_and_payments_are_one_conversation(tmp_path: Path, read_all: Any) -> None:
    file = written(tmp_path, "package.json", {"uri": "x", "releases": [release()]})
    assert recognise(file) is SOURCE
    found = read_all(SOURCE, file)
    assert not found["skipped"]
    award, contract, first, second = found["interactions"]
    assert [row["kind"] for row in (award, contract, first, second)] == ["message", "order", "payment", "payment"]
    assert {row["conversation_key"] for row in found["interactions"]} == {"ledger:brix-co|ledger:xx-t-1|ocds-x-1"}
    assert found.people(award) == {("from", "ledger:xx-t-1"), ("to", "ledger:brix-co")}
    assert found.people(contract) == {("buyer", "ledger:xx-t-1"), ("seller", "ledger:brix-co")}
    assert found.people(first) == {("payer", "ledger:treasury"), ("payee", "ledger:brix-co")}
    assert found.people(second) == {("payer", "ledger:xx-t-1"), ("payee", "ledger:brix-co")}
    assert award["occurred_at"] == datetime(2024, 2, 1, 8)
    assert contract["in_reply_to"] == award["message_id"]
    moved = [found.of("transfers", row)[0] for row in found["interactions"]]
    assert [(one["ledger"], one["amount"], one["currency"]) for one in moved] == [
        ("information", 100.0, "EUR"), ("money", 100.0, "EUR"), ("money", 60.0, "EUR"), ("money", 40.0, "EUR"),
    ]  # fmt: skip
    assert (moved[1]["quantity"], moved[1]["due_on"]) == (40.0, date(2024, 12, 31))
    assert moved[2]["settled_on"] == date(2024, 5, 1)


def test_the_latest_release_shows_whatever_the_order(tmp_path: Path, read_all: Any) -> None:
    early, late = release(), release(id="2", date="2024-09-01T00:00:00Z")
    late["contracts"] = [{**late["contracts"][0], "value": {"amount": 130, "currency": "EUR"}}]
    found = read_all(SOURCE, written(tmp_path, "package.json", {"releases": [late, early]}))
    orders = [row for row in found["interactions"] if row["kind"] == "order"]
    assert len({row["interaction_id"] for row in orders}) == 1
    shown = min(orders, key=lambda row: row["copy_hash"])
    assert found.of("transfers", shown)[0]["amount"] == 130.0


def test_every_packaging_reads_alike(tmp_path: Path, read_all: Any) -> None:
    one = release()
    shapes = {
        "release.json": one,
        "list.json": [one],
        "package.json": {"releases": [one]},
        "records.json": {"records": [{"ocid": "ocds-x-1", "releases": [{"url": "https://x"}], "compiledRelease": one}]},
        "inside.json": {"records": [{"ocid": "ocds-x-1", "releases": [one]}]},
        "lines.jsonl": json.dumps(one),
        "packages.ndjson": json.dumps({"releases": [one]}) + "\n",
    }
    files = [written(tmp_path, name, value) for name, value in shapes.items()]
    zipped = tmp_path / "all.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(files[0], "deep/release.json")
    ids = set()
    for file in [*files, zipped]:
        assert recognise(file) is SOURCE
        found = read_all(SOURCE, file)
        assert not found.failures
        assert not found["skipped"]
        ids.add(tuple((row["interaction_id"], row["copy_hash"]) for row in found["interactions"]))
    assert len(ids) == 1


def test_two_suppliers_share_no_value(tmp_path: Path, read_all: Any) -> None:
    one = release(parties=[])
    one["awards"][0]["suppliers"] = [{"name": "Brix & Co."}, {"name": "Kühl GmbH"}]
    one["contracts"][0]["implementation"] = {}
    found = read_all(SOURCE, written(tmp_path, "r.json", one | {"buyer": {"name": "Town"}}))
    orders = [row for row in found["interactions"] if row["kind"] == "order"]
    assert len({row["conversation_key"] for row in orders}) == 2
    assert [found.of("transfers", row)[0]["amount"] for row in orders] == [None, None]


def test_what_cannot_be_used_is_said_and_the_rest_goes_on(tmp_path: Path, read_all: Any) -> None:
    award = release()["awards"][0]
    bad = [
        release(awards=[], contracts=[]),
        release(awards=[{**award, "date": ""}], contracts=[]),
        release(awards=[{**award, "date": "soon"}], contracts=[]),
        release(awards=[{**award, "date": "2924-01-01"}], contracts=[]),
        release(awards=[{**award, "suppliers": []}], contracts=[]),
        release(awards=[{**award, "status": "cancelled"}], contracts=[]),
        release(awards=[{**award, "value": {"amount": "much"}}], contracts=[]),
        release(awards=[{**award, "suppliers": [{"id": "B"}]}], contracts=[]),
        {**release(), "ocid": ""},
        "no release",
        release(awards=[award], contracts=[]),
    ]
    file = written(tmp_path, "package.json", {"releases": bad})
    found = read_all(SOURCE, file)
    assert found.reasons() == [
        "not-a-transfer", "no-date", "bad-date", "implausible-date", "no-party", "not-in-force", "bad-number",
        "one-party", "no-number", "not-json",
    ]  # fmt: skip
    assert found["skipped"][1]["locator"] == "package.json#record 2/award a1"
    assert len(found["interactions"]) == 1


def test_a_damaged_member_does_not_hide_the_next(tmp_path: Path, read_all: Any) -> None:
    zipped = tmp_path / "all.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.json", json.dumps(release()))
        archive.writestr("b.json", "")
        archive.writestr("c.json", '{"releases": [{"ocid": ')
        archive.writestr("d.json", '{"records": [{"ocid": "ocds-x-1", "releases": [{"url": "https://x"}]}]}')
        archive.writestr("e.json", json.dumps(release(ocid="ocds-x-2")))
    found = read_all(SOURCE, zipped)
    assert not found.failures
    assert found.reasons() == ["empty-file", "corrupt-file", "no-release"]
    assert len(found["interactions"]) == 8


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [found for key, one in inside for found in places(one, (*path, key))]


STRANGE = st.sampled_from(
    [None, True, 0, -1.5, 10**400, "", "x", "\udc00", [], [1], [None], {}, {"id": 1}, {"amount": []}]
)


@pytest.mark.parametrize(
    "path", [one for one in places(release()) if one[-1] == "amount" and one[-2] in ("value", "amount")]
)
@pytest.mark.parametrize("number", [10**400, 1e300, 2e14])
def test_a_number_larger_than_any_is_none(path: tuple[Any, ...], number: float) -> None:
    changed: Any = release()
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = number
    records = Records("ocds")
    [row] = json_array(io.BytesIO(json.dumps({"releases": [changed]}).encode()), "x.json", "releases")
    add_release(records, row, "x.json")
    assert "bad-number" in records.take().tables["skipped"]["reason"].to_pylist()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(places(release())), STRANGE)
def test_a_value_of_any_other_type_stops_nothing(path: tuple[Any, ...], strange: Any) -> None:
    changed: Any = release()
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = strange
    records = Records("ocds")
    text = json.dumps({"releases": [changed]})
    [row] = json_array(io.BytesIO(text.encode()), "x.json", "releases")
    add_release(records, row, "x.json")
    assert sum(table.num_rows for table in records.take().tables.values()) > 0


@pytest.mark.corpus
def test_real_releases_are_read_or_said_to_be_left_out(corpus: Any, read_all: Any) -> None:
    path = corpus("transactions/ocds.tar.xz")
    assert recognise(path) is SOURCE
    found = read_all(SOURCE, path)
    assert not found.failures
    assert {row["kind"] for row in found["interactions"]} == {"message", "order", "payment"}
    assert {"bad-number", "bad-date"}.isdisjoint(found.reasons())
    assert len(found["interactions"]) > 900

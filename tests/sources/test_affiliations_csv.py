"""Affiliations: persons in organisations from a day to a day, and the domains of organisations."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources.affiliations_csv import SOURCE


def rows_of(path: Path, read_all: Any, text: str, encoding: str = "utf-8") -> Any:
    file = path / "people.csv"
    file.write_bytes(text.encode(encoding))
    return read_all(SOURCE, file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_people_have_affiliations_with_open_ends(tmp_path: Path, read_all: Any, encoding: str) -> None:
    text = (
        "Person;E-mail;Organisation;From;To\nAna Müller;Ana@Example.com;Brix AG;2019-03;2021\nBo Li;;Vantry;;present\n"
    )
    found = rows_of(tmp_path, read_all, text, encoding)
    ana, bo = found["directory"]
    assert (ana["kind"], ana["handle"], ana["display_name"]) == ("affiliation", "mailto:ana@example.com", "Ana Müller")
    assert (ana["from_on"], ana["to_on"]) == (date(2019, 3, 1), date(2021, 12, 31))
    assert (bo["handle"], bo["organisation"], bo["from_on"], bo["to_on"]) == (None, "Vantry", None, None)
    assert ana["locator"] == "people.csv#record 1"


def test_an_organisation_may_have_several_domains(tmp_path: Path, read_all: Any) -> None:
    text = "organization,domain\nBrix,brix.example\nBrix,Brix.example.org brix.example.net\n"
    found = rows_of(tmp_path, read_all, text)
    assert [(row["kind"], row["organisation"], row["domain"]) for row in found["directory"]] == [
        ("domain", "Brix", "brix.example"),
        ("domain", "Brix", "brix.example.org"),
        ("domain", "Brix", "brix.example.net"),
    ]


def test_any_handle_can_be_affiliated(tmp_path: Path, read_all: Any) -> None:
    text = "handle,company,since\nslack:T1/U2,Brix,2024-02-29\nzulip:ana,Brix,\n"
    found = rows_of(tmp_path, read_all, text)
    assert [row["handle"] for row in found["directory"]] == ["slack:T1/U2", "zulip:ana"]


def test_the_same_row_has_the_same_hash_wherever_it_stands(tmp_path: Path, read_all: Any) -> None:
    one = rows_of(tmp_path, read_all, "name,organisation\nAna,Brix\nBo,Brix\n")["directory"]
    two = rows_of(tmp_path, read_all, "organisation,name\nBrix,Bo\nBrix,Ana\n")["directory"]
    assert {row["record_hash"] for row in one} == {row["record_hash"] for row in two}
    assert {len(row["record_hash"]) for row in one} == {32}


def test_rows_that_say_nothing_or_cannot_be_are_skipped(tmp_path: Path, read_all: Any) -> None:
    text = (
        "name,organisation,domain,from,to\nAna,,,,\n,Brix,,,\nAna,Brix,,2024-13-01,\nAna,Brix,,2024-02-01,2023-01-01\n"
        "nan,,,,\n\nBo,Brix,,2020,2020\n"
    )
    found = rows_of(tmp_path, read_all, text)
    assert found.reasons() == ["empty-field", "empty-field", "bad-date", "bad-date", "empty-field"]
    assert len(found["directory"]) == 1


def test_a_missing_column_is_named_with_what_is_there(tmp_path: Path, read_all: Any) -> None:
    [error] = rows_of(tmp_path, read_all, "name,domain\nAna,brix.example\n").failures
    assert (error.code, error.where) == ("column-missing", "people.csv")
    assert "organisation" in error.message
    assert "name, domain" in error.message
    [error] = rows_of(tmp_path, read_all, "organisation,city\nBrix,Porto\n").failures
    assert error.code == "column-missing"


def test_recognition_leaves_ledgers_and_texts_alone(tmp_path: Path) -> None:
    def recognised(name: str, text: str) -> bool:
        (tmp_path / name).write_text(text)
        return SOURCE.recognises(tmp_path / name)

    assert recognised("a.csv", "person,organisation\n")
    assert recognised("b.tsv", "email\torganisation\n")
    assert not recognised("c.csv", "date,company,name,amount\n")
    assert not recognised("d.csv", "person,city\n")
    assert not recognised("e.txt", "person,organisation\n")
    assert not recognised("f.csv", "")

"""vCards: the addresses of one person, where that person works, and whose address is somebody else's."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources import recognise
from honeycell.sources.vcard import SOURCE


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def rows_of(path: Path, read_all: Any, data: str | bytes) -> Any:
    file = path / "people.vcf"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_all(SOURCE, file)


def cards(found: Any) -> list[tuple[str, str, str | None]]:
    return [(row["display_name"], row["handle"], row["address"]) for row in found["directory"] if row["kind"] == "card"]


def employers(found: Any) -> list[tuple[str, str]]:
    return [(row["handle"], row["organisation"]) for row in found["directory"] if row["kind"] == "affiliation"]


ANA = card(
    "N:Silva;Ana;;;", "FN:Ana Silva", "ORG:Brix\\, Inc.;Widgets", "EMAIL;TYPE=WORK:Ana@Brix.example",
    "EMAIL;TYPE=HOME:ana@home.example", "EMAIL:mailto:a.silva@club.example",
)  # fmt: skip


def test_every_address_of_a_card_is_tied_to_the_first_of_them(tmp_path: Path, read_all: Any) -> None:
    found = rows_of(tmp_path, read_all, ANA)
    first = "mailto:a.silva@club.example"
    assert cards(found) == [
        ("Ana Silva", first, "mailto:ana@brix.example"),
        ("Ana Silva", first, "mailto:ana@home.example"),
    ]
    assert employers(found) == [
        (handle, "Brix, Inc.") for handle in (first, "mailto:ana@brix.example", "mailto:ana@home.example")
    ]
    assert {row["locator"] for row in found["directory"]} == {"people.vcf#card 1"}


def test_a_card_with_one_address_still_says_whose_it_is(tmp_path: Path, read_all: Any) -> None:
    found = rows_of(tmp_path, read_all, card("FN:Bo Li", "EMAIL:bo@example.com"))
    assert cards(found) == [("Bo Li", "mailto:bo@example.com", None)]


def test_the_same_card_has_the_same_rows_wherever_and_however_it_stands(tmp_path: Path, read_all: Any) -> None:
    other = card(
        "EMAIL;HOME:ana@home.example", "EMAIL;INTERNET:a.silva@club.example", "EMAIL;PREF:ANA@brix.example",
        "FN:Ana  Silva", "ORG:Brix, Inc.", version="2.1",
    )  # fmt: skip
    one, two = (rows_of(tmp_path, read_all, text)["directory"] for text in (ANA, card("FN:X") + other))
    assert {row["record_hash"] for row in one} == {row["record_hash"] for row in two}
    assert {len(row["record_hash"]) for row in one} == {32}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_told_apart(tmp_path: Path, read_all: Any, encoding: str) -> None:
    found = rows_of(tmp_path, read_all, card("FN:Jörg Müller", "EMAIL:j@example.com").encode(encoding))
    assert cards(found) == [("Jörg Müller", "mailto:j@example.com", None)]


def test_each_line_may_be_in_a_character_set_of_its_own(tmp_path: Path, read_all: Any) -> None:
    lines = (
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:=AEi=BEek;Ana=\n=20Eva\n"
        b"ORG;CHARSET=KOI8-R:" + "Весна".encode("koi8-r") + b"\nNOTE;QUOTED-PRINTABLE:a=0D=0A=\n\n"
        b"EMAIL;INTERNET:ana@example.com\nEND:VCARD\n"
    )
    found = rows_of(tmp_path, read_all, lines)
    assert cards(found) == [("Ana Eva Žižek", "mailto:ana@example.com", None)]
    assert employers(found) == [("mailto:ana@example.com", "Весна")]


def test_folded_lines_are_whole_even_where_a_fold_parts_a_character(tmp_path: Path, read_all: Any) -> None:
    text = card("FN:Ana Žáková", "EMAIL;TYPE=INTERNET:ana@example.com").encode()
    halves = text.replace("á".encode(), b"\xc3\r\n \xa1", 1).replace(b"ana@exa", b"ana@\r\r\n\texa")
    assert cards(rows_of(tmp_path, read_all, halves)) == [("Ana Žáková", "mailto:ana@example.com", None)]
    old = card("N:Silva;Ana\r\n  Maria", "EMAIL:ana@example.com", version="2.1")
    assert cards(rows_of(tmp_path, read_all, old)) == [("Ana Maria Silva", "mailto:ana@example.com", None)]


def test_an_address_that_the_card_says_is_another_persons_does_not_count(tmp_path: Path, read_all: Any) -> None:
    text = card(
        "FN:Ana Silva", "item1.EMAIL;type=INTERNET:ana@example.com", "item1.X-ABLabel:_$!<HomePage>!$_",
        "item2.EMAIL;type=INTERNET:bo@example.com", "item2.X-ABLabel:_$!<Spouse>!$_",
        "item3.EMAIL:cy@example.com", "item3.X-ABLabel:Assistentin", "EMAIL;TYPE=assistant:dee@example.com",
        "RELATED;TYPE=spouse:mailto:bo@example.com", "X-SPOUSE:ed@example.com", "item4.EMAIL:ana@home.example",
        "item4.X-ABLabel:privat",
    )  # fmt: skip
    assert cards(rows_of(tmp_path, read_all, text)) == [
        ("Ana Silva", "mailto:ana@example.com", "mailto:ana@home.example")
    ]


def test_an_assistants_card_inside_a_card_is_passed_over(tmp_path: Path, read_all: Any) -> None:
    inner = card("FN:Bo Li", "EMAIL:bo@example.com", version="2.1")
    text = card("FN:Ana Silva", "AGENT:\r\n" + inner.strip(), "EMAIL:ana@example.com", version="2.1")
    found = rows_of(tmp_path, read_all, text)
    assert cards(found) == [("Ana Silva", "mailto:ana@example.com", None)]
    assert found.n_records == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("KIND:group", "FN:Friends", "MEMBER:mailto:bo@example.com"),
        ("KIND:org", "FN:Brix"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "N:Friends", "FN:Friends"),
        ("N:;;;;", "FN:Brix", "ORG:Brix;"),
        ("X-ABShowAs:COMPANY", "N:;;;;", "FN:Brix"),
        ("N:;;;;",),
        ("FN:ana@example.com",),
    ],
)
def test_groups_organisations_and_nobody_are_no_persons(tmp_path: Path, read_all: Any, lines: tuple[str, ...]) -> None:
    found = rows_of(tmp_path, read_all, card(*lines, "EMAIL:a@example.com", "EMAIL:b@example.com", version="4.0"))
    assert (found.reasons(), found["directory"]) == (["not-a-person"], [])


def test_a_bad_card_is_skipped_with_its_place_and_the_rest_goes_on(tmp_path: Path, read_all: Any) -> None:
    broken = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut Off\r\nEMAIL:cut@example.com\r\n"
    lines = ("garbage", ":", ";;;", "PHOTO;ENCODING=b:!!!not base64", "FN:Bo Li", 'EMAIL;TYPE="a:b":bo@example.com')
    found = rows_of(tmp_path, read_all, "\r\n" + broken + card(*lines) + card("FN:No Address") + broken)
    assert cards(found) == [("Bo Li", "mailto:bo@example.com", None)]
    skipped = [(row["locator"], row["reason"]) for row in found["skipped"]]
    assert skipped == [
        ("people.vcf#card 1", "bad-card"),
        ("people.vcf#card 3", "no-address"),
        ("people.vcf#card 4", "bad-card"),
    ]
    assert {len(row["content_hash"]) for row in found["skipped"]} == {32}
    assert found.n_records == 4


def test_compressed_files_and_archives_are_read(tmp_path: Path, read_all: Any) -> None:
    packed = tmp_path / "people.vcf.gz"
    packed.write_bytes(gzip.compress(ANA.encode()))
    archive = tmp_path / "contacts.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Contacts/All.vcf", ANA)
        file.writestr("Contacts/Bo.vcf", card("FN:Bo Li", "EMAIL:bo@example.com"))
        file.writestr("Contacts/Bo.jpg", b"\xff\xd8")
    for path in (packed, archive):
        found = recognise(path)
        assert found is not None
        assert found.name == "vcard"
    assert len(cards(read_all(SOURCE, packed))) == 2
    last = read_all(SOURCE, archive)["directory"][-1]
    assert (last["handle"], last["locator"]) == ("mailto:bo@example.com", "contacts.zip/Contacts/Bo.vcf#card 1")


def test_a_truncated_file_gives_what_stands_before_the_damage(tmp_path: Path, read_all: Any) -> None:
    packed = tmp_path / "people.vcf.gz"
    whole = "".join(card(f"FN:Person Number{n}", f"EMAIL:p{n * 7919 % 10007}@example.com") for n in range(20_000))
    packed.write_bytes(gzip.compress(whole.encode())[:-2000])
    found = read_all(SOURCE, packed)
    assert [error.code for error in found.failures] == ["corrupt-file"]
    assert len(found["directory"]) > 10_000


def test_recognition_leaves_calendars_mails_and_other_archives_alone(tmp_path: Path) -> None:
    def recognised(name: str, data: bytes) -> bool:
        (tmp_path / name).write_bytes(data)
        return SOURCE.recognises(tmp_path / name)

    assert recognised("a", b"\n begin:vcard\nversion:3.0\n")
    assert not recognised("b.vcf", b"BEGIN:VCALENDAR\n")
    assert not recognised("c.vcf", b"")
    assert not recognised("d.eml", b"From: ana@example.com\n\nBEGIN:VCARD\n")
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as file:
        file.writestr("realm.json", "{}")
        file.writestr("ana.vcf", ANA)
        file.writestr("attachment.bin", "")
    assert not SOURCE.recognises(tmp_path / "e.zip")
    assert not SOURCE.recognises(tmp_path)


@pytest.mark.corpus
def test_cards_of_many_programs_are_read(corpus: Callable[[str], Path], read_all: Any) -> None:
    every = [read_all(SOURCE, path) for path in sorted(corpus("contacts/vcards").rglob("*.vcf"))]
    assert len(every) == 18
    assert not [error for found in every for error in found.failures]
    assert sum(found.n_records for found in every) == 26
    assert {reason for found in every for reason in found.reasons()} == {"no-address", "not-a-person"}
    held = {(row["locator"], row["handle"]) for found in every for row in found["directory"] if row["kind"] == "card"}
    assert len(held) == 21
    assert max(len(cards(found)) for found in every) == 4

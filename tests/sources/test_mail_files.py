"""Mails that are files: single ones, folders of them, maildirs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from honeycell.sources import eml, maildir
from honeycell.sources.eml import SOURCE as EML
from honeycell.sources.eml import looks_like_mail
from honeycell.sources.maildir import SOURCE as MAILDIR

Read = Callable[..., Any]


def mail(number: int) -> bytes:
    return (
        f"From: ana@example.com\nDate: Fri, 29 Mar 2019 14:07:21 +0000\nMessage-ID: <{number}@x>\n\n{number}".encode()
    )


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ids(found: Any) -> list[str]:
    return sorted(row["message_id"] for row in found["interactions"])


def locators(found: Any) -> list[str]:
    return sorted(row["locator"] for row in found["sightings"])


def test_a_single_mail_is_read(tmp_path: Path, read_all: Read) -> None:
    path = put(tmp_path / "a.eml", mail(1))
    assert EML.recognises(path)
    found = read_all(EML, path)
    assert ids(found) == ["1@x"]
    assert locators(found) == [f"a.eml#0-{len(mail(1))}"]


def test_a_saved_separator_line_is_no_part_of_the_mail(tmp_path: Path, read_all: Read) -> None:
    line = b"From ana@example.com Fri Mar 29 14:07:21 2019\n"
    found = read_all(EML, put(tmp_path / "a.eml", line + mail(1)))
    assert ids(found) == ["1@x"]
    assert locators(found) == [f"a.eml#{len(line)}-{len(mail(1))}"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (mail(1), True),
        (mail(1).replace(b"\n", b"\r\n"), True),
        (b"\n" + mail(1), True),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\n", False),
        (b"name: ana\ncity: Rome\n", False),
        (b"From: ana\n\nwords", False),
        (b"{}", False),
        (b"", False),
        (b"From ana@example.com Fri Mar 29 14:07:21 2019\n" + mail(1), False),
        (os.urandom(500), False),
    ],
)
def test_mails_are_known_by_their_first_lines(tmp_path: Path, data: bytes, expected: bool) -> None:
    path = put(tmp_path / "18:2,", data)
    assert looks_like_mail(path) is expected
    assert EML.recognises(path) is expected


def test_a_folder_of_nothing_but_mails_is_one_source(tmp_path: Path, read_all: Read) -> None:
    for number in range(5):
        put(tmp_path / "box" / f"{number}.eml", mail(number))
    put(tmp_path / "box" / "9.eml", b"")
    assert EML.recognises(tmp_path / "box")
    found = read_all(EML, tmp_path / "box")
    assert ids(found) == [f"{n}@x" for n in range(5)]
    assert found.reasons() == ["empty-file"]
    assert locators(found)[0] == f"box/0.eml#0-{len(mail(0))}"
    put(tmp_path / "box" / "notes.txt", b"words")
    assert not EML.recognises(tmp_path / "box")


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty-file"), (b" \n", "empty-file"), (bytes(2_000), "source-not-recognised")]
)
def test_a_file_that_is_no_mail_is_a_clear_error(tmp_path: Path, read_all: Read, data: bytes, code: str) -> None:
    found = read_all(EML, put(tmp_path / "a.eml", data))
    assert [error.code for error in found.failures] == [code]


def fill(box: Path) -> None:
    put(box / "cur" / "1.a.host:2,S", mail(1))
    put(box / "new" / "2.a.host", mail(2))
    put(box / "tmp" / "3.a.host", mail(3))
    put(box / ".Sent" / "cur" / "4.a.host:2,", mail(4))
    (box / ".Sent" / "new").mkdir()
    put(box / "Work" / "Old" / "new" / "5.a.host", mail(5))
    put(box / "stray", mail(6))
    put(box / "dovecot.index", b"\0\1\2")


def test_a_maildir_is_read_with_its_folders_and_without_what_is_being_delivered(tmp_path: Path, read_all: Read) -> None:
    fill(tmp_path / "box")
    assert MAILDIR.recognises(tmp_path / "box")
    assert not MAILDIR.recognises(tmp_path)
    found = read_all(MAILDIR, tmp_path / "box")
    assert ids(found) == ["1@x", "2@x", "4@x", "5@x", "6@x"]
    assert found.failures == []
    assert locators(found)[:3] == ["box#1.a.host", "box#2.a.host", "box/.Sent#4.a.host"]


def test_reading_a_mail_does_not_change_its_locator(tmp_path: Path, read_all: Read) -> None:
    box = tmp_path / "box"
    fill(box)
    before = read_all(MAILDIR, box)["sightings"]
    (box / "new" / "2.a.host").rename(box / "cur" / "2.a.host:2,RS")
    assert sorted(read_all(MAILDIR, box)["sightings"], key=str) == sorted(before, key=str)


@pytest.mark.parametrize("module", [maildir, eml])
def test_shares_of_a_folder_give_the_whole(
    tmp_path: Path, read_all: Read, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    box = tmp_path / "box"
    for number in range(60):
        put(box / ("cur" if module is maildir else "") / f"{number}.eml", mail(number))
    (box / "new").mkdir() if module is maildir else None
    monkeypatch.setattr(module, "PART_BYTES", 500)
    parts = list(module.SOURCE.parts(box, "box"))
    assert len(parts) > 5
    found = read_all(module.SOURCE, box)
    assert ids(found) == sorted(f"{n}@x" for n in range(60))


def test_an_empty_maildir_says_so(tmp_path: Path, read_all: Read) -> None:
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "new").mkdir()
    assert [error.code for error in read_all(MAILDIR, tmp_path / "box").failures] == ["empty-file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_folder_without_permission_is_a_clear_error(tmp_path: Path, read_all: Read) -> None:
    fill(tmp_path / "box")
    (tmp_path / "box" / "Work").chmod(0)
    try:
        assert [error.code for error in read_all(MAILDIR, tmp_path / "box").failures] == ["file-not-readable"]
    finally:
        (tmp_path / "box" / "Work").chmod(0o755)


@pytest.mark.corpus
def test_real_maildirs_and_torture_cases_are_read(corpus: Callable[[str], Path], read_all: Read) -> None:
    found = read_all(MAILDIR, corpus("mail/notmuch") / "default")
    n_files = sum(1 for path in (corpus("mail/notmuch") / "default").rglob("*") if path.is_file())
    assert found.n_records == n_files
    assert len(found["sightings"]) + len(found["skipped"]) >= n_files
    assert not found.failures
    n_cases = 0
    for path in sorted(corpus("mail/cpython-email").rglob("*")):
        if path.is_file() and EML.recognises(path):
            found = read_all(EML, path)
            assert not [error for error in found.failures if error.code != "empty-file"]
            n_cases += found.n_records
    assert n_cases > 35


@pytest.mark.corpus
def test_fields_agree_with_another_parser(corpus: Callable[[str], Path]) -> None:
    from validation import mail_fields

    figures = mail_fields.main(corpus(mail_fields.DATA))
    assert figures["n_fields"] > 500
    assert figures["share_agreed"] >= 0.95

"""mbox: where one mail ends and the next begins."""

from __future__ import annotations

import gzip
import lzma
import os
import pickle
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from honeycell.sources import mbox
from honeycell.sources.mbox import SOURCE
from honeycell.sources.records import Part

LINE = "From ana@example.com Fri Mar 29 14:07:21 2019\n"
Read = Callable[..., Any]


def mail(number: int, body: str = "words\n") -> str:
    return f"From: ana@example.com\nMessage-ID: <{number}@example.com>\nSubject: {number}\n\n{body}"


def write(path: Path, *pieces: str, newline: str = "\n") -> Path:
    path.write_bytes("".join(pieces).replace("\n", newline).encode("utf-8", "surrogateescape"))
    return path


def subjects(found: Any) -> list[str]:
    return [row["subject"] for row in found["interactions"]]


def test_mails_are_cut_at_their_separators(tmp_path: Path, read_all: Read) -> None:
    path = write(tmp_path / "a.mbox", *(LINE + mail(n) + "\n" for n in range(3)))
    found = read_all(SOURCE, path)
    assert subjects(found) == ["0", "1", "2"]
    data = path.read_bytes()
    for row, sighting in zip(found["interactions"], found["sightings"], strict=True):
        offset, length = map(int, sighting["locator"].partition("#")[2].split("-"))
        assert data[offset : offset + length] == mail(int(row["subject"])).encode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_body_lines_that_begin_like_a_separator_split_nothing(tmp_path: Path, read_all: Read, newline: str) -> None:
    body = (
        "From here on\n\nFrom here on it goes well\nNote: yes\n\nFrom Monday to Friday, 12:30 daily\n"
        "words\nFrom ana@example.com Fri Mar 29 14:07:21 2019\nno empty line before\n\n"
        "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: Ana <ana@example.com>\n"
    )
    path = write(tmp_path / "a.mbox", LINE, mail(1, body), "\n", LINE, mail(2), newline=newline)
    found = read_all(SOURCE, path)
    assert subjects(found) == ["1", "2"]
    assert found["texts"][0]["body"] == body.strip()


@pytest.mark.parametrize(
    "line",
    [
        "From mboxrd@z Fri Mar 29 14:07:21 2019",
        "From - Fri Mar 29 14:07:21 2019",
        "From 1234567890@xxx Fri Mar 29 14:07:21 +0000 2019",
        "From ana at example.com  Fri Mar 29 14:07:21 2019",
        "From ana@example.com  Fri Mar  9 4:07:21 2019",
        "From ana@example.com Fri, 29 Mar 2019 14:07:21 +0100",
        "From MAILER-DAEMON Fri Mar 29 14:07:21 2019",
        '"From "ana b"@example.com Fri Mar 29 14:07 2019'[1:],
        "From ana@example.com",
    ],
)
def test_separators_of_many_programs_are_known(tmp_path: Path, read_all: Read, line: str) -> None:
    path = write(tmp_path / "plain", f"{line}\n{mail(1)}\n{line}\n{mail(2)}")
    assert SOURCE.recognises(path)
    assert subjects(read_all(SOURCE, path)) == ["1", "2"]


def test_patches_written_by_git_are_mails(tmp_path: Path, read_all: Read) -> None:
    line = f"From {'0a' * 20} Mon Sep 17 00:00:00 2001\n"
    path = write(tmp_path / "series.mbox", line, mail(1), "\n", line, mail(2))
    assert subjects(read_all(SOURCE, path)) == ["1", "2"]


def test_escaped_lines_lose_one_sign(tmp_path: Path, read_all: Read) -> None:
    path = write(tmp_path / "a.mbox", LINE, mail(1, ">From the start\n>>From afar\n> From a quote\n"))
    assert read_all(SOURCE, path)["texts"][0]["body"] == "From the start\n>From afar\n> From a quote"


@pytest.mark.parametrize("size", [1, 7, 64, 100, 333, 5_000])
def test_ranges_never_change_the_result(
    tmp_path: Path, read_all: Read, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = ["a\n", "\n\n\nFrom here\n", ">From x\n", "x" * 250 + "\n", "\n" * 5, "From a@b Fri\n\n"]
    path = write(tmp_path / "a.mbox", *(LINE + mail(n, bodies[n % len(bodies)]) + "\n" for n in range(40)))
    whole = read_all(SOURCE, path)
    assert len(whole["interactions"]) == 40
    monkeypatch.setattr(mbox, "RANGE_BYTES", size)
    monkeypatch.setattr(mbox, "WINDOW_BYTES", 100)
    parts = list(SOURCE.parts(path, path.name))
    assert len(parts) == -(-path.stat().st_size // size)
    assert read_all(SOURCE, path).tables == whole.tables


def test_batches_tell_how_much_of_the_part_they_cover(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mbox", *(LINE + mail(n, "x" * 2_000 + "\n") + "\n" for n in range(5_000)))
    for packed in (path, tmp_path / "a.mbox.gz"):
        if packed != path:
            packed.write_bytes(gzip.compress(path.read_bytes(), 1))
        parts = list(SOURCE.parts(packed, "a"))
        batches = [batch for part in parts for batch in SOURCE.read(part)]
        assert sum(batch.n_records for batch in batches) == 5_000
        assert len(batches) >= 3
        assert sum(part.n_bytes for part in parts) == packed.stat().st_size
        assert sum(batch.n_bytes for batch in batches) == packed.stat().st_size


def test_bytes_before_the_first_separator_are_skipped_with_their_place(tmp_path: Path, read_all: Read) -> None:
    path = write(tmp_path / "a.mbox", "some words\n\n", LINE, mail(1))
    found = read_all(SOURCE, path)
    assert subjects(found) == ["1"]
    assert [(row["reason"], row["locator"]) for row in found["skipped"]] == [("not-a-message", "a.mbox#0-12")]
    assert found.n_records == 2


def test_a_record_too_large_for_a_mail_is_skipped(
    tmp_path: Path, read_all: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbox, "MAX_MAIL_BYTES", 50_000)
    monkeypatch.setattr(mbox, "WINDOW_BYTES", 10_000)
    path = write(tmp_path / "a.mbox", LINE, mail(1), "\n", LINE, mail(2, "x\n" * 3_000_000), "\n", LINE, mail(3))
    found = read_all(SOURCE, path)
    assert subjects(found) == ["1", "3"]
    assert found.reasons() == ["record-too-large"]
    offset, length = map(int, found["skipped"][0]["locator"].partition("#")[2].split("-"))
    assert path.read_bytes()[offset : offset + length].startswith(LINE.encode() + mail(2)[:20].encode())
    assert path.read_bytes()[offset + length :].startswith(LINE.encode())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (os.urandom(4_000).replace(b"\n", b""), "source-not-recognised"),
        (gzip.compress(os.urandom(4_000)), "source-not-recognised"),
        (gzip.compress(b"", mtime=0), "empty-file"),
        (b"\x1f\x8b" + os.urandom(100), "corrupt-file"),
    ],
)
def test_a_file_that_is_no_mbox_is_a_clear_error(tmp_path: Path, read_all: Read, data: bytes, code: str) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(data)
    assert SOURCE.recognises(path)
    found = read_all(SOURCE, path)
    (error,) = found.failures
    assert error.code == code
    assert error.where.startswith("a.mbox")
    assert error.remedy


def test_a_missing_file_and_a_forbidden_one_are_clear_errors(tmp_path: Path, read_all: Read) -> None:
    assert read_all(SOURCE, tmp_path / "none.mbox").failures[0].code == "file-not-found"
    if os.geteuid() == 0:
        pytest.skip("the administrator may read everything")
    path = write(tmp_path / "a.mbox", LINE, mail(1))
    path.chmod(0)
    assert read_all(SOURCE, path).failures[0].code == "file-not-readable"


def test_other_files_are_not_recognised(tmp_path: Path) -> None:
    for name, text in (("a.csv", "from,to\n"), ("b.txt", "From here on\nwords"), ("c.eml", mail(1))):
        assert not SOURCE.recognises(write(tmp_path / name, text))
    assert not SOURCE.recognises(tmp_path)


def test_a_truncated_archive_gives_what_lies_before_the_damage(tmp_path: Path, read_all: Read) -> None:
    whole = "".join(LINE + mail(n, f"{n * 7919 % 10007}\n" * 200) + "\n" for n in range(2_000)).encode()
    packed = lzma.compress(whole)
    path = tmp_path / "a.mbox.xz"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    found = read_all(SOURCE, path)
    assert [error.code for error in found.failures] == ["corrupt-file"]
    assert f"byte {len(packed) * 2 // 3}" in found.failures[0].where
    assert 100 < len(found["interactions"]) < 2_000
    assert subjects(found) == [str(n) for n in range(len(found["interactions"]))]
    assert found.reasons() == ["truncated"]


@pytest.mark.corpus
def test_every_mail_of_a_real_archive_is_read(corpus: Callable[[str], Path]) -> None:
    n_records, bodies = 0, defaultdict(set)
    for path in sorted(corpus("mail/openbmc").glob("*.xz")):
        for part in SOURCE.parts(path, path.name):
            for batch in SOURCE.read(part):
                n_records += batch.n_records
                assert (
                    "skipped" not in batch.tables
                    or "not-a-message" not in batch.tables["skipped"]["reason"].to_pylist()
                )
                mails = batch.tables["interactions"].filter(pc.field("kind") == "message")
                assert mails["occurred_at"].null_count == 0
                assert mails["space"].unique().to_pylist() == ["list:openbmc.lists.ozlabs.org"]
                for native, body in zip(mails["message_id"].to_pylist(), mails["body_hash"].to_pylist(), strict=True):
                    bodies[native].add(body)
    assert n_records == 12_522
    assert len(bodies) == 12_515
    # Six ids were seen more than once; only one of them with different words.
    assert sorted(len(hashes) for hashes in bodies.values())[-2:] == [1, 3]


def test_a_part_travels_between_processes(tmp_path: Path) -> None:
    part = Part("mbox", write(tmp_path / "a.mbox", LINE, mail(1)), "a.mbox", 0, 10, 10)
    assert pickle.loads(pickle.dumps(part)) == part

"""Compressed files as streams: every format, damage, and bombs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from honeycell.errors import SourceError
from honeycell.sources import compressed
from honeycell.sources.compressed import compression_of, first_bytes, pieces

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
DATA = random.Random(1).randbytes(300_000) + b"words " * 50_000


def collect(path: Path, given: bytearray) -> None:
    for _, piece in pieces(path, path.name):
        given += piece


def unpacked(path: Path) -> bytes:
    given = bytearray()
    collect(path, given)
    return bytes(given)


@pytest.mark.parametrize("kind", PACK)
def test_every_format_comes_back_whole(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(PACK[kind](DATA))
    assert compression_of(path.read_bytes()) == kind
    assert unpacked(path) == DATA
    assert first_bytes(path, 100) == DATA[:100]


@pytest.mark.parametrize("kind", PACK)
def test_several_streams_one_after_the_other_are_one(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    padding = b"\0" * 8 if kind in ("gz", "xz") else b""
    path.write_bytes(PACK[kind](b"one ") + padding + PACK[kind](DATA) + padding)
    assert unpacked(path) == b"one " + DATA


@pytest.mark.parametrize("kind", PACK)
def test_what_lies_before_the_end_of_a_cut_file_is_given_out(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    packed = PACK[kind](DATA)
    path.write_bytes(packed[: len(packed) * 9 // 10])
    given = bytearray()
    with pytest.raises(SourceError) as raised:
        collect(path, given)
    assert raised.value.code == "corrupt-file"
    assert raised.value.where == f"a byte {len(packed) * 9 // 10}"
    # bzip2 works in blocks of 900 kB: this file is one.
    assert DATA.startswith(bytes(given))
    assert len(given) > 100_000 or kind == "bz2"


@pytest.mark.parametrize("kind", PACK)
def test_damage_is_told_with_its_place(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a"
    packed = bytearray(PACK[kind](DATA))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xaa" * 40
    path.write_bytes(packed)
    with pytest.raises(SourceError) as raised:
        unpacked(path)
    assert raised.value.code == "corrupt-file"
    assert raised.value.remedy


@pytest.mark.parametrize("kind", PACK)
def test_a_bomb_is_stopped(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "FREE_BYTES", 1_000_000)
    path = tmp_path / "a"
    path.write_bytes(PACK[kind](b"\0" * 20_000_000))
    with pytest.raises(SourceError) as raised:
        unpacked(path)
    assert raised.value.code == "archive-too-large"


def test_a_plain_file_is_given_out_from_where_it_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(DATA)
    assert b"".join(piece for _, piece in pieces(path, "a", 1_000)) == DATA[1_000:]
    assert first_bytes(tmp_path / "none") == b""

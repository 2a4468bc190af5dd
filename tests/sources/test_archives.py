"""Archives: read without unpacking, bounded, and never outside their folder."""

from __future__ import annotations

import io
import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from honeycell.errors import SourceError
from honeycell.sources.archives import is_archive, members, names

FILES = {"b/two.txt": b"second", "a.txt": b"first"}


def _tar(path: Path, files: dict[str, bytes], mode: str) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _folder(path: Path) -> Path:
    for name, data in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def _drain(path: Path) -> int:
    """Read everything piece by piece; how many bytes there were."""
    return sum(len(piece) for member in members(path, lambda name: True) for piece in _pieces(member.stream))


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(65536):
        yield piece


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz", "tar.xz", "tar.bz2"])
def test_folder_zip_and_tar_give_the_same_members(tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"x.{kind}"
    if kind == "folder":
        path = _folder(target)
    elif kind == "zip":
        path = _zip(target, FILES)
    else:
        path = _tar(target, FILES, "w:" + kind.partition(".")[2])
    assert sorted(names(path)) == sorted(FILES)
    assert {member.name: member.stream.read() for member in members(path, lambda name: True)} == FILES
    assert [member.name for member in members(path, "a.txt".__eq__)] == ["a.txt"]


@pytest.mark.parametrize("bad", ["../out.txt", "/etc/out.txt", "b/../../out.txt", "C:\\out.txt", "..\\out.txt"])
@pytest.mark.parametrize("packed", ["zip", "tar"])
def test_a_member_that_climbs_out_is_named_after_the_rest_was_read(tmp_path: Path, bad: str, packed: str) -> None:
    files = {bad: b"evil", **FILES}
    path = _zip(tmp_path / "x.zip", files) if packed == "zip" else _tar(tmp_path / "x.tar", files, "w")
    assert bad not in names(path)
    read = []
    with pytest.raises(SourceError, match="leaves the archive") as caught:
        read.extend(member.stream.read() for member in members(path, lambda name: True))
    assert caught.value.code == "archive-climbs-out"
    assert sorted(read) == [b"first", b"second"]


@pytest.mark.parametrize("packed", ["zip", "tar.xz"])
def test_a_bomb_is_refused(tmp_path: Path, packed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("honeycell.sources.archives.FREE_BYTES", 10_000)
    monkeypatch.setattr("honeycell.sources.compressed.FREE_BYTES", 10_000)
    files = {"zeros.txt": bytes(20_000_000)}
    path = _zip(tmp_path / "x.zip", files) if packed == "zip" else _tar(tmp_path / "x.tar.xz", files, "w:xz")
    with pytest.raises(SourceError) as caught:
        _drain(path)
    assert caught.value.code == "archive-too-large"


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("honeycell.sources.archives.FREE_BYTES", 10_000)
    path = _zip(tmp_path / "x.zip", {"zeros.txt": bytes(20_000_000)})
    size = (20_000_000).to_bytes(4, "little")
    data = path.read_bytes()
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (1_000).to_bytes(4, "little")))
    with pytest.raises(SourceError) as caught:
        _drain(path)
    assert caught.value.code in ("archive-too-large", "corrupt-file")


def test_damage_and_absence_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(SourceError) as caught:
        names(broken)
    assert caught.value.code == "corrupt-file"
    cut = _tar(tmp_path / "cut.tar.xz", {"a.txt": random.Random(1).randbytes(100_000)}, "w:xz")
    cut.write_bytes(cut.read_bytes()[:50_000])
    with pytest.raises(SourceError) as caught:
        _drain(cut)
    assert caught.value.code == "corrupt-file"
    with pytest.raises(SourceError) as caught:
        names(tmp_path / "absent.tar")
    assert caught.value.code == "file-not-found"


def test_an_archive_is_told_by_its_name() -> None:
    assert is_archive(Path("x.tar.zst"))
    assert not is_archive(Path("x.csv.gz"))

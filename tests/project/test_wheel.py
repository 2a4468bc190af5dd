"""The wheel builds from the tree, holds what it must and stays light."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVIEST_KB = 1700
"""Half of it is the model that tells what answers what in a chat; it grows when something slips in."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (built,) = folder.glob("honeycell-*-py3-none-any.whl")
    return built


def test_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "honeycell").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == wanted
    assert "honeycell/py.typed" in held


def test_wheel_has_licence_command_and_sources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entries,) = (name for name in names if name.endswith("entry_points.txt"))
        text = archive.read(entries).decode()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "honeycell = honeycell.cli:main" in text
    assert "mbox = honeycell.sources.mbox:SOURCE" in text


def test_wheel_stays_under_its_weight(wheel: Path) -> None:
    assert wheel.stat().st_size < HEAVIEST_KB * 1024

"""The order of the layers holds, and the check of it can fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint(folder: Path, source: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_imports_go_one_way() -> None:
    result = lint(ROOT, ROOT / "src")
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_import_against_the_order_is_found(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "src/honeycell/errors.py").open("a") as file:
        file.write("\nimport honeycell.cell\n")
    with (tmp_path / "src/honeycell/readings/state.py").open("a") as file:
        file.write("\nimport duckdb\n")
    result = lint(tmp_path, tmp_path / "src")
    assert result.returncode != 0
    assert "honeycell.errors -> honeycell.cell" in result.stdout
    assert "honeycell.readings.state -> duckdb" in result.stdout

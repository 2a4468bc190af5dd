"""Only `engine/` knows the name of an engine; elsewhere code that asks for one would run on that one only."""

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "honeycell"
OUTSIDE = sorted(path for path in SOURCE.rglob("*.py") if "engine" not in path.relative_to(SOURCE).parts)
ENGINE = re.compile(r"\b(duckdb|spark|pyspark|deltalake|raw_sql|delta[ _](lake|table|scan))\b", re.IGNORECASE)


def named(text: str) -> list[str]:
    """Engines named in code and in strings, docstrings aside."""
    tree = ast.parse(text)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = []
    for node in ast.walk(tree):
        words = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            words = [node.value]
        elif isinstance(node, ast.Import):
            words = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            words = [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            words = [node.attr]
        found += [f"line {node.lineno}: {word}" for word in words if ENGINE.search(word)]
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_engine_is_named_outside_engine(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) == []


def test_a_named_engine_is_found() -> None:
    text = '"""DuckDB is fine in prose."""\nimport duckdb\nif name == "spark": connection.raw_sql("x")\n'
    assert named(text) == ["line 2: duckdb", "line 3: spark", "line 3: raw_sql"]

"""Every code block of README and docs runs, in order, in a folder of its own, and prints what the page says.

A `python` block is executed. In a `console` block each line after `$ ` runs in a shell whose output is a terminal, and
what follows must be what it prints; `...` stands for anything, and no output at all for "whatever it prints". Before a
block, `<!-- needs: mail/openbmc -->` skips it where that corpus is absent, and `<!-- not run: why -->` always.
"""

import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HONEYCELL_DATA", ROOT.parent / "shared" / "data"))
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"(?:<!-- (needs|not run): ([^>]+) -->\n+)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_ONLY = {"text", "json", "toml", "csv", "sql", "bash"}


@dataclass(frozen=True)
class Block:
    language: str
    code: str
    needs: str = ""
    not_run: str = ""


def blocks(text: str) -> list[Block]:
    return [
        Block(
            language,
            code,
            needs=value.strip() if mark == "needs" else "",
            not_run=value.strip() if mark == "not run" else "",
        )
        for mark, value, language, code in BLOCK.findall(text)
    ]


def commands(code: str) -> list[tuple[str, list[str]]]:
    """Each command with the lines that are said to follow it."""
    found: list[tuple[str, list[str]]] = []
    for line in code.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run(command: str, folder: Path) -> tuple[int, str]:
    """The status and the output of a command whose stdout is a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HONEYCELL")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "xterm",
    }
    with open(folder / ".stderr", "w+") as errors:
        process = subprocess.Popen(
            ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=errors
        )
        os.close(theirs)
        printed = b""
        try:
            while part := os.read(ours, 65536):
                printed += part
        except OSError:
            pass  # Linux says so when the other end is closed.
        os.close(ours)
        status = process.wait()
        errors.seek(0)
        return status, printed.decode().replace("\r\n", "\n") + errors.read()


def matches(expected: list[str], printed: str) -> bool:
    """Whether the output is what the page says, bold print and the number of spaces aside."""
    lines = [" ".join(line.split()) for line in expected if line.strip()]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    text = "\n".join(" ".join(line.split()) for line in plain.splitlines() if line.strip())
    pattern = "\n".join(re.escape(line).replace(r"\.\.\.", ".*").replace("…", ".*") for line in lines)
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def played(page: str, folder: Path, data: Path) -> list[str]:
    """Run the blocks of a page; what went wrong."""
    faults: list[str] = []
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.not_run or block.language in SHOWN_ONLY or (block.needs and not (data / block.needs).exists()):
            continue
        if block.language == "python":
            exec(compile(block.code, "page", "exec"), names)
        elif block.language == "console":
            for command, expected in commands(block.code):
                status, printed = run(command, folder)
                said = re.search(r"exit (\d+)", "\n".join(expected))
                if status != (int(said[1]) if said else 0):
                    faults.append(f"{command} ended with {status}:\n{printed}")
                elif expected and not matches(expected, printed):
                    faults.append(f"{command} printed:\n{printed}\nand not:\n" + "\n".join(expected))
        else:
            faults.append(f"a block of {block.language or 'no language'}: say what it is")
    return faults


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_blocks_of_the_page_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "shared").mkdir()
    if DATA.exists():
        (tmp_path / "shared" / "data").symlink_to(DATA)
    monkeypatch.chdir(folder)
    assert played(path.read_text(encoding="utf-8"), folder, DATA) == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("```python\nx = 1\n```\n```python\nassert x == 1\n```\n", ""),
        ("```console\n$ echo one two\none ...\n$ true\n```\n", ""),
        ("```console\n$ echo one\ntwo\n```\n", "echo one printed"),
        ("```console\n$ false\n```\n", "false ended with 1"),
        ("```console\n$ sh -c 'echo no >&2; exit 4'\nno\n```\n", "ended with 4"),
        ("```perl\n1\n```\n", "a block of perl"),
        ("<!-- not run: it ends the machine -->\n```console\n$ false\n```\n", ""),
        ("<!-- needs: no/such/corpus -->\n\n```console\n$ false\n```\n", ""),
    ],
)
def test_a_page_that_lies_is_found(page: str, fault: str, tmp_path: Path) -> None:
    faults = played(page, tmp_path, tmp_path)
    assert [fault in found for found in faults] == ([True] if fault else [])


def test_every_made_part_is_fresh() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from docs.build import page
    finally:
        sys.path.pop(0)
    for path in (ROOT / "docs").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert page(text) == text, f"{path.name} is stale: run `make docs`"
    assert page("<!-- made: tables -->\nold\n<!-- end -->") != "<!-- made: tables -->\nold\n<!-- end -->"


def test_the_picture_of_attention_counts_what_its_words_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from docs.reading_pictures import draw

    assert "3 of 5 more than once a week" in draw.attention(np.array([0.4, 4.0, 4.1, 4.9, 12.0]))


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*PAGES, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]:
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if not re.match(r"https?:", target):
                assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {name for name in pages if f"({name})" not in index} == set()

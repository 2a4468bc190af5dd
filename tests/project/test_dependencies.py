"""Dependencies are few, explained, pinned by hash and permissive."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.MULTILINE)
FORBIDDEN = re.compile(r"\bA?L?GPL|GNU|Affero", re.IGNORECASE)


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9.-]+", requirement)
    assert found
    return found[0].lower()


def explained(title: str) -> dict[str, tuple[str, str]]:
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([a-z][a-z0-9-]*) \| (.+) \| (.+) \|$", part, re.MULTILINE)
    return {name: (reason, licence) for name, reason, licence in rows if name != "package"}


def unpinned(lock: str) -> list[str]:
    """What is wrong with a lock file: requirements without hash, lines that name an address."""
    address = re.compile(r"https?:|--(extra-)?index|--find-links|^-", re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", lock.strip()) if not entry.startswith("#")]
    pinned = (bool(PINNED.match(entry) and "--hash=sha256:" in entry) for entry in entries)
    return [
        entry.splitlines()[0] for entry, good in zip(entries, pinned, strict=True) if not good or address.search(entry)
    ]


def licence_of(name: str) -> str:
    metadata = importlib.metadata.metadata(name)
    kinds = [word for word in metadata.get_all("Classifier") or [] if word.startswith("License")]
    text = metadata.get("License-Expression") or "; ".join(kinds) or metadata.get("License") or ""
    return text.split("\n")[0] or shipped_licence(name)


def shipped_licence(name: str) -> str:
    """By the words of the file that comes with a package whose metadata names no licence."""
    files = importlib.metadata.files(name) or []
    words = " ".join(" ".join(file.read_text().split()) for file in files if "licenses/LICENSE" in str(file))
    return "MIT" if "Permission is hereby granted, free of charge, to any person obtaining a copy" in words else ""


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_hash_for_everything_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert unpinned(text) == []
    assert len(PINNED.findall(text)) > 20


def test_a_loose_requirement_is_found() -> None:
    lock = "a==1 \\\n    --hash=sha256:00\nb==2\nc>=3 \\\n    --hash=sha256:00\n--index-url https://x.example\n"
    assert unpinned(lock) == ["b==2", "c>=3 \\", "--index-url https://x.example"]


def test_locks_hold_what_the_project_asks_for() -> None:
    needed = {name_of(line) for line in PROJECT["project"]["dependencies"]}
    developing = {name_of(line) for line in PROJECT["dependency-groups"]["dev"]}
    run, dev = ({name for name, _ in PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))} for lock in LOCKS)
    assert needed - run == set()
    assert (needed | developing) - dev == set()


def test_every_dependency_is_explained() -> None:
    needed = {name_of(line) for line in PROJECT["project"]["dependencies"]}
    developing = {name_of(line) for line in PROJECT["dependency-groups"]["dev"]}
    assert set(explained("To run")) == needed
    assert set(explained("To develop")) == developing
    assert all(len(reason.split()) > 1 for reason, _ in (explained("To run") | explained("To develop")).values())


def test_every_installed_package_has_a_licence_without_copyleft() -> None:
    names = {name for lock in LOCKS for name, _ in PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))}
    installed = {d.metadata["Name"].lower().replace("_", "-") for d in importlib.metadata.distributions()}
    licences = {name: licence_of(name) for name in sorted(names & installed)}
    assert len(licences) > 30
    assert {name: licence for name, licence in licences.items() if not licence or FORBIDDEN.search(licence)} == {}


def test_the_page_tells_the_true_licence() -> None:
    words = {
        "BSD-3-Clause": "BSD",
        "BSD-2-Clause": "BSD",
        "MIT": "MIT",
        "Apache-2.0": "Apache",
        "MPL-2.0": "M",
        "ISC": "ISC",
        "PSF-2.0": "Python Software Foundation",
    }
    for name, (_, licence) in (explained("To run") | explained("To develop")).items():
        said = words[licence.split(" OR ")[0]]
        assert said in licence_of(name), f"{name}: {licence_of(name)}"


@pytest.mark.parametrize("licence", ["GPL-3.0-or-later", "LGPL-2.1", "AGPL", "GNU General Public License"])
def test_a_copyleft_licence_is_found(licence: str) -> None:
    assert FORBIDDEN.search(licence)

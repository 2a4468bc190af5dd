"""Hand-kept files of aliases, and what of their names is shown to whoever is asked."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

__all__ = ["VISIBILITIES", "Account", "corpus_of", "is_truth", "read", "seen"]

VISIBILITIES = ("canonical", "hidden", "local")
"""The canonical name on every address; no names; the name that the local part suggests."""


class Account(NamedTuple):
    """An address in a file of aliases."""

    person: str
    """Whoever it belongs to by the file."""
    address: str
    name: str
    """The person's canonical name; empty where the file has none."""


def is_truth(path: Path) -> bool:
    """Whether a file is of a kind that `read` reads."""
    return path.suffix in _READERS


def read(path: Path) -> list[Account]:
    """The accounts of a file, one for each address."""
    return list(
        {account.address: account for account in _READERS[path.suffix](path) if "@" in account.address}.values()
    )


def corpus_of(path: Path) -> Path | None:
    """The mails whose senders a truth table judges: `mail/NAME` beside the folder of `NAME-truth.tsv`, if there."""
    name = path.stem.removesuffix("-truth")
    corpus = path.resolve().parents[1] / "mail" / name
    return corpus if path.suffix == ".tsv" and name != path.stem and corpus.exists() else None


def seen(accounts: list[Account], visibility: str) -> dict[str, str]:
    """Addresses with the name that is shown beside each; empty for none.

    Example:
        >>> seen([Account("1", "ana.silva7+list@example.com", "Ana Silva")], "local")
        {'ana.silva7+list@example.com': 'Ana Silva'}
    """
    if visibility == "canonical":
        return {account.address: account.name for account in accounts}
    shown: Callable[[str], str] = _suggested if visibility == "local" else lambda address: ""
    return {account.address: shown(account.address) for account in accounts}


def _suggested(address: str) -> str:
    local = address.rpartition("@")[0].partition("+")[0]
    return " ".join(word.capitalize() for word in re.findall(r"[^\W\d_]+", local))


def _table(path: Path) -> list[Account]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Account(row["truth_cluster"], row["email"].lower(), row["name"] or "")
            for row in rows
            if row["truth_cluster"]
        ]


def _stackalytics(path: Path) -> list[Account]:
    return [
        Account(user.get("launchpad_id") or user["emails"][0], address.strip().lower(), user.get("user_name") or "")
        for user in json.loads(path.read_text("utf-8"))["users"]
        for address in user.get("emails", ())
    ]


def _mailmap(path: Path) -> list[Account]:
    """`Proper Name <proper@address> Other Name <other@address>`; the proper name is the canonical one.

    The file is made for `git shortlog`, which counts by proper name: two entries of one proper name are one person.
    Entries without a name (`<proper@address> <other@address>`) belong to whoever owns the proper address.
    """
    entries = []
    for line in path.read_text("utf-8").splitlines():
        found = re.findall(r"([^<>]*)<([^<>]+)>", line.partition("#")[0])
        if found:
            entries.append((found[0][0].strip(), [address.strip().lower() for _name, address in found]))
    name_of = {addresses[0]: name for name, addresses in entries if name}
    return [
        Account(name or name_of.get(addresses[0], addresses[0]), address, name or name_of.get(addresses[0], ""))
        for name, addresses in entries
        for address in addresses
    ]


_READERS: dict[str, Callable[[Path], list[Account]]] = {".tsv": _table, ".json": _stackalytics, ".mailmap": _mailmap}

"""Are the links between handles right? Pairs of addresses of one person, against hand-kept files of aliases.

Figures are over pairs of addresses that the file knows: a pair is true when the file puts both under one person,
and found when the cell does. A file of aliases is never whole, so precision is a lower bound.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from honeycell import identities
from honeycell.engine import open_engine
from honeycell.steps import derive
from honeycell.tables import TABLES

DATA = "identity/linux-6.12.mailmap"
PASS = {"precision": (">=", 0.95), "recall": (">=", 0.9)}

Account = tuple[str, str, str]
"""Person by the file, address, name written with it."""


def main(path: Path) -> dict[str, float | int]:
    """Precision, recall and their harmonic mean over pairs of addresses.

    Args:
        path: A `.mailmap`, a truth `.tsv` (`email name truth_cluster`), or a stackalytics `.json`.
    """
    accounts = {".tsv": _tsv, ".json": _stackalytics}.get(path.suffix, _mailmap)(path)
    person = {address: who for who, address, _name in accounts}
    found = _resolved(accounts)
    true_pairs = _pairs(person)
    found_pairs = _pairs({address: found[address] for address in person if address in found})
    both = len(true_pairs & found_pairs)
    precision = both / len(found_pairs) if found_pairs else 1.0
    recall = both / len(true_pairs) if true_pairs else 1.0
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if both else 0.0,
        "n_addresses": len(person),
        "n_true_pairs": len(true_pairs),
        "n_found_pairs": len(found_pairs),
    }


def _pairs(owner: dict[str, str]) -> set[tuple[str, str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for address, who in owner.items():
        members[who].append(address)
    return {pair for addresses in members.values() for pair in combinations(sorted(addresses), 2)}


def _resolved(accounts: list[Account]) -> dict[str, str]:
    """The person id of each address, in a cell in which every address wrote once under its name.

    A file has no dates: the addresses write a year apart, in the order of their letters.
    """
    start = datetime(1990, 1, 1)
    mails, seats = [], []
    for number, (_who, address, name) in enumerate(sorted(set(accounts), key=lambda one: (one[1], one[2]))):
        key = {"interaction_id": f"{number:032x}", "copy_hash": "0" * 16, "batch": 1}
        at = start + timedelta(hours=number)
        mails.append({**key, "kind": "message", "channel": "mail", "message_id": str(number), "occurred_at": at})
        seats.append({**key, "role": "from", "handle": f"mailto:{address}", "display_name": name or None})
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder))
        with engine.writing("log") as writer:
            writer.append("interactions", pa.Table.from_pylist(mails, schema=TABLES["interactions"].schema))
            writer.append("participants", pa.Table.from_pylist(seats, schema=TABLES["participants"].schema))
            writer.publish()
        with engine.writing("derived") as writer:
            derive(engine, writer, identities.STEPS, changes=None)
            writer.publish()
        rows = engine.to_arrow(engine.table("handles").select("handle", "person_id")).to_pylist()
        engine.close()
    return {row["handle"].removeprefix("mailto:"): row["person_id"] for row in rows if row["person_id"]}


def _tsv(path: Path) -> list[Account]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["truth_cluster"], row["email"].lower(), row["name"]) for row in rows if row["truth_cluster"]]


def _stackalytics(path: Path) -> list[Account]:
    users = json.loads(path.read_text("utf-8"))["users"]
    return [
        (user.get("launchpad_id") or user["emails"][0], address.lower(), user.get("user_name") or "")
        for user in users
        for address in user.get("emails", ())
        if "@" in address
    ]


def _mailmap(path: Path) -> list[Account]:
    """`Proper Name <proper@address> Other Name <other@address>`: without another name the proper one was written."""
    accounts: list[Account] = []
    for line in path.read_text("utf-8").splitlines():
        found = re.findall(r"([^<>]*)<([^<>]+)>", line.partition("#")[0])
        if not found:
            continue
        proper, who = found[0][0].strip(), found[0][1].strip().lower()
        for name, address in found:
            accounts.append((who, address.strip().lower(), name.strip() or proper))
    return accounts

"""Do the groups that talk gives agree with the departments that people are in?

Takes a folder with rows `from to unix_seconds` in `*temporal*` and rows `person department` in `*labels*`, plain, .gz
or .xz, as in email-Eu-core. Rows with one sender and one second are one message to many, shared over them
(`science.md` 2.3); weights are log(1 + messages), the resolution is 4. Nothing was chosen by these labels here.
"""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import numpy as np

from honeycell.groups import Talk, communities
from validation.subgroups.scores import adjusted_information, adjusted_rand, normalised_information

__all__ = ["DATA", "PASS", "department_rows", "main"]

DATA = "networks/email-Eu-core"
PASS = {"nmi": (">=", 0.75), "ami": (">=", 0.69), "ari": (">=", 0.60)}
RESOLUTION = 4.0


def main(path: Path) -> dict[str, float]:
    """Figures from 0 to 1, over everybody who has a department and wrote or was written to.

    Args:
        path: A folder with the mails and the departments.
    """
    speaker, hearer, second = department_rows(path, "temporal")[:, :3].T
    speaker, hearer, second = (part[speaker != hearer] for part in (speaker, hearer, second))
    _message, place, n = np.unique(np.stack([speaker, second]), axis=1, return_inverse=True, return_counts=True)
    pair, where = np.unique(np.stack([speaker, hearer]), axis=1, return_inverse=True)
    weight = np.log1p(np.bincount(where.ravel(), 1.0 / n[place.ravel()]))
    nothing = np.zeros(pair.shape[1], np.int64)
    found = communities(Talk(nothing, nothing, nothing, nothing, nothing, pair[0], pair[1], weight), RESOLUTION)
    label = {person: number for number, members in enumerate(found) for person in members}
    labels = department_rows(path, "labels")[:, :2]
    department = {int(person): int(number) for person, number in labels if int(person) in label}
    ours, theirs = np.array([label[person] for person in department]), np.array(list(department.values()))
    return {
        "n_people": len(department),
        "n_departments": len(set(department.values())),
        "n_communities": len(found),
        "nmi": round(normalised_information(ours, theirs), 3),
        "ami": round(adjusted_information(ours, theirs), 3),
        "ari": round(adjusted_rand(ours, theirs), 3),
    }


def department_rows(path: Path, name: str) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The rows of the file of a folder that has `name` in its own, the shortest if several have: whole numbers."""
    file = min(path.glob(f"*{name}*"), key=lambda one: (len(one.name), one.name))
    opened = {".gz": gzip.open, ".xz": lzma.open}.get(file.suffix, open)
    with opened(file, "rt") as lines:
        return np.loadtxt(lines, dtype=np.int64, comments="#", ndmin=2)

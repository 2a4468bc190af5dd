"""A made-up world whose touches are written directly: two large organisations, a small one, and people without one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from honeycell.engine import Engine
from honeycell.ids import id_of
from honeycell.readings import STEPS as READINGS
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES
from honeycell.ties import STEPS as TIES

START = date(2023, 1, 2)


@dataclass(frozen=True)
class Touch:
    """A message as a test writes it down."""

    at: datetime
    sender: int
    receiver: int
    answers: str | None = None
    kind: str = "message"
    weight: float = 1.0
    n_addressed: int = 1
    id: str = ""


def person(number: int) -> int:
    return number


def organisation(name: str) -> int:
    """The id of alder, birch, cedar or firm-N."""
    known = {"alder": 1_000_001, "birch": 1_000_002, "cedar": 1_000_003}
    return known[name] if name in known else 2_000_000 + int(name.removeprefix("firm-"))


def write(
    engine: Engine,
    touches: Iterable[Touch],
    members: dict[int, str],
    covered: Sequence[tuple[date, date]] | None = None,
) -> Tables:
    """Write touches, persons and where they belong (person id -> organisation name), then derive the rest."""
    rows = list(touches)
    ids = sorted({t.sender for t in rows} | {t.receiver for t in rows} | set(members))
    days = [t.at.date() for t in rows]
    spans = covered if covered is not None else [(min(days), max(days))]
    with engine.writing("log") as log:
        on = [a + timedelta(n) for a, b in spans for n in range((b - a).days + 1)]
        n = len(on)
        log.append("coverage", pa.table([["mbox"] * n, ["list"] * n, on, on, [1.0] * n, [1] * n],
                                        schema=TABLES["coverage"].schema))  # fmt: skip
        log.publish()
    with engine.writing("derived") as derived:
        derived.replace("touches", _touches(rows))
        derived.replace("persons", _rows("persons", [
            {"person_id": p, "name": f"Person {p}", "slug": f"person-{p}", "n_handles": 1,
             "first_at": datetime(2023, 1, 1), "last_at": datetime(2023, 1, 1)} for p in ids
        ]))  # fmt: skip
        names = sorted(set(members.values()))
        derived.replace("organisations", _rows("organisations", [
            {"organisation_id": organisation(name), "name": name.title(), "slug": name, "domains": [f"{name}.example"],
             "provisional": False, "us": False, "n_persons": 1, "reason": "test"} for name in names
        ]))  # fmt: skip
        derived.replace("affiliations", _rows("affiliations", [
            {"person_id": p, "organisation_id": organisation(name), "from_on": date(2020, 1, 1), "to_on": None,
             "n": 1, "confidence": 1.0, "reason": "test"} for p, name in sorted(members.items())
        ]))  # fmt: skip
        derived.publish()
        derive(engine, derived, [*(s for s in TIES if s.table != "touches"), *READINGS], changes=None)
        derived.publish()
    return Tables(engine)


def _touches(rows: Sequence[Touch]) -> pa.Table:
    return _rows("touches", [
        {"interaction_id": id_of(t.id) if t.id else at, "from_person_id": t.sender, "to_person_id": t.receiver,
         "occurred_at": t.at, "on": t.at.date(), "channel": "mail", "kind": t.kind,
         "role": "attendee" if t.kind == "meeting" else "to", "weight": t.weight, "n_addressed": t.n_addressed,
         "broadcast": False, "in_space": False, "in_reply_to_id": t.answers and id_of(t.answers),
         "utc_offset_minutes": 0}
        for at, t in enumerate(rows)
    ])  # fmt: skip


def _rows(name: str, rows: Sequence[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=TABLES[name].schema)


def correspondence(seed: int, days: int = 500) -> tuple[list[Touch], dict[int, str]]:
    """Pairs that write at different rates, answer at different speeds, and some of which stop."""
    rng = np.random.default_rng(seed)
    members = {person(n): "alder" if n < 12 else "birch" if n < 24 else "cedar" for n in range(1, 30)}
    everyone = [*members, *(person(n) for n in range(40, 46))]
    touches: list[Touch] = []
    for _ in range(110):
        one, other = (int(p) for p in rng.choice(everyone, 2, replace=False))
        rate, life = rng.gamma(0.6, 0.12), rng.exponential(600)
        speed, answers = rng.exponential(1.5), rng.beta(3, 2)
        at = rng.uniform(0, 200)
        while (at := at + rng.exponential(1 / max(rate, 0.004))) < min(days, life):
            opened = datetime(2023, 1, 2) + timedelta(seconds=int(at * 86400))
            sender, receiver = (one, other) if rng.random() < 0.6 else (other, one)
            number = len(touches)
            kind = "meeting" if rng.random() < 0.06 else "message"
            if kind == "meeting":
                touches.append(Touch(opened, sender, receiver, None, kind, 45.0, id=f"{number:032x}"))
                touches.append(Touch(opened, receiver, sender, None, kind, 45.0, id=f"{number:032x}"))
                continue
            many = [p for p in (int(p) for p in rng.choice(everyone, 2)) if p not in (sender, receiver)][:1]
            weight = 1.0 if rng.random() < 0.7 or not many else 0.5
            touches.append(Touch(opened, sender, receiver, None, weight=weight, id=f"{number:032x}"))
            if weight < 1.0:
                touches.append(Touch(opened, sender, many[0], None, weight=weight, n_addressed=2, id=f"{number:032x}"))
            if rng.random() < answers:
                answered = opened + timedelta(seconds=int(rng.exponential(speed) * 86400) + 60)
                link = f"{number:032x}" if rng.random() < 0.7 else None
                touches.append(Touch(answered, receiver, sender, link, id=f"{len(touches):032x}"))
    end = datetime(2023, 1, 2) + timedelta(days=days)
    seen: dict[tuple[str, str, str], Touch] = {}
    for touch in touches:
        if touch.at < end:
            seen.setdefault((touch.id, touch.sender, touch.receiver), touch)
    return list(seen.values()), members

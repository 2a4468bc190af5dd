"""Repetition: is what was planted as told twice found, and nothing else? And what is found in real messages?

A made-up year of mail between a firm and the people of three customers, each asking and answering. Planted: questions
asked again after they were settled, in the same words, with a sentence more, with the sentences in another order, or
in other words (which no likeness of words finds: `recall_reworded` says so); numbers given again because they were
asked for, by the same person or a colleague. Beside them what must not be found: forms filled anew, a colleague who
asks once, quoted questions, questions chased before anybody answered, numbers that the question names, numbers in
signatures and numbers that everybody gives, polite phrases. A pair counts as right when it is one that was planted.

Then the messages of `path`, anything that Honeycell imports or the packed IRC channel of `validation.disentanglement`:
`n_real_asked` and `n_real_told` messages are found; stderr has the ids of each pair, to be read by a person.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from honeycell import readings
from honeycell.cell import create_cell
from honeycell.conversations.repeats import ASKED, TOLD
from honeycell.ids import written_id
from honeycell.steps import Tables

__all__ = ["DATA", "PASS", "main", "planted"]

DATA = "mail/openbmc"
PASS = {"precision": (">=", 0.85), "recall": (">=", 0.85)}
_SEEDS = (11, 12)
"""Of the two worlds; no rule or limit is fitted to them, and any others may be put here."""
_START, _END = datetime(2024, 1, 1, 8, tzinfo=UTC), date(2024, 12, 20)
_US, _CUSTOMERS = ("Ana", "Ned"), {"Birch": ("Bo", "Cy"), "Cedar": ("Dee", "Eva"), "Dogwood": ("Flo", "Gus")}
_FIRM = {who: firm for firm, people in (("Alder", _US), *_CUSTOMERS.items()) for who in people}
_THINGS = re.findall(
    r"\w+",
    "pump valve boiler filter sensor piston bearing gasket rotor turbine nozzle flange winch crane hoist ladder motor"
    " gearbox chain belt cable switch relay fuse lamp panel hinge lock spindle clutch brake axle wheel hose funnel",
)
_KINDS = re.findall(
    r"\w+", "northern spare rusty copper narrow heavy painted loose quiet broken tall frozen old rented"
)
_PLACES = re.findall(
    r"\w+", "harbour quarry brewery foundry sawmill dairy tannery shipyard bakery vineyard depot laundry"
)
_ASKS = (
    "Which {k} {x} did your fitters mount beside the {y} of the {p}, and was the {z} moved for it?",
    "Can you tell us whether the {k} {x} of the {p} still fits the {y}, or must the {z} be ordered with it?",
    "How long may the {x} run without the {y} when the {k} {z} at the {p} is being cleaned?",
    "Who decided that the {k} {x} at the {p} needs another {y}, and what happens with the {z}?",
    "Could you send us the drawing in which the {x} and the {y} of the {k} {z} at the {p} are shown together?",
)
_SAYS = (
    "Yesterday our people opened the {x} at the {p} and found the {y} covered with dust.",
    "Since the {k} {x} was replaced, the {y} makes a noise that nobody can explain.",
    "The colleagues at the {p} would like to use the {k} {y} before the {x} is painted.",
    "There is a {x} behind the {k} {y}, and it seems that the {z} was never connected.",
)
_FORM = "Could you please confirm that the pump of delivery {} reaches the depot on {} before the gate is closed?"
_POLITE = "Could you please let us know when there is anything new about this?"
_SAID = re.compile(r"^\[(\d\d):(\d\d)\] <([^>]+)> (.*)")
_BOT = "ubottu"


class _Box:
    """A made-up correspondence, and what of it is planted."""

    def __init__(self, seed: int) -> None:
        self.lot, self.mails = random.Random(seed), list[EmailMessage]()
        self.planted = dict[tuple[str, str], str]()
        """Message-IDs of the earlier and the later message, and how it says the same."""

    def words(self, pattern: str) -> str:
        x, y, z = self.lot.sample(_THINGS, 3)
        return pattern.format(x=x, y=y, z=z, k=self.lot.choice(_KINDS), p=self.lot.choice(_PLACES))

    def says(self, n: int) -> list[str]:
        return [self.words(self.lot.choice(_SAYS)) for _one in range(n)]

    def number(self) -> str:
        return f"{self.lot.choice(['SN', 'AB', 'PO'])}-{self.lot.randrange(10**5, 10**6)}"

    def send(self, by: str, to: str, day: float, said: list[str], answers: str = "", quoted: str = "") -> str:
        one, key = EmailMessage(), f"{len(self.mails)}@{_FIRM[by].lower()}.example"
        one["Message-ID"], one["Subject"] = f"<{key}>", " ".join(self.lot.sample(_THINGS, 3))
        one["From"], one["To"] = (f"{who} Moss <{who.lower()}@{_FIRM[who].lower()}.example>" for who in (by, to))
        one["Date"] = format_datetime(_START + timedelta(days=day, seconds=len(self.mails)))
        if answers:
            one["In-Reply-To"] = one["References"] = f"<{answers}>"
        below = f"\n\nOn Monday {to} Moss wrote:\n> {quoted}" if quoted else ""
        signed = f"Best regards\n{by} Moss\n\n--\n{_FIRM[by]} Ltd, +44 20 7946 {sum(map(ord, by))}"
        one.set_content(f"Hi {to},\n\n{' '.join(said)}{below}\n\n{signed}\n")
        self.mails.append(one)
        return key

    def settled(self, by: str, to: str, day: float, said: list[str]) -> str:
        asked = self.send(by, to, day, said)
        self.send(to, by, day + self.lot.uniform(0.1, 2), [*self.says(1), "It is the one on the left."], asked)
        return asked

    def given(self, by: str, to: str, day: float, question: str, said: list[str]) -> str:
        """What is given because it was asked for."""
        return self.send(by, to, day + 1, said, self.send(to, by, day, [question]))


def _written(seed: int) -> _Box:
    box = _Box(seed)
    for people in _CUSTOMERS.values():
        for number in range(60):
            who, colleague = people if box.lot.random() < 0.5 else people[::-1]
            _exchange(box, number, who, colleague, box.lot.choice(_US))
    return box


def _exchange(box: _Box, number: int, who: str, colleague: str, us: str) -> None:
    day = box.lot.uniform(0, 200)
    later, asks, before = day + box.lot.uniform(5, 120), box.words(box.lot.choice(_ASKS)), box.says(2)
    how = number % 12
    if how == 0:
        again = ([*before, asks], ["Sorry to come back to this.", *before, asks], [asks, *before],
                 [*before, asks, "We need it for the inspection."])[number // 12 % 4]  # fmt: skip
        first = box.settled(who, us, day, [*before, asks])
        box.planted[first, box.send(who, us, later, again)] = "alike"
    elif how == 1:
        first = box.settled(who, us, day, [*before, asks])
        reworded = asks.lower().replace("the ", "that ").replace("?", " again?").capitalize()
        box.planted[first, box.send(who, us, later, [*box.says(1), reworded])] = "reworded"
    elif how in (2, 3):
        question = box.words("Which number and which order has the {k} {x} of the {p}?")
        keys = f"It is {box.number()}, of order {box.number()}."
        first = box.given(who, us, day, question, [keys, *box.says(1)])
        by = who if how == 2 else colleague
        box.planted[first, box.given(by, us, later, question, [*box.says(1), keys])] = "told"
    elif how == 4:
        for filled in range(2):
            form = _FORM.format(box.lot.randrange(10**4, 10**5), f"{box.lot.randrange(1, 28)} May")
            box.settled(who, us, day + 9 * filled, [form])
    elif how == 5:
        box.settled(who, us, day, [*before, asks])
        box.send(colleague, us, later, [*before, asks])
    elif how == 6:
        box.settled(who, us, day, [*before, asks])
        box.send(who, us, later, [*box.says(1), box.words("Which {x} do you mean?")], quoted=" ".join([*before, asks]))
        box.send(who, us, later + 1, [*before, box.words(box.lot.choice(_ASKS))])
    elif how == 7:
        box.send(who, us, day, [*before, asks])
        box.send(who, us, day + 3, [*before, asks])
        box.settled(who, us, day + 4, [*box.says(1), _POLITE])
        keys = f"{box.number()} and {box.number()}"
        box.given(who, us, day, f"Which colour have {keys}?", [f"Both {keys} are green."])
        box.given(who, us, later, f"Who painted {keys}?", [f"We did {keys}, as customer CU-700412 of depot DP-55021."])
    else:
        box.settled(who, us, day, [*before, asks])


def main(path: Path) -> dict[str, float | int]:
    """Figures of the made-up mail, and what is found in real messages."""
    return planted() | _real(path)


def planted() -> dict[str, float | int]:
    """Figures of the made-up mail."""
    right, put, n_found = Counter[str](), Counter[str](), 0
    for seed in _SEEDS:
        box = _written(seed)
        pairs = _found(box)
        n_found += len(pairs)
        put.update(box.planted.values())
        right.update(box.planted[pair] for pair in pairs & box.planted.keys())
    return {
        "precision": right.total() / n_found, "n_found": n_found,
        "recall": (right["alike"] + right["told"]) / (put["alike"] + put["told"]),
        **{f"recall_{how}": right[how] / put[how] for how in ("alike", "told", "reworded")},
        **{f"n_{how}": n for how, n in sorted(put.items())},
    }  # fmt: skip


def _found(box: _Box) -> set[tuple[str, str]]:
    """Message-IDs of the pairs that `why` lists of the three relationships."""
    found = set()
    with tempfile.TemporaryDirectory() as scratch, create_cell(Path(scratch) / "cell") as cell:
        for number, one in enumerate(box.mails):
            (Path(scratch) / f"{number}.eml").write_bytes(bytes(one))
        cell.import_paths(sorted(Path(scratch).glob("*.eml")))
        cell.refresh()
        t = Tables(cell.engine)
        rows = t.arrow(t["interactions"].select("interaction_id", "message_id")).to_pylist()
        named = {row["interaction_id"]: row["message_id"] for row in rows}
        for firm in _CUSTOMERS:
            pair = readings.find_relationship(t, f"alder~{firm.lower()}")
            for row in readings.why(t, *pair, "repetition", as_of=_END, window_days=360).evidence:
                if row.role == "first":
                    first = named[row.interaction_id]
                elif row.role.endswith(" again"):
                    found.add((first, named[row.interaction_id]))
    return found


def _real(path: Path) -> dict[str, float | int]:
    """How many messages ask again what the same author had asked, or give again what was given."""
    with tempfile.TemporaryDirectory() as scratch, create_cell(Path(scratch) / "cell") as cell:
        cell.import_paths([_as_slack(path, Path(scratch) / "chat") if path.name.startswith("ubuntu") else path])
        cell.refresh()
        t = Tables(cell.engine)
        people = t["handles"].filter(t["handles"].person_id.notnull()).select(from_handle="handle")
        wrote = t["threads"].semi_join(people, "from_handle").select("interaction_id", "from_handle")
        by = {one["interaction_id"]: one["from_handle"] for one in t.arrow(wrote).to_pylist()}
        rows, n_loops = t.arrow(t["repeats"]).to_pylist(), t.arrow(t["loops"].count()).as_py()
    kinds = defaultdict[str, set[int]](set)
    for row in rows:
        later, earlier = by.get(row["interaction_id"]), by.get(row["earlier_id"])
        if later and earlier and (row["rule"] == TOLD or later == earlier):
            kinds[row["rule"]].add(row["interaction_id"])
            print(row["rule"], written_id(row["earlier_id"]), written_id(row["interaction_id"]), file=sys.stderr)
    counts = {"n_real": len(by), "n_real_loops": n_loops}
    return counts | {f"n_real_{rule}": len(kinds[rule]) for rule in (ASKED, TOLD)}


def _as_slack(path: Path, folder: Path) -> Path:
    """An IRC channel as an export of Slack, one file of each day; its robot is one, as Slack says of its own."""
    days = dict[str, list[tuple[str, str]]]()
    with tarfile.open(path) as packed:
        for member in sorted(packed.getnames()):
            day = re.search(r"(\d{4}-\d\d-\d\d)\.train-\w\.raw\.txt$", member)
            file = packed.extractfile(member) if day and day[1] not in days else None
            if day and file:
                lines = filter(None, map(_SAID.match, file.read().decode("utf-8", "replace").splitlines()))
                days[day[1]] = [(line[3], f"{line[1]}:{line[2]} {line[4]}") for line in lines]
    ids = {nick: f"U{n:06}" for n, nick in enumerate(sorted({nick for said in days.values() for nick, _ in said}))}
    (folder / "ubuntu").mkdir(parents=True)
    users = [{"id": key, "name": nick, "is_bot": nick == _BOT} for nick, key in ids.items()]
    (folder / "users.json").write_text(json.dumps(users))
    (folder / "channels.json").write_text(json.dumps([{"id": "C1", "name": "ubuntu"}]))
    for day, said in days.items():
        began = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
        rows = [
            {"type": "message", "user": ids[nick], "text": text[6:],
             "ts": f"{began + 3600 * int(text[:2]) + 60 * int(text[3:5]):.0f}.{n:06}"}
            for n, (nick, text) in enumerate(said)
        ]  # fmt: skip
        (folder / "ubuntu" / f"{day}.json").write_text(json.dumps(rows))
    return folder

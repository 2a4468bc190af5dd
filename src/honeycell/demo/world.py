"""The simulated world as a folder of real archives, with the truth beside them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from honeycell.demo import (
    correspondence,
    ideas,
    ledger,
    letters,
    machines,
    meetings,
    spaces,
    standing,
    truth,
    workspace,
)
from honeycell.demo.messages import Message, Quiet, quiet_pairs
from honeycell.demo.names import ORGANISATIONS
from honeycell.demo.people import DEPARTMENTS, People, people
from honeycell.demo.relations import FIRST, LAST, NEVER, Ties, ties
from honeycell.demo.sites import DAY
from honeycell.demo.talk import talk

__all__ = ["Progress", "World", "happen_again", "import_order", "write_talk", "write_world"]

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""

TABLES = tuple(f"ledger/{name}.csv" for name in ("orders", "shipments", "invoices", "payments"))
N_OWN_MAILBOXES = 8
"""So many of us have a mail archive of their own."""


@dataclass(frozen=True)
class World:
    """A simulated world on disk."""

    folder: Path
    paths: tuple[Path, ...]
    """What to import; the truth is not among them."""
    us: str
    """Name of the organisation whose archives these are."""
    domains: tuple[str, ...]
    """Its domains."""
    relationship: str
    """The relationship to show."""
    n_persons: int
    n_mails: int
    """Different mails; copies in several archives count once."""
    n_chats: int
    n_meetings: int
    n_documents: int
    """Orders, shipments, invoices and payments."""

    @property
    def n_interactions(self) -> int:
        """Everything that happened and was recorded somewhere."""
        return self.n_mails + self.n_chats + self.n_meetings + self.n_documents


def import_order(world: World) -> tuple[Path, ...]:
    """The paths to import, directories of people and organisations first."""
    return world.paths


def write_world(folder: Path, *, seed: int = 7, scale: float = 1.0, progress: Progress | None = None) -> World:
    """Write a simulated world: two organisations with thousands of people, eight partners, 24 months.

    The same seed and scale give the same files, byte for byte (compressed ones: the same contents).

    Args:
        folder: Where to; made if it does not exist. Files of an earlier world in it are replaced.
        seed: Chance.
        scale: 1 for about six thousand people and seventy thousand interactions; 0.02 is the smallest sensible.
        progress: Told how far it is.

    Returns:
        What was written and how to import it.

    Example:
        >>> import tempfile
        >>> world = write_world(Path(tempfile.mkdtemp()), scale=0.02)
        >>> world.relationship
        'vantry~aldermoor'
    """
    tell = progress or (lambda what, done, total: None)
    tell("people", 0, 1)
    everybody = people(seed, scale)
    tied = ties(seed, scale, everybody)
    office, actors = _office(everybody, tied)
    quiet = _quiet(tied)
    mail, rooms, chats, held = _happenings(seed, scale, everybody, actors, tied, quiet)
    messages = _in_order([*mail, *chats])
    adoptions = ideas.spread(seed, everybody, messages)
    letters_sent = [message for message in messages if message.kind != "chat"]
    _name_mails(everybody, letters_sent)
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    total = len(letters_sent)
    kept = letters.write_mail(folder / "mail", office, letters_sent, lambda done: tell("mail", done, total))
    (folder / "chat").mkdir(exist_ok=True)
    said = [message for message in messages if message.kind == "chat"]
    channels = workspace.write_workspace(
        folder / "chat" / "vantry-slack.zip", seed, scale, everybody, rooms, said, (FIRST, LAST)
    )
    tell("chat", len(said), len(said))
    meetings.write_calendars(folder / "calendar", everybody, held)
    n_documents = ledger.write_ledger(folder / "ledger", ledger.deals(seed, scale))
    _write_organisations(folder / "organisations.csv")
    (folder / "truth").mkdir(exist_ok=True)
    truth.write_truth(
        folder / "truth",
        office=office,
        ties=tied,
        rooms=rooms,
        channels=channels,
        messages=messages,
        kept=kept,
        adoptions=adoptions,
        seed=seed,
        scale=scale,
    )
    tell("truth", 1, 1)
    us = ORGANISATIONS[0]
    paths = (folder / "organisations.csv", *_archives(folder / "mail"), folder / "chat" / "vantry-slack.zip")
    paths += (folder / "calendar", *(folder / table for table in TABLES))
    return World(
        folder,
        paths,
        us.name,
        us.domains,
        f"{us.short}~{ORGANISATIONS[1].short}",
        everybody.n_persons,
        len(kept),
        len(said),
        len(held),
        n_documents,
    )


def write_talk(folder: Path, *, seed: int, scale: float) -> tuple[People, Ties, Quiet, tuple[Path, ...]]:
    """Write of a world only what people mail each other directly: all that the parameters of their ties say.

    Args:
        folder: Where to; made if it does not exist.
        seed: Chance.
        scale: As of `write_world`.

    Returns:
        The people, their ties, when pairs of them are quiet, and what to import.
    """
    everybody = people(seed, scale)
    tied = ties(seed, scale, everybody)
    office, _ = _office(everybody, tied)
    quiet = _quiet(tied)
    mails = _in_order(correspondence.direct(seed, everybody, tied, talk(seed, everybody, tied), quiet))
    _name_mails(everybody, mails)
    folder.mkdir(parents=True, exist_ok=True)
    letters.write_mail(folder / "mail", office, mails, lambda done: None)
    _write_organisations(folder / "organisations.csv")
    return everybody, tied, quiet, (folder / "organisations.csv", *_archives(folder / "mail"))


def happen_again(
    seed: int, scale: float, chance: int
) -> tuple[People, list[Message], list[meetings.Meeting], list[ledger.Deal]]:
    """What happens in a world when its chance falls otherwise: same people, ties, spaces and trades.

    Args:
        seed: The world.
        scale: As of `write_world`.
        chance: Another seed, for all that happens in it; the same one gives the world itself.
    """
    everybody = people(seed, scale)
    tied = ties(seed, scale, everybody)
    _, actors = _office(everybody, tied)
    mail, _, chats, held = _happenings(chance, scale, everybody, actors, tied, _quiet(tied))
    return everybody, [*mail, *chats], held, ledger.deals(chance, scale)


def _clear(folder: Path) -> None:
    """Remove an earlier world, known by its truth; a folder of anything else is left alone."""
    if (folder / "truth" / "world.json").is_file():
        for name in ("mail", "chat", "calendar", "ledger", "truth"):
            shutil.rmtree(folder / name, ignore_errors=True)


def _archives(folder: Path) -> tuple[Path, ...]:
    """Every mailbox, department and list on its own: what is named to an import is what its coverage is kept for."""
    return tuple(sorted({file.parent for file in folder.rglob("*.mbox*")}))


@dataclass(frozen=True)
class _Actors:
    """Mailboxes and machines that are no person."""

    support: int
    all_staff: int
    machines: list[int]


def _office(everybody: People, tied: Ties) -> tuple[letters.Office, _Actors]:
    support = everybody.add_mailbox("Vantry Support", "support@vantry.example", "role", 0, DEPARTMENTS.index("support"))
    all_staff = everybody.add_mailbox("All staff", machines.EVERYBODY, "list", 0)
    senders = [
        everybody.add_mailbox(name, address, "automatic", max(organisation, 0))
        for name, address, organisation, _ in machines.MACHINES
    ]
    everybody.organisation[senders[-1]] = -1
    # The busiest, who stay with us: whoever writes seldom leaves silences that look like a gap.
    n_begun = np.bincount(tied.a, tied.rate, everybody.n_persons) + np.bincount(tied.b, tied.rate, everybody.n_persons)
    n_begun[everybody.organisation[: everybody.n_persons] != 0] = 0
    n_begun[sorted(everybody.moves)] = 0
    busiest = [person for person in np.argsort(-n_begun, kind="stable").tolist() if person > 1]
    own = {
        person: "mailboxes/" + everybody.addresses[person][0].address.partition("@")[0]
        for person in (0, 1, *busiest[: N_OWN_MAILBOXES - 2])
    }
    # Tomás keeps the account; Mirela is the director, Sanne her assistant.
    office = letters.Office(everybody, own, gap=0, director=1, assistant=5, all_staff=all_staff)
    return office, _Actors(support, all_staff, senders)


def _quiet(tied: Ties) -> Quiet:
    pairs: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for number, fate in enumerate(tied.fate):
        if fate != "alive":
            pairs.append((int(tied.a[number]), int(tied.b[number])))
            paused = fate == "paused"
            spans.append(
                (int(tied.pause_from[number]), int(tied.pause_to[number]))
                if paused
                else (int(tied.until[number]), NEVER)
            )
    return quiet_pairs(pairs, spans)


def _happenings(
    seed: int, scale: float, everybody: People, actors: _Actors, tied: Ties, quiet: Quiet
) -> tuple[list[Message], list[spaces.Channel], list[Message], list[meetings.Meeting]]:
    mail = correspondence.direct(seed, everybody, tied, talk(seed, everybody, tied), quiet)
    mail += machines.absence_notes(seed, everybody, mail)
    mail += standing.standing(seed, scale, everybody, tied, quiet)
    mail += correspondence.support(seed, scale, everybody, actors.support, quiet)
    mail += spaces.mailing_list(seed, scale, everybody, tied, quiet)
    mail += machines.mass_mail(seed, scale, everybody, actors.machines, actors.all_staff)
    mail += machines.broadcasts(seed, scale, everybody, tied, quiet)
    held = meetings.meetings(seed, scale, everybody, tied, quiet)
    mail += meetings.invitations(everybody, held, quiet)
    rooms = spaces.channels(seed, scale, everybody, tied)
    return mail, rooms, spaces.chat(seed, scale, everybody, rooms, quiet), held


def _in_order(messages: list[Message]) -> list[Message]:
    """Number the messages in the order of time; of two in one second, the one made first comes first."""
    order = np.argsort(np.array([message.at for message in messages], dtype=np.int64), kind="stable").tolist()
    ordered = [messages[place] for place in order]
    for number, message in enumerate(ordered):
        message.number = number
    return ordered


def _name_mails(everybody: People, mails: list[Message]) -> None:
    """Give every mail its Message-ID; a few that nothing answers have none, as happens."""
    answered = {id(message.parent) for message in mails if message.parent is not None}
    for message in mails:
        if message.number % 2503 == 17 and id(message) not in answered:
            continue
        day = message.at // DAY
        domain = everybody.address_on(message.author, day).partition("@")[2]
        message.message_id = f"{message.at:x}.{message.number:06d}@mail.{domain}"


def _write_organisations(path: Path) -> None:
    ledger.write_rows(
        path, ("organisation", "domain"), ((one.name, domain) for one in ORGANISATIONS for domain in one.domains)
    )

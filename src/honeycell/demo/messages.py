"""One message of the simulated world, and what its author writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from honeycell.demo.dice import Dice
from honeycell.demo.people import People
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.wording import PLACES, WORDINGS, due_words

__all__ = ["Message", "Quiet", "compose", "quiet_pairs", "spoken"]

Quiet = dict[tuple[int, int], tuple[int, int]]
"""For a pair (smaller number first) the instants between which nothing may pass between the two."""


@dataclass(slots=True)
class Message:
    """A message in mail, on a list or in chat; people are numbers."""

    at: int
    author: int
    to: tuple[int, ...]
    cc: tuple[int, ...] = ()
    parent: Message | None = None
    kind: str = "talk"
    """`talk`, `support`, `list`, `chat`, `mass`, `broadcast`, `automatic`, `away` or `invitation`."""
    space: str = ""
    """Address of the list or name of the channel."""
    subject: str = ""
    language: str = "en"
    ask: int = 0
    due: int = 0
    act: int = 0
    tie: int = -1
    own: list[str] = field(default_factory=list)
    """The lines the author wrote, without quotation and signature."""
    asked: str = ""
    """The sentence that asks."""
    promised: str = ""
    """The sentence that promises."""
    idea: int = -1
    number: int = -1
    """Place in the order of time."""
    message_id: str = ""
    thing: int = 0
    """Which object it is about; answers keep it."""
    mentions: tuple[int, ...] = ()
    extra: str = ""
    """What a machine or an invitation needs further."""
    root: Message | None = None


def quiet_pairs(pairs: list[tuple[int, int]], spans: list[tuple[int, int]]) -> Quiet:
    """The quiet spans by pair, smaller number first."""
    return {(min(pair), max(pair)): span for pair, span in zip(pairs, spans, strict=True)}


def compose(dice: Dice, everybody: People, message: Message, addressee: int, *, brief: bool = False) -> None:
    """Write the lines of a message: greeting, matter, question or promise, closing; subject when it opens."""
    wording = WORDINGS[message.language]
    thing = wording.objects[message.thing % len(wording.objects)]
    place = PLACES[(message.thing // 7) % len(PLACES)]
    number = 2 + dice.pick(29)

    def one(sentences: tuple[str, ...], due: str = "") -> str:
        return sentences[dice.pick(len(sentences))].format(o=thing, p=place, n=number, d=due)

    lines: list[str] = []
    if not brief:
        lines += [wording.greetings[dice.pick(len(wording.greetings))].format(g=everybody.given[addressee]), ""]
    if message.act == 2:
        matter = [one(wording.chasers)]
    elif message.act == 3:
        matter = [one(wording.deliveries)]
    else:
        matter = [one(wording.answers if message.parent else wording.openings)]
        matter += [one(wording.fillers) for _ in range(dice.pick(2 if brief else 4))]
    if message.ask and message.act != 2:
        message.asked = one(wording.questions if message.ask == 1 else wording.requests)
        matter.append(message.asked)
    elif message.ask:
        message.asked = matter[0]
    if message.due:
        said = date.fromordinal(message.at // DAY + 719_163)
        message.promised = one(wording.promises, due_words(wording, said, date.fromordinal(message.due + 719_163)))
        matter.append(message.promised)
    if brief:
        lines += matter
    else:
        # Two paragraphs when there is much to say.
        lines += [" ".join(matter[:2])] + (["", " ".join(matter[2:])] if matter[2:] else [])
        lines += ["", wording.closings[dice.pick(len(wording.closings))], everybody.given[message.author]]
    message.own = lines
    if not message.subject:
        bare = thing.split(" ", 1)[1] if " " in thing else thing
        message.subject = f"{bare[:1].upper()}{bare[1:]} {place}"


def spoken(dice: Dice, everybody: People, author: int) -> str:
    """The language a conversation is begun in: the author's own or English."""
    own = SITES[int(everybody.site[author])].language
    return own if dice.roll() < 0.6 else "en"

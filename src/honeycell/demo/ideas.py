"""Turns of phrase that spread: who hears one from somebody may take it up."""

from __future__ import annotations

from dataclasses import dataclass

from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST
from honeycell.demo.sites import DAY

__all__ = ["IDEAS", "SHARE_TAKEN_UP", "Adoption", "spread"]

IDEAS = (
    "two-lamp rule",
    "amber handover",
    "paper Friday",
    "quiet coupling",
    "ghost timetable",
    "reverse walkround",
    "kettle check",
    "Dunmere shuffle",
    "lantern log",
    "left-hand ledger",
    "cold platform test",
    "borrowed shunter",
    "green thread list",
    "double tally",
    "window swap",
    "slow bell plan",
    "copper ladder",
    "third-rail diary",
    "open hatch review",
    "pocket timetable",
    "blue tag week",
    "silent siding",
    "mirror roster",
    "short-chain order",
)
"""Phrases that occur nowhere else."""
SHARE_TAKEN_UP = 0.25
"""Probability of taking a phrase up at the first time one reads it."""
SENTENCES = {
    "en": "Let us try the {i} here.",
    "de": "Hier passt „{i}“.",
    "fr": "On peut essayer « {i} ».",
    "nl": "Hier past de {i}.",
}


@dataclass(frozen=True)
class Adoption:
    """First own use of a phrase by a person."""

    idea: int
    person: int
    message: Message
    exposed_by: Message | None
    """The first message with it that the person was sent; None for the origin and for those who found it themselves."""


def spread(seed: int, everybody: People, messages: list[Message]) -> list[Adoption]:
    """Let the phrases spread through the messages (earliest first), writing them into the texts.

    Only those addressed, and in a space those who had spoken in the conversation, are exposed.
    """
    dice = Dice(seed, "ideas")
    talkers = [message.author for message in messages if message.kind in ("talk", "chat", "list")]
    seeds: list[tuple[int, int, int]] = []
    for idea in range(len(IDEAS) if talkers else 0):
        start = FIRST + 40 * DAY + dice.pick((LAST - FIRST - 200 * DAY) // DAY) * DAY
        seeds.append((start, idea, talkers[dice.pick(len(talkers))]))
        seeds += [(start + dice.pick(150) * DAY, idea, talkers[dice.pick(len(talkers))]) for _ in range(2)]
    seeds.sort()
    holds: dict[int, dict[int, Message | None]] = {}
    exposed: set[tuple[int, int]] = set()
    used: dict[tuple[int, int], None] = {}
    adoptions: list[Adoption] = []
    heard: dict[int, list[int]] = {}
    next_seed = 0
    for message in messages:
        while next_seed < len(seeds) and seeds[next_seed][0] <= message.at:
            _, idea, person = seeds[next_seed]
            if (person, idea) not in exposed:
                holds.setdefault(person, {}).setdefault(idea, None)
            next_seed += 1
        if message.kind not in ("talk", "chat", "list"):
            continue
        root = id(message.root or _root(message))
        crowd = heard.setdefault(root, [])
        known = holds.get(message.author)
        if known and message.act < 2:
            fresh = [idea for idea in known if (message.author, idea) not in used]
            if fresh or dice.roll() < 0.25:
                idea = fresh[0] if fresh else list(known)[dice.pick(len(known))]
                message.idea = idea
                # Before the closing, where there is one.
                place = len(message.own) - 3 if len(message.own) > 4 and not message.own[-3] else len(message.own)
                message.own.insert(place, SENTENCES[message.language].format(i=IDEAS[idea]))
                if fresh:
                    used[(message.author, idea)] = None
                    adoptions.append(Adoption(idea, message.author, message, known[idea]))
                for person in dict.fromkeys(
                    (*message.to, *message.cc, *message.mentions, *(crowd if message.space else ()))
                ):
                    if person != message.author and person < everybody.n_persons and (person, idea) not in exposed:
                        exposed.add((person, idea))
                        if dice.roll() < SHARE_TAKEN_UP:
                            holds.setdefault(person, {}).setdefault(idea, message)
        if message.author not in crowd:
            crowd.append(message.author)
    return adoptions


def _root(message: Message) -> Message:
    while message.parent is not None:
        message = message.parent
    return message

"""Mail between people as messages: the direct talk of the ties, and questions to the support mailbox."""

from __future__ import annotations

import numpy as np

from honeycell.demo.dice import Dice
from honeycell.demo.messages import Message, Quiet, compose, spoken
from honeycell.demo.people import People
from honeycell.demo.relations import FIRST, LAST, Ties
from honeycell.demo.sites import DAY, SITES
from honeycell.demo.talk import Talk, season

__all__ = ["direct", "is_quiet", "support"]


def is_quiet(quiet: Quiet, one: int, other: int, at: int) -> bool:
    """Whether nothing may pass between the two at this instant."""
    span = quiet.get((one, other) if one < other else (other, one))
    return span is not None and span[0] <= at < span[1]


def direct(seed: int, everybody: People, ties: Ties, talk: Talk, quiet: Quiet) -> list[Message]:
    """The talk of all ties as messages, earliest first; what a quiet pair would have said is left out."""
    dice = Dice(seed, "direct")
    order = np.lexsort((np.arange(len(talk.at)), talk.at)).tolist()
    columns = {name: column.tolist() for name, column in vars(talk).items()}
    at, author, to, parent = columns["at"], columns["author"], columns["to"], columns["parent"]
    made: dict[int, Message] = {}
    for row in order:
        above = parent[row]
        if above >= 0 and above not in made:
            continue
        when, who, whom = at[row], author[row], to[row]
        if is_quiet(quiet, who, whom, when):
            continue
        copied = tuple(
            one
            for one in columns["cc"][row]
            if one >= 0 and one not in (who, whom) and not is_quiet(quiet, who, one, when)
        )
        answered = made[above] if above >= 0 else None
        message = Message(
            when,
            who,
            (whom,),
            copied,
            answered,
            ask=columns["ask"][row],
            due=columns["due"][row],
            act=columns["act"][row],
            tie=columns["tie"][row],
            language=answered.language if answered else spoken(dice, everybody, who),
            subject=answered.subject if answered else "",
            thing=answered.thing if answered else dice.pick(210),
        )
        compose(dice, everybody, message, whom)
        if answered is None and dice.roll() < 0.25:
            message.subject = f"{ties.stream_names[ties.stream[message.tie]]}: {message.subject}"
        made[row] = message
    return list(made.values())


def support(seed: int, scale: float, everybody: People, mailbox: int, quiet: Quiet) -> list[Message]:
    """Customers write to the support mailbox; they are answered from it, or by their agent."""
    dice = Dice(seed, "support")
    persons = np.arange(everybody.n_persons)
    customers = persons[everybody.organisation[persons] >= 1]
    agents = everybody.in_department("support")
    agents = agents[: max(2, len(agents) // 6)]
    made: list[Message] = []
    n = round(2900 * scale)
    days = (LAST - FIRST) // DAY
    for _ in range(n):
        customer = int(customers[dice.pick(len(customers))])
        agent = int(agents[customer % len(agents)])
        clock = SITES[int(everybody.site[customer])]
        at = FIRST + dice.pick(days) * DAY
        worked = clock.working(np.array([at])) + int(dice.roll() * 8 * 3600)
        at = int(clock.instants(worked)[0])
        if at >= LAST or dice.roll() > float(season(np.array([at]))[0]):
            continue
        first = Message(
            at,
            customer,
            (mailbox,),
            kind="support",
            language=spoken(dice, everybody, customer),
            ask=1 + dice.pick(2),
            thing=dice.pick(210),
        )
        compose(dice, everybody, first, mailbox)
        made.append(first)
        if dice.roll() > 0.9:
            continue
        at += int(1200 + 60_000 * dice.roll() ** 2)
        from_mailbox = dice.roll() < 0.75
        answer = Message(
            at,
            mailbox if from_mailbox else agent,
            (customer,),
            () if from_mailbox else (mailbox,),
            first,
            "support",
            subject=first.subject,
            language=first.language,
            thing=first.thing,
            act=1,
        )
        if at >= LAST or (not from_mailbox and is_quiet(quiet, agent, customer, at)):
            continue
        compose(dice, everybody, answer, customer)
        made.append(answer)
        if dice.roll() < 0.4:
            at += int(900 + 40_000 * dice.roll() ** 2)
            back = Message(
                at,
                customer,
                answer.cc or (mailbox,),
                (),
                answer,
                "support",
                subject=first.subject,
                language=first.language,
                thing=first.thing,
                act=1,
            )
            if not from_mailbox:
                back.to, back.cc = (agent,), (mailbox,)
            if at < LAST and not (agent in back.to and is_quiet(quiet, agent, customer, at)):
                compose(dice, everybody, back, back.to[0])
                made.append(back)
    return made

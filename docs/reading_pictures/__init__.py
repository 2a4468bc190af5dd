"""The pictures on the pages of readings, what each shows in words; `python -m docs.reading_pictures` draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PICTURES", "Picture"]


@dataclass(frozen=True)
class Picture:
    """A picture drawn from real data, or from the simulated world."""

    source: str
    """The function of `data.Sets` that it is drawn from."""
    seen: str
    """What is seen, for those who do not see it."""
    data: str
    """Whence it is."""


_LIST = "`mail/openbmc`, a public development list, 2019-03 to 2021-12"
_FIRM = "`networks/manufacturing`, nine months of mail of a firm"

PICTURES: Mapping[str, Picture] = {
    "vitality": Picture(
        "foretold",
        "Ten groups of pairs of people: the share of each that was in contact lies near the chance that was said",
        f"{_FIRM}; each chance was said from what was known before",
    ),
    "attention": Picture(
        "attention",
        "How many relationships have how many contact days in four weeks, on a logarithmic scale: most have about"
        " one or less, a handful more than five",
        _LIST,
    ),
    "responsiveness": Picture(
        "answers",
        "Two curves of the share answered over ten working days: that of the answered messages alone lies far above"
        " that of all messages, the open ones too",
        f"{_LIST}; turns between organisations in the last year",
    ),
    "reciprocity": Picture(
        "reciprocity",
        "Every relationship as the share that one side gave with its interval, in order: most intervals hold one half",
        _LIST,
    ),
    "follow_through": Picture(
        "kept",
        "How many order lines and invoices were done how many days before or after the day they were due: most on the"
        " day or before",
        "the simulated world of `honeycell demo`, as no real set at hand says when goods or money arrived",
    ),
    "redundancy": Picture(
        "redundancy",
        "Pairs of people in touch against equal pairs it behaves like, one dot for each relationship: all lie under"
        " the line, those with many pairs farthest",
        _LIST,
    ),
    "multiplexity": Picture(
        "contexts",
        "Kinds of context against contact days, one dot for each pair of people, and a line that rises with the days:"
        " most pairs lie below it",
        "the simulated world of `honeycell demo`, as no set at hand has several channels of the same people",
    ),
    "repetition": Picture(
        "twice",
        "Of what was asked twice in the same words, or given again as asked, all is found; of what was asked again in"
        " other words nothing; nineteen of twenty that are listed are right",
        "made-up mail, as no real set at hand says what was told twice; `python -m validation repetition`",
    ),
    "peer_share": Picture(
        "guests",
        "By month, the share of what is said that goes from guest to guest lies on what it would be if all mixed",
        f"{_LIST}; the hosts are the organisation that writes most",
    ),
    "off_deck_drift": Picture(
        "moved",
        "How often a change is said against how much of the talk was moved aside: under one in twenty where nothing"
        " was, in five of six where half was",
        f"{_FIRM}; `python -m validation off_deck`",
    ),
    "idea_flow": Picture(
        "flows",
        "How much likelier readers take a phrase up: of a fashion the figure without comparison is far above one and"
        " the one beside the like at one; of influence the latter lies near what was planted",
        "made-up organisations of 1,200 people; `python -m validation ideas`",
    ),
    "orderedness": Picture(
        "ordered",
        "The order of one-sided ties lies far to the right of the histogram of the same ties pointing either way by"
        " chance",
        f"{_FIRM}; `python -m validation hierarchy`",
    ),
    "changes": Picture(
        "thinned",
        "Weekly contact days that fall to a quarter, and below them the chance of a change, which rises where it is",
        f"{_LIST}; two organisations, three of four contact days taken out at random from a week on",
    ),
}
"""By the name of the reading."""

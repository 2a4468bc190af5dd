"""What is read of the attention of one person or organisation: parts of the reading Attention (`science.md` 4.2)."""

from __future__ import annotations

from honeycell.readings.budget.load import LEAST_TURNS
from honeycell.readings.budget.variety import LEAST_DAYS
from honeycell.readings.declared import ANYBODY, GROUP, Declaration

__all__ = [
    "ACTIVE_RELATIONSHIPS", "CAPACITY", "CUSTOMER_DISTANCE", "CUSTOMER_SHARE", "MISALLOCATION", "PARTS",
]  # fmt: skip

_PERSON, _ORGANISATION = "person", "organisation"

MISALLOCATION = Declaration(
    "misallocation", "How much attention would have to move to match what was declared?", "share", 0.0, 1.0,
    (_ORGANISATION,), LEAST_DAYS, "contact days",
    "half the sum of |given - declared| over counterparts; multinomial-Dirichlet posterior (Jeffreys 1946)",
    "the priorities that people declared",
    "{share} of the attention {name} gave outward went to {account} ({share_band}); {who} declared {declared} on"
    " {when}. Closing the whole gap means moving {value} of what goes outward ({band})",
    smallest_group=GROUP,
    evidence="every interaction in which somebody of the organisation gave attention to somebody of another",
)  # fmt: skip
CUSTOMER_SHARE = Declaration(
    "customer_share", "How much attention goes to customers themselves?", "share", 0.0, 1.0,
    (_PERSON, _ORGANISATION), LEAST_DAYS, "contact days",
    "attention given to people of customers / all attention given; beta posterior (Jeffreys 1946)",
    "that of their whole organisation",
    "{value} of all the attention {name} gave, to colleagues too, went to people of {customers} ({band}).",
    smallest_group=GROUP,
    evidence="every interaction in which attention was given, with whom the other stood for then",
)  # fmt: skip
CUSTOMER_DISTANCE = Declaration(
    "customer_distance", "Over how many people is every customer reached?", "steps", 1.0, 4.0,
    (_PERSON,), LEAST_DAYS, "contact days",
    "sum of priority times steps to the nearest person of the customer, over ties of two or more days each way in 90,"
    " at most 4 (Porter & Nohria 2018 on the time of chief executives)", "their own past",
    "{name} is {value} steps from {customers}, {one} at one step and {far} at more than two.",
    smallest_group=ANYBODY,
    evidence="the interactions of one shortest way to each customer that is reached",
)  # fmt: skip
ACTIVE_RELATIONSHIPS = Declaration(
    "active_relationships", "Over how many people is the attention spread?", "people", 1.0, None,
    (_PERSON,), LEAST_DAYS, "contact days",
    "exp(-sum q ln q) over the people's shares q of the attention given (Hill 1973; Jost 2006)",
    "their own two years before, at equal amount",
    "The attention {name} gave was spread over {people} people, as over {value} equal ones ({band})",
    smallest_group=ANYBODY,
    evidence="every interaction in which attention was given, with whom the other stood for then",
)  # fmt: skip
CAPACITY = Declaration(
    "capacity", "How many people can wait at once before answers get fewer?", "open messages", 0.0, None,
    (_PERSON,), LEAST_TURNS, "messages to answer",
    "least load at which the isotonic regression of the chance of an answer within a working day is under 80% of that"
    " at low load (Barlow and others 1972; Kooti and others 2015)", "their own low load",
    "{chance} of messages to {name} are answered within a working day while few others wait. From {value} waiting on"
    " ({band}) it is {less} or less, under four fifths of that.",
    smallest_group=ANYBODY,
    evidence="what the person was asked and what closed it; what only adds to the load of others too",
)  # fmt: skip

PARTS = (MISALLOCATION, CUSTOMER_SHARE, CUSTOMER_DISTANCE, ACTIVE_RELATIONSHIPS, CAPACITY)
"""In the order of the page."""

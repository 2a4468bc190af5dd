"""What is read of the attention of one person or organisation: parts of the reading Attention (`science.md` 4.2)."""

from __future__ import annotations

from honeycell.readings.budget.load import LEAST_TURNS
from honeycell.readings.budget.variety import LEAST_DAYS
from honeycell.readings.declared import Declaration

__all__ = [
    "ACTIVE_RELATIONSHIPS", "CAPACITY", "CUSTOMER_DISTANCE", "CUSTOMER_SHARE", "LEAST_PEOPLE", "MISALLOCATION", "PARTS",
]  # fmt: skip

LEAST_PEOPLE = 5
"""People of an organisation under whom its attention is not shown: it would be theirs."""
_PERSON, _ORGANISATION = "person", "organisation"

MISALLOCATION = Declaration(
    "misallocation", "How much attention would have to move to match what was declared?", "share", 0.0, 1.0,
    (_ORGANISATION,), LEAST_DAYS, "contact days",
    "half the sum of |given - declared| over counterparts; multinomial-Dirichlet posterior (Jeffreys 1946)",
    "the priorities that people declared",
    "{share} of {name}'s outward attention went to {account}; {declared} was declared. Closing the whole gap means"
    " moving {value} of it.", True,
)  # fmt: skip
CUSTOMER_SHARE = Declaration(
    "customer_share", "How much attention goes to customers themselves?", "share", 0.0, 1.0,
    (_PERSON, _ORGANISATION), LEAST_DAYS, "contact days",
    "attention given to people of customers / all attention given; beta posterior (Jeffreys 1946)",
    "that of their whole organisation",
    "{value} of the attention {name} gave went to people of customers.", True,
)  # fmt: skip
CUSTOMER_DISTANCE = Declaration(
    "customer_distance", "Over how many people is every customer reached?", "steps", 1.0, 4.0,
    (_PERSON,), LEAST_DAYS, "contact days",
    "sum of priority times steps to the nearest person of the customer, over ties of two or more days each way in 90,"
    " at most 4", "their own past",
    "{name} is {value} steps from customers: of {N}, {n} at more than two.", True,
)  # fmt: skip
ACTIVE_RELATIONSHIPS = Declaration(
    "active_relationships", "Over how many people is the attention spread?", "people", 1.0, None,
    (_PERSON,), LEAST_DAYS, "contact days",
    "exp(-sum q ln q) over the people's shares q of the attention given (Hill 1973; Jost 2006)",
    "their own two years before, at equal amount",
    "Spread as over {value} equal people; at equal amount {now}, in the two years before {lowest} to {highest}.", True,
)  # fmt: skip
CAPACITY = Declaration(
    "capacity", "How many people can wait at once before answers get fewer?", "open messages", 0.0, None,
    (_PERSON,), LEAST_TURNS, "messages to answer",
    "least load at which the isotonic regression of the chance of an answer within a working day is under 80% of that"
    " at low load (Barlow and others 1972; Kooti and others 2015)", "their own low load",
    "{chance} are answered within a working day while few wait; from {value} waiting on fewer than four fifths"
    " of that.", True,
)  # fmt: skip

PARTS = (MISALLOCATION, CUSTOMER_SHARE, CUSTOMER_DISTANCE, ACTIVE_RELATIONSHIPS, CAPACITY)
"""In the order of the page."""

"""The twelve readings of a relationship, each with unit, interval, observations, coverage and evidence.

One way for each: `contacts` and `responsiveness` read what a relationship is made of, for one or for all;
`numbers` evaluates a reading on a day; `relationship` puts the state together; `recomputed` computes the value a
second time from the evidence that `why` lists.
"""

from __future__ import annotations

from honeycell.readings.changes.watched import Watched, watched
from honeycell.readings.declarations import DECLARATIONS, NAMES
from honeycell.readings.declared import Declaration
from honeycell.readings.dormant import dormant
from honeycell.readings.everywhere import all_readings
from honeycell.readings.evidence import why
from honeycell.readings.lists import conversations, organisations, party_state, people, people_in_groups, relationships
from honeycell.readings.owed import owed, to_judge
from honeycell.readings.parameters import STEPS
from honeycell.readings.parties import actors, find_handle, find_party, find_relationship
from honeycell.readings.relationship import relationship
from honeycell.readings.state import (
    ConversationLine,
    Evidence,
    EvidenceRow,
    Party,
    PartyState,
    PersonInTouch,
    Reading,
    RelationshipState,
    Spread,
)
from honeycell.readings.undecided import undecided
from honeycell.readings.whose import Holder, Whose, handle_of_person, holders, only_handle, whose

__all__ = [
    "DECLARATIONS",
    "NAMES",
    "STEPS",
    "ConversationLine",
    "Declaration",
    "Evidence",
    "EvidenceRow",
    "Holder",
    "Party",
    "PartyState",
    "PersonInTouch",
    "Reading",
    "RelationshipState",
    "Spread",
    "Watched",
    "Whose",
    "actors",
    "all_readings",
    "conversations",
    "dormant",
    "find_handle",
    "find_party",
    "find_relationship",
    "handle_of_person",
    "holders",
    "only_handle",
    "organisations",
    "owed",
    "party_state",
    "people",
    "people_in_groups",
    "relationship",
    "relationships",
    "to_judge",
    "undecided",
    "watched",
    "whose",
    "why",
]

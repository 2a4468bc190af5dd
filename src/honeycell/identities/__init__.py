"""Who is who: handles to persons, persons to organisations, and since when."""

from __future__ import annotations

from honeycell.identities.affiliated import affiliated
from honeycell.identities.affiliations import affiliations
from honeycell.identities.handles import handles
from honeycell.identities.names import merged_names, names
from honeycell.identities.organisations import organisations
from honeycell.identities.persons import persons
from honeycell.steps import Step

__all__ = ["STEPS", "affiliated", "affiliations", "handles", "names", "organisations", "persons"]

STEPS: tuple[Step, ...] = (
    Step("names", ("participants", "interactions", "variants", "headers"), names, merged=merged_names),
    Step("handles", ("names", "senders", "directory", "interactions", "headers"), handles),
    Step("persons", ("handles", "names"), persons),
    Step("affiliations", ("handles", "names", "directory"), affiliations),
    Step("organisations", ("handles", "affiliations", "directory"), organisations),
)
"""Whom the log names, from display names to organisations. All but `names` are small and made whole each time."""

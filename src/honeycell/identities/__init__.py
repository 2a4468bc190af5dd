"""Who is who: handles to persons, persons to organisations, and since when."""

from __future__ import annotations

from honeycell.identities.affiliated import affiliated
from honeycell.identities.affiliations import affiliations
from honeycell.identities.claims import DECIDED
from honeycell.identities.handles import handles
from honeycell.identities.links import links
from honeycell.identities.names import merged_names, names
from honeycell.identities.organisations import organisations
from honeycell.identities.persons import persons
from honeycell.identities.profiles import profiles
from honeycell.identities.signatures import signatures, signed_addresses, signed_anew
from honeycell.steps import Step

__all__ = ["STEPS", "affiliated", "affiliations", "handles", "links", "names", "organisations", "persons", "profiles"]

STEPS: tuple[Step, ...] = (
    Step("names", ("participants", "interactions", "variants", "headers"), names, merged=merged_names),
    Step("signatures", ("interactions", "participants", "texts", "variants"), signatures, signed_anew),
    Step("signed_addresses", ("interactions", "participants", "texts", "variants"), signed_addresses, signed_anew),
    Step("profiles", ("names", "senders", "spaces", "directory", *DECIDED), profiles),
    Step(
        "links",
        ("profiles", "names", "participants", "directory", "same_person", "not_same_person", "split"),
        links,
    ),
    Step("handles", ("profiles", "links"), handles),
    Step("persons", ("handles", "names"), persons),
    Step("affiliations", ("handles", "profiles", "names", "signatures", "directory", *DECIDED), affiliations),
    Step("organisations", ("handles", "profiles", "affiliations", "directory", *DECIDED), organisations),
)
"""Whom the log names, from display names to organisations. All but `names` are small and made whole each time."""

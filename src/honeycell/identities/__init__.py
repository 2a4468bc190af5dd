"""Who is who: handles to persons, persons to organisations, and since when."""

from __future__ import annotations

from honeycell.identities.affiliated import affiliated
from honeycell.identities.affiliations import affiliations
from honeycell.identities.claims import DECIDED
from honeycell.identities.frequencies import frequencies, frequencies_touched
from honeycell.identities.handles import handles, handles_touched
from honeycell.identities.links import links, links_anew
from honeycell.identities.names import merged_names, names
from honeycell.identities.organisations import organisations
from honeycell.identities.persons import persons
from honeycell.identities.profiles import profiles
from honeycell.identities.signatures import signatures, signed_addresses, signed_anew
from honeycell.identities.traits import traits, traits_touched
from honeycell.steps import Step

__all__ = ["STEPS", "affiliated", "affiliations", "handles", "links", "names", "organisations", "persons", "profiles"]

STEPS: tuple[Step, ...] = (
    Step("names", ("participants", "interactions", "variants", "headers"), names, merged=merged_names),
    Step("signatures", ("interactions", "participants", "texts", "variants"), signatures, signed_anew),
    Step("signed_addresses", ("interactions", "participants", "texts", "variants"), signed_addresses, signed_anew),
    Step("profiles", ("names", "senders", "spaces", "directory", *DECIDED), profiles),
    Step("traits", ("names", "profiles"), traits, traits_touched),
    Step("frequencies", ("traits",), frequencies, frequencies_touched),
    Step(
        "links",
        (
            "traits",
            "frequencies",
            "profiles",
            "names",
            "participants",
            "directory",
            "same_person",
            "not_same_person",
            "split",
        ),
        links,
        merged=links_anew,
    ),
    Step("handles", ("profiles", "links"), handles, handles_touched),
    Step("persons", ("handles", "names"), persons),
    Step("affiliations", ("handles", "profiles", "names", "signatures", "directory", *DECIDED), affiliations),
    Step("organisations", ("handles", "profiles", "names", "affiliations", "directory", *DECIDED), organisations),
)
"""Whom the log names, from display names to organisations. All but `names` are small and made whole each time."""

"""The twelve readings, one small declared object each, in the order of the science page.

What a reading means is said once, here: the pages, the command line and the tests ask this list.
"""

from __future__ import annotations

from honeycell.readings.declared import EVERY, ORGANISATIONS, PERSON_ORGANISATION, Declaration

__all__ = ["BUILT", "DECLARATIONS", "declaration", "named"]


def _later(name: str, question: str, unit: str, highest: float | None, levels: tuple[str, ...]) -> Declaration:
    return Declaration(name, question, unit, 0.0, highest, levels, 0, "", "", "", question)


DECLARATIONS: tuple[Declaration, ...] = (
    Declaration(
        "vitality", "Is this alive, or has it gone quiet for them?", "probability", 0.0, 1.0, EVERY, 2, "contact days",
        "P(contact within 90 days) of each pair by a logistic over its rhythm, volume, age, silence, overlap and"
        " BG/NBD (Raeder et al. 2011; Navarro et al. 2017; Fader, Hardie & Lee 2005), over 180 days; of many pairs:"
        " the mean weighted by their attention",
        "public networks of mail and messages (not yet calibrated on this cell)",
        "Of {pairs} pairs in touch over the last 180 days, {alive} are more likely than not to be in contact again"
        " within {horizon} days; {chance} of the attention is expected to last ({band}).", True,
    ),
    Declaration(
        "attention", "How much, and is it going where we said it should?", "contact days per 4 weeks", 0.0, 28.0,
        EVERY, 0, "contact days",
        "days with contact between the two sides per 28 covered days; share: attention given to the other side of all"
        " attention given outward",
        "relationships of the same kind in this cell",
        "{value} contact days every four weeks ({band}); {share} of what {a} gave outward went to {b}.", True,
    ),
    Declaration(
        "responsiveness", "How fast do they answer, and how often never?", "probability", 0.0, 1.0, EVERY, 5, "turns",
        "P(answer within one working day of 8 hours) on the responder's working clock, cause-specific (Kaplan & Meier"
        " 1958; Aalen & Johansen 1978), over the turns opened in the window; for two persons shrunk to the cell's mean",
        "relationships of the same kind in this cell",
        "{b} answers {value} of direct messages within a working day ({band}, {n} turns); {never} are never answered.",
        True,
    ),
    _later("reciprocity", "Is it two-sided, and over what period does it square up?", "share", 1.0, EVERY),
    _later("follow_through", "What is open, and are promises kept?", "probability", 1.0, EVERY),
    Declaration(
        "redundancy", "What is lost if the busiest person leaves?", "pairs", 1.0, None,
        (PERSON_ORGANISATION, ORGANISATIONS), 20, "contact days",
        "exp(-sum q ln q) over the pairs' shares q of attention in 180 days (Hill 1973; Jost 2006); L1, L3: share lost"
        " without the one, the three persons chosen greedily",
        "relationships of the same kind in this cell",
        "Over the last 180 days {pairs} pairs talked, and it behaves like {value} equal ones ({band})."
        " Without {top} {lost} of it goes.", True,
    ),
    _later("multiplexity", "Do the two know each other in more than one capacity?", "contexts", None, EVERY),
    _later("repetition", "Do they have to tell us twice?", "share", 1.0, (PERSON_ORGANISATION, ORGANISATIONS)),
    _later("peer_share", "Do the guests entertain the guests?", "share", 1.0, (ORGANISATIONS,)),
    _later("off_deck_drift", "Is a side-channel pulling away from the shared space?", "share", 1.0, (ORGANISATIONS,)),
    _later("hierarchy", "Honeycomb or chain of command?", "share", 1.0, (ORGANISATIONS,)),
    _later("idea_flow", "Whose ideas travel, and across which boundary?", "ratio", None, (ORGANISATIONS,)),
)  # fmt: skip
"""All twelve; `built` says which of them this version computes."""

BUILT: tuple[str, ...] = tuple(d.name for d in DECLARATIONS if d.built)
"""Names of the readings that are built."""


def declaration(name: str) -> Declaration:
    """The declaration of a reading that is known to exist.

    Example:
        >>> declaration("redundancy").unit
        'pairs'
    """
    return next(d for d in DECLARATIONS if d.name == name)


def named(text: str) -> Declaration:
    """The reading a person named: any case, blanks or dashes for underscores.

    Raises:
        NotFoundError: No reading has this name (`no-such-reading`).

    Example:
        >>> named("Follow-through").name
        'follow_through'
    """
    import difflib

    from honeycell.errors import NotFoundError

    names = [d.name for d in DECLARATIONS]
    asked = text.strip().lower().replace("-", "_").replace(" ", "_")
    if asked in names:
        return declaration(asked)
    near = difflib.get_close_matches(asked, names, 1)
    remedy = f"did you mean {near[0]}?" if near else "the readings: " + ", ".join(names)
    raise NotFoundError("no-such-reading", f"no reading is called “{text}”", text, remedy)

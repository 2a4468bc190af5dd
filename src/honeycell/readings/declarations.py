"""The twelve readings, one small declared object each, in the order of the science page.

What a reading means is said once, here: the pages, the command line and the tests ask this list.
"""

from __future__ import annotations

from honeycell.readings.declared import Declaration
from honeycell.readings.network import hierarchy
from honeycell.readings.spaces import off_deck, peer_share
from honeycell.readings.ways import WAYS

__all__ = ["DECLARATIONS", "NAMES", "declaration", "named"]


DECLARATIONS: tuple[Declaration, ...] = (
    WAYS["vitality"].declared,
    WAYS["attention"].declared,
    WAYS["responsiveness"].declared,
    WAYS["reciprocity"].declared,
    WAYS["follow_through"].declared,
    WAYS["redundancy"].declared,
    WAYS["multiplexity"].declared,
    WAYS["repetition"].declared,
    peer_share.DECLARED,
    off_deck.DECLARED,
    hierarchy.DECLARED,
    WAYS["idea_flow"].declared,
)
"""All twelve."""

NAMES: tuple[str, ...] = tuple(d.name for d in DECLARATIONS)
"""What they are called."""


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

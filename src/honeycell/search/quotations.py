"""Own words for the index: what is certainly not the author's is taken out of a text by the cheapest rules there are.

The model of `honeycell.zones` costs a hundred times as much, and every message is indexed. What these rules leave in
that is another's is found once too often; the words that a person is shown are cut by the model.
"""

from __future__ import annotations

import re

from honeycell.zones.lexicon import lexicon

__all__ = ["without_quotations"]

# Each begins with a plain line break, which is found a hundred times as fast as the beginning of a line.
_QUOTED = re.compile(r"\n[ \t]?[>|](?:.*\n+[ \t]?[>|])*.*")
"""Lines with a sign of quotation in front, with the empty ones between them."""
_SIGNATURE = "\n-- \n"
"""What parts a signature from the text (RFC 3676, 4.3)."""
_ORIGINAL = re.compile(r"\n[ \t]*-{3,} ?[^\n-]{3,40} ?-{3,}[ \t]*\n")
"""`-----Original Message-----`, in any language."""
_HEAD = re.compile(r"\n[ *]*(?:From|Von|De|Da|Van|Fra|Från|Od|От|发件人|寄件者|差出人)[ *]*[:：]")
"""How the head of a mail begins that a program put above what is answered or passed on."""
_HEAD_LINES = 6
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d|@")
"""What the line above a quotation says besides a name."""
_LONGEST_ATTRIBUTION = 300


def without_quotations(text: str) -> str:
    r"""A text without quoted lines, the line above each that says whose they are, and what stands below `-- `.

    Below a line like `-----Original Message-----`, and from the head of another mail on, all is another's.

    Example:
        >>> without_quotations("Friday works.\n\nOn 3 May 2024 at 10:12 Ana wrote:\n> Which day?\n-- \nBo")
        'Friday works.'
    """
    text = "\n" + text
    if ">" in text or "|" in text:
        said = _QUOTED.split(text)
        if len(said) > 1:
            text = "\n".join([*map(_without_attribution, said[:-1]), said[-1]])
    end = text.find(_SIGNATURE)
    if end >= 0:
        text = text[:end]
    if "---" in text and (line := _ORIGINAL.search(text)):
        text = text[: line.start()]
    for head in _HEAD.finditer(text):
        if _is_head(text[head.start() :]):
            text = text[: head.start()]
            break
    return text.strip()


def _without_attribution(text: str) -> str:
    """What stands above a quotation without its last lines, if these end with a colon and tell a time or an address."""
    text = text.rstrip()
    if not text.endswith((":", "：")):
        return text
    above = text.rfind("\n\n") + 1
    last = text[above:]
    return text[:above] if len(last) <= _LONGEST_ATTRIBUTION and _CLOCK.search(last) else text


def _is_head(text: str) -> bool:
    """Whether a text begins with the head of a mail: who, and two of when, to whom and what about."""
    fields = lexicon().headers
    named = {
        fields.get(line.replace("：", ":").partition(":")[0].strip(" *\t\xa0").lower())
        for line in text.lstrip().split("\n", _HEAD_LINES)[:_HEAD_LINES]
    }
    return len(named & {"date", "to", "subject"}) >= 2

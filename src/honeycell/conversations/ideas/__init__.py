"""Where ideas go: turns of phrase that were new, who began them, who could read them, and who took them up.

Arrays in, arrays out; nothing here knows a table. `words` turns texts into numbers, `phrases` finds what is new and
shared, `spread` follows it, `chance` says which of it was passed on, and `lift` how much reading does.
"""

from __future__ import annotations

from honeycell.conversations.ideas.chance import evidence, had_read
from honeycell.conversations.ideas.lift import LEAST_PHRASES, Compared, Lift, compared, lift
from honeycell.conversations.ideas.passing import passed_in
from honeycell.conversations.ideas.phrases import LEAST_PEOPLE, Phrases, Said, different, phrases, repeated, some
from honeycell.conversations.ideas.spread import NEVER, READ, WAYS, Heard, Spread, spread
from honeycell.conversations.ideas.words import BREAK, Reader, Words, spelled

__all__ = [
    "BREAK",
    "LEAST_PEOPLE",
    "LEAST_PHRASES",
    "NEVER",
    "READ",
    "WAYS",
    "Compared",
    "Heard",
    "Lift",
    "Phrases",
    "Reader",
    "Said",
    "Spread",
    "Words",
    "compared",
    "different",
    "evidence",
    "had_read",
    "lift",
    "passed_in",
    "phrases",
    "repeated",
    "some",
    "spelled",
    "spread",
]

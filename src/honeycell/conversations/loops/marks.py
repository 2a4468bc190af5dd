"""What is seen of a sentence: the types it may be of, and the features by which the model judges it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from honeycell.conversations.loops.sentences import Sentence, sentences
from honeycell.conversations.loops.words import GROUPS, Language, Said, language_of

__all__ = ["CLOSING", "FEATURES", "OPENING", "Candidate", "candidates"]

OPENING = ("question", "request", "promise")
"""Types of sentences that open a loop."""
CLOSING = ("done", "withdrawn", "again")
"""Types of sentences that may close one."""
_CUES_OF = {"request": ("ask", "can", "suggest"), "question": ("wonder", "tell"), "promise": ("vow", "we vow", "offer")}
_ASKS = re.compile(r"[\w)\]\"'”’»`*%][ \u00a0\u202f]?\?+[\"'”’»)\]*_`]*$|？[”』」)]*$|[^\x00-\x7f]\?$")
_ADDRESS = re.compile(r"\b\w+://\S+|\bwww\.\S+")
_CODE = re.compile(r"[{};=<>|\\_]|\w\(\)|->|::|^\s*(?:[-+#$*]|\d+[.)]|\[)")
_SIZES = (2, 5, 9, 15, 25, 40)
_PLACES = ("first", "last", "below quotation", "only", "continued", "capital")
_FORMS = ("question mark", "several marks", "code", "address", "digits", "comma", "colon", "dash", "exclamation")
_STARTS = ("ask", "can", "vow", "wh", "aux", "if", "act", "me", "you", "think")
FEATURES = (
    "always", *GROUPS, *(f"starts {name}" for name in _STARTS), *(f"more than {n}" for n in _SIZES), *_PLACES,
    *_FORMS, "asks near", "vow be", "vow act", "vow not", "vow asks", "ask act", "can act", "tell plainly", "long vow",
    "ask asks", "can you", "can me", "can asks", "starts aux you", "wh you", "if early", "question below quotation",
    "vow first word", "short vow", "vow if", "vow think", "vow past", "comma asks", "rhetorical asks",
    "act below quotation", "unspaced",
)  # fmt: skip
"""What the model knows of a sentence: each of these, or not."""
_AT = {name: place for place, name in enumerate(FEATURES)}


class Candidate(NamedTuple):
    """A sentence that may open or close a loop."""

    sentence: Sentence
    said: Said
    language: Language
    types: tuple[str, ...]
    """Of `OPENING` and `CLOSING`."""
    seen: tuple[int, ...]
    """Places of its features in `FEATURES`, ascending."""


def candidates(text: str) -> Iterator[Candidate]:
    """Sentences of a text with a cue, wherever they stand but in quoted lines and patches."""
    spoken = [(one, Said.of(_plain(one.text))) for one in sentences(text)]
    if not spoken:
        return
    language = language_of(said for _, said in spoken)
    asks = [_asks(said.text) for _, said in spoken]
    for at, (one, said) in enumerate(spoken):
        found = language.cues.found(said)
        if found or asks[at]:
            types = _types(found, asks[at])
            near = any(asks[max(at - 1, 0) : at]) or any(asks[at + 1 : at + 2])
            seen = _seen(one, said, language, found, asks[at], near) if types[0] in OPENING else ()
            yield Candidate(one, said, language, types, seen)


def _plain(text: str) -> str:
    """A sentence without addresses of pages: what they hold are no words, and `?` in one asks nothing."""
    return _ADDRESS.sub(" ", text) if "://" in text or "www." in text else text


def _asks(text: str) -> bool:
    return ("?" in text or "？" in text) and _ASKS.search(text) is not None


def _types(found: Mapping[str, object], asks: bool) -> tuple[str, ...]:
    opening = [name for name in OPENING if any(cue in found for cue in _CUES_OF[name]) or (name == "question" and asks)]
    return (*opening, *(name for name in CLOSING if name in found))


def _seen(
    one: Sentence, said: Said, language: Language, found: dict[str, tuple[int, int]], asks: bool, near: bool
) -> tuple[int, ...]:
    """Places of the features that hold."""
    words = said.words
    has = {**found, **language.others.found(said)}
    begins = language.cues.begins(words) | language.others.begins(words)
    names = {"always", *has, *(f"starts {name}" for name in _STARTS if name in begins)}
    n_words = len(words) if language.spaced else len(said.text) // 2
    names |= {f"more than {n}" for n in _SIZES if n_words > n}
    raw = one.text
    vows = [name for name in _CUES_OF["promise"] if name in has]

    def then(cue: str) -> set[str]:
        """The groups of the two words behind a cue."""
        after = words[sum(has[cue]) : sum(has[cue]) + 2] if cue in has else ()
        return {group for place in range(len(after)) for group in language.others.begins(after[place:])}

    vowed = then(vows[0]) if vows else set[str]()
    now = {
        "first": one.first, "last": one.last, "only": one.first and one.last, "below quotation": one.below_quotation,
        "continued": raw[:1].islower(), "capital": raw.isupper(),
        "question mark": asks, "several marks": "??" in raw or "!?" in raw, "code": bool(_CODE.search(raw)),
        "address": bool(_ADDRESS.search(raw)), "digits": any(map(str.isdigit, raw)), "comma": "," in raw,
        "colon": raw.endswith(":"), "dash": " - " in raw or "--" in raw, "exclamation": raw.endswith("!"),
        "asks near": near,
        "vow be": "be" in vowed,
        "vow act": "act" in vowed,
        "vow not": bool(vows) and "not" in has, "vow asks": bool(vows) and asks,
        "ask act": "act" in then("ask"), "can act": "act" in then("can"), "ask asks": "ask" in has and asks,
        "tell plainly": "tell" in has and "if" not in has,
        "can you": "can" in has and "you" in has, "can me": "can" in has and "me" in has,
        "can asks": "can" in has and asks, "starts aux you": "aux" in begins and "you" in has,
        "wh you": "wh" in has and "you" in has, "if early": "if" in has and has["if"][0] < 3,
        "question below quotation": asks and one.below_quotation,
        "vow first word": "vow" in begins, "short vow": bool(vows) and n_words < 6,
        "long vow": bool(vows) and n_words > 20, "vow if": bool(vows) and "if" in has,
        "vow think": bool(vows) and "think" in has,
        "vow past": bool(vows) and "past" in has, "comma asks": asks and "," in raw,
        "rhetorical asks": asks and "rhetorical" in has,
        "act below quotation": "act" in begins and one.below_quotation, "unspaced": not language.spaced,
    }  # fmt: skip
    names |= {name for name, holds in now.items() if holds}
    return tuple(sorted(_AT[name] for name in names))

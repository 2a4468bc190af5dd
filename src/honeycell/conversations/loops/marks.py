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
_CUES_OF = {"request": ("ask", "can", "suggest"), "question": ("wonder", "tell"), "promise": ("vow",)}
_ASKS = re.compile(r"(?<![\s?？])(?:\?|\?\?+)[\"'”’)\]*_`]*$|？[”』」)]*$|[^\x00-\x7f]\?$")
_ADDRESS = re.compile(r"\b\w+://\S+|\bwww\.\S+")
_CODE = re.compile(r"[{};=<>|\\_]|\w\(\)|->|::|^\s*(?:[-+#$*]|\d+[.)]|\[)")
_SIZES = (2, 5, 9, 15, 25, 40)
_PLACES = ("first", "last", "below quotation", "only", "continued", "capital")
_FORMS = ("question mark", "several marks", "code", "address", "digits", "comma", "colon", "dash", "exclamation")
_STARTS = ("ask", "can", "vow", "wh", "aux", "if", "act", "me", "you", "think")
FEATURES = (
    "always", *GROUPS, *(f"starts {name}" for name in _STARTS), *(f"more than {n}" for n in _SIZES), *_PLACES,
    *_FORMS, "asks near", "vow be", "vow act", "vow not", "vow asks", "ask act", "ask asks", "can you", "can me",
    "can asks", "starts aux you", "wh you", "if early", "question below quotation", "vow first word", "short vow",
    "vow if", "vow think", "vow past", "comma asks", "rhetorical asks", "act below quotation", "unspaced",
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
    names |= {f"more than {n}" for n in _SIZES if len(words) > n}
    raw = one.text
    after = words[sum(has["vow"]) : sum(has["vow"]) + 2] if "vow" in has else ()
    then = [language.others.begins(after[place:]) for place in range(len(after))]
    now = {
        "first": one.first, "last": one.last, "only": one.first and one.last, "below quotation": one.below_quotation,
        "continued": raw[:1].islower(), "capital": raw.isupper(),
        "question mark": asks, "several marks": "??" in raw or "!?" in raw, "code": bool(_CODE.search(raw)),
        "address": bool(_ADDRESS.search(raw)), "digits": any(map(str.isdigit, raw)), "comma": "," in raw,
        "colon": raw.endswith(":"), "dash": " - " in raw or "--" in raw, "exclamation": raw.endswith("!"),
        "asks near": near,
        "vow be": bool(then) and "be" in then[0],
        "vow act": any("act" in groups for groups in then),
        "vow not": "vow" in has and "not" in has, "vow asks": "vow" in has and asks,
        "ask act": "ask" in has and "act" in has, "ask asks": "ask" in has and asks,
        "can you": "can" in has and "you" in has, "can me": "can" in has and "me" in has,
        "can asks": "can" in has and asks, "starts aux you": "aux" in begins and "you" in has,
        "wh you": "wh" in has and "you" in has, "if early": "if" in has and has["if"][0] < 3,
        "question below quotation": asks and one.below_quotation,
        "vow first word": "vow" in begins, "short vow": "vow" in has and len(words) < 6,
        "vow if": "vow" in has and "if" in has, "vow think": "vow" in has and "think" in has,
        "vow past": "vow" in has and "past" in has, "comma asks": asks and "," in raw,
        "rhetorical asks": asks and "rhetorical" in has,
        "act below quotation": "act" in begins and one.below_quotation, "unspaced": not language.spaced,
    }  # fmt: skip
    names |= {name for name, holds in now.items() if holds}
    return tuple(sorted(_AT[name] for name in names))

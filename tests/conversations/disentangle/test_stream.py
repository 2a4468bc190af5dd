from __future__ import annotations

import numpy as np
import pytest

from honeycell.conversations.disentangle import shipped
from honeycell.conversations.disentangle.features import OWN, PAIR, own_features, pair_features, pairs
from honeycell.conversations.disentangle.likeness import Likeness
from honeycell.conversations.disentangle.relations import Occurrences, relations
from honeycell.conversations.disentangle.stream import AHEAD, CUES, WINDOW, Stream, read

NAMES = [["ann"], ["Bo Berg", "bobby"], ["cyr_42"], ["the"], ["[dee]"], ["Bo Holm"]]


def stream(*said: tuple[int, str]) -> Stream:
    speaker = np.array([who for who, _text in said])
    names = [NAMES[who] for who in speaker]
    return read(speaker, np.arange(len(said)) / 2, [text for _who, text in said], names, shipped().words)


def present(text: str) -> Stream:
    """What is said by 0 after everybody has spoken."""
    return stream(*((code, "hello") for code in range(6)), (0, text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ann: try this", 0),
        ("Ann, try this", 0),
        ("ann try this", 0),
        ("@ann try this", 0),
        ("@Bo Berg what now?", 1),
        ("Bo Berg: what now?", 1),
        ("@**Bo Berg** what now?", 1),
        ("bo holm: what now?", 5),
        ("bobby: what now?", 1),
        ("cyr_42> yes", 2),
        ("cyr: yes", 2),
        ("[dee]: yes", 4),
        ("thanks, ann", 0),
        ("the disk is full", -1),
        ("the: is it full?", 3),
        ("nothing here", -1),
        ("zoe: hello", -1),
    ],
)
def test_who_is_addressed(text: str, code: int) -> None:
    assert present(text).lead[-1] == code


def test_who_is_named_in_passing_is_mentioned_but_not_addressed() -> None:
    said = present("I think ann and cyr_42 know")
    assert said.lead[-1] == -1
    assert said.mentions[-1].tolist() == [0, 2, -1]


def test_a_stranger_is_told_from_nobody() -> None:
    assert present("zoe: hello").absent[-1]
    assert not present("hello: is anybody there").absent[-1]


def test_only_who_is_about_can_be_addressed() -> None:
    gone = [(0, "hi"), *[(1, "well")] * (WINDOW + 1), (2, "ann: still there?")]
    assert stream(*gone).lead[-1] == -1
    assert stream(*gone[:1], *gone[3:]).lead[-1] == 0
    coming = [(2, "ann: there?"), *[(1, "well")] * AHEAD]
    assert stream(*coming, (0, "hi")).lead[0] == -1
    assert stream(*coming[:-1], (0, "hi")).lead[0] == 0


def test_manners_of_speaking_are_seen() -> None:
    shown = dict(zip([name for name, _pattern in CUES], present("ann: hi, can you help?").cues[-1], strict=True))
    assert shown["asks"]
    assert shown["greets"]
    assert not shown["thanks"]


def test_the_last_before_and_the_first_after_are_found_within_reach() -> None:
    dice = np.random.default_rng(1)
    codes = dice.integers(-1, 4, 300)
    found = Occurrences(codes)
    i = dice.integers(0, 300, 200)
    asked = dice.integers(-1, 4, 200)
    before, after, between = found.before(asked, i), found.after(asked, i), found.between(asked, i - 20, i)
    for k, (place, code) in enumerate(zip(i, asked, strict=True)):
        at = [p for p in range(300) if code >= 0 and codes[p] == code]
        assert before[k] == max((p for p in at if place - WINDOW <= p < place), default=-1)
        assert after[k] == min((p for p in at if place < p <= place + AHEAD), default=-1)
        assert between[k] == sum(place - 20 < p < place for p in at)


def test_features_are_named_once_and_small() -> None:
    said = present("ann: can you help?")
    of = relations(said)
    i = np.arange(len(said))[:, None]
    known = pair_features(pairs(said, of, i, np.maximum(i - np.arange(1, 6), 0)))
    own = own_features(said, of)
    assert known.shape == (7, 5, len(PAIR))
    assert own.shape == (7, len(OWN))
    for features, numbers in ((PAIR, known), (OWN, own)):
        assert len({feature.name for feature in features}) == len(features)
        assert np.isfinite(numbers).all()
        assert np.abs(numbers).max() <= 3


def test_messages_of_one_subject_are_alike() -> None:
    said = stream((0, "grub does not boot"), (1, "my printer is offline"), (0, "reinstall grub then boot"))
    alike = Likeness(said, shipped().words).of(2, 3)[0]
    printer, grub = alike[0], alike[1]
    assert grub[0] > printer[0] == 0
    assert grub[4] > printer[4]
    assert not alike[2:].any()

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honeycell.conversations.disentangle import AFTER, BEFORE, conversations, link, links, shipped
from honeycell.conversations.disentangle.ranker import on_grid, scores
from honeycell.conversations.disentangle.stream import AHEAD, WINDOW

NAMES = [["ann"], ["bo berg", "bobby"], ["Cy"], ["dee"], ["eli"], ["fay"]]
WORDS = (
    "how", "do", "i", "mount", "the", "disk", "?", "try", "sudo", "grub", "thanks", "works", "now", "driver", "error",
)  # fmt: skip


def chat(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[str], list[list[str]]]:
    """A made-up stream in which people often address each other."""
    dice = np.random.default_rng(seed)
    speaker = dice.integers(0, len(NAMES), n)
    minute = np.cumsum(dice.integers(0, 3, n)).astype(float)
    texts = []
    for _ in range(n):
        said = " ".join(dice.choice(WORDS, dice.integers(1, 8)))
        to = NAMES[dice.integers(0, len(NAMES))][0]
        texts.append(f"{to}: {said}" if dice.random() < 0.4 else said)
    return speaker, minute, texts, [NAMES[code] for code in speaker]


def part(stream, low: int, high: int):
    speaker, minute, texts, names = stream
    return speaker[low:high], minute[low:high], texts[low:high], names[low:high]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**20), start=st.integers(0, 150), end=st.integers(0, 90))
def test_a_link_depends_on_nothing_far_away(seed: int, start: int, end: int) -> None:
    n = 800
    stream = chat(n, seed)
    whole, cut = link(*stream), link(*part(stream, start, n - end))
    low, high = start + BEFORE if start else 0, n - end - AFTER if end else n
    inside = slice(low - start, high - start)
    assert np.array_equal(whole.parent[low:high], cut.parent[inside] + start)
    assert np.array_equal(whole.probability[low:high], cut.probability[inside])


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**20), place=st.integers(0, 799))
def test_a_late_message_changes_links_near_it_alone(seed: int, place: int) -> None:
    n = 800
    speaker, minute, texts, names = chat(n, seed)
    others = np.delete(np.arange(n), place)
    whole = link(speaker, minute, texts, names)
    without = link(speaker[others], minute[others], [texts[i] for i in others], [names[i] for i in others])
    for kept, at in enumerate(others):
        if not place - AFTER <= at <= place + BEFORE:
            assert whole.parent[at] == others[without.parent[kept]]
            assert whole.probability[at] == without.probability[kept]


@pytest.mark.parametrize("size", [70, 333])
def test_long_streams_are_linked_in_parts_as_in_one(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    stream = chat(900, 7)
    whole = link(*stream)
    monkeypatch.setattr(links, "_CHUNK", size)
    parts = link(*stream)
    assert np.array_equal(whole.parent, parts.parent)
    assert np.array_equal(whole.probability, parts.probability)


def test_a_message_answers_one_of_the_hundred_before_or_none() -> None:
    found = link(*chat(600, 3))
    far = np.arange(600) - found.parent
    assert far.min() == 0
    assert far.max() <= WINDOW
    assert 0 <= found.probability.min() < found.probability.max() <= 1


@settings(max_examples=30, deadline=None)
@given(said=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), min_size=1, max_size=12))
def test_any_names_and_texts_can_be_linked(said: list[tuple[str, str]]) -> None:
    n = len(said)
    texts = [f"{said[i - 1][0]}: {text}" if i % 2 else text for i, (_name, text) in enumerate(said)]
    found = link(np.arange(n), np.zeros(n), texts, [[name] for name, _text in said])
    assert (found.parent <= np.arange(n)).all()


def test_nothing_links_nothing() -> None:
    found = link(np.array([], int), np.array([]), [], [])
    assert len(found.parent) == len(found.probability) == 0


def test_two_talks_at_once_are_told_apart() -> None:
    said = [
        (0, 0, "how do I mount a usb disk?"),
        (1, 0, "anyone know why my wifi driver fails to load?"),
        (2, 1, "ann: mount it with sudo mount /dev/sdb1 /mnt"),
        (3, 1, "bo berg: what does dmesg say about the wifi driver?"),
        (0, 2, "Cy: thanks, that worked"),
        (1, 3, "dee: firmware not found"),
        (3, 3, "bo berg: then install the firmware package"),
    ]
    texts = [text for _who, _when, text in said]
    found = link(
        np.array([one[0] for one in said]),
        np.array([float(one[1]) for one in said]),
        texts,
        [NAMES[one[0]] for one in said],
    )
    assert found.parent.tolist() == [0, 1, 0, 1, 2, 3, 5]
    assert conversations(found.parent).tolist() == [0, 1, 0, 1, 0, 1, 1]


def test_conversations_follow_long_chains() -> None:
    n = 5000
    parent = np.maximum(np.arange(n) - 2, 0)
    parent[1] = 1
    assert conversations(parent).tolist() == [i % 2 for i in range(n)]


def test_scores_do_not_depend_on_the_company_they_are_computed_in() -> None:
    dice = np.random.default_rng(5)
    ranker = shipped().first
    f, m = ranker.pair.shape[0], ranker.message.shape[0]
    own = on_grid(dice.random((300, m)))
    pairs = on_grid(dice.random((150, WINDOW, f)))
    i = np.arange(150, 300)
    j = i[:, None] - 1 - np.arange(WINDOW)
    whole = scores(ranker, pairs, own, i, j)
    alone = np.concatenate([scores(ranker, pairs[k : k + 1], own, i[k : k + 1], j[k : k + 1]) for k in range(150)])
    assert np.array_equal(whole, alone)


def test_the_reach_covers_what_a_link_is_made_of() -> None:
    assert BEFORE >= 4 * WINDOW
    assert AFTER >= 2 * AHEAD


@pytest.mark.corpus
def test_links_in_an_annotated_channel_are_as_right_as_the_best_published_single_model(corpus) -> None:
    from validation import disentanglement

    figures = disentanglement.main(corpus(disentanglement.DATA))
    assert round(figures["previous_link_f"], 1) == 22.4
    assert figures["link_f"] >= disentanglement.PASS["link_f"][1]
    assert figures["conversation_f"] >= disentanglement.PASS["conversation_f"][1]

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from validation.disentanglement import irc, previous_line
from validation.disentanglement.scores import labels, of_conversations, scores


def test_links_count_beginnings_and_conversations_count_from_two_lines() -> None:
    true = frozenset({(2, 2), (3, 2), (4, 4), (5, 3), (5, 4)})
    found = frozenset({(2, 2), (3, 2), (4, 3), (5, 5)})
    figures = scores([true], [found], [6], 2)
    assert figures["link_precision"] == 50
    assert figures["link_recall"] == 40
    assert figures["conversation_f"] == 0
    assert figures["one_to_one"] == 75


def test_a_conversation_is_found_when_all_of_it_is() -> None:
    true, found = np.array([0, 0, 1, 1, 2]), np.array([7, 7, 8, 9, 9])
    assert of_conversations([true], [found])["conversation_f"] == 100 * 2 * 1 / (2 + 2)


def test_the_same_conversations_score_in_full() -> None:
    one = np.array([0, 0, 1, 2, 2, 2])
    figures = of_conversations([one, one], [one + 3, one])
    assert figures == pytest.approx({"conversation_f": 100, "one_to_one": 100, "vi": 100, "ari": 100})


def test_earlier_lines_connect_later_ones() -> None:
    first = labels(frozenset({(5, 1), (6, 1), (7, 7)}), 8, 5)
    assert first[0] == first[1] != first[2]


def test_notices_are_no_messages_and_a_new_name_is_the_same_person(tmp_path: Path) -> None:
    said = [
        "=== ann [host] has joined #room",
        "[23:59] <ann> hi",
        "=== ann is now known as ann_away",
        "[00:01] <ann_away> bye",
        "[00:01]  * bo waves",
        "=== bo laughs",
    ]
    (tmp_path / "room.ascii.txt").write_text("\n".join(said) + "\n")
    (tmp_path / "room.annotation.txt").write_text("1001 1003 -\n")
    [channel] = irc.read(tmp_path)
    assert channel.lines.tolist() == [1, 3, 4, 5]
    assert channel.speaker.tolist() == [0, 0, 2, 2]
    assert np.diff(channel.minute).tolist() == [2, 0, 0]
    assert channel.texts == ["hi", "bye", "waves", "laughs"]
    assert channel.links == {(1003, 1001)}
    assert previous_line(channel) == frozenset()

"""The side-channel of the simulated world is one that can be found: its people are a sub-group of their channel."""

from __future__ import annotations

import numpy as np

from honeycell.demo.people import people
from honeycell.demo.relations import ties
from honeycell.demo.sites import DAY
from honeycell.demo.spaces import SIDE_FROM, channels, chat
from honeycell.groups import Talk, communities
from honeycell.readings.spaces.off_deck_signs import BEFORE, NOW, change

WEEK = 7 * DAY


def test_the_circle_that_takes_its_talk_aside_is_a_group_of_its_channel_and_leaves_it() -> None:
    everybody = people(7, 1.0)
    room, side = channels(7, 1.0, everybody, ties(7, 1.0, everybody))[:2]
    said = [one for one in chat(7, 1.0, everybody, [room, side], {}) if one.parent or one.mentions]
    then = [one for one in said if one.space == room.name and SIDE_FROM - 26 * WEEK <= one.at < SIDE_FROM]
    speaker = np.array([one.author for one in then])
    hearer = np.array([one.parent.author if one.parent else one.mentions[0] for one in then])
    number = np.arange(len(then))
    found = communities(Talk(number[:0], number[:0], number, number, number, speaker, hearer, np.ones(len(then))))
    assert frozenset(side.members) in found
    sent, inside = np.zeros((2, len(side.members), BEFORE + NOW), np.int64)
    for one in said:
        week = (one.at - SIDE_FROM) // WEEK + BEFORE
        if one.author in side.members and 0 <= week < BEFORE + NOW:
            place = side.members.index(one.author), week
            sent[place] += 1
            inside[place] += one.space == side.name
    after = change(sent, inside)
    assert after.share_before == 0.0
    assert after.z > 5.0
    assert after.within > 5.0

"""Groups: who in a list, stream or channel talks with whom, week by week.

`talk` reads what the people of one space said to each other, `communities` finds the groups of a week, `following` says
which of them is which from week to week, `chance` how sure each is, `protected` names the spaces that are never looked
at, and `found` puts it together. All of it is worked out when somebody asks; nothing is kept.
"""

from __future__ import annotations

from honeycell.groups.chance import shuffled
from honeycell.groups.communities import LARGEST, SMALLEST, communities
from honeycell.groups.following import follow
from honeycell.groups.found import Group, Groups, groups, groups_of, weeks_of
from honeycell.groups.protected import protection
from honeycell.groups.talk import LEAST, WEEKS, Spoken, Talk, spoken, talk

__all__ = [
    "LARGEST",
    "LEAST",
    "SMALLEST",
    "WEEKS",
    "Group",
    "Groups",
    "Spoken",
    "Talk",
    "communities",
    "follow",
    "groups",
    "groups_of",
    "protection",
    "shuffled",
    "spoken",
    "talk",
    "weeks_of",
]

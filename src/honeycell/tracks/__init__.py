"""Conversations as a person looks at them: the tracks of a relationship, and one conversation by itself."""

from __future__ import annotations

from honeycell.tracks.beside import BESIDE, beside, why_beside
from honeycell.tracks.conversation import conversation
from honeycell.tracks.finding import find_conversation
from honeycell.tracks.ideas import Adoption, Idea, Ideas, Passed, Raised, Take, ideas, raised
from honeycell.tracks.lanes import conversations_between, tracks
from honeycell.tracks.shares import Share
from honeycell.tracks.views import (
    Conversation,
    Event,
    Flag,
    Lane,
    Message,
    Participant,
    Person,
    Silence,
    Tracks,
    Unanswered,
    Week,
)

__all__ = [
    "BESIDE",
    "Adoption",
    "Conversation",
    "Event",
    "Flag",
    "Idea",
    "Ideas",
    "Lane",
    "Message",
    "Participant",
    "Passed",
    "Person",
    "Raised",
    "Share",
    "Silence",
    "Take",
    "Tracks",
    "Unanswered",
    "Week",
    "beside",
    "conversation",
    "conversations_between",
    "find_conversation",
    "ideas",
    "raised",
    "tracks",
    "why_beside",
]

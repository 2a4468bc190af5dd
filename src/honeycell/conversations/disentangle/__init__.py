"""What answers what in a chat without threads, learnt from a channel that people annotated.

`link` takes the messages of one space and gives what each of them answers; `conversations` what that connects.
"""

from __future__ import annotations

from honeycell.conversations.disentangle.links import AFTER, BEFORE, Links, Model, conversations, link, load, shipped

__all__ = ["AFTER", "BEFORE", "Links", "Model", "conversations", "link", "load", "shipped"]

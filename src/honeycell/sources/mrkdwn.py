"""The markup of Slack messages, turned to readable text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

__all__ = ["mentioned", "readable"]

_MENTION = re.compile(r"<@([UWB]\w+)(?:\|[^>]*)?>")
_MARK = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def mentioned(text: str) -> list[str]:
    """Ids of the members that a text names, in order, each once.

    Example:
        >>> mentioned("<@U2> and <@U1|ana>: see <#C1|general>, <@U2>")
        ['U2', 'U1']
    """
    return list(dict.fromkeys(_MENTION.findall(text)))


def readable(text: str, user_name: Callable[[str], str], channel_name: Callable[[str], str]) -> str:
    """The text with mentions as names, links as addresses and entities as characters.

    Args:
        text: As the export has it.
        user_name: Name of a member by id; the id itself where it is unknown.
        channel_name: The same for channels.

    Example:
        >>> readable("<@U1>: 1 &lt; 2, <https://example.com|here>, <!here>", {"U1": "Ana"}.__getitem__, str)
        '@Ana: 1 < 2, here (https://example.com), @here'
    """

    def shown(found: re.Match[str]) -> str:
        mark, name, label = found.group(1), found.group(2), found.group(3)
        if mark == "@":
            return "@" + (user_name(name) if user_name(name) != name else label or name)
        if mark == "#":
            return "#" + (label or channel_name(name))
        if mark == "!":
            return label or "@" + name.split("^")[0]
        plain = name.removeprefix("mailto:")
        return plain if not label or label in (name, plain) else f"{label} ({plain})"

    return html.unescape(_MARK.sub(shown, text))

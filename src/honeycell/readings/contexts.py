"""The contexts in which two may meet: ledger, class of channel, and whether many can hear.

The list is frozen: with every project or topic a context of its own, whoever names topics more finely would seem to
be known in more capacities.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CONTEXTS", "DOCUMENTS", "context_of"]

CONTEXTS: Mapping[str, str] = {
    "mail": "mail", "lists": "mailing lists", "chat": "private chat", "channels": "chat channels",
    "meetings": "meetings", "calls": "calls", "tickets": "tickets", "goods": "orders and deliveries",
    "money": "invoices and payments", "other": "other ways",
}  # fmt: skip
"""Name, and what a person calls it."""
DOCUMENTS = ("goods", "money")
"""Contexts of organisations alone."""
_KINDS = {
    "meeting": "meetings", "call": "calls", "ticket_event": "tickets", "order": "goods", "shipment": "goods",
    "invoice": "money", "payment": "money",
}  # fmt: skip
_CHANNELS = {"mail": ("mail", "lists"), "slack": ("chat", "channels"), "zulip": ("chat", "channels")}


def context_of(channel: str, kind: str, in_space: bool) -> str:
    """The context of an interaction.

    Example:
        >>> context_of("mail", "message", False), context_of("slack", "message", True)
        ('mail', 'channels')
    """
    if kind in _KINDS:
        return _KINDS[kind]
    return _CHANNELS[channel][in_space] if channel in _CHANNELS else "other"

"""What two copies of a mail have in common: the text without what its route added."""

from __future__ import annotations

import hashlib
import re

__all__ = ["mail_body_hash", "mail_template_hash", "without_list_footers"]

TAIL_CHARACTERS = 2_000
"""How far from its end a text is searched for list footers."""
MAX_FOOTER_LINES = 12
HINT_BYTES = 500
"""The words by which a footer is known are among its last ones."""
TEMPLATE_CHARACTERS = 600
"""How much of a text shows whether it was made from a template."""

_WHITE = b" \t\n\r\x0b\x0c"
_WHITE_AND_DIGITS = _WHITE + b"0123456789"
_ESCAPED_FROM = re.compile(rb"^>+(?=From )", re.M)
_RULE = re.compile(r"(?:^|\n)[ \t]*(?:_{10,}|-{2,3}|-=(?:-=)+-|[-=~]{20,})[ \t]*(?=\n)")
_OF_A_LIST = re.compile(
    r"mailing[ -]?list|listinfo|/mailman|you (?:received|are receiving) this (?:message|e-?mail)"
    r"|to unsubscribe|unsubscribe (?:from|here|link)|groups\.io",
    re.I,
)
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten|liebe[rs]?|sehr geehrte[rs]?"
    r"|moin|servus|bonjour|bonsoir|cher|chère|salut|hola|buen[oa]s|estimad[oa]|olá|oi|bom dia|boa tarde|prezad[oa]"
    r"|caro|cara|ciao|gentile|buongiorno|beste|geachte|hej|hei|kära)\b[^\n]{0,80}(?:\n|$)",
    re.I,
)


def without_list_footers(text: str) -> str:
    r"""The text without the footers that mailing lists append, several of them if need be.

    A footer is what follows the last rule or signature mark near the end of a text, if it is at most twelve
    lines long and speaks of a list.

    Example:
        >>> without_list_footers("Yes.\n_______________\nX mailing list\nhttps://lists.example.com/listinfo/x")
        'Yes.'
    """
    while _may_have_footer(text.encode()):
        for rule in reversed(list(_RULE.finditer(text, max(0, len(text) - TAIL_CHARACTERS)))):
            footer = text[rule.end() :].strip("\n")
            if footer.count("\n") >= MAX_FOOTER_LINES:
                return text
            if _OF_A_LIST.search(footer):
                text = text[: rule.start()].rstrip()
                break
        else:
            return text
    return text


def _may_have_footer(data: bytes) -> bool:
    """Whether the end of a text holds a word that every footer holds; most texts end here."""
    end = data[-HINT_BYTES:].lower()
    return b"list" in end or b"ubscri" in end or b"receiv" in end or b"groups.io" in end or b"mailman" in end


def mail_body_hash(text: str, data: bytes | None = None, escaped: bool = True) -> str:
    r"""16 hex digits over a text, white space, `>From ` escapes and list footers aside.

    Args:
        text: The text.
        data: Its UTF-8 bytes, where they are at hand.
        escaped: Whether `>From ` may be in it.

    Example:
        >>> mail_body_hash("From here  on") == mail_body_hash(">From here on\n--\nTo unsubscribe: send a mail")
        True
    """
    data = text.encode() if data is None else data
    if _may_have_footer(data):
        text = without_list_footers(text)
        data = text.encode()
    if escaped:
        data = _ESCAPED_FROM.sub(b"", data)
    return hashlib.sha256(data.translate(None, _WHITE)).hexdigest()[:16]


def mail_template_hash(text: str) -> str:
    r"""16 hex digits over the beginning of a text, digits, white space and a line of greeting aside.

    Example:
        >>> mail_template_hash("Hi Ana,\nbuild 17 passed") == mail_template_hash("Hi Bo,\nbuild 18 passed")
        True
    """
    head = text[: TEMPLATE_CHARACTERS + 100]
    greeting = _GREETING.match(head)
    start = greeting.end() if greeting else 0
    head = head[start : start + TEMPLATE_CHARACTERS]
    return hashlib.sha256(head.encode().translate(None, _WHITE_AND_DIGITS)).hexdigest()[:16]

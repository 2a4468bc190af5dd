"""What a Zulip message says, names and quotes, from its HTML or its Markdown."""

from __future__ import annotations

import re

from honeycell.sources.html_text import html_text

__all__ = ["mentions", "quoted_ids", "readable"]

_IS_HTML = re.compile(r"\s*<(p|div|ul|ol|blockquote|h\d|pre|hr|table|span)\b", re.I)
_MENTION = re.compile(r'<span class="user-mention" data-user-id="(\d+)"[^>]*>@?([^<]*)</span>')
_MARKDOWN_MENTION = re.compile(r"@\*\*([^*|]+)(?:\|(\d+))?\*\*")
_SILENT = re.compile(r"@_\*\*([^*|]+)(?:\|\d+)?\*\*")
# "Ana said:" above a quotation, in any language: a link to a message, then the quotation itself.
_QUOTED = re.compile(r'/near/(\d+)"[^>]*>[^<]*</a>\s*[:\uff1a]?\s*</p>\s*<blockquote')
_MARKDOWN_QUOTED = re.compile(r"\]\([^)\s]*/near/(\d+)\)\s*[:\uff1a]?\s*\n+`{3,}\s*quote")
_EVERYBODY = {"all", "everyone", "stream", "channel", "topic"}


def mentions(content: str) -> list[tuple[int, str]]:
    """Number (0 where it is not known) and name of everyone a message calls; silent mentions call nobody.

    Example:
        >>> mentions('<p><span class="user-mention" data-user-id="7">@Ana Silva</span> yes</p>')
        [(7, 'Ana Silva')]
        >>> mentions("@**Ana Silva** and @_**Bo|8** see @**all**")
        [(0, 'Ana Silva')]
    """
    if _IS_HTML.match(content):
        found = [(int(key), name.strip()) for key, name in _MENTION.findall(content)]
    else:
        found = [(int(key or 0), name.strip()) for name, key in _MARKDOWN_MENTION.findall(content)]
    return [one for one in dict.fromkeys(found) if one[1].lower() not in _EVERYBODY]


def quoted_ids(content: str) -> list[str]:
    r"""Ids of the messages that a message quotes, in order, each once.

    Example:
        >>> quoted_ids('<p>Ana <a href="#narrow/stream/1-a/topic/b/near/42">said</a>:</p>\n<blockquote>x</blockquote>')
        ['42']
    """
    pattern = _QUOTED if _IS_HTML.match(content) else _MARKDOWN_QUOTED
    return list(dict.fromkeys(pattern.findall(content)))


def readable(content: str) -> str:
    """The text of a message: formulas as they were typed, pictures by their names.

    Example:
        >>> readable('<p>Well, <strong>yes</strong> <img alt=":tada:" class="emoji"></p>')
        'Well, yes :tada:'
        >>> readable("@**Ana|7**: _yes_")
        '@Ana: _yes_'
    """
    if not _IS_HTML.match(content):
        return _SILENT.sub(r"@\1", _MARKDOWN_MENTION.sub(r"@\1", content)).strip()
    if "katex" in content or "<img" in content:
        content = _without_drawings(content)
    return html_text(content)


def _without_drawings(content: str) -> str:
    """The HTML with formulas and pictures as words: each formula is there twice, drawn and in MathML."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(content)
    for node in tree.css(".katex-html, semantics > :not(annotation)"):
        node.decompose()
    for node in tree.css("img"):
        alt = node.attributes.get("alt") or ""
        node.replace_with(alt)
    return tree.body.inner_html or "" if tree.body is not None else ""

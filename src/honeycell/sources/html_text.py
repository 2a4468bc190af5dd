"""HTML to text: lines where a reader sees lines, quotations marked as in plain text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

__all__ = ["html_text"]

MAX_CHARACTERS = 2_000_000
"""Longer HTML is cut: what follows is no message of a person."""

_UNSEEN = ["script", "style", "head", "title", "template", "noscript", "object", "svg"]
# Control characters that stand for what has no character; none of them is white space to `str.split`.
_BREAK, _OPEN, _CLOSE = "\x01", "\x02", "\x03"
_MARKS = str.maketrans("", "", "\x01\x02\x03")
_BLOCKS = (
    "address article br center dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre section table tr ul"
)  # fmt: skip


def _any_of(names: str) -> str:
    """An expression for tag names in any case; by their first letters, which is how it finds them fast."""
    by_letter: dict[str, list[str]] = {}
    for name in names.split():
        by_letter.setdefault(name[0], []).append(name[1:])
    return "|".join(f"[{a}{a.upper()}](?i:{'|'.join(rest)})" for a, rest in sorted(by_letter.items()))


_PRE = re.compile(r"<[pP](?i:re)\b[^<]*(?:<(?!/(?i:pre))[^<]*)*", re.A)
_STYLE = re.compile(r"<((?i:style|script))\b[^<]*(?:<(?!/(?i:style|script))[^<]*)*</\1\s*>")
_BLOCK = re.compile(rf"</?(?:{_any_of(_BLOCKS)})\b[^>]*>", re.A)
_CELL = re.compile(r"<[tT][dDhH]\b[^>]*>", re.A)
_QUOTE = re.compile(r"<(/?)[bB](?i:lockquote)\b[^>]*>", re.A)


def html_text(html: str) -> str:
    r"""The text of an HTML body: white space folded, a line for every block, `> ` before quoted lines.

    Marks take the place of the tags that break lines; the parser then removes all other tags and resolves entities.

    Example:
        >>> html_text("<p>Yes,<b> gladly</b>.</p><blockquote>Tea?<br>At five?</blockquote>")
        'Yes, gladly.\n> Tea?\n> At five?'
    """
    html = html[:MAX_CHARACTERS]
    if _BREAK in html or _OPEN in html or _CLOSE in html:
        html = html.translate(_MARKS)
    html = _STYLE.sub("", html)
    if _PRE.search(html):
        html = _PRE.sub(lambda pre: pre.group().replace("\n", "<br>"), html)
    html = _CELL.sub(" ", _BLOCK.sub(_BREAK, html))
    html, quotes = _QUOTE.subn(lambda tag: _CLOSE + _BREAK if tag[1] else _BREAK + _OPEN, html)
    tree = LexborHTMLParser(html)
    tree.strip_tags(_UNSEEN)
    root = tree.body
    if root is None:
        return ""
    text = " ".join((root.text(deep=True, separator="", strip=False) or "").split())
    if quotes:
        return _quoted(text)
    return "\n".join(filter(None, map(str.strip, text.split(_BREAK))))


def _quoted(text: str) -> str:
    """The text with its lines cut and those inside a quotation marked."""
    lines = []
    depth = 0
    for line in text.split(_BREAK):
        depth += line.count(_OPEN)
        words = line.replace(_OPEN, "").replace(_CLOSE, "").strip()
        if words:
            lines.append("> " * depth + words)
        depth = max(0, depth - line.count(_CLOSE))
    return "\n".join(lines)

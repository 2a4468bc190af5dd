"""HTML to text: lines where a reader sees lines, quotations marked as in plain text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

__all__ = ["html_text"]

MAX_CHARACTERS = 2_000_000
"""Longer HTML is cut: what follows is no message of a person."""

_UNSEEN = ["script", "style", "head", "title", "template", "noscript", "object", "svg"]
_BLOCKS = "p,div,tr,li,h1,h2,h3,h4,h5,h6,table,ul,ol,dl,dt,dd,pre,hr,address,article,section,header,footer,form"
# Control characters that stand for what has no character; none of them is white space to `str.split`.
_BREAK, _OPEN, _CLOSE = "\x01", "\x02", "\x03"
_MARKS = str.maketrans("", "", "\x01\x02\x03")
_PRE = re.compile(r"<pre\b.*?</pre\s*>", re.S | re.I)


def html_text(html: str) -> str:
    r"""The text of an HTML body: white space folded, a line for every block, `> ` before quoted lines.

    Example:
        >>> html_text("<p>Yes,<b> gladly</b>.</p><blockquote>Tea?<br>At five?</blockquote>")
        'Yes, gladly.\n> Tea?\n> At five?'
    """
    html = html[:MAX_CHARACTERS]
    if _BREAK in html or _OPEN in html or _CLOSE in html:
        html = html.translate(_MARKS)
    if "<pre" in html or "<PRE" in html:
        html = _PRE.sub(lambda pre: pre.group().replace("\n", "<br>"), html)
    tree = LexborHTMLParser(html)
    root = tree.body
    if root is None:
        return ""
    tree.strip_tags(_UNSEEN)
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    if "<td" in html or "<TD" in html:
        for node in tree.css("td,th"):
            node.insert_after(" ")
    quotes = "blockquote" in html or "BLOCKQUOTE" in html
    if quotes:
        for node in tree.css("blockquote"):
            node.insert_before(_BREAK + _OPEN)
            node.insert_after(_CLOSE + _BREAK)
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

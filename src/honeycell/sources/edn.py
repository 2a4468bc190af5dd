"""Reads the part of EDN that data files use: collections, strings, keywords, numbers, true, false and nil."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["read_edn"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|#:[\w.*+!?<>=-]+|#\{|[()\[\]{}]|[^\s,()\[\]{}";]+', re.S)
_NOISE = re.compile(r'("(?:[^"\\]|\\.)*")|;[^\n]*', re.S)
_CLOSING = {"(": ")", "[": "]", "{": "}", "#{": "}"}


def read_edn(text: str) -> Any:
    """The first value of an EDN text. Lists, vectors and sets become lists; keywords lose their colon.

    Raises:
        ValueError: The text is not EDN or ends early.

    Example:
        >>> read_edn('(#:user{:id "U1", :admin? false} {:user/id "U2"})')
        [{'user/id': 'U1', 'user/admin?': False}, {'user/id': 'U2'}]
    """
    tokens = _TOKEN.findall(_NOISE.sub(lambda found: found.group(1) or "", text))
    top: list[Any] = []
    # One frame for each open collection: what closes it, the namespace of its keys, its values so far.
    frames: list[tuple[str, str, list[Any]]] = [("", "", top)]
    space = ""
    for token in tokens:
        if token in _CLOSING:
            frames.append((_CLOSING[token], "#" if token == "#{" else space, []))
            space = ""
        elif token in (")", "]", "}"):
            closing, named, values = frames.pop()
            if token != closing:
                raise ValueError(f"“{token}” closes nothing")
            is_map = token == "}" and named != "#"
            frames[-1][2].append(_mapping(values, named) if is_map else values)
        elif token.startswith("#:"):
            space = token[2:]
        else:
            frames[-1][2].append(_atom(token))
    if len(frames) != 1 or not top:
        raise ValueError("the text ends early")
    return top[0]


def _mapping(values: list[Any], space: str) -> dict[str, Any]:
    prefix = f"{space}/" if space else ""
    keys = (key if "/" in str(key) else f"{prefix}{key}" for key in values[::2])
    return dict(zip(keys, values[1::2], strict=True))


def _atom(token: str) -> Any:
    if token.startswith('"'):
        return json.loads(token, strict=False)
    if token.startswith(":"):
        return token[1:]
    if token in ("true", "false", "nil"):
        return {"true": True, "false": False, "nil": None}[token]
    try:
        return int(token) if re.fullmatch(r"[+-]?\d+", token) else float(token)
    except ValueError:
        return token

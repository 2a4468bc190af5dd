"""Are conversations found elsewhere? A Gitter room that a hand took apart, with the model learnt on IRC.

A file `docker.txt` of conversations between rules of dashes, lines `[time] <name> text`. In the order of time they are
the room again; which message answers which is not said, so only conversations are scored, beside two simpler ways:
a silence of five minutes ends a conversation, or everybody talks to whoever wrote before.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import numpy as np

from honeycell.conversations.disentangle import conversations, link
from validation.disentanglement.scores import of_conversations

DATA = "chat/gitter"
PASS = {"one_to_one": (">=", 60.0)}

_SAID = re.compile(r"(?:\d+ )?\[+(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)\] <([^>]+)> ?(.*)")
_SILENCE = 5.0


def main(path: Path) -> dict[str, float]:
    """Figures in percent, of conversations alone.

    Args:
        path: A folder with `docker.txt`.
    """
    said, block = [], 0
    for line in (path / "docker.txt").read_text("utf-8", errors="replace").splitlines():
        if line.startswith("-----"):
            block += 1
        elif found := _SAID.match(line):
            said.append((datetime.fromisoformat(f"{found[1]}T{found[2]}"), block, found[3], found[4]))
    said.sort(key=lambda one: one[0])
    names = sorted({one[2] for one in said})
    code = {name: number for number, name in enumerate(names)}
    speaker = np.array([code[one[2]] for one in said])
    minute = np.array([(one[0] - said[0][0]).total_seconds() / 60 for one in said])
    true = np.array([one[1] for one in said])
    silences = np.cumsum(np.concatenate([[False], np.diff(minute) > _SILENCE]))
    links = link(speaker, minute, [one[3] for one in said], [[one[2]] for one in said])
    for name, found in (("one conversation", np.zeros_like(true)), ("silences", silences)):
        print(name, _rounded(of_conversations([true], [found])), file=sys.stderr)
    return {**_rounded(of_conversations([true], [conversations(links.parent)])), "n_messages": len(said)}


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in figures.items()}

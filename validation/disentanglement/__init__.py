"""Is it right what answers what in a chat? Against links made by hand, counted as Kummerfeld et al. 2019 do.

`python -m validation disentanglement [--data FOLDER]`: a folder laid out as the `dev` folder of their corpus. Beside
the model that is shipped, simpler ways are measured: the previous line, a rule by addressee, the first pass alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from validation.disentanglement import irc
from validation.disentanglement.scores import Links, scores

if TYPE_CHECKING:
    from honeycell.conversations.disentangle import Model

__all__ = ["DATA", "PASS", "STEPS", "found", "linked", "main", "measured"]

DATA = irc.PACKED
PASS = {"link_f": (">=", 72.3), "conversation_f": (">=", 36.2), "messages_per_second": (">=", 2000.0)}


def main(path: Path) -> dict[str, float]:
    """Figures in percent.

    Args:
        path: A folder of `NAME.ascii.txt` with `NAME.annotation.txt`, or the packed corpus (its `dev` is taken).
    """
    with irc.unpacked(path, "dev") as folder:
        channels = irc.read(folder)
    before = measured(channels, previous_line)
    print("previous line", _brief(before), file=sys.stderr)
    for name, way in STEPS:
        print(name, _brief(measured(channels, way)), file=sys.stderr)
    began = time.process_time()
    figures = measured(channels, disentangled)
    spent = time.process_time() - began
    return {
        **{name: round(value, 2) for name, value in figures.items()},
        "previous_link_f": round(before["link_f"], 2),
        "messages_per_second": round(sum(len(channel.texts) for channel in channels) / spent),
        "n_files": len(channels),
    }


def measured(channels: Sequence[irc.Channel], way: Callable[[irc.Channel], Links]) -> dict[str, float]:
    """How right a way of linking is."""
    links = [way(channel) for channel in channels]
    return scores([channel.links for channel in channels], links, [channel.n_lines for channel in channels], irc.FIRST)


def found(channel: irc.Channel, parent: NDArray[np.int64]) -> Links:
    """Links between lines from those between messages; what the server says begins and ends by itself."""
    linked = np.arange(channel.n_lines)
    linked[channel.lines] = channel.lines[parent]
    return frozenset((line, int(linked[line])) for line in range(irc.FIRST, channel.n_lines))


def previous_line(channel: irc.Channel) -> Links:
    """Each line answers the one before it, whoever wrote it."""
    return frozenset((line, line - 1) for line in range(irc.FIRST, channel.n_lines))


def previous_message(channel: irc.Channel) -> Links:
    """Each message answers the one before it."""
    return found(channel, np.maximum(np.arange(len(channel.lines)) - 1, 0))


def addressee(channel: irc.Channel) -> Links:
    """Each message answers the last of whom it addresses, else of the same speaker within three minutes, else none."""
    from honeycell.conversations.disentangle import shipped
    from honeycell.conversations.disentangle.relations import Occurrences
    from honeycell.conversations.disentangle.stream import read

    stream = read(channel.speaker, channel.minute, channel.texts, channel.names, shipped().words)
    i = np.arange(len(stream))
    spoken = Occurrences(stream.speaker)
    of_addressee, own = spoken.before(stream.lead, i), spoken.before(stream.speaker, i)
    recent = (own >= 0) & (stream.minute - stream.minute[own] <= 3)
    return found(channel, np.where(of_addressee >= 0, of_addressee, np.where(recent, own, i)))


def first_pass(channel: irc.Channel) -> Links:
    """What the first ranker likes best."""
    from honeycell.conversations.disentangle import shipped

    return linked(channel, shipped().first_alone())


def disentangled(channel: irc.Channel) -> Links:
    """What is shipped."""
    from honeycell.conversations.disentangle import shipped

    return linked(channel, shipped())


def linked(channel: irc.Channel, model: Model) -> Links:
    """What a model says."""
    from honeycell.conversations.disentangle import link

    return found(channel, link(channel.speaker, channel.minute, channel.texts, channel.names, model).parent)


def _brief(figures: dict[str, float]) -> str:
    return " ".join(f"{name} {value:.2f}" for name, value in figures.items())


STEPS: tuple[tuple[str, Callable[[irc.Channel], Links]], ...] = (
    ("previous message", previous_message),
    ("addressee, else same speaker", addressee),
    ("first pass alone", first_pass),
)
"""Simpler ways, each better than the one before it."""

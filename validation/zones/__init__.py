"""Are zones of messages right? Every line against annotations by hand.

`main(path)` takes a folder of JSON lines as the Webis Gmane corpus has them (`text`, `labels`: begin, end, label). A
line is right when it lies in a zone of the kind that its label makes. Lines of the message that somebody answered or
passed on whole are annotated by what they are in that message; who reads asks whose words they are, so they count as
quoted here. `line_accuracy_as_annotated` counts without that, `label_accuracy` the labels of the model one by one.
Blank lines do not count; ruled lines count as what is below them.

Files that the shipped model was made from are told by their hash: for those, all figures are held out, from models made
of nine tenths of the messages for the last tenth (`n_folds`), and `line_accuracy_in_sample` is the shipped model's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from honeycell.zones.features import features
from honeycell.zones.lines import read
from honeycell.zones.model import LABELS, decoded, model
from honeycell.zones.zoning import KIND_OF, KINDS, Zone, zoned
from validation.zones.annotations import Annotated, annotated, fingerprint, label_between, lines_of

__all__ = ["DATA", "PASS", "by_shipped", "judged", "main"]

DATA = "zones/webis-gmane"
PASS = {"line_accuracy": (">=", 0.95), "salutation_f": (">=", 0.9), "closing_f": (">=", 0.9)}

_Figures = dict[str, float | int]
_Labels = list[int]


def main(path: Path) -> _Figures:
    """Share of lines in the right kind of zone; precision, recall and F by kind."""
    messages = annotated(path)
    # Here, because the module is run by itself to make the model.
    from validation.zones.training import N_FOLDS, held_out

    trained = fingerprint(messages) == model_made()["sha256"]
    figures: _Figures = {"n_messages": len(messages), "n_folds": N_FOLDS if trained else 0}
    shipped = judged(messages, by_shipped)
    if not trained:
        return figures | shipped
    return figures | judged(messages, held_out) | {"line_accuracy_in_sample": shipped["line_accuracy"]}


def model_made() -> dict[str, str]:
    """What the shipped model says of how it was made."""
    import json
    from importlib import resources

    made: dict[str, str] = json.loads(resources.files("honeycell.zones").joinpath("model.json").read_text("utf-8"))[
        "made"
    ]
    return made


def by_shipped(messages: Sequence[Annotated]) -> _Labels:
    """The label of each run, by the model that comes with the package."""
    runs = read([message.text for message in messages], [message.sender_names for message in messages])
    found: _Labels = decoded(model(), features(runs), np.array(runs.message, np.int64)).tolist()
    return found


def judged(messages: Sequence[Annotated], labelled: Callable[[Sequence[Annotated]], _Labels]) -> _Figures:
    """The figures of labels of runs, and of the zones that they make."""
    texts = [message.text for message in messages]
    runs = read(texts, [message.sender_names for message in messages])
    labels = labelled(messages)
    zones = zoned(texts, runs, labels)
    places = _places(runs.message, len(messages))
    rows: list[tuple[str, str, str, str, str]] = []
    by_message = []
    for number, message in enumerate(messages):
        lines = list(lines_of(message.text))
        said = [label_between(message, *line) or "own" for line in lines]
        asked = _kinds(said)
        whole = _whole(said, asked)
        found = [_kind_at(zones[number], start, end) for start, end in lines]
        spans = [(runs.start[place], runs.end[place], LABELS[labels[place]]) for place in places[number]]
        own = [next((label for a, b, label in spans if a <= start < b), "own") for start, _ in lines]
        rows += zip(said, own, asked, whole, found, strict=True)
        if lines:
            by_message.append(sum(a == b for a, b in zip(whole, found, strict=True)) / len(lines))
    return _figures(rows) | {"line_accuracy_mean_of_messages": round(float(np.mean(by_message)), 4)}


def _places(message: Sequence[int], n: int) -> list[list[int]]:
    places: list[list[int]] = [[] for _ in range(n)]
    for place, number in enumerate(message):
        places[number].append(place)
    return places


def _figures(rows: list[tuple[str, str, str, str, str]]) -> _Figures:
    def share(a: int, b: int) -> float:
        return round(sum(row[a] == row[b] for row in rows) / len(rows), 4)

    figures: _Figures = {
        "line_accuracy": share(3, 4),
        "line_accuracy_as_annotated": share(2, 4),
        "label_accuracy": share(0, 1),
        "n_lines": len(rows),
    }
    for kind in KINDS:
        asked, found = sum(row[3] == kind for row in rows), sum(row[4] == kind for row in rows)
        both = sum(row[3] == row[4] == kind for row in rows)
        if asked:
            figures[f"{kind}_precision"] = round(both / max(found, 1), 4)
            figures[f"{kind}_recall"] = round(both / asked, 4)
            figures[f"{kind}_f"] = round(2 * both / (asked + found), 4)
            figures[f"n_{kind}"] = asked
    return figures


def _kind_at(zones: Sequence[Zone], start: int, end: int) -> str:
    """The zone of most characters of a line."""
    return max(zones, key=lambda zone: min(zone.end, end) - max(zone.start, start)).kind


def _kinds(said: list[str]) -> list[str]:
    """Kinds of zones by annotated labels, ruled lines as what is below them."""
    kinds = [KIND_OF[label] for label in said]
    for n in range(len(kinds) - 2, -1, -1):
        kinds[n] = kinds[n] or kinds[n + 1]
    for n, kind in enumerate(kinds):
        kinds[n] = kind or (kinds[n - 1] if n else "own")
    return kinds


def _whole(said: list[str], kinds: list[str]) -> list[str]:
    """The same, with all lines of a message that is answered or passed on whole as quoted; not what is below it.

    Such a message begins with three fields of a header or more, below something of the author's, and goes on as text.
    """
    for n, label in enumerate(said):
        if label == "header" and any(kind != "quotation" for kind in kinds[:n]):
            end = n
            while end < len(said) and said[end] in ("header", "attribution", "rule"):
                end += 1
            if said[n:end].count("header") >= 3 and said[end : end + 1] in (["own"], ["salutation"], ["closing"]):
                last = max((at for at, kind in enumerate(kinds) if kind != "disclaimer"), default=n)
                return [*kinds[:n], *["quotation"] * (last + 1 - n), *kinds[last + 1 :]]
    return kinds

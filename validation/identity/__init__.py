"""Are the links between handles right? Pairs of addresses of one person, against hand-kept files of aliases.

`main(path)` takes a `.mailmap`, a truth `.tsv` (`email name truth_cluster`; the mails that `openbmc-truth.tsv` is
about are looked for in `mail/openbmc` beside its folder), a stackalytics `.json`, or a folder of such: then every
key has the stem of its file before it. Each file is asked three times:

- the canonical name on every address (with the mails: the names, days and company of the real archive);
- `hidden_`: no names at all, only addresses;
- `local_`: the name that a mail program makes of the local part (`ana.silva7@`: Ana Silva).

A file has no dates, so without mails every address writes once and alone, all within days, in an order that tells
nothing. Beside ours, on the same addresses and each in a process of its own, stand the plain rule "same display
name" and gambit-disambig (once `python -m benchmarks.identities --install-gambit` was run). No file of aliases is
whole: read the false pairs, `HONEYCELL_PAIRS=FILE.tsv` writes all false and missed ones of this run there.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from validation.identity.contenders import GAMBIT, Answer, ask
from validation.identity.figures import agreement, false_and_missed, ranking
from validation.identity.truth import VISIBILITIES, Account, corpus_of, is_truth, read, seen

__all__ = ["DATA", "PASS", "main"]

DATA = "identity"
PASS = {
    "linux-6.12_precision": (">=", 0.99),
    "linux-6.12_recall": (">=", 0.95),
    "stackalytics-a-k_precision": (">=", 0.99),
    "stackalytics-a-k_recall": (">=", 0.95),
}
_MOST_FOR_GAMBIT = 1_500
"""Its time grows with the square of the addresses: a minute for these; more only for a file that is named."""
_Figures = dict[str, float | int]


def main(path: Path) -> _Figures:
    """Figures over pairs of addresses for a file, or for all in a folder.

    Returns:
        For each visibility (the canonical name without a prefix) `precision recall f1`, `bcubed_precision` and so on;
        how many pairs the file and the cell put under one person; how well the pairs to be decided are ranked, once
        there is a table of them; seconds and peak MiB; for the peers, prefixed `same_name_` and `gambit_`, the same.
    """
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if is_truth(file))
    figures: _Figures = {}
    for file in files:
        prefix = "" if path.is_file() else f"{file.stem}_"
        figures |= {prefix + key: value for key, value in _one(file, gambit_anyway=path.is_file()).items()}
    return figures


def _one(file: Path, *, gambit_anyway: bool) -> _Figures:
    accounts = read(file)
    truth = {account.address: account.person for account in accounts}
    figures: _Figures = {"n_addresses": len(truth), "n_persons": len(set(truth.values()))}
    for visibility in VISIBILITIES:
        shown = seen(accounts, visibility)
        corpus = corpus_of(file) if visibility == "canonical" else None
        answer = ask("honeycell", shown, corpus)
        prefix = "" if visibility == "canonical" else f"{visibility}_"
        _say_pairs(file, visibility, accounts, answer)
        found = _judged(truth, answer) | ranking(truth, answer.owner, answer.pairs)
        figures |= {prefix + key: value for key, value in found.items()}
    shown = seen(accounts, "canonical")
    figures |= {f"same_name_{key}": value for key, value in _judged(truth, ask("same name", shown)).items()}
    if not GAMBIT.exists():
        print("gambit: not run: python -m benchmarks.identities --install-gambit", file=sys.stderr)
    elif len(shown) > _MOST_FOR_GAMBIT and not gambit_anyway:
        print(f"{file.name}: gambit: not run: minutes for {len(shown):,} addresses; name the file", file=sys.stderr)
    else:
        gambit = _judged(truth, ask("gambit", shown))
        figures |= {f"gambit_{key}": value for key, value in gambit.items()}
        figures["times_gambit"] = round(gambit["seconds"] / figures["seconds"], 1)
    return figures


def _judged(truth: dict[str, str], answer: Answer) -> _Figures:
    return agreement(truth, answer.owner) | {"seconds": answer.seconds, "peak_mib": answer.peak_mib}


def _say_pairs(file: Path, visibility: str, accounts: list[Account], answer: Answer) -> None:
    """Append the false and the missed pairs to the file that `HONEYCELL_PAIRS` names."""
    target = os.environ.get("HONEYCELL_PAIRS")
    if not target:
        return
    of = {account.address: account for account in accounts}
    with Path(target).open("a", encoding="utf-8", newline="") as page:
        rows = csv.writer(page, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
        for kind, one, other in false_and_missed({a: of[a].person for a in of}, answer.owner):
            both = (of[one], of[other])
            told = [cell for seat in both for cell in (seat.address, seat.name, seat.person)]
            rows.writerow([file.name, visibility, kind, *told, *(answer.reason.get(end, "") for end in (one, other))])

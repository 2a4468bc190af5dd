"""Are the links between handles right? Pairs of addresses of one person, against hand-kept files of aliases.

`main(path)` takes a `.mailmap`, a truth `.tsv` (`email name truth_cluster`), a stackalytics `.json`, or a folder of
such: then every key has the stem of its file before it. Each file is asked three times:

- the canonical name on every address;
- `hidden_`: no names at all, only addresses;
- `local_`: the name that a mail program makes of the local part (`ana.silva7@`: Ana Silva).

Where the mails that a table is about lie beside it (`mail/openbmc` for `openbmc-truth.tsv`), they are imported: names,
days and company are real then, the addresses judged are those that occur, and the table's own names are `table_`.
Elsewhere there are no dates: every address writes once and alone, all within days, in an order that tells nothing.

Beside ours, on the same addresses and each in a process of its own, stand the plain rule "same display name" and
gambit-disambig (once `python -m benchmarks.identities --install-gambit` was run). No file of aliases is whole: read
the false pairs. `HONEYCELL_PAIRS=FILE.tsv` appends to that file every pair of this run that is `false`, `missed` or,
among mails, linked and `unjudged`: the file, how it was asked, then address, name and person by the file of both
sides, and our reasons.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

from validation.identity.contenders import GAMBIT, Answer, ask
from validation.identity.figures import agreement, false_and_missed, pairs_of, ranking
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
    corpus = corpus_of(file)
    if corpus is not None:
        answer = ask("honeycell", {}, corpus)
        present = {address: who for address, who in truth.items() if address in answer.kind}
        figures |= {"n_absent": len(truth) - len(present), "n_true_pairs_in_file": len(pairs_of(truth))}
        figures |= _told(file, "mails", {account.address: account for account in accounts}, present, answer)
    for visibility in VISIBILITIES:
        answer = ask("honeycell", seen(accounts, visibility))
        prefix = {"canonical": "" if corpus is None else "table_"}.get(visibility, f"{visibility}_")
        told = _told(file, visibility, {account.address: account for account in accounts}, truth, answer)
        figures |= {prefix + key: value for key, value in told.items()}
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


def _told(file: Path, asked: str, of: dict[str, Account], truth: dict[str, str], answer: Answer) -> _Figures:
    """The figures of one answer; its pairs go to the file that `HONEYCELL_PAIRS` names."""
    if target := os.environ.get("HONEYCELL_PAIRS"):
        pairs = [*false_and_missed(truth, answer.owner)]
        linked = pairs_of(answer.owner)
        pairs += [("unjudged", *pair) for pair in sorted(linked) if not truth.keys() >= set(pair)]
        with Path(target).open("a", encoding="utf-8", newline="") as page:
            for kind, *ends in pairs:
                seats = [of.get(end, Account("", end, "")) for end in ends]
                told = [cell for seat in seats for cell in (seat.address, seat.name, seat.person)]
                reasons = [answer.reason.get(end, answer.kind.get(end, "")) for end in ends]
                csv.writer(page, delimiter="\t").writerow([file.name, asked, kind, *told, *reasons])
    return _judged(truth, answer) | ranking(truth, answer.owner, answer.pairs)

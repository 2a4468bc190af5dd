"""The level of a relationship week by week, and how long it has held: Bayesian online change points.

Weekly contact days y_w are negative binomial with mean mu * E_w. The level mu holds until a change; each week brings
one with chance 1/52 (Adams & MacKay 2007). Level and dispersion are summed over a grid, so that nothing is fitted and
nothing approximated but the grid: the level has a Gamma prior (shape 1) around the relationship's own mean, the
dispersion is one for the whole series, each value of its grid as likely as the next.

All arrays have one row for each relationship (K), then the dispersion (D), boundaries between weeks (W + 1 for W
weeks), levels (G). Boundary w lies before week w; a run from boundary s to t covers the weeks s, ..., t - 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Bools, Floats

__all__ = ["DISPERSIONS", "HAZARD", "LEAST_WEEKS", "LEVELS", "RECENT_WEEKS", "Runs", "changed", "filtered"]

HAZARD = 1 / 52
LEVELS = np.exp(np.linspace(np.log(1 / 32), np.log(8.0), 49))
"""Levels of the grid, as multiples of the relationship's own mean; 12% from one to the next."""
DISPERSIONS = np.array([1.0, 3.0, 10.0, 1000.0])
"""Sizes of the negative binomial: variance = mean + mean^2 / size. The last is as good as Poisson."""
RECENT_WEEKS = 26
"""How far back a change counts as recent: half a year, as the trends of the readings do."""
LEAST_WEEKS = 4
"""Known weeks that a level holds at least: fewer is an episode, a holiday or a burst, and no level."""
_STRETCH, _MOST = 8, 330.0
"""In so many weeks, of 7 contact days at most, no level that comes to hold gets less likely than exp(-330)."""
_STAY, _CHANGE = np.log1p(-HAZARD), np.log(HAZARD)
_PRIOR = np.log(LEVELS * np.exp(-LEVELS) / np.sum(LEVELS * np.exp(-LEVELS)))


@dataclass(frozen=True)
class Runs:
    """What is known at the end of each week, from the weeks up to it alone."""

    marginal: Floats
    """(K, D, W + 1, W + 1): log probability of the weeks s ... t - 1 under one level."""
    ended: Floats
    """(K, D, W + 1): log probability of the weeks before a boundary, with a change at it."""
    evidence: Floats
    """(K, D, W + 1): log probability of the weeks before a boundary."""
    run: Floats
    """(K, W + 1, W + 1): probability at the end of week t - 1 that the run going on began at boundary s."""
    up: Floats
    """(K, W): probability at the end of each week that its level is above the one before a recent change."""
    down: Floats
    """(K, W): the same for below."""
    cumulated: Floats
    """(K, D, W + 1, G): log probability of all weeks before a boundary under each level."""

    def level(self, at: int, start: int, end: int) -> Floats:
        """Posterior over `LEVELS` of one relationship from the weeks start ... end - 1."""
        part = self.cumulated[at, :, end] - self.cumulated[at, :, start] + _PRIOR
        weight = self.evidence[at, :, -1]
        part = part - _logsum(part)[:, None] + (weight - _logsum(weight))[:, None]
        total: Floats = np.exp(part).sum(0)
        return total


def filtered(y: Floats, relative: Floats, known: Bools, *, trends: bool = True) -> Runs:
    """Run lengths and levels at the end of each week.

    Args:
        y: (K, W) contact days in each week.
        relative: (K, W) exposure of each week over the mean of the relationship's known weeks.
        known: (K, W) whether the week is looked at; any other says nothing.
        trends: Whether `up` and `down` are wanted, half of the work; otherwise they are 0.
    """
    n, weeks = y.shape
    mean = np.where(known, y, 0).sum(1) / np.maximum(np.where(known, relative, 0).sum(1), 1e-9)
    held = _log_likelihood(y, relative * np.maximum(mean, 1e-3)[:, None], known)
    cumulated = np.concatenate([np.zeros((n, len(DISPERSIONS), 1, len(LEVELS))), np.cumsum(held, axis=2)], axis=2)
    # P(weeks s ... t - 1 | level) = begins[s] * ends[t], both counted from the head of the stretch that s lies in, so
    # that neither leaves the range of a float: sums over levels and runs become products of matrices.
    heads = np.arange(0, weeks, _STRETCH)
    of_head = np.repeat(cumulated[:, :, heads], _STRETCH, axis=2)[:, :, :weeks]
    parts = (n, len(DISPERSIONS), len(heads), _STRETCH)
    begins, rise, fall = (np.zeros((*parts[:2], len(heads) * _STRETCH, len(LEVELS))) for _ in range(3))
    begins[:, :, :weeks] = np.exp(np.minimum(_PRIOR - cumulated[:, :, :weeks] + of_head, _MOST))
    by_part = [one.reshape(*parts, -1) for one in (begins, rise, fall)]
    share, late = (np.zeros((*parts[:2], len(heads) * _STRETCH)) for _ in range(2))

    marginal = np.full((n, len(DISPERSIONS), weeks + 1, weeks + 1), -np.inf)
    ended, evidence = (np.full((n, len(DISPERSIONS), weeks + 1), 0.0) for _ in range(2))
    run = np.zeros((n, weeks + 1, weeks + 1))
    up, down = np.zeros((n, weeks)), np.zeros((n, weeks))
    # A beginning is no rise: there is a level to compare with once some weeks have been seen.
    compared = np.concatenate([np.zeros((n, 1)), np.cumsum(known, 1)], axis=1) >= LEAST_WEEKS
    for t in range(1, weeks + 1):
        open_ = slice(0, (t - 1) // _STRETCH + 1)
        gone = cumulated[:, :, t, None] - cumulated[:, :, heads[open_]]
        top = gone.max(-1)
        ends = np.exp(gone - top[..., None])
        sums = (by_part[0][:, :, open_] @ ends[..., None]).reshape(*parts[:2], -1)[:, :, :t]
        marginal[:, :, :t, t] = np.repeat(top, _STRETCH, axis=2)[:, :, :t] + np.log(sums)
        going = ended[:, :, :t] + marginal[:, :, :t, t] + _STAY * np.arange(t - 1, -1, -1)
        evidence[:, :, t] = _logsum(going)
        ended[:, :, t] = evidence[:, :, t] + _CHANGE
        since = np.exp(going - evidence[:, :, t, None])
        weight = np.exp(evidence[:, :, t] - _logsum(evidence[:, :, t])[:, None])
        run[:, :t, t] = np.einsum("kd,kds->ks", weight, since)
        if not trends:
            continue
        share[:, :, :t] = since / sums
        if t < weeks:
            level = (_over_runs(share, by_part[0], open_) * ends).sum(2)
            under = np.cumsum(level, -1)
            rise[:, :, t] = begins[:, :, t] * (under - level)
            fall[:, :, t] = begins[:, :, t] * (1 - under)
        recent = slice(max(1, t - RECENT_WEEKS), t)
        late[:, :, : recent.start] = 0.0
        late[:, :, recent] = weight[:, :, None] * share[:, :, recent] * compared[:, None, recent]
        open_ = slice(recent.start // _STRETCH, open_.stop)
        for found, what in ((up, by_part[1]), (down, by_part[2])):
            found[:, t - 1] = (_over_runs(late, what, open_) * ends[:, :, open_]).reshape(n, -1).sum(1)
    return Runs(marginal, ended, evidence, run, up, down, cumulated)


def _over_runs(share: Floats, of: Floats, stretches: slice) -> Floats:
    """Sums over the runs that begin in each of some stretches, (K, D, J, G).

    Args:
        share: (K, D, S) how much each run counts.
        of: (K, D, J, S / J, G) what is summed.
        stretches: Which of the J.
    """
    counted = share.reshape(*of.shape[:3], 1, -1)[:, :, stretches]
    found: Floats = (counted @ of[:, :, stretches])[..., 0, :]
    return found


def changed(runs: Runs) -> Floats:
    """Probability of a change at each boundary from all weeks, those after it too: (K, W + 1), 0 at both ends."""
    weeks = runs.marginal.shape[-1] - 1
    after = np.zeros(runs.ended.shape)
    for s in range(weeks - 1, -1, -1):
        length = np.arange(weeks - s)
        ends = np.append(after[:, :, s + 1 : weeks] + _CHANGE, np.zeros((*after.shape[:2], 1)), axis=2)
        after[:, :, s] = _logsum(runs.marginal[:, :, s, s + 1 :] + _STAY * length + ends)
    whole = runs.evidence[:, :, -1]
    weight = np.exp(whole - _logsum(whole)[:, None])
    chance: Floats = np.sum(weight[:, :, None] * np.exp(runs.ended + after - whole[:, :, None]), 1)
    chance[:, [0, -1]] = 0.0
    return chance


def _log_likelihood(y: Floats, expected: Floats, known: Bools) -> Floats:
    """Negative binomial: (K, D, W, G), 0 in weeks that are not looked at."""
    mean = expected[:, None, :, None] * LEVELS
    size = DISPERSIONS[None, :, None, None]
    most = int(y.max(initial=0))
    rising = np.concatenate([np.zeros((len(DISPERSIONS), 1)), np.cumsum(
        np.log(DISPERSIONS[:, None] + np.arange(most)) - np.log(np.arange(1, most + 1)), axis=1)], axis=1)  # fmt: skip
    choose = np.moveaxis(rising[:, y.astype(np.int64)], 0, 1)[..., None]
    found: Floats = choose + y[:, None, :, None] * np.log(mean / (mean + size)) - size * np.log1p(mean / size)
    return np.where(known[:, None, :, None], found, 0.0)


def _logsum(values: Floats) -> Floats:
    """log(sum(exp(values))) over the last axis."""
    top = values.max(-1)
    total: Floats = top + np.log(np.exp(values - top[..., None]).sum(-1))
    return total

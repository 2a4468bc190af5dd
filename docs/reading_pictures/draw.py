"""One picture of each reading: from arrays to SVG. Nothing here knows a name or a word of the data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from docs.reading_pictures.plot import PAINT, WIDE, Axis, Floats, Plot, percents, powers
from scipy.special import betaincinv

from honeycell.charts.axis import ticks

__all__ = [
    "attention", "changes", "follow_through", "idea_flow", "multiplexity", "off_deck_drift",
    "orderedness", "peer_share", "reciprocity", "redundancy", "repetition", "responsiveness", "vitality",
]  # fmt: skip

_SHARES = percents(0, 25, 50, 75, 100)


def vitality(chance: Floats, met: Floats, days: int) -> str:
    """The share that met among pairs of nearly the same chance, in ten groups of equal size."""
    groups = np.array_split(np.argsort(chance, kind="stable"), 10)
    said, n, hits = (np.array([part(one) for one in groups]) for part in (
        lambda one: chance[one].mean(), len, lambda one: met[one].sum(),
    ))  # fmt: skip
    plot = Plot(
        Axis(0, 1, _SHARES, f"chance that was said of contact within {days} days"),
        Axis(0, 1, _SHARES, "share of pairs that were in contact"),
    )
    low, high = (betaincinv(hits + 0.5, n - hits + 0.5, end) for end in (0.05, 0.95))
    return plot.drawn(
        "What was said, and what came of it",
        f"{len(chance):,} pairs of people in ten groups of equal size, foretold from their past alone",
        plot.line([0, 1], [0, 1], PAINT.edge, wide=1.4, dash="5 5"),
        plot.note(0.8, 0.8, "as said", PAINT.ink_3, dx=-12, dy=-6, anchor="end", bold=False),
        plot.reaches(said, low, high, PAINT.ours, wide=5), plot.cells(said, hits / n, PAINT.ours, size=5.5),
    )  # fmt: skip


def attention(days: Floats) -> str:
    """How many relationships have so many contact days in four weeks; each bar is for twice as many as the one before.

    The first is for a single day in 90.
    """
    edges = 28 / 90 * 2.0 ** np.arange(7)
    n, _ = np.histogram(days * 1.0001, edges)
    most = float(np.ceil(n.max() / 50) * 50)
    marks = [(float(at), f"{at:.1f}" if at < 4 else f"{at:.0f}") for at in edges]
    plot = Plot(Axis(edges[0], edges[-1], marks, "contact days in four weeks", log=True),
                Axis(0, most, powers(*np.arange(0, most + 1, 50)), "relationships"))  # fmt: skip
    middle = np.sqrt(edges[:-1] * edges[1:])
    few = int((days > 4).sum())
    return plot.drawn(
        "Most relationships are thin, and a few carry much",
        f"{len(days):,} relationships of organisations with contact in 90 days; each bar is for twice as much",
        plot.bars(edges[:-1], edges[1:], n, PAINT.ours),
        *(plot.note(at, many, f"{many:,}", PAINT.ours, dy=-7, anchor="middle")
          for at, many in zip(middle, n.tolist(), strict=True)),
        plot.note(float(middle[-1]), most * 0.3, f"{few:,} of {len(days):,} more than once a week", PAINT.ink_2, dx=40,
                  anchor="end", bold=False),
    )  # fmt: skip


def responsiveness(days: Floats, all_of_them: Floats, low: Floats, high: Floats, ended: Floats) -> str:
    """The share of direct messages answered by a time: counting the open ones, and of the answered ones only."""
    plot = Plot(
        Axis(0, float(days[-1]), powers(*range(0, int(days[-1]) + 1)), "working days since the message"),
        Axis(0, 1, _SHARES, "answered by then"), right=WIDE - 178,
    )  # fmt: skip
    both = [float(curve[np.searchsorted(days, 1)]) for curve in (ended, all_of_them)]
    return plot.drawn(
        "Counting only the answers that came flatters",
        "direct messages between organisations in a year; the band is the 5th to 95th percentile",
        plot.line([1, 1], [0, 1], PAINT.line, wide=1.4), plot.band(days, low, high, PAINT.ours),
        plot.line(days, ended, PAINT.theirs, dash="2 6"), plot.line(days, all_of_them, PAINT.ours),
        plot.note(days[-1], ended[-1], "answered ones only", PAINT.theirs, dx=10, dy=4),
        plot.note(days[-1], all_of_them[-1], "all, the open too", PAINT.ours, dx=10, dy=4),
        plot.cells([1], both[:1], PAINT.theirs, size=5.5), plot.cells([1], both[1:], PAINT.ours, size=5.5),
        plot.note(1, both[0], f"{both[0]:.0%} within a day", PAINT.theirs, dx=8, dy=-34),
        plot.note(1, both[1], f"{both[1]:.0%}", PAINT.ours, dx=8, dy=22),
    )  # fmt: skip


def reciprocity(share: Floats, low: Floats, high: Floats) -> str:
    """Every relationship by the share that side a gave, each with its interval."""
    order = np.argsort(share, kind="stable")
    n, uneven = len(share), (low > 0.5) | (high < 0.5)
    place = np.arange(n)
    plot = Plot(Axis(-1, n, (), "relationships, in order of the share"),
                Axis(0, 1, _SHARES, "share that one side gave of what was said"))  # fmt: skip
    marks = []
    for which, colour in ((~uneven[order], PAINT.edge), (uneven[order], PAINT.ours)):
        at = order[which]
        marks += [plot.reaches(place[which], low[at], high[at], colour, wide=min(3.0, 420 / n)),
                  plot.dots(place[which], share[at], colour, size=min(3.2, 420 / n))]  # fmt: skip
    return plot.drawn(
        "Most relationships are as even as can be told",
        f"{n:,} relationships of organisations, 5th to 95th percentile; of {int(uneven.sum()):,} in blue it leaves even"
        " out",
        plot.line([-1, n], [0.5, 0.5], PAINT.theirs, wide=1.4, dash="5 4"), *marks,
        plot.note(0, 0.5, "even", PAINT.theirs, dx=4, dy=-8),
    )  # fmt: skip


def follow_through(late: Floats, n_open: int) -> str:
    """On which day, counted from the one they were due, things were done."""
    reach = 21
    day, n = np.unique(np.clip(late, -reach, reach), return_counts=True)
    most = float(np.ceil(n.max() / 10) * 10)
    kept = day <= 0
    step = max(10.0, np.ceil(most / 5 / 10) * 10)
    marks = [(float(at), "on the day" if at == 0 else f"{abs(at)}{'+' if abs(at) == reach else ''}")
             for at in range(-reach, reach + 1, 7)]  # fmt: skip
    plot = Plot(
        Axis(-reach - 0.5, reach + 0.5, marks, "days before and after the day it was due"),
        Axis(0, most, powers(*np.arange(0, most + 1, step)), "order lines and invoices"),
    )
    share = (late <= 0).sum() / (len(late) + n_open)
    return plot.drawn(
        "Done by its day is kept, a day later is not",
        f"{len(late) + n_open:,} order lines and invoices of a simulated world; {n_open:,} still open after their day",
        plot.bars(day[kept] - 0.5, day[kept] + 0.5, n[kept], PAINT.good),
        plot.bars(day[~kept] - 0.5, day[~kept] + 0.5, n[~kept], PAINT.risk),
        plot.note(-reach, most * 0.5, f"kept: {share:.0%} of what was due", PAINT.good, dx=8),
        plot.note(7, most * 0.5, f"late: {(late > 0).sum():,}, open: {n_open:,}", PAINT.risk),
    )  # fmt: skip


def redundancy(pairs: Floats, value: Floats) -> str:
    """How many pairs each relationship has, and how many equal ones it behaves like."""
    most = float(pairs.max()) * 1.25
    marks = powers(*(at for at in (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if at <= most))
    plot = Plot(Axis(3, most, marks[2:], "pairs of people in touch", log=True),
                Axis(1, most, marks, "equal pairs it behaves like", log=True))  # fmt: skip
    return plot.drawn(
        "Many pairs may hang on few",
        f"{len(pairs):,} relationships of organisations over 180 days; each lies as far under the line as it is uneven",
        plot.line([3, most], [3, most], PAINT.edge, wide=1.4, dash="5 5"),
        plot.note(np.sqrt(3 * most), np.sqrt(3 * most), "where all pairs give alike", PAINT.ink_3, dx=-14, dy=-10,
                  anchor="end", bold=False),
        plot.dots(pairs, value, PAINT.ours, size=5, faint=True),
    )  # fmt: skip


def multiplexity(n: Floats, value: Floats, grid: Floats, usual: Floats) -> str:
    """Contact days and kinds of context of each pair, and what so many days would show if spread as all are."""
    most = float(np.ceil(max(value.max(), usual.max())))
    plot = Plot(Axis(9, 70, powers(10, 20, 30, 50, 70), "contact days of two persons in 180 days", log=True),
                Axis(1, most, powers(*np.arange(1, most + 1)), "kinds of context they meet in"))  # fmt: skip
    few = np.random.default_rng(1).uniform(-0.02, 0.02, len(n))
    return plot.drawn(
        "Two persons meet in fewer ways than all together do",
        f"{len(n):,} pairs of people of a simulated world; dashed: so many days, spread as those of all are",
        plot.dots(n * np.exp(few), value, PAINT.ours, size=4, faint=True),
        plot.line(grid, usual, PAINT.theirs, dash="6 4"),
        plot.note(70, usual[-1], "as the whole cell", PAINT.theirs, dy=-10, anchor="end"),
    )  # fmt: skip


def repetition(words: Sequence[str], hits: Floats, n: Floats) -> str:
    """Of each kind of what was planted, or listed, the share that is right, with its interval."""
    row = np.arange(len(words))[::-1] + 0.5
    rows = Axis(0, len(words), list(zip(row.tolist(), words, strict=True)), "")
    plot = Plot(Axis(0, 1, _SHARES, "share that is found, or right"), rows, high=340, top=84, right=WIDE - 60)
    low, high = (betaincinv(hits + 0.5, n - hits + 0.5, end) for end in (0.05, 0.95))
    share = hits / n
    return plot.drawn(
        "In the same words it is found, in other words it is not",
        f"{int(n[:-1].sum()):,} things said twice in two made-up years of mail; 5th to 95th percentile",
        plot.spans(row, low, high, PAINT.ours), plot.cells(share, row, PAINT.ours),
        *(plot.note(at, on, f"{at:.0%} of {many:,.0f}", PAINT.ours, dx=-12 if at > 0.5 else 14, dy=-10,
                    anchor="end" if at > 0.5 else "start") for at, on, many in zip(share, row, n, strict=True)),
    )  # fmt: skip


def peer_share(months: Sequence[date], observed: Floats, expected: Floats) -> str:
    """By month, the share of what is said that goes from guest to guest, and what mixing in proportion would make."""
    day = np.array([(on - months[0]).days for on in months], float)
    marks = [((tick.on - months[0]).days, tick.words) for tick in ticks(months[0], months[-1], WIDE - 260)]
    plot = Plot(Axis(0, day[-1], marks, "three months up to the day"),
                Axis(0.5, 1, percents(50, 60, 70, 80, 90, 100), "share of what is said that goes from guest to guest"),
                right=WIDE - 150)  # fmt: skip
    return plot.drawn(
        "Guests talk with each other as much as chance would have it",
        "a public development list; the hosts are the organisation that writes most",
        plot.line(day, expected, PAINT.edge, dash="5 5", wide=1.8), plot.line(day, observed, PAINT.ours),
        plot.dots(day, observed, PAINT.ours),
        plot.note(day[-1], expected[-1], "if all mixed", PAINT.ink_3, dx=12, dy=4 + _apart(expected, observed)),
        plot.note(day[-1], observed[-1], "guest to guest", PAINT.ours, dx=12, dy=4 - _apart(expected, observed)),
    )  # fmt: skip


def _apart(one: Floats, other: Floats) -> float:
    """How far words at the ends of two lines are moved so that they do not touch."""
    gap = float(other[-1] - one[-1])
    return 9 * (1 if gap >= 0 else -1) if abs(gap) < 0.08 else 0.0


def off_deck_drift(moved: Floats, found: Floats, low: Floats, high: Floats, counts: tuple[int, int]) -> str:
    """How often a change is said where a share of the talk was moved aside, of so many windows and sub-groups."""
    plot = Plot(
        Axis(-0.03, 0.53, percents(0, 10, 20, 30, 50), "share of a sub-group's wider talk that was moved to itself"),
        Axis(0, 1, _SHARES, "windows in which a change is said"),
    )
    return plot.drawn(
        "How much must move before it is seen",
        f"mail of a firm; {counts[0]:,} windows of {counts[1]:,} sub-groups; 5th to 95th percentile over draws of"
        " sub-groups",
        plot.line([-0.03, 0.53], [0.05, 0.05], PAINT.risk, wide=1.4, dash="5 4"),
        plot.note(0.53, 0.05, "false alarms allowed", PAINT.risk, dx=-4, dy=-8, anchor="end", bold=False),
        plot.band(moved, low, high, PAINT.ours), plot.line(moved, found, PAINT.ours),
        plot.cells(moved, found, PAINT.ours),
        *(plot.note(at, share, f"{share:.0%}", PAINT.ours, dy=-14, dx=-4, anchor="end")
          for at, share in zip(moved.tolist(), found.tolist(), strict=True)),
    )  # fmt: skip


def orderedness(own: float, null: Floats) -> str:
    """Where the one-sided ties stand, and where the same ties would, pointing either way by chance."""
    edges = np.linspace(0, 0.6, 49)
    n, _ = np.histogram(null, edges)
    most = float(np.ceil(n.max() / 20) * 20)
    plot = Plot(
        Axis(0, 0.6, [(at, f"{at:.1f}") for at in np.arange(0, 0.61, 0.1)],
             "reaching centrality: 0 in circles, 1 all away from one person"),
        Axis(0, most, powers(*np.arange(0, most + 1, 20)), "random re-orientations"),
    )  # fmt: skip
    z = (own - null.mean()) / null.std()
    return plot.drawn(
        "Far more ordered than chance",
        f"one-sided ties in the mail of a firm, and the same ties pointing either way by chance, {len(null):,} times",
        plot.bars(edges[:-1], edges[1:], n, PAINT.edge),
        plot.line([own, own], [0, most * 0.86], PAINT.ours), plot.cells([own], [most * 0.86], PAINT.ours, size=8),
        plot.note(own, most * 0.86, f"as it is: {own:.2f}", PAINT.ours, dy=-14, anchor="middle"),
        plot.note(float(null.mean()), float(n.max()), f"by chance: {null.mean():.2f}", PAINT.ink_3, dy=-10,
                  anchor="middle"),
        plot.note(own, most * 0.42, f"{z:.1f} standard deviations away", PAINT.ink_3, dx=-10, anchor="end", bold=False),
    )  # fmt: skip


def idea_flow(planted: Floats, plain: Floats, like: Floats, low: Floats, high: Floats) -> str:
    """How much likelier readers of a fashion, and of influence, take a phrase up: planted, at first sight, compared."""
    row = np.array([1.5, 0.5])
    plot = Plot(
        Axis(0.7, 20, powers(1, 2, 4, 8, 16), "times as likely after reading", log=True),
        Axis(0, 2, list(zip(row.tolist(), ("a fashion", "influence"), strict=True)), ""), high=320, top=84,
    )  # fmt: skip
    truth = "".join(plot.line([at, at], [on - 0.28, on + 0.28], PAINT.ink, wide=1.6, dash="3 3")
                    for at, on in zip(planted, row, strict=True))  # fmt: skip
    return plot.drawn(
        "Compared with the like, a fashion is no influence",
        "planted phrases in a made-up organisation; 5th to 95th percentile",
        truth, plot.spans(row, low, high, PAINT.ours), plot.dots(plain, row, PAINT.theirs, size=6),
        plot.cells(like, row, PAINT.ours),
        plot.note(plain[0], row[0], "at first sight", PAINT.theirs, dx=12, dy=4),
        plot.note(like[0], row[0], "beside the like", PAINT.ours, dx=8, dy=-16),
        plot.note(planted[0], row[0] - 0.28, "as planted", PAINT.ink_2, dx=6, dy=4, bold=False),
    )  # fmt: skip


def changes(days: Floats, chance: Floats, planted: int) -> str:
    """Contact days of each week, and below how likely it is that another level began with it."""
    n = len(days)
    weeks = Axis(0, n, [(at, str(at)) for at in range(0, n + 1, 13)], "weeks")
    above = Plot(Axis(0, n, (), ""), Axis(0, 7, powers(0, 2, 4, 6), "contact days in a week"), high=300, words=36)
    below = Plot(weeks, Axis(0, 1, percents(0, 50, 100), "chance that a change lies within four weeks"), high=430,
                 top=286, words=36)  # fmt: skip
    around = np.array([chance[max(0, at - 4) : at + 5].sum() for at in range(n)])
    line = above.line([planted, planted], [0, 7], PAINT.theirs, wide=1.6, dash="5 4")
    return below.drawn(
        "Three of four contacts taken away, and found",
        f"weekly contact days of two organisations; from week {planted} on only a quarter of them was left in",
        *above.frame(), above.bars(np.arange(n), np.arange(n) + 1, days, PAINT.ours), line,
        above.note(planted, 7, "planted here", PAINT.theirs, dx=8, dy=12),
        below.line([planted, planted], [0, 1], PAINT.theirs, wide=1.6, dash="5 4"),
        below.band(np.arange(n) + 0.5, np.zeros(n), around, PAINT.ink),
        below.line(np.arange(n) + 0.5, around, PAINT.ink),
    )  # fmt: skip

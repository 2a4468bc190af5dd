"""Hand-made answers to draw; every name is invented."""

from datetime import date, datetime

from honeycell.ids import id_of
from honeycell.readings.declarations import DECLARATIONS
from honeycell.readings.state import (
    ConversationLine,
    Evidence,
    EvidenceRow,
    Party,
    PersonInTouch,
    Quantiles,
    Reading,
    RelationshipState,
    Spread,
    Upside,
)
from honeycell.tracks import BESIDE

WINDOW = (date(2026, 7, 8), date(2026, 10, 5))
UNITS = {declared.name: declared.unit for declared in (*DECLARATIONS, *BESIDE.values())}


def reading(name: str, value: float | None = None, status: str = "ok", **more: object) -> Reading:
    fields: dict[str, object] = {"low": None, "high": None, "n": 40, "sentence": f"{name} in words.", **more}
    return Reading(
        reading=name,
        value=value,
        unit=UNITS[name],
        coverage=1.0,
        window=WINDOW,
        reference="this cell",
        status=status,
        **fields,  # type: ignore[arg-type]
    )


def spread(p10: float, p50: float, p90: float, **more: object) -> Spread:
    fields: dict[str, object] = {
        "each": Quantiles(p10 / 2, p50 / 2, p90 / 2), "n_pairs": 41, "tau_squared": 0.0225, "i_squared": 0.61,
        "floor": None, "share_below": None, "share_below_each": None,
        "upside": Upside(11, 14, 30, (), "Upper end: 11 of its 41 pairs, of 14 people."), **more,
    }  # fmt: skip
    return Spread(p10, p50, p90, **fields)  # type: ignore[arg-type]


READINGS = (
    reading("vitality", 0.87, low=0.78, high=0.93, typical=(0.55, 0.9), spread=spread(0.35, 0.71, 0.95), n_evidence=631,
            trend="steady", series=(0.8, 0.82, 0.81, 0.84, 0.85, 0.86, 0.84, 0.83, 0.85, 0.88, 0.87, 0.87)),
    reading("attention", 7.4, low=6.1, high=8.9, typical=(0.5, 4.2), n_evidence=631, trend="rising",
            series=(3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 5.0, 6.0, 6.0, 7.0, 7.0, 7.4)),
    reading("responsiveness", 0.71, "not_calibrated", low=0.66, high=0.76, n_evidence=418, trend="falling",
            spread=spread(0.21, 0.58, 0.88), series=(0.9, 0.8, None, 0.7)),
    reading("redundancy", 6.2, low=4.1, high=8.9, n_evidence=1418, trend=None),
)  # fmt: skip


def person(name: str, side: str, share: float, contact_days: int = 9) -> PersonInTouch:
    slug = name.lower().replace(" ", "-")
    return PersonInTouch(Party("person", id_of(slug), slug, name), side, share, contact_days, date(2026, 10, 2))


def state(**more: object) -> RelationshipState:
    fields: dict[str, object] = {
        "a": Party("organisation", 1, "vantry", "Vantry Systems"),
        "b": Party("organisation", 2, "aldermoor", "Aldermoor Rail"),
        "as_of": date(2026, 10, 5),
        "window_days": 90,
        "since": date(2019, 3, 4),
        "last": date(2026, 10, 3),
        "n_pairs": 41,
        "n_people": (19, 22),
        "lede": ("Quick to answer and broader than a year ago.",),
        "readings": READINGS,
        "people": (
            *(person(f"Ana {letter}", "a", 0.3) for letter in "ABCDEFG"),
            person("Noor Albrecht", "b", 0.37, 1),
        ),
        "conversations": (
            ConversationLine(1, "Depot roll-out", "mail", "mailto:depot@lists.example.com", date(2026, 9, 1),
                             date(2026, 10, 3), 1112),
        ),
        "notes": ("8 % of the mail is unaffiliated.",),
    }  # fmt: skip
    return RelationshipState(**{**fields, **more})  # type: ignore[arg-type]


def evidence(value: float = 0.5, recomputed: float = 0.5, n_rows: int = 3) -> Evidence:
    rows = tuple(
        EvidenceRow(n, datetime(2026, 9, 1 + n, 10, 5), 11, 12, 1 / 3, "opening",
                    {"channel": "mail", "wait_seconds": 60 * n})
        for n in range(n_rows)
    )  # fmt: skip
    return Evidence(
        "responsiveness", value, "probability", 0.4, 0.6, 3, {"prior_mean": 0.5, "seed": 7}, rows, recomputed
    )

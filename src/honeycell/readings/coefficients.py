"""Coefficients of the hazard behind Vitality, fitted on public networks; written by
`python -m validation.persistence --fit PATH...`, not by hand.

- manufacturing: 10,948 pairs at 5 cut-offs, of which 54% met again
- openbmc: 53,704 pairs at 44 cut-offs, of which 22% met again
- college-msg: 11,888 pairs at 1 cut-offs, of which 3% met again

The window was 180 days, the horizon 90; only the first four fifths of each network was used.
"""

import numpy as np

from honeycell.readings.bgnbd import BgNbd
from honeycell.readings.persistence import Hazard

__all__ = ["MEDIAN_GAP_DAYS", "SHIPPED"]

MEDIAN_GAP_DAYS = 4.0
"""Of the networks it was fitted on: stands in until a cell has a month of its own."""

SHIPPED = Hazard(
    coefficients=np.array(
        [-0.41001963, -0.27104148, 0.4544941, -0.21557369, 0.06182828, 0.46943966, 0.23754444, 0.37842294]
    ),
    covariance=np.array(
        [
            [
                0.2139310786,
                -0.0004835709,
                0.0006580008,
                -0.0008384056,
                0.0004481598,
                -0.0027531101,
                -0.0001875599,
                -0.0004879588,
            ],
            [
                -0.0004835709,
                0.0015207346,
                0.0005702813,
                -0.0004090579,
                -0.0003977545,
                -0.000154394,
                0.0004372118,
                1.6271e-05,
            ],
            [
                0.0006580008,
                0.0005702813,
                0.0040375431,
                -0.0005668229,
                0.0001686514,
                -0.0008528639,
                0.0001420534,
                -0.0024796977,
            ],
            [
                -0.0008384056,
                -0.0004090579,
                -0.0005668229,
                0.000567947,
                -0.0001680522,
                0.0001185235,
                -0.0001218447,
                2.47483e-05,
            ],
            [
                0.0004481598,
                -0.0003977545,
                0.0001686514,
                -0.0001680522,
                0.0005923897,
                -9.86704e-05,
                8.05278e-05,
                -5.15272e-05,
            ],
            [
                -0.0027531101,
                -0.000154394,
                -0.0008528639,
                0.0001185235,
                -9.86704e-05,
                0.0173897476,
                -0.0001617154,
                -8.0337e-06,
            ],
            [
                -0.0001875599,
                0.0004372118,
                0.0001420534,
                -0.0001218447,
                8.05278e-05,
                -0.0001617154,
                0.0003575569,
                1.77098e-05,
            ],
            [
                -0.0004879588,
                1.6271e-05,
                -0.0024796977,
                2.47483e-05,
                -5.15272e-05,
                -8.0337e-06,
                1.77098e-05,
                0.0021588807,
            ],
        ]
    ),
    bgnbd=BgNbd(r=0.25645619, alpha=3.10109266, a=0.74673915, b=1.80572261),
    horizon_days=90,
)

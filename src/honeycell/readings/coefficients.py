"""Coefficients of the hazard behind Vitality, fitted on public networks; written by
`python -m validation.persistence --fit PATH...`, not by hand.

- manufacturing: 10,948 pairs at 5 cut-offs, of which 54% met again
- college-msg: 11,888 pairs at 1 cut-offs, of which 3% met again

The window was 180 days, the horizon 90; only the first four fifths of each network was used.
"""

import numpy as np

from honeycell.readings.bgnbd import BgNbd
from honeycell.readings.persistence import Hazard

__all__ = ["MEDIAN_GAP_DAYS", "SHIPPED"]

MEDIAN_GAP_DAYS = 3.0
"""Of the networks it was fitted on: stands in until a cell has a month of its own."""

SHIPPED = Hazard(
    coefficients=np.array(
        [-2.4978313, -0.55872653, 0.63967708, 0.13538658, 0.20525571, 6.76514849, 0.29627246, 0.15426693]
    ),
    covariance=np.array(
        [
            [
                0.0216550483,
                -0.0036860958,
                0.0038601537,
                -0.003752846,
                0.0043646571,
                -0.0196567802,
                -0.0015590612,
                -0.002754938,
            ],
            [
                -0.0036860958,
                0.003555296,
                0.0010326327,
                -0.0013435301,
                -0.0011512821,
                0.0101844565,
                0.0014408528,
                -0.000104186,
            ],
            [
                0.0038601537,
                0.0010326327,
                0.0104398182,
                -0.0021552353,
                0.0006598399,
                -0.0013972125,
                -0.0006782469,
                -0.0053189548,
            ],
            [
                -0.003752846,
                -0.0013435301,
                -0.0021552353,
                0.0027567303,
                -0.0014160581,
                -0.0042506273,
                -0.0004798942,
                0.0002279335,
            ],
            [
                0.0043646571,
                -0.0011512821,
                0.0006598399,
                -0.0014160581,
                0.0050790978,
                -0.0089867571,
                0.0007844631,
                -5.24711e-05,
            ],
            [
                -0.0196567802,
                0.0101844565,
                -0.0013972125,
                -0.0042506273,
                -0.0089867571,
                0.1069641263,
                0.0018880758,
                0.0037397797,
            ],
            [
                -0.0015590612,
                0.0014408528,
                -0.0006782469,
                -0.0004798942,
                0.0007844631,
                0.0018880758,
                0.0018023173,
                0.0001190029,
            ],
            [
                -0.002754938,
                -0.000104186,
                -0.0053189548,
                0.0002279335,
                -5.24711e-05,
                0.0037397797,
                0.0001190029,
                0.0043311732,
            ],
        ]
    ),
    bgnbd=BgNbd(r=0.28080544, alpha=3.48785518, a=0.21457257, b=0.72245234),
    horizon_days=90,
)

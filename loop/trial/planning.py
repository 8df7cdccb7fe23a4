"""How many cases a comparison needs, said before it begins. Plain numbers, no database."""

import math
from statistics import NormalDist

ERROR_RATE, POWER = 0.05, 0.8


def cases_per_arm(usual: float, better: float, *, comparisons: int = 1, power: float = POWER) -> int:
    """Return the cases in each arm that show `better` against `usual` (shares from 0 to 1), two-sided at 5 %.

    `comparisons`: how many arms are measured against the same one; they share the error rate (Bonferroni).
    Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 2003, chapter 4.
    """
    if not (0 < usual < 1 and 0 < better < 1) or usual == better:
        raise ValueError("two different shares between 0 and 1 are needed")
    normal = NormalDist()
    z = normal.inv_cdf(1 - ERROR_RATE / (2 * comparisons)) + normal.inv_cdf(power)
    spread = usual * (1 - usual) + better * (1 - better)
    return math.ceil(z * z * spread / (better - usual) ** 2)

"""How many answers show a change of a given size: asked while planning, so that nobody waits for what cannot come."""

import math
from statistics import NormalDist

POWER = 0.8
CONFIDENCE = 0.95
TYPICAL_NPS = (50.0, 30.0, 20.0)  # promoters, passives, detractors in percent


def answers_to_detect(
    difference: float, variance: float, *, confidence: float = CONFIDENCE, power: float = POWER
) -> int:
    """Return the answers needed before and again after, to see a true difference of two means or shares.

    `difference` and `variance` are on the scale of one answer: -1, 0, +1 for NPS (10 points are 0.1), 0 and 1 for a
    share. Two-sided. Source: S.-C. Chow and others, Sample Size Calculations in Clinical Research, 2018, section 3.2.
    """
    if difference <= 0:
        raise ValueError("A difference to detect is greater than 0.")
    normal = NormalDist()
    z = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
    return max(2, math.ceil(2 * z * z * variance / difference**2))


def nps_variance(promoters: float, passives: float, detractors: float) -> float:
    """Of one answer on the scale -1, 0, +1. Source: B. Rocks, The American Statistician 70, 2016."""
    n = promoters + passives + detractors
    up, down = promoters / n, detractors / n
    return up + down - (up - down) ** 2


def share_variance(share: float) -> float:
    return share * (1 - share)

"""What may be said about an arm at a look. Plain data, no database."""

from enum import StrEnum

from vocplatform.lib.stats import Interval


class Verdict(StrEnum):
    HELPED = "helped"
    HURT = "hurt"
    NO_LARGER = "no_larger"
    CANNOT_TELL = "cannot_tell"

    @property
    def is_over(self) -> bool:
        """True where going on would only withhold the better arm."""
        return self in (Verdict.HELPED, Verdict.HURT)


def verdict_on(interval: Interval | None, *, is_last: bool, worth_finding: float) -> Verdict:
    """Judge a difference by the interval of its look; `worth_finding` is the smallest one the plan was made for.

    Only the last look may say that there is no effect larger than that: an early one has not seen enough.
    """
    if interval is None:
        return Verdict.CANNOT_TELL
    if interval.excludes_zero:
        return Verdict.HELPED if interval.low > 0 else Verdict.HURT
    inside = -worth_finding < interval.low and interval.high < worth_finding
    return Verdict.NO_LARGER if is_last and inside else Verdict.CANNOT_TELL

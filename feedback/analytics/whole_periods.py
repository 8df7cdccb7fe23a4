"""What a page that leaves the house shows of a period that moves: whole calendar blocks that are over.

Whoever opens a window of 30 days today and tomorrow can subtract one from the other and is left with the answers of two
days, perhaps those of one person. Blocks never overlap in part, so nothing is left to subtract.
"""

from collections.abc import Callable
from datetime import date

from feedback.analytics.named_periods import a_year_before
from vocplatform.lib.periods import ONE_DAY, Period, month_of, week_of

BlockOf = Callable[[date], Period]


def quarter_of(day: date) -> Period:
    first_on = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first_on, month_of(date(day.year, first_on.month + 2, 1)).last_on)


def year_of(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


BLOCKS: dict[str, BlockOf] = {
    "last_30": month_of,
    "this_month": month_of,
    "last_month": month_of,
    "last_90": quarter_of,
    "this_quarter": quarter_of,
    "last_365": year_of,
    "this_year": year_of,
    "all": year_of,
}


def whole_periods(
    name: str, period: Period, *, today: date, week_start: int, against_a_year: bool = False
) -> tuple[Period, Period]:
    """Return the days to show for a period and those to compare with; days that were fixed and are over stay.

    Fixed days that are not over yet stand for the last whole month until they are.
    """
    is_fixed = name not in BLOCKS and name != "last_7"
    if is_fixed and period.last_on < today:
        return period, a_year_before(period) if against_a_year else period.previous
    block_of = (lambda day: week_of(day, week_start=week_start)) if name == "last_7" else BLOCKS.get(name, month_of)
    shown = block_of(block_of(today).first_on - ONE_DAY)
    if not against_a_year:
        return shown, block_of(shown.first_on - ONE_DAY)
    if name == "last_7":
        return shown, a_year_before(shown)
    return shown, block_of(shown.first_on.replace(year=shown.first_on.year - 1))

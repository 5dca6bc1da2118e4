"""Working days: Monday to Friday without Korea's public holidays and their substitutes (design/domain.md §4)."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

SATURDAY = 5


@lru_cache(maxsize=32)
def _free(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=year))


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _free(day.year)


def workdays_after(day: date, count: int) -> date:
    """The day `count` working days after `day`; before it where `count` is negative."""
    step = timedelta(days=1 if count >= 0 else -1)
    for _n in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day


def workdays_between(first: date, last: date) -> int:
    """Working days after `first` up to and with `last`; 0 where there are none."""
    return sum(is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

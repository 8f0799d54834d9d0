"""Dates of the routine: periods, working days, day 20, lateness.

Days are `date`; instants are aware UTC `datetime`; local time (Asia/Ho_Chi_Minh) exists only in this module.
Days off come from the `holidays` library, overridden by the office's own list (sheet Ngày nghỉ).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_PERIOD = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")


@lru_cache
def _public_holidays(year: int) -> frozenset[date]:
    import holidays  # slow to import; only forms and reports of a new year need it

    return frozenset(holidays.country_holidays("VN", years=year))


@lru_cache
def _worked_weekends(year: int) -> frozenset[date]:
    import holidays

    calendar = holidays.country_holidays("VN", years=year)
    return frozenset(getattr(calendar, "weekend_workdays", ()))


@dataclass(frozen=True)
class Calendar:
    """Working days, Monday to Friday less holidays; `overrides` maps a day to True (worked) or False (off)."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day.weekday() >= 5:
            return day in _worked_weekends(day.year)
        return day not in _public_holidays(day.year)

    def spelt_out(self, years: Iterable[int]) -> Calendar:
        """The same calendar with every day of these years decided: they need no holiday library any more."""
        days = (date(year, 1, 1) + timedelta(n) for year in years for n in range(366))
        return Calendar({**self.overrides, **{day: self.is_working(day) for day in days}})

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on (Civil Code 2015, article 148.5)."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def shift(self, day: date, working_days: int) -> date:
        """The day `working_days` working days after `day` (before it, where negative)."""
        step = timedelta(days=1 if working_days >= 0 else -1)
        for _ in range(abs(working_days)):
            day += step
            while not self.is_working(day):
                day += step
        return day


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One reporting month; `str(period)` is "YYYY-MM"."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """ValueError where the text is not "YYYY-MM"."""
        found = _PERIOD.match(text.strip())
        if not found:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def containing(cls, day: date, calendar: Calendar, report_day: int = 20) -> Period:
        """The period whose effective day comes next (that day included)."""
        period = cls(day.year, day.month)
        return period if day <= period.effective_day(calendar, report_day) else period.next()

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def label(self) -> str:
        """As an official writes it: "tháng 3/2025" (months 3 to 9 take no leading zero; decree 30/2020)."""
        return f"tháng {self.month:02d}/{self.year}" if self.month < 3 else f"tháng {self.month}/{self.year}"

    def next(self) -> Period:
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Period:
        return Period(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def effective_day(self, calendar: Calendar, report_day: int = 20) -> date:
        """The nominal day, moved to the next working day."""
        return calendar.on_or_after(date(self.year, self.month, report_day))

    def opening_day(self, calendar: Calendar) -> date:
        """The first working day of the month."""
        return calendar.on_or_after(date(self.year, self.month, 1))

    def first_day(self, calendar: Calendar, report_day: int = 20) -> date:
        """The first day the period covers: the one after the last effective day."""
        return self.previous().effective_day(calendar, report_day) + timedelta(days=1)

    def deadline(self, calendar: Calendar, report_day: int = 20) -> datetime:
        """The instant from which a return is late: 24:00 local time of the effective day (article 148.6)."""
        following = self.effective_day(calendar, report_day) + timedelta(days=1)
        return datetime.combine(following, time(0), ZONE).astimezone(UTC)


def local_day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def show_instant(instant: datetime) -> str:
    """Local time for people: "09:05 20/03/2025"."""
    return f"{instant.astimezone(ZONE):%H:%M %d/%m/%Y}"


def parse_instant(text: str) -> datetime:
    """ "YYYY-MM-DD" (08:00) or "YYYY-MM-DDTHH:MM" local time, as an instant; ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    if "T" not in text and " " not in text:
        moment = datetime.combine(moment.date(), time(8))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def official_date(day: date) -> str:
    """ "ngày 20 tháng 3 năm 2025"; days below 10, months 1 and 2 take a zero (decree 30/2020, appendix I)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def short_date(day: date) -> str:
    """ "20/3/2025" with the zero rule of decree 30/2020, for running text."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def short_instant(instant: datetime) -> str:
    """Local time in a report: "16:00 20/3/2025", its day as in the running text."""
    local = instant.astimezone(ZONE)
    return f"{local:%H:%M} {short_date(local.date())}"


def local_clock(instant: datetime) -> datetime:
    """Local time without a zone, for spreadsheets, which know none."""
    return instant.astimezone(ZONE).replace(tzinfo=None)

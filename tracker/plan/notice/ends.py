"""Last days: of months, of parts of months and years, of counted months (Civil Code 2015, articles 146 to 148)."""

from __future__ import annotations

import calendar
from datetime import date


def clock(hours: str | None, minutes: str | None) -> str:
    return f"{int(hours):02d}:{int(minutes or 0):02d}" if hours and int(hours) < 25 else ""


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def part_of_month(year: int, month: int, part: str | None) -> date:
    """đầu: day 1, giữa: day 15, cuối or none: the last (article 146)."""
    return {"đầu": date(year, month, 1), "giữa": date(year, month, 15)}.get(part or "", month_end(year, month))


def part_of_year(year: int, part: str | None) -> date:
    return {"đầu": date(year, 1, 1), "giữa": date(year, 6, 30)}.get(part or "", date(year, 12, 31))


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or that month's last (article 148.4)."""
    ahead = day.month - 1 + months
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

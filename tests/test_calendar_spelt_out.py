"""A calendar that is sent to a worker says the same, and needs no holiday library there."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

from tracker.dates import Calendar, Period

OFFICE = Calendar({date(2025, 3, 20): False, date(2025, 3, 22): True, date(2031, 5, 5): False})


def test_every_day_is_what_it_was() -> None:
    spelt_out = OFFICE.spelt_out({2024, 2025})
    days = [date(2023, 12, 1) + timedelta(n) for n in range(900)] + [date(2031, 5, 5)]
    assert [spelt_out.is_working(day) for day in days] == [OFFICE.is_working(day) for day in days]


def test_effective_days_are_what_they_were() -> None:
    periods = [Period(year, month) for year in (2024, 2025) for month in range(1, 13)]
    spelt_out = OFFICE.spelt_out({2023, 2024, 2025, 2026})
    assert [each.effective_day(spelt_out) for each in periods] == [each.effective_day(OFFICE) for each in periods]


def test_the_library_is_not_loaded() -> None:
    program = """
import sys
from datetime import date
from tracker.dates import Calendar, Period
first, last = date(2025, 1, 1).toordinal(), date(2026, 1, 1).toordinal()
days = {date.fromordinal(n): n % 7 not in (0, 6) for n in range(first, last)}
assert Period(2025, 3).effective_day(Calendar(days)) == date(2025, 3, 20)
assert "holidays" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

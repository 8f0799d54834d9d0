"""Deadline phrases (DOMAIN.md, section 7): what they name, how they bind, and what only looks like one.

A date binds by the words before it ("trước", "chậm nhất", "trong" …): a date that merely stands behind a cited
document is no deadline. In a column headed Thời hạn the phrase is the whole cell and needs no such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.dates import Calendar
from tracker.plan.notice.ends import clock, month_end, months_later, part_of_month, part_of_year
from tracker.plan.notice.model import Deadline
from tracker.plan.notice.text import depths, key
from tracker.plan.notice.time_phrases import (
    AFTER,
    BARE_DAY,
    COUNTED,
    CYCLE,
    CYCLES,
    DAY,
    END_OF_CYCLE,
    ENDING,
    EVERY_SIX,
    IN_COLUMN,
    IN_TEXT,
    KEPT_YEAR,
    NAME_BEFORE,
    NOT_ONGOING,
    ON_DEMAND,
    ONGOING,
    RANGE,
    ROLL_OVER_DAYS,
    ROMAN,
    URGENT,
    WEEKDAYS,
    WITH_DAY,
)


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    deadline: Deadline


def read_deadline(
    phrase: str, issued: date | None, *, in_column: bool = False, days: Calendar | None = None
) -> Deadline:
    """What a phrase or sentence says of time; an empty Deadline where it says nothing.

    `issued` is the day of the document (it gives missing years; without it such dates stay open and are flagged).
    `in_column`: the phrase is a cell of a deadline column.
    """
    reader = _Reader(phrase, issued, in_column, days or Calendar())
    return reader.combined()


class _Reader:
    def __init__(self, phrase: str, issued: date | None, in_column: bool, days: Calendar) -> None:
        self.phrase, self.low = phrase, key(phrase)
        self.issued, self.in_column, self.days = issued, in_column, days
        self.deep = depths(phrase)

    def combined(self) -> Deadline:
        """All mentions joined: the day that binds, then what recurs, then what hurries."""
        dated, cycle = self._dated(), self._recurring()
        event, ongoing, urgency = self._event(), self._ongoing(), self._urgency()
        if dated:
            return self._with_day(dated, cycle, ongoing, urgency, event)
        if cycle:
            return replace(cycle.deadline, urgency=urgency)
        if event and event.deadline.bound == "relative":
            return replace(event.deadline, urgency=urgency)
        if ongoing and not (event and self.in_column):
            return Deadline(self._words(ongoing), bound="ongoing", recurrence="ongoing", urgency=urgency)
        if event:
            return replace(event.deadline, urgency=urgency)
        if urgency:
            return Deadline(urgency, bound="urgent", urgency=urgency)
        return Deadline()

    def _with_day(
        self,
        dated: list[_Mention],
        cycle: _Mention | None,
        ongoing: re.Match[str] | None,
        urgency: str,
        event: _Mention | None,
    ) -> Deadline:
        chosen = self._binding(dated)
        flags = chosen.deadline.flags
        if len({each.deadline.due_on for each in dated}) > 1:
            flags = (*flags, "deadline_several")
        then = cycle.deadline.recurrence if cycle and cycle.start > chosen.end else ""
        if ongoing and ongoing.start() > chosen.end:
            then = then or "ongoing"
        return replace(
            chosen.deadline, urgency=urgency, then=then, flags=flags, event=event.deadline.event if event else ""
        )

    def _binding(self, dated: list[_Mention]) -> _Mention:
        """Of several days the one of completion; else the first where others only sum up, else the last."""
        main = [each for each in dated if "trong đó" not in self.low[: each.start]] or dated
        dated = main
        for each in dated:
            if (
                re.search(r"(?:hoàn thành|hoàn tất|xong)\s*$", self.low[: each.start])
                or "hoàn thành" in each.deadline.text
            ):
                return each
        between = self.low[dated[0].end : dated[-1].start]
        return dated[0] if re.search(r"\bđể\b.*\btổng hợp", between) else dated[-1]

    def _words(self, found: re.Match[str]) -> str:
        return self.phrase[found.start() : found.end()].strip(" ,;:.(")

    # --- days ---------------------------------------------------------------------------------------------------------

    def _dated(self) -> list[_Mention]:
        found: list[_Mention] = []
        for make in (self._ranges, self._counted, self._days, self._spans, self._endings):
            for mention in make():
                if not any(mention.start < other.end and other.start < mention.end for other in found):
                    found.append(mention)
        return sorted(found, key=lambda each: each.start)

    def _mention(self, found: re.Match[str], due: date, bound: str, **others: object) -> _Mention:
        start = found.start()
        done = re.search(r"(?:hoàn thành|hoàn tất|xong)\s+$", self.low[:start])
        text = self.phrase[done.start() if done else start : found.end()].strip(" ,;:.(")
        return _Mention(start, found.end(), Deadline(text, due, bound, **others))  # type: ignore[arg-type]

    def _is_aside(self, found: re.Match[str]) -> bool:
        """Inside parentheses, where a date tells the source of a figure, unless it says "hoàn thành" or who leads."""
        return (
            not self.in_column
            and self.deep[found.start()] > 0
            and "chủ trì" not in self.low[self.low.rfind("(", 0, found.start()) + 1 : found.start()]
            and not re.search(r"(?:hoàn thành|xong|hạn)\s*$", self.low[: found.start()])
            and not found.groupdict().get("before")
        )

    def _ranges(self) -> Iterator[_Mention]:
        for found in RANGE.finditer(self.low):
            end = self._day(found["d"], found["m"], found["y"])
            start = self._day(found["d1"], found["m1"], found["y1"] or (str(end[0].year) if end else None))
            if end and start and not self._is_aside(found):
                yield self._mention(found, end[0], "within", start=start[0], flags=end[1])

    def _days(self) -> Iterator[_Mention]:
        for found in (BARE_DAY if self.in_column else WITH_DAY).finditer(self.low):
            if (
                re.search(r"\btháng\s*$", self.low[: found.start("d")] if found["d"] else "")
                or re.search(r"(?:tính|kể từ|từ|áp dụng|hiệu lực)\s*$", self.low[: found.start()])
                or self._is_aside(found)
            ):
                continue
            day = self._day(found["d"] or found["dd"], found["m"] or found["mm"], found["y"] or found["yy"])
            if day:
                yield self._mention(
                    found, day[0], self._bound(found), time=clock(found["h"], found["min"]), flags=day[1]
                )

    def _bound(self, found: re.Match[str]) -> str:
        if found["before"] or (found["by"] and "trước" in found["by"]):
            return "before"
        if found["by"] or found["done"]:
            return "on_or_before"
        return "within" if found["in"] else "on_or_before"

    def _day(self, day: str, month: str, year: str | None) -> tuple[date, tuple[str, ...]] | None:
        try:
            if year:
                return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)), ()
            if not self.issued:
                return None
            named = date(self.issued.year, int(month), int(day))
            if named < self.issued - timedelta(days=ROLL_OVER_DAYS):
                named = named.replace(year=named.year + 1)
            return named, ("year_inferred",)
        except ValueError:
            return None

    def _spans(self) -> Iterator[_Mention]:
        for name, pattern in (IN_COLUMN if self.in_column else IN_TEXT).items():
            for found in pattern.finditer(self.low):
                if not self._is_aside(found) and not self._is_name(name, found):
                    yield from self._span(name, found)

    def _is_name(self, name: str, found: re.Match[str]) -> bool:
        """Whether the span belongs to a name ("Đề án … đến năm 2030", "kết quả trong năm 2024")."""
        if self.in_column:
            return False
        before = self.low[: found.start()]
        if (
            name in ("year", "span")
            and found["by"] in ("đến", "tới")
            and not (found.groupdict().get("part") or KEPT_YEAR.search(before))
        ):
            return True
        if name == "year" and found["done"] and not re.match(r"hoàn|xong|hạn|thời", found["done"]):
            return True
        return bool(NAME_BEFORE.search(before)) or bool(re.search(r"(?:đã|qua|vừa)\s+\S*\s*$", before))

    def _span(self, name: str, found: re.Match[str]) -> Iterator[_Mention]:
        groups = found.groupdict()
        year, flags = self._year(groups.get("year"))
        if name == "span":
            year, flags = int(found["y2"]), ()
        if year is None:
            return
        start = None
        if name == "quarter":
            first, last = ROMAN[found["q"]], ROMAN[found["q2"] or found["q"]]
            start, end = date(year, 3 * first - 2, 1), month_end(year, 3 * last)
            shown = start if found["q2"] else None
        elif name == "months":
            if not (1 <= int(found["month1"]) <= 12 and 1 <= int(found["month"]) <= 12):
                return
            start = shown = date(int(found["year1"] or year), int(found["month1"]), 1)
            end = month_end(year, int(found["month"]))
        elif name == "half":
            months = {"6": 6, "sáu": 6, "9": 9, "chín": 9, "3": 3}[found["n"]]
            end = month_end(year, months if found["half"] == "đầu" else 12)
            start, shown = date(year, 1 if found["half"] == "đầu" else 13 - months, 1), None
        elif name == "month":
            if not 1 <= int(found["month"]) <= 12:
                return
            start, end = date(year, int(found["month"]), 1), part_of_month(year, int(found["month"]), found["part"])
            shown = None
        elif name == "span":
            start, end = date(int(found["y1"]), 1, 1), date(year, 12, 31)
            shown = start
        else:
            start, end, shown = date(year, 1, 1), part_of_year(year, found["part"]), None
        bound = self._bound(found)
        if bound == "before" and not groups.get("part"):
            yield self._mention(found, start, "before", flags=flags)
        else:
            bound = bound if bound == "before" or (found["by"] and name != "span") else "within"
            yield self._mention(found, end, bound, start=shown, flags=flags)

    def _year(self, text: str | None) -> tuple[int | None, tuple[str, ...]]:
        if text and text.isdigit():
            return int(text), ()
        if not self.issued:
            return None, ()
        return self.issued.year + (text == "sau"), ("year_inferred",)

    def _endings(self) -> Iterator[_Mention]:
        """A quarter, or "cuối năm …", between commas: ", Quý II/2025." """
        for found in () if self.in_column else ENDING.finditer(self.low):
            if found["q"]:
                year, flags = self._year(found["year"])
                last = ROMAN[found["q2"] or found["q"]]
                if year:
                    yield self._mention(found, month_end(year, 3 * last), "within", flags=flags)
            elif found["half"]:
                months = int(found["n"]) if found["half"] == "đầu" else 12
                yield self._mention(found, month_end(int(found["year3"]), months), "within")
            else:
                year = int(found["year2"])
                month = found["month"]
                end = part_of_month(year, int(month), found["part"]) if month else part_of_year(year, found["part"])
                yield self._mention(found, end, "within")

    def _counted(self) -> Iterator[_Mention]:
        """ "trong thời hạn 15 ngày kể từ ngày …": the first day is not counted (article 147.2)."""
        for found in COUNTED.finditer(self.low):
            first = self._counted_from(found["what"] or "")
            if not first:
                continue
            count = int(found["n"])
            if found["unit"] == "ngày làm việc":
                end = self.days.shift(first, count)
            elif found["unit"] == "tháng":
                end = months_later(first, count)
            else:
                end = first + timedelta(days=count * (7 if found["unit"] == "tuần" else 1))
            flags = ("deadline_not_before",) if (found["lead"] or "") == "sau" else ()
            yield self._mention(found, end, "on_or_before", effective=self.days.on_or_after(end), flags=flags)

    def _counted_from(self, what: str) -> date | None:
        day = re.search(DAY, what)
        if day:
            known = self._day(day["d"] or day["dd"], day["m"] or day["mm"], day["y"] or day["yy"])
            return known[0] if known else None
        is_ours = re.match(
            r"(?:ban hành|ký|thông báo|có thông báo)(?:\s+ban hành)?(?:\s+(?:thông báo|kế hoạch|văn bản|kết luận|quyết định|công văn|chỉ thị))?(?:\s+(?:kết luận\s+)?này)?\s*$",
            what,
        )
        return self.issued if is_ours else None

    # --- without a day ------------------------------------------------------------------------------------------------

    def _event(self) -> _Mention | None:
        for found in COUNTED.finditer(self.low):
            event = found["event"] or found["what"]
            if event and not self._counted_from(event):
                at = found.start("event") if found["event"] else found.start("what")
                words = self.phrase[at : at + len(event)].strip()
                days = int(found["n"]) * {"tuần": 7, "tháng": 30}.get(found["unit"], 1)
                return _Mention(
                    found.start(),
                    found.end(),
                    Deadline(self._words(found), bound="relative", event=words, offset_days=days),
                )
        asked = ON_DEMAND.search(self.low) if self.in_column else None
        if asked:
            return _Mention(
                asked.start(), asked.end(), Deadline(self._words(asked), bound="event", event=self._words(asked))
            )
        for found in AFTER.finditer(self.low):
            if not self.deep[found.start()] and (found["trigger"].startswith("ngay") or self.in_column):
                event = self.phrase[found.start("event") : found.end("event")].strip()
                return _Mention(found.start(), found.end(), Deadline(self._words(found), bound="event", event=event))
        return None

    def _recurring(self) -> _Mention | None:
        if found := EVERY_SIX.search(self.low):
            return _Mention(
                found.start(), found.end(), Deadline(self._words(found), bound="half_yearly", recurrence="half_yearly")
            )
        if (found := END_OF_CYCLE.search(self.low)) and not self.deep[found.start()]:
            each_quarter = Deadline(self._words(found), bound="quarterly", recurrence="quarterly")
            on = int(found["day"]) if found["day"] else None
            return _Mention(found.start(), found.end(), replace(each_quarter, day=on))
        for found in CYCLE.finditer(self.low):
            if self.deep[found.start()] or not self._is_cycle(found):
                continue
            cycle = CYCLES[found["cycle"]]
            weekday = found["w1"] or found["w2"]
            day = found["day"] or found["day2"]
            time = clock(found["h1"], found["min1"]) or clock(found["h2"], found["min2"])
            return _Mention(
                found.start(),
                found.end(),
                Deadline(
                    self._words(found),
                    bound=cycle,
                    recurrence=cycle,
                    day=int(day) if day else None,
                    weekday=WEEKDAYS[weekday] if weekday else None,
                    time=time,
                    also=CYCLES[found["also"]] if found["also"] else "",
                ),
            )
        return None

    def _is_cycle(self, found: re.Match[str]) -> bool:
        """ "dự toán ngân sách hằng năm" is no recurrence; "Định kỳ hằng quý", "báo cáo hằng tháng", "Hằng năm, …" are."""
        if self.in_column or found["periodic"] or found["pre"] or not self.low[: found.start()].strip(" -+(,"):
            return True
        before, after = self.low[: found.start()].rstrip(), self.low[found.end() :].lstrip()
        if before.endswith((",", ";", ":")):
            return True
        ends = not after or after[0] in ".,;"
        return (
            ends
            and found["cycle"] != "năm"
            and bool(re.search(r"báo cáo|tổng hợp|cập nhật|kiểm tra|giao ban|gửi", before))
        )

    def _ongoing(self) -> re.Match[str] | None:
        for found in ONGOING.finditer(self.low):
            before = self.low[: found.start()]
            if (
                not self.deep[found.start()]
                and not NOT_ONGOING.search(before)
                and (self.in_column or not found[0].endswith("ngày"))
            ):
                return found
        return None

    def _urgency(self) -> str:
        found = next((each for each in URGENT.finditer(self.low) if not self.deep[each.start()]), None)
        return self._words(found) if found else ""

"""Patterns of deadline phrases, on `tracker.plan.notice.text.key` of a text (DOMAIN.md, section 7).

Named groups: `before`, `by`, `in`, `done` tell how the words in front bind; the others hold day, month, year.
"""

from __future__ import annotations

import re

ROLL_OVER_DAYS = 30  # a day without a year that lies further back than this is of next year
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
WEEKDAYS = {"hai": 1, "ba": 2, "tư": 3, "năm": 4, "sáu": 5, "bảy": 6, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}
CYCLES = {"tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "năm": "yearly", "ngày": "daily"}

DAY = (
    r"(?:(?P<d>\d{1,2})\s*[/.\-]\s*(?P<m>\d{1,2})(?:\s*[/.\-]\s*(?P<y>\d{4}|\d{2}(?!\d)))?(?![\d/%])"
    r"|(?P<dd>\d{1,2})\s+tháng\s+(?P<mm>\d{1,2})(?:\s*(?:năm|/)\s*(?P<yy>\d{4}))?)"
)
TIME = r"(?:(?P<h>\d{1,2})\s*(?:giờ|h|g|:)\s*(?P<min>\d{2})?(?:\s*phút)?\s*,?\s*(?:của\s+)?)"
BEFORE = r"trước(?:\s+thời hạn)?"
BY = (
    r"(?:chậm|muộn)\s+nhất(?:\s+(?:là|vào|đến|trong|trước|hết))*|không\s+(?:quá|muộn hơn)|hạn\s+(?:cuối|chót)(?:\s+là)?"
    r"|(?<!tính )(?<!kể từ )(?:đến|tới)(?:\s+hết)?|hết"
)
IN = r"trong(?:\s+(?:khoảng|vòng))?|vào|ngay trong"
DONE = r"(?:hoàn thành|hoàn tất|xong|thời (?:hạn|gian)(?: (?:hoàn thành|thực hiện))?|hạn|hạn hoàn thành)\s*:?\s*(?:là\s+|vào\s+)?"
LEAD = rf"(?:\b(?P<before>{BEFORE})|\b(?P<by>{BY})|\b(?P<in>{IN})|\b(?P<done>{DONE}))\s+"
YEAR = r"(?:\s*(?:/|-|năm|của năm)\s*(?P<year>\d{4}|nay|sau))?"
PART = r"(?:(?P<part>cuối|đầu|giữa)\s+)?"


def _phrase(body: str, *, lead: str = LEAD) -> re.Pattern[str]:
    return re.compile(lead + body)


FREE = r"(?:" + LEAD.replace(r"\s+", r"\s+", 1) + r")?"
WITH_DAY = _phrase(rf"{TIME}?(?:ngày\s+)?{DAY}")
BARE_DAY = _phrase(rf"{TIME}?(?:ngày\s+)?{DAY}", lead=FREE)
RANGE = re.compile(
    r"\btừ\s+(?:ngày\s+)?(?P<d1>\d{1,2})[/.\-](?P<m1>\d{1,2})(?:[/.\-](?P<y1>\d{4}))?\s*(?:đến|tới|-)\s*(?:hết\s+)?(?:ngày\s+)?"
    r"(?P<d>\d{1,2})[/.\-](?P<m>\d{1,2})(?:[/.\-](?P<y>\d{4}))?"
)
QUARTERS = r"quý\s+(?P<q>iv|i{1,3}|[1-4])\b(?:\s*(?:,|-|và|đến)\s*(?:quý\s+)?(?P<q2>iv|i{1,3}|[1-4])\b)*"
HALF = r"(?P<n>6|9|sáu|chín|3)\s+tháng\s+(?P<half>đầu|cuối)\s+năm(?:\s+(?P<year>\d{4}|nay))?"
SPAN = r"(?:giai đoạn\s+|năm\s+)?(?P<y1>20\d\d)\s*-\s*(?P<y2>20\d\d)(?!\d)"
SPANS = {
    "quarter": QUARTERS + YEAR,
    "months": rf"tháng\s+(?P<month1>\d{{1,2}})(?:\s*(?:/|năm)\s*(?P<year1>\d{{4}}))?(?:\s*(?:-|đến)\s*(?:hết\s+)?(?:tháng\s+)?|\s*(?:,|và)\s*tháng\s+)(?P<month>\d{{1,2}})(?![\d%]){YEAR}",
    "half": HALF,
    "month": rf"{PART}tháng\s+(?P<month>\d{{1,2}})(?![\d%]){YEAR}",
    "span": SPAN,
    "year": rf"{PART}năm\s+(?P<year>20\d\d|nay|sau)(?!\s*[\d\-])",
}
IN_TEXT: dict[str, re.Pattern[str]] = {name: _phrase(body) for name, body in SPANS.items()}
IN_TEXT["months"] = re.compile(
    rf"\b(?:từ|{IN})\s+(?P<before>(?!))?(?P<by>(?!))?(?P<done>(?!))?(?P<in>)" + SPANS["months"]
)
IN_COLUMN = {name: _phrase(body, lead=FREE) for name, body in SPANS.items()}
IN_COLUMN["year"] = _phrase(rf"{PART}(?:năm\s+)?(?P<year>20\d\d)(?![\d\-/])", lead=FREE)
ENDING = re.compile(
    rf"(?:^|[,;(:]\s*)(?:{QUARTERS}{YEAR}|(?P<part>cuối|đầu|giữa)\s+(?:tháng\s+(?P<month>\d{{1,2}})|năm)\s*(?:/|năm)?\s*(?P<year2>20\d\d)|(?P<n>6|9)\s+tháng\s+(?P<half>đầu|cuối)\s+năm\s+(?P<year3>20\d\d))(?=\s*[.,;)]|$)"
)
COUNTED = re.compile(
    r"\b(?P<lead>trong\s+(?:thời hạn|vòng|thời gian)|trong|chậm nhất(?:\s+(?:là|sau))?|không quá|sau|thời hạn)?\s*"
    r"(?P<n>\d{1,3})\s*(?:\([^)]*\)\s*)?(?P<unit>ngày làm việc|ngày|tuần|tháng)(?!\s*\d)\s*"
    r"(?P<from>,?\s*(?:kể\s+)?từ\s+(?:ngày|khi)\s+(?P<what>[^,;.]*)|,?\s*sau\s+khi\s+(?P<event>[^,;.]*))"
)
AFTER = re.compile(r"\b(?P<trigger>ngay\s+(?:sau\s+)?khi|sau\s+khi|khi\s+có|ngay\s+khi)\s+(?P<event>[^,;.]*)")
ON_DEMAND = re.compile(
    r"\b(?:theo|khi có)\s+(?:yêu cầu|tiến độ(?:\s+(?:dự án|được duyệt|chung))?|kế hoạch được duyệt)|\btheo quy định$"
)
OFTEN = r"(?:hằng|hàng|mỗi)"
CYCLE = re.compile(
    rf"(?P<periodic>định kỳ\s*,?\s*)?(?P<pre>(?:(?:vào|trước|chậm nhất(?: vào)?|trong)\s+)?(?:{TIME.replace('P<h>', 'P<h1>').replace('P<min>', 'P<min1>')})?"
    r"(?:(?:ngày\s+)?thứ\s+(?P<w1>hai|ba|tư|năm|sáu|bảy|[2-7])\s+|(?:ngày\s+\d{1,2}\s*(?:,|và)\s*)*ngày\s+(?P<day>\d{1,2})\s*(?:của\s+)?))?"
    rf"{OFTEN}\s+(?P<cycle>tuần|tháng|quý|năm)\b(?:\s*(?:,|và)\s*(?:{OFTEN}\s+)?(?P<also>tuần|tháng|quý|năm)\b)?"
    rf"(?:\s*,?\s*(?:vào|trước|chậm nhất)\s+(?:{TIME.replace('P<h>', 'P<h2>').replace('P<min>', 'P<min2>')})?(?:(?:ngày\s+)?thứ\s+(?P<w2>hai|ba|tư|năm|sáu|bảy|[2-7])\b|ngày\s+(?P<day2>\d{{1,2}})(?![\d/])))?"
)
END_OF_CYCLE = re.compile(
    r"(?:\bđịnh kỳ\s*,?\s*)?(?:\b(?:vào|trước|chậm nhất(?: vào)?)\s+)?(?:\bngày\s+(?P<day>\d{1,2})\s*(?:của\s+)?)?\btháng\s+(?:cuối(?:\s+(?:của|mỗi|hằng|hàng))*|đầu(?:\s+(?:của|mỗi|hằng|hàng))*)\s+quý(?!\s*(?:[ivx]+|\d))(?:\s+sau)?"
)
"""A quarter's report: "trước ngày 20 của tháng cuối quý"."""
EVERY_SIX = re.compile(
    r"\bđịnh kỳ\s+(?:6|06|sáu)\s+tháng(?:\s*(?:/|một)\s*lần)?|\b(?:6|06)\s+tháng\s*(?:/|một)\s*(?:01|1)?\s*lần"
)
ONGOING = re.compile(r"\bthường xuyên(?:\s*,\s*liên tục)?|\bliên tục|\bhằng ngày|\bhàng ngày")
NOT_ONGOING = re.compile(r"(?:\b(?:chi|phí|vốn|sách|đầu tư|sự nghiệp|không|đời sống|sinh hoạt|toán)|nhiệm vụ)\s*$")
URGENT = re.compile(
    r"\b(?:khẩn trương|kịp thời|nhanh chóng|hỏa tốc|sớm|ngay(?: lập tức)?)\b(?!\s+(?:từ|sau khi|khi|tại|trong|cả|trên|nắng))"
)
NAME_BEFORE = re.compile(
    r"(?:tầm nhìn|định hướng|giai đoạn|giai đoạn [\d\s-]+|kế hoạch|chương trình|đề án|chiến lược|quy hoạch|công tác|tính"
    r"|(?<!báo cáo )kết quả|số liệu|hiệu lực|áp dụng|phát sinh|ban hành|nhiệm kỳ|kể)\s*(?:,\s*)?$"
)
KEPT_YEAR = re.compile(r"(?:^|[,;:]\s*|phấn đấu\s+|bảo đảm\s+|đảm bảo\s+)$")

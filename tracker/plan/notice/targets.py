"""Indicators in a sentence: a value with its comparison and unit, and what is measured.

Not every number is one: fees ("0 đồng"), definitions ("01 tài khoản"), and what was already reached are none.
"""

from __future__ import annotations

import re

from tracker.plan.notice.model import Target
from tracker.plan.notice.text import depths, key

_NUMBER = r"(?P<n>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_MORE = r"tối thiểu|ít nhất|không (?:thấp|ít|nhỏ) hơn|không dưới|thấp nhất|từ"
_ABOVE = r"trên|hơn|vượt(?: trên)?|cao hơn|lớn hơn"
_LESS = r"không (?:quá|vượt(?: quá)?|cao hơn|lớn hơn)|tối đa|nhiều nhất|cao nhất"
_BELOW = r"dưới|thấp hơn|nhỏ hơn"
_SIGN = rf"(?:(?P<more>{_MORE}|≥|>=)|(?P<above>{_ABOVE}|>)|(?P<less>{_LESS}|≤|<=)|(?P<below>{_BELOW}|<))"
_REACH = (
    r"(?P<reach>(?:phấn đấu|bảo đảm|đảm bảo|duy trì)?\s*(?:đạt|hoàn thành|giải ngân|tăng(?: trưởng)?|giảm|vượt|còn|xuống còn|lên|chiếm|duy trì|bảo đảm|đảm bảo|phấn đấu)"
    r"(?:\s+(?:được|tỷ lệ|mức|khoảng|tỷ trọng|bình quân|ở mức|thêm|xuống|lên|còn|đạt|chỉ tiêu))*)"
)
_UNITS = (
    r"(?:nghìn |ngàn |triệu |tỷ )?(?:tỷ đồng|triệu đồng|nghìn đồng|đồng/người|đồng|usd|km2|km|ha|héc-ta|m2|m3|mw|tấn|tạ|con|cây|căn nhà|căn hộ|căn|nhà|hộ(?: nghèo)?|doanh nghiệp|hợp tác xã|sản phẩm|người|lượt(?: khách| người)?|lao động"
    r"|xã|thôn|trường|phòng học|dự án|công trình|hồ sơ|dịch vụ|thủ tục|mô hình|lớp|cuộc|buổi|giường bệnh|giường|bác sĩ|điểm|bậc|vụ|khu|cụm|trạm|ca|học sinh|cơ sở|chỉ tiêu|camera|thuê bao|tài khoản|ngày|giờ|phút)"
)
_PERCENT = re.compile(
    rf"(?:{_REACH}\s+)?(?:{_SIGN}\s*)?{_NUMBER}\s*(?P<unit>%|phần trăm)(?P<up>\s+trở lên)?(?P<down>\s+trở xuống)?"
)
_AMOUNT = re.compile(
    rf"(?:{_REACH}\s+)?(?:{_SIGN}\s*)?{_NUMBER}\s*(?P<unit>{_UNITS})(?![\w])(?P<up>\s+trở lên)?(?P<down>\s+trở xuống)?"
)
_REACHED = re.compile(
    r"(?:\b(?:đã|mới|hiện|ước|chỉ|mới chỉ|hiện nay|hiện tại|hiện mới)\s+(?:có\s+|giải ngân\s+)?(?:được\s+)?$|tính đến[^,;]*,[^;]*$|\bso với[^,;]*$|\bgiai đoạn\s+$)"
)
_DESCRIBED = re.compile(r"\bcó (?:tỷ lệ|mức|kết quả)[^,;]*$")  # "các chủ đầu tư có tỷ lệ giải ngân dưới 50%"
_DESCRIBED_LOW = re.compile(
    r"\b(?:của|đối với|với|từ)\s+(?:các|những|\d+)\s+[^,;]*$"
)  # "của các dự án giải ngân dưới 40%"
_OF_PLAN = re.compile(r"\s*(?P<of>[^,;.]*)")
_CLAUSE = re.compile(r"[,;:.](?=\s)|\b(?:phấn đấu|bảo đảm|đảm bảo|trong đó|đồng thời)\b")
_SPAN = re.compile(rf"{_NUMBER}\s*%?\s*-\s*(?P<to>\d+(?:[.,]\d+)?)\s*%")
_SIGNS = ("more", "above", "less", "below")
_NOT_DUE = frozenset({"ngày", "giờ", "phút"})


def read_targets(sentence: str) -> tuple[Target, ...]:
    """Indicators of a sentence in its order."""
    low, deep = key(sentence), depths(sentence)
    found: list[tuple[int, int, Target]] = []
    for pattern in (_PERCENT, _AMOUNT):
        for match in pattern.finditer(low):
            at = match.start("n")
            if any(start <= at < end for start, end, _ in found) or (deep[at] and pattern is _AMOUNT):
                continue
            if _REACHED.search(low[: match.start()]) or (deep[at] and not match["reach"]):
                continue
            if "đạt" not in (match["reach"] or "") and _DESCRIBED.search(low[: match.start()]):
                continue
            if (match["below"] or match["less"]) and _DESCRIBED_LOW.search(low[: match.start()]):
                continue
            target = _target(sentence, low, match)
            if target:
                found.append((match.start(), match.end(), target))
    return tuple(target for _, _, target in sorted(found, key=lambda each: each[0]))


def _target(sentence: str, low: str, match: re.Match[str]) -> Target | None:
    value, unit = (
        _value(match["n"]),
        "%" if match["unit"] in ("%", "phần trăm") else sentence[match.start("unit") : match.end("unit")],
    )
    if unit != "%" and (not value or unit in _NOT_DUE):
        return None  # "0 đồng" is a fee; "trong 05 ngày" a deadline
    if unit != "%" and not (match["reach"] or match["up"] or any(match[sign] for sign in _SIGNS)):
        return None
    if match["more"] == "từ" and not match["up"] and unit != "%":
        return None
    name, words = _name(sentence, low, match)
    return Target(name, _op(match), value, unit, words) if name else None


def _op(match: re.Match[str]) -> str:
    reach = match["reach"] or ""
    if match["down"] or match["less"]:
        return "<="
    if match["below"]:
        return "<"
    if match["above"] and not match["up"]:
        return ">"
    if reach.rstrip().endswith(("xuống còn", "còn")) and not match["up"]:
        return "<="
    if reach.rstrip().endswith("vượt") and not match["more"]:
        return ">"
    return ">="


def _value(text: str) -> float:
    """ "42.000" is forty-two thousand; "8,5" eight and a half; "8.5" too."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    return float(text.replace(",", "."))


def _name(sentence: str, low: str, match: re.Match[str]) -> tuple[str, str]:
    """What is measured: the words before "đạt …", else those behind the figure ("100% hồ sơ …"); and the words read."""
    starts = [found.end() for found in _CLAUSE.finditer(low, 0, match.start())]
    start = starts[-1] if starts else 0
    before = sentence[start : match.start()].strip(" ,;:.-")
    after = _OF_PLAN.match(sentence, match.end())
    behind = after["of"].strip() if after else ""
    words = sentence[match.start() : match.end()].strip()
    reach = (match["reach"] or "").strip()
    if reach and reach.split()[-1] in ("tăng", "giảm", "trưởng", "thêm") and before:
        return f"{before} {reach}".strip(), words
    is_subject_behind = not reach or reach in ("bảo đảm", "đảm bảo", "duy trì", "phấn đấu") or len(before.split()) < 2
    if is_subject_behind and behind:
        return _short(behind), f"{words} {_short(behind, 4)}".strip()
    return (_short_end(before) or _short(behind)), words


def _short(text: str, words: int = 25) -> str:
    return " ".join(text.split()[:words])


def _short_end(text: str, words: int = 25) -> str:
    return " ".join(text.split()[-words:])

"""The head of a notice: kind, number, symbol, day, issuer, subject, signer (decree 30/2020, annex I)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from tracker.plan.notice.lines import Line
from tracker.plan.notice.model import Document
from tracker.plan.notice.text import key, tidy
from tracker.plan.notice.words import FIELD_NAMES

_KINDS = {
    "thông báo kết luận": "TB",
    "thông báo": "TB",
    "kế hoạch": "KH",
    "chỉ thị": "CT",
    "quyết định": "QĐ",
    "kết luận": "KL",
    "công văn": "CV",
    "chương trình": "CTr",
    "công điện": "CĐ",
    "nghị quyết": "NQ",
    "báo cáo": "BC",
    "phương án": "PA",
    "đề án": "ĐA",
}
_BY_SIGN = {
    "TB": "Thông báo",
    "KH": "Kế hoạch",
    "CT": "Chỉ thị",
    "QĐ": "Quyết định",
    "KL": "Kết luận",
    "CTR": "Chương trình",
    "CĐ": "Công điện",
    "NQ": "Nghị quyết",
}
_NUMBER = re.compile(
    r"(?:\bsố\s*[:.]?\s*)(?P<number>\d{1,5})\s*(?P<rest>[/-]\s*[a-zđ0-9][a-zđ0-9&]*(?:\s*[-/.]\s*[a-zđ][a-zđ0-9&.]*)*)"
)
_DAY = re.compile(r"ngày\s*(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})")
_SHORT_DAY = re.compile(r"ngày\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_MOTTO = re.compile(r"cộng\s*h[òo]a xã hội chủ nghĩa.*|độc lập\s*-\s*tự do\s*-\s*hạnh phúc.*")
_HEAD_LINES = 40
_COMMITTEES = ("ubnd", "ủy ban nhân dân", "hđnd", "hội đồng nhân dân")
_BELOW_SUBJECT = re.compile(
    r"(?:để|nhằm|qua|đến (?:ngày|hết)|tại (?:hội nghị|cuộc họp)|thời gian qua|trong thời gian|chủ tịch|giám đốc|tổng giám đốc|phó (?:chủ tịch|thủ tướng)|bộ trưởng|thường trực|kính gửi)\b.{20}"
)
_LEVELS = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "đặc khu")


def read_head(lines: Sequence[str]) -> Document:
    """The document block from the first lines of a text, as they stand; what is not there stays empty."""
    head = [tidy(line) for line in lines[:_HEAD_LINES] if line.strip()]
    low = [key(line) for line in head]
    number, symbol = _symbol(head, low)
    at = _title_at(low)
    kind = _kind(low, at, symbol)
    return Document(
        kind, number, symbol, _date(low, at), _issuer(head, low, lines), _subject(head, low, at), _signer(lines)
    )


def level_of(document: Document, text: str) -> tuple[str, str]:
    """(level, place) of the issuer: ("tỉnh", "Hải Dương"); told from the text where the head is lost."""
    low = key(document.issuer)
    found = re.search(rf"(?:ubnd|ủy ban nhân dân)\s+({'|'.join(_LEVELS)})\s*(.*)", low)
    if found:
        return found[1], document.issuer[found.start(2) :].strip()
    plain = re.findall(r"(?:ubnd|ủy ban nhân dân) (tỉnh|thành phố|huyện|xã|phường)(?=[,.;:]| (?![A-ZĐ]))", key(text))
    return (max(set(plain), key=plain.count), "") if plain else ("tỉnh", "")


def preamble_end(lines: Sequence[Line]) -> int:
    """Index of the first paragraph that may be a task: behind "… như sau:", or the first numbered one."""
    numbered = next(
        (n for n, line in enumerate(lines) if re.match(r"[\dIVX]|Điều|Phần|Mục|A[.)]", line.label) or line.is_row),
        len(lines),
    )
    for n, line in enumerate(lines[: numbered + 1]):
        if (
            n < numbered
            and re.search(r"(?:như sau|sau đây|sau|dưới đây|cụ thể)\s*[:.]?$", key(line.text))
            and re.search(
                r"kết luận|chỉ đạo|yêu cầu|giao|ý kiến|thông báo|thực hiện|phân công|nội dung|nhiệm vụ", key(line.text)
            )
        ):
            return n + 1
    if numbered < len(lines):
        return numbered
    title = next((n for n, line in enumerate(lines[:_HEAD_LINES]) if key(line.text) in _KINDS), -1)
    return title + 1


def _symbol(head: list[str], low: list[str]) -> tuple[int | None, str]:
    for line, text in zip(low, head, strict=True):
        if found := _NUMBER.search(line):
            written = re.sub(r"\s+", "", text[found.start("number") : found.end("rest")]).rstrip(".,;")
            return int(found["number"]), written
    return None, ""


def _date(low: list[str], at: int) -> date | None:
    """The day of the document; its line may be wrapped. Below the title "ngày …" speaks of other things."""
    above = " ".join(low[: at if at > 0 else len(low)])
    for text, pattern in ((above, _DAY), (above, _SHORT_DAY), (" ".join(low[:15]), _DAY)):
        if found := pattern.search(text):
            try:
                return date(int(found[3]), int(found[2]), int(found[1]))
            except ValueError:
                continue
    return None


def _title_at(low: list[str]) -> int:
    return next(
        (
            n
            for n, line in enumerate(low)
            if line.strip(" .:") in _KINDS
            or re.fullmatch(r"(?:thông báo|kế hoạch|chỉ thị|kết luận|quyết định)(?: kết luận)?", line.strip(" .:"))
        ),
        -1,
    )


def _kind(low: list[str], at: int, symbol: str) -> str:
    if at >= 0:
        return low[at].strip(" .:").capitalize()
    sign = re.search(r"\d+[/-]([A-ZĐ][A-Za-zĐ]*)", symbol)
    return _BY_SIGN.get(sign[1].upper(), "") if sign else ""


def _issuer(head: list[str], low: list[str], lines: Sequence[str]) -> str:
    """The body on the left of the head, without the motto that a converter put on the same line."""
    for n, line in enumerate(low[:12]):
        found = re.match(
            r"(?:chủ tịch )?(?:ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân|tỉnh ủy|thành ủy|đảng ủy|văn phòng|ban chỉ đạo|sở|bộ|tập đoàn|tổng công ty|tổng cục|cục|thanh tra)\b",
            line,
        )
        if not found:
            continue
        name = _left(head[n])
        at = n + 2 if low[n + 1 : n + 2] and re.fullmatch(r"(?:việt )?nam", low[n + 1]) else n + 1  # the motto's end
        if (
            at < len(low)
            and re.match(rf"(?:{'|'.join(_LEVELS)})\s", low[at])
            and not re.search(rf"\b(?:{'|'.join(_LEVELS)})\b", key(name))
        ):
            name = f"{name} {_left(head[at])}"
        bare = re.sub(r"\s+VIỆT NAM$", "", name) if found[0] in _COMMITTEES else name  # the motto's end, wrapped
        return _as_in_text(bare, lines) or _titled(bare)
    return ""


def _as_in_text(name: str, lines: Sequence[str]) -> str:
    """A name in capitals as the text below writes it ("Bộ Y tế"); "" where it does not."""
    low = key(name)
    for line in lines if name.isupper() else ():
        at = key(line).find(low)
        there = tidy(line[at : at + len(low)]) if at >= 0 else ""
        if there[:1].isupper() and not there.isupper():
            return there
    return ""


def _left(line: str) -> str:
    low = key(line)
    cut = re.search(r"\s*(?:cộng\s*h[òo]a xã hội|độc lập\s*-)", low)
    line = line[: cut.start()].strip() if cut else line
    words = line.split()
    if words and words[0].isupper():  # what a poor scan made of the motto is written small
        words = words[: next((n for n, word in enumerate(words) if not word.isupper()), len(words))]
    return " ".join(words)


def _titled(name: str) -> str:
    """ "ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG" as running text writes it."""
    if not name.isupper():
        return name
    low = key(name)
    if party := re.match(r"(?:chủ tịch\s+|tỉnh ủy|thành ủy|đảng ủy|huyện ủy)", low):
        rest = _titled(name[party.end() :].strip())
        return f"{party[0].strip().capitalize()} {rest}".strip()
    small = re.match(
        rf"(ủy ban nhân dân|hội đồng nhân dân|ubnd|hđnd|văn phòng)?\s*((?:{'|'.join(_LEVELS)})\b)?\s*(.*)", low
    )
    body, level, place = small.groups(default="") if small else ("", "", low)
    first = {"ubnd": "UBND", "hđnd": "HĐND"}.get(body, body.capitalize())
    rest = " ".join(word.capitalize() for word in place.split())
    for field in FIELD_NAMES:
        rest = re.sub(rf"\b{re.escape(field)}\b", field, rest, flags=re.IGNORECASE)
    rest = re.sub(rf"\s(?:{'|'.join(_LEVELS)})\s", lambda found: found[0].lower(), rest, flags=re.IGNORECASE)
    return " ".join(part for part in (first, level, rest) if part)


def _subject(head: list[str], low: list[str], at: int) -> str:
    found: list[str] = []
    for text, line in zip(head[at + 1 :], low[at + 1 :], strict=True) if at >= 0 else ():
        if (
            re.match(
                r"(?:ngày|căn cứ|thực hiện|sau khi|tham dự|[ivx]+(?=\.)|\d+(?=[.)])|phụ lục|stt|trên cơ sở|chủ tịch ubnd|ủy ban nhân dân)\b",
                line,
            )
            and found
        ):
            break
        if (
            found
            and not found[-1].endswith(",")
            and (_BELOW_SUBJECT.match(line) or line.endswith(":") or len(line) > 200)
        ):
            break
        if found and text.isupper() and not found[-1].isupper():
            break
        if _MOTTO.match(line) or "|" in line or len(found) >= 4 or set(line) <= set("-_ "):
            break
        found.append(text)
        if len(text) > 300:
            break
    return " ".join(found) if len(" ".join(found)) < 500 else ""


def _signer(lines: Sequence[str]) -> str:
    """The name below the signature block: the last short line of capitalised words behind "CHỦ TỊCH" and the like."""
    tail = [tidy(line) for line in lines[-40:] if line.strip()]
    signed = [
        n
        for n, line in enumerate(tail)
        if re.search(r"(?:\b(?:KT|TL|TM|TUQ|Q)\.\s*[A-ZĐ])|^(?:PHÓ )?CHỦ TỊCH$|^(?:PHÓ )?CHÁNH VĂN PHÒNG$", line)
    ]
    if not signed:
        return ""
    names = [line for line in tail[signed[0] + 1 :] if re.fullmatch(r"(?:[A-ZĐÀ-Ỹ][a-zà-ỹđ]+\s?){2,5}", line)]
    return names[-1] if names else ""

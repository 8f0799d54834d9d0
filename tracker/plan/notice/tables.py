"""Tables of tasks in annexes: columns known by their headings, rows by what stands under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.plan.notice.text import key

_COLUMNS: Mapping[str, str] = {
    "no": r"(?:stt|tt|số tt|số thứ tự|mục|điểm)",
    "both": r"(?:cơ quan|đơn vị)?\s*(?:chủ trì|thực hiện)\s*[,/;]?\s*(?:và\s*)?(?:cơ quan|đơn vị)?\s*phối hợp.*",
    "with": r".*(?:phối hợp|tham gia).*",
    "lead": r"(?:(?:cơ quan|đơn vị|trách nhiệm|bộ phận|phòng ban|người|tổ chức)\s*,?\s*)*(?:(?:cơ quan|đơn vị)\s*)?(?:chủ trì|thực hiện|đầu mối|chịu trách nhiệm|chủ trì thực hiện|được giao|tham mưu|chủ trì tham mưu).*|phân công(?: thực hiện| nhiệm vụ)?|trách nhiệm|cơ quan|đơn vị|chủ đầu tư",
    "when": r"(?:thời (?:gian|hạn)|tiến độ|hạn|kỳ hạn|lộ trình|thời điểm|ngày hoàn thành|hoàn thành).*",
    "product": r"(?:kết quả|sản phẩm|dự kiến (?:sản phẩm|kết quả)|đầu ra|hình thức văn bản).*",
    "target": r"(?:chỉ tiêu|mục tiêu).*",
    "content": r"(?:.*(?:nội dung|nhiệm vụ|công việc|tên (?:công việc|đề án|nhiệm vụ)|đề án|giải pháp|hoạt động|văn bản|chương trình).*)",
    "note": r"ghi chú.*",
    "receiver": r".*(?:nhận báo cáo|cấp trình|trình|cấp phê duyệt).*",
}
_DITTO = re.compile(r"-?\s*(?:nt|n\.t\.?|như trên)\s*-?|[\"“”〃]|-\s*[\"“”]\s*-")
_NEEDED = ("content", "lead")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A task's row: cells by column, its number joined to that of its section, and the row with what was filled in.

    `is_filled`: its lead stands in a cell above (merged, or "-nt-").
    """

    item: str
    cells: Mapping[str, str]
    whole: str
    is_filled: bool = False

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Column numbers by meaning where a row heads a table of tasks; None where it does not."""
    found: dict[str, int] = {}
    for number, cell in enumerate(cells):
        text = re.sub(r"\s*\([^)]*\)", "", key(cell)).strip(" .:*")
        name = next(
            (name for name, pattern in _COLUMNS.items() if name not in found and re.fullmatch(pattern, text)), None
        )
        if name and text and len(text) < 80:
            found[name] = number
    if "both" in found:
        found.setdefault("lead", found["both"])
    return found if all(name in found for name in _NEEDED) else None


def table_rows(rows: Sequence[Sequence[str]]) -> Iterator[TableRow]:
    """Rows of tasks of one table. Sections ("I | CẢI CÁCH …") number what follows; cells merged downwards are filled."""
    known: dict[str, int] | None = None
    last: Mapping[str, str] = {}
    held: TableRow | None = None  # a row cut by a page's end goes on in the next one
    section, count = "", 0
    width = 0
    for cells in rows:
        if heading := columns_of(cells):
            known, width = heading, len(cells)
            continue
        if not known or _are_numbers(cells):
            continue
        cells = list(cells) + [""] * (width - len(cells))
        row = {name: cells[at].strip() for name, at in known.items() if at < len(cells)}
        number = row.get("no", "").strip(" .)")
        if held and "no" in known and not number and _goes_on(row):
            held = replace(held, cells=_joined(held.cells, row), whole=f"{held.whole} {' '.join(cells)}".strip())
            last = held.cells
            continue
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) <= 2 and not row.get("lead"):
            if row.get("content") or filled:
                if re.fullmatch(r"[IVX]+|[A-H]|[a-z]|\d+(?:\.\d+)*", number or ""):
                    section = number
                elif found := re.match(r"([IVX]+|[A-H])[.\s]", filled[0]):
                    section = found[1]
                count, last = 0, {}
            continue
        count += 1
        own_lead = row.get("lead")
        for name in ("lead", "with", "when"):
            if _DITTO.fullmatch(key(row.get(name, ""))):
                row[name] = last.get(name, "")
            if name in known and not row.get(name) and _is_continued(row, last, name, number):
                row[name] = last.get(name, "")
        last = row
        mine = number or str(count)
        is_absolute = section and (mine.startswith(f"{section}.") or not section)
        item = mine if is_absolute or not section else f"{section}.{mine}"
        if row.get("content"):
            if held:
                yield held
            shown = list(cells)
            for name in ("lead", "with", "when"):
                if name in known and known[name] < len(shown):
                    shown[known[name]] = row[name]
            is_filled = row.get("lead") != own_lead
            held = TableRow(item, row, " | ".join(shown).strip(" |"), is_filled)
    if held:
        yield held


def _goes_on(row: Mapping[str, str]) -> bool:
    """Whether a row without a number is the rest of the row before it, cut by the end of a page."""
    content = row.get("content", "")
    return any(row.values()) and (not content or content[:1].islower())


def _joined(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {name: f"{first.get(name, '')} {second.get(name, '')}".strip() for name in first.keys() | second.keys()}


def _is_continued(row: Mapping[str, str], last: Mapping[str, str], name: str, number: str) -> bool:
    """A blank lead under a filled one comes from cells merged downwards; other columns only together with it."""
    return name == "lead" and bool(last.get("lead"))


def _are_numbers(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 2 and all(re.fullmatch(r"\(?\d{1,2}\)?", cell) for cell in filled)

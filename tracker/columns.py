"""The one table of columns: form, reader, checks, ledger, workbook and report iterate over it.

To add a column: one `Column` in `REPORT` or `INDICATORS`, with `since` one above `FORM_VERSION`, and raise
that. Nothing else names it; old forms without it are still taken (finding F12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tracker.cells import Day, Kind, Number, Percent, Text
from tracker.choices import ROLE as ROLE
from tracker.choices import STATUS as STATUS
from tracker.choices import YES_NO as YES_NO
from tracker.model.plan import Role
from tracker.vietnamese import fold

FORM_VERSION = 1
OBLIGATION = "(bắt buộc)"
"""What people write behind a heading to say it must be filled; no part of the heading."""


class Need(StrEnum):
    """When a cell of a row must be filled."""

    NEVER = "never"
    ALWAYS = "always"
    WITH_DEADLINE = "with_deadline"
    UNLESS_NOT_STARTED = "unless_not_started"
    WHEN_DONE = "when_done"
    WHEN_OVERDUE = "when_overdue"


class Band(StrEnum):
    """The group a column stands in; its label heads the columns on the form."""

    TASK = "task"
    PROGRESS = "progress"
    DONE = "done"
    ISSUES = "issues"
    PEOPLE = "people"
    TARGET = "target"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` in code and ledger, `heading` on paper, `width_chars` in Excel's unit.

    `is_locked` columns are the tracker's; the others the agency fills. `for_coordinators`: a coordinating agency
    must fill it too. `is_carried`: filled in from the last answer. `missing` is the finding of an empty needed cell.
    """

    key: str
    heading: str
    kind: Kind
    width_chars: float
    band: Band
    synonyms: tuple[str, ...] = ()
    is_locked: bool = False
    need: Need = Need.NEVER
    for_coordinators: bool = False
    is_carried: bool = False
    missing: str = "R01"
    prompt: str = ""
    since: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        return (self.heading, *self.synonyms)

    def is_needed(
        self, role: Role, reported: str | None, has_deadline: bool, is_overdue: bool, was_done: bool = False
    ) -> bool:
        """Whether a row of this kind must fill the cell; `reported` is what the row itself says (None: nothing)."""
        if role is Role.COORDINATING:
            return self.for_coordinators and self.need is not Need.NEVER
        match self.need:
            case Need.ALWAYS:
                return True
            case Need.WITH_DEADLINE:
                return has_deadline
            case Need.UNLESS_NOT_STARTED:
                return reported != "not_started"
            case Need.WHEN_DONE:
                return reported == "done"
            case Need.WHEN_OVERDUE:
                return is_overdue and reported not in ("done", "hand_back")
        return False


STATUS_KEYS = ("status", "percent", "completed_on")
"""What stands or falls together: of a row without a usable status, the earlier ones stand."""

REPORT: tuple[Column, ...] = (
    Column("no", "TT", Text(), 4, Band.TASK, ("STT", "Số TT", "Số thứ tự"), is_locked=True),
    Column(
        "task",
        "Mã nhiệm vụ",
        Text(),
        11,
        Band.TASK,
        ("Mã NV", "Mã số nhiệm vụ", "Mã nhiệm vụ tỉnh giao"),
        is_locked=True,
    ),
    Column(
        "content",
        "Nội dung nhiệm vụ",
        Text(),
        27,
        Band.TASK,
        ("Nhiệm vụ", "Tên nhiệm vụ", "Nội dung công việc", "Nhiệm vụ được giao", "Nội dung nhiệm vụ giao"),
        is_locked=True,
    ),
    Column("role", "Vai trò", ROLE, 8, Band.TASK, ("Vai trò (Chủ trì/Phối hợp)",), is_locked=True),
    Column(
        "deadline",
        "Thời hạn",
        Text(),
        11,
        Band.TASK,
        ("Thời hạn hoàn thành", "Hạn hoàn thành", "Thời gian hoàn thành", "Thời gian thực hiện", "Thời hạn thực hiện"),
        is_locked=True,
    ),
    Column("last", "Kỳ trước", Text(), 10.5, Band.TASK, ("Kết quả kỳ trước", "Tháng trước"), is_locked=True),
    Column(
        "status",
        "Trạng thái",
        STATUS,
        11.5,
        Band.PROGRESS,
        ("Tình trạng", "Trạng thái thực hiện", "Tình trạng thực hiện"),
        need=Need.ALWAYS,
        prompt="Chọn một trạng thái trong danh sách. Thời hạn đã qua hay chưa do phần mềm tự tính.",
    ),
    Column(
        "percent",
        "Tỷ lệ hoàn thành (%)",
        Percent(),
        9,
        Band.PROGRESS,
        ("Tỷ lệ", "Tỷ lệ hoàn thành", "% hoàn thành", "Mức độ hoàn thành", "Tiến độ (%)", "Tỷ lệ %"),
        need=Need.WITH_DEADLINE,
        prompt="Ghi một số từ 0 đến 100, ví dụ 60. Hoàn thành thì ghi 100. Nhiệm vụ không có thời hạn có thể để trống.",
    ),
    Column(
        "result",
        "Kết quả thực hiện trong kỳ",
        Text(),
        27,
        Band.PROGRESS,
        ("Kết quả thực hiện", "Tình hình thực hiện", "Kết quả đạt được", "Kết quả trong tháng", "Kết quả"),
        need=Need.UNLESS_NOT_STARTED,
        for_coordinators=True,
        prompt="Nêu việc đã làm trong kỳ, có số liệu. Không ghi chung chung như “đang triển khai”.",
    ),
    Column(
        "product",
        "Sản phẩm, văn bản (số, ký hiệu, ngày / đường dẫn)",
        Text(),
        16,
        Band.DONE,
        ("Sản phẩm, văn bản", "Sản phẩm", "Sản phẩm đầu ra", "Kết quả đầu ra", "Sản phẩm hoàn thành", "Minh chứng"),
        need=Need.WHEN_DONE,
        missing="R09",
        prompt="Khi hoàn thành: ghi số, ký hiệu, ngày của văn bản hoặc đường dẫn tới sản phẩm.",
    ),
    Column(
        "completed_on",
        "Ngày hoàn thành",
        Day(),
        11,
        Band.DONE,
        ("Ngày hoàn thành thực tế", "Ngày HT"),
        need=Need.WHEN_DONE,
        missing="R08",
        prompt="Khi hoàn thành: ghi ngày hoàn thành dạng ngày/tháng/năm, ví dụ 15/03/2025.",
    ),
    Column(
        "obstacles",
        "Khó khăn, vướng mắc, nguyên nhân",
        Text(),
        17,
        Band.ISSUES,
        ("Khó khăn, vướng mắc", "Tồn tại, hạn chế", "Tồn tại, khó khăn, vướng mắc", "Nguyên nhân"),
        need=Need.WHEN_OVERDUE,
        missing="R12",
        prompt="Bắt buộc khi đã quá thời hạn: nêu rõ nguyên nhân.",
    ),
    Column(
        "proposal",
        "Đề xuất, kiến nghị",
        Text(),
        14,
        Band.ISSUES,
        ("Kiến nghị, đề xuất", "Kiến nghị", "Đề xuất"),
        prompt="Không bắt buộc. Nêu cơ quan được đề nghị giải quyết và nội dung đề nghị.",
    ),
    Column(
        "extension_to",
        "Đề nghị gia hạn đến",
        Day(),
        11,
        Band.ISSUES,
        ("Gia hạn đến", "Đề nghị gia hạn"),
        prompt="Không bắt buộc. Thời hạn chỉ thay đổi khi có văn bản đồng ý của cấp có thẩm quyền.",
    ),
    Column(
        "next_plan",
        "Kế hoạch tháng tới",
        Text(),
        14,
        Band.ISSUES,
        ("Kế hoạch tháng sau", "Nhiệm vụ tháng tới", "Kế hoạch kỳ tới"),
        prompt="Không bắt buộc. Nêu việc sẽ làm trong kỳ tới.",
    ),
    Column(
        "person",
        "Người thực hiện",
        Text(200),
        12.5,
        Band.PEOPLE,
        ("Cán bộ thực hiện", "Người/đơn vị trực tiếp thực hiện", "Người trực tiếp thực hiện"),
        need=Need.ALWAYS,
        is_carried=True,
        missing="R19",
        prompt="Rõ người: họ tên, chức vụ, phòng của người trực tiếp thực hiện.",
    ),
    Column(
        "accountable",
        "Lãnh đạo chịu trách nhiệm",
        Text(200),
        12.5,
        Band.PEOPLE,
        ("Lãnh đạo phụ trách", "Người phụ trách", "Người chịu trách nhiệm", "Lãnh đạo cơ quan chịu trách nhiệm"),
        need=Need.ALWAYS,
        is_carried=True,
        missing="R19",
        prompt="Rõ trách nhiệm: họ tên, chức vụ của lãnh đạo cơ quan chịu trách nhiệm.",
    ),
)

INDICATORS: tuple[Column, ...] = (
    Column("no", "TT", Text(), 4, Band.TARGET, ("STT", "Số TT"), is_locked=True),
    Column("task", "Mã chỉ tiêu", Text(), 16, Band.TARGET, ("Mã CT",), is_locked=True),
    Column("content", "Chỉ tiêu", Text(), 46, Band.TARGET, ("Tên chỉ tiêu", "Nội dung chỉ tiêu"), is_locked=True),
    Column("unit", "Đơn vị tính", Text(), 9, Band.TARGET, ("ĐVT",), is_locked=True),
    Column("target", "Mục tiêu", Text(), 10, Band.TARGET, ("Chỉ tiêu giao",), is_locked=True),
    Column("last", "Kỳ trước", Text(), 11, Band.TARGET, ("Giá trị kỳ trước", "Tháng trước"), is_locked=True),
    Column(
        "numerator",
        "Tử số",
        Number(),
        12,
        Band.FIGURES,
        ("Số đã thực hiện",),
        prompt="Số đã thực hiện (ví dụ số hồ sơ đã số hóa). Toàn tỉnh tính theo tổng tử số trên tổng mẫu số.",
    ),
    Column(
        "denominator",
        "Mẫu số",
        Number(),
        12,
        Band.FIGURES,
        ("Tổng số",),
        prompt="Tổng số phải thực hiện (ví dụ tổng số hồ sơ).",
    ),
    Column(
        "value",
        "Giá trị",
        Number(),
        11,
        Band.FIGURES,
        ("Thực hiện trong kỳ", "Thực hiện", "Giá trị thực hiện"),
        prompt="Giá trị đạt được theo đơn vị tính của chỉ tiêu, ví dụ 92,5.",
    ),
    Column(
        "basis",
        "Nguồn số liệu",
        Text(500),
        28,
        Band.FIGURES,
        ("Nguồn",),
        prompt="Hệ thống hoặc báo cáo mà số liệu lấy từ đó.",
    ),
    Column("remark", "Ghi chú", Text(), 26, Band.FIGURES),
)


@dataclass(frozen=True, slots=True)
class HeadField:
    """A labelled field in the head of a form; `is_locked` ones are the tracker's."""

    key: str
    label: str
    kind: Kind
    synonyms: tuple[str, ...] = ()
    is_locked: bool = False
    prompt: str = ""


HEAD: tuple[HeadField, ...] = (
    HeadField("agency", "Tên cơ quan", Text(), ("Cơ quan báo cáo", "Tên đơn vị"), is_locked=True),
    HeadField("period", "Kỳ báo cáo", Text(), ("Kỳ",), is_locked=True),
    HeadField("due", "Hạn gửi", Text(), is_locked=True),
    HeadField(
        "document", "Số văn bản", Text(200), ("Số, ký hiệu văn bản",), prompt="Số, ký hiệu văn bản gửi kèm (nếu có)."
    ),
    HeadField("prepared_by", "Người lập biểu", Text(200)),
    HeadField("phone", "Điện thoại", Text(50)),
    HeadField("approved_by", "Thủ trưởng", Text(200), ("Thủ trưởng cơ quan", "Thủ trưởng đơn vị")),
    HeadField(
        "nil",
        "Không phát sinh",
        YES_NO,
        prompt="Chọn Có nếu trong kỳ không có gì thay đổi so với kỳ trước; khi đó không cần điền bảng dưới.",
    ),
)


@dataclass(frozen=True)
class TableKind:
    """A sheet of a form that is a table: its columns, and the one that identifies a row is always "task"."""

    key: str
    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def answered(self) -> tuple[Column, ...]:
        """The columns an agency fills."""
        return tuple(column for column in self.columns if not column.is_locked)

    def heading_keys(self) -> Mapping[str, str]:
        """Column keys by folded heading and synonym."""
        return self._heading_keys

    @cached_property
    def heading_starts(self) -> frozenset[str]:
        """First words of the folded headings and synonyms."""
        return frozenset(name.partition(" ")[0] for name in self.heading_keys())

    @cached_property
    def _heading_keys(self) -> Mapping[str, str]:
        return {fold(name): column.key for column in self.columns for name in column.names}


@dataclass(frozen=True, slots=True)
class FormKind:
    """A kind of form or collection round: a value, never a copied module."""

    key: str
    title: str
    tables: tuple[TableKind, ...]
    version: int = FORM_VERSION


REPORT_TABLE = TableKind("report", "Báo cáo", REPORT)
INDICATOR_TABLE = TableKind("indicator", "Chỉ tiêu", INDICATORS)
MONTHLY = FormKind("BC", "BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ ĐƯỢC GIAO", (REPORT_TABLE, INDICATOR_TABLE))
KINDS: tuple[FormKind, ...] = (MONTHLY,)

ANSWERED: tuple[Column, ...] = REPORT_TABLE.answered
"""What an agency says about an assignment, in the order of the form."""

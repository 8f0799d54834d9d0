"""Pictures of the user guide: the demo's month, printed by LibreOffice (the board by Chromium), cut to what it shows.

`make pictures` renews `docs/hinh/`. Needs soffice, chromium, pdftotext and pdftoppm. What names persons is cut away:
the demo invents them.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from matplotlib.image import imread

from tests.notices.figures import HERE
from tests.support.chromium import browser
from tests.support.months import make_month, with_lines
from tests.support.office import soffice_convert
from tracker.model import Counts, Earlier, Month, Waiver
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan
from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.review import build_review
from tracker.reports.workbook import write_workbook
from tracker.status import Status

FOLDER = Path(__file__).parents[2] / "docs" / "hinh"
_COLOURS = 256
_GAP, _GREY = 3, 150
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m")
_SCREEN_COLUMNS = 78
"""As many letters of LibreOffice's fixed font as a page of A4 is wide."""
_VIETNAMESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi</value></prop></item>
</oor:items>
"""
"""LibreOffice's own settings: numbers and dates as on a Vietnamese computer (13,6%)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`name`.png: of the file that `source` finds in the demo's workspace, the first page with the text `page`.

    `box` is what is kept of the page, as shares of its width and height: left, top, right, bottom; `beside` are texts
    of further pages, which stand right of it and below, in `columns`, at `dpi`.
    """

    name: str
    source: str
    page: str
    box: tuple[float, float, float, float] = (0.015, 0.03, 0.985, 0.93)
    beside: tuple[str, ...] = ()
    columns: int = 1
    dpi: int = 125


_FORM = "workbooks/forms/2025-03/2025-03_snv.xlsx"
_MARKED = "outputs/2025-03/phan-hoi/2025-03_{}_*.xlsx"
_WORKBOOK = "outputs/2025-03/tong-hop-2025-03-v2.xlsx"
_WAIVERS, _HELD, _DRAFT = "vi-du/master.xlsx", "vi-du/held.txt", "vi-du/du-thao.xlsx"
_BOARD = "outputs/2025-03/bang-theo-doi.html"
_REPORT = "outputs/2025-03/bao-cao-2025-03-v2.docx"
_LATER = "vi-du/tong-hop.xlsx"
"""A month with a past and two documents, which the demo's first month has not."""
_PHONE = "phone"
_PAGE, _LANDSCAPE = (0.08, 0.02, 0.96, 0.97), (0.06, 0.03, 0.97, 0.97)
PICTURES = (
    Picture("bieu-bao-cao", _FORM, "BÁO CÁO TÌNH HÌNH", (0.015, 0.03, 0.985, 0.742)),
    Picture("bieu-chi-tieu", _FORM, "SỐ LIỆU CÁC CHỈ TIÊU", (0.015, 0.03, 0.985, 0.37)),
    Picture("bieu-huong-dan", _FORM, "HƯỚNG DẪN ĐIỀN BIỂU", (0.05, 0.04, 0.95, 0.93)),
    Picture("phan-hoi-ket-qua", _MARKED.format("hcg"), "KẾT QUẢ KIỂM TRA", (0.015, 0.04, 0.985, 0.68)),
    Picture("phan-hoi-o-danh-dau", _MARKED.format("txkm"), "Thông tin nhiệm vụ", (0.015, 0.141, 0.637, 0.66)),
    Picture("ke-hoach-nhiem-vu", "workbooks/master.xlsx", "27TB-1.1", (0.03, 0.02, 0.5545, 0.49)),
    Picture("ngoai-le", _WAIVERS, "Mã quy tắc", (0.03, 0.02, 0.97, 0.165)),
    Picture("du-thao-nhiem-vu", _DRAFT, "Câu trong văn bản", (0.03, 0.05, 0.97, 0.235)),
    Picture("tep-cho-xem-xet", _HELD, "tracker held", (0.08, 0.06, 0.95, 0.325)),
    Picture("tong-quan", _WORKBOOK, "TỔNG HỢP TÌNH HÌNH", (0.04, 0.03, 0.97, 0.82), dpi=110),
    Picture("tong-hop", _WORKBOOK, "TỔNG HỢP CHI TIẾT", (0.015, 0.03, 0.56, 0.55)),
    Picture("tong-hop-van-phong", _WORKBOOK, "TỔNG HỢP CHI TIẾT", (0.53, 0.03, 0.985, 0.55)),
    Picture("theo-co-quan", _WORKBOOK, "THEO CƠ QUAN (tính theo lượt", (0.03, 0.05, 0.97, 0.62)),
    Picture("theo-nhiem-vu", _WORKBOOK, "TÌNH HÌNH THỰC HIỆN TỪNG NHIỆM VỤ", (0.03, 0.05, 0.97, 0.62)),
    Picture("chi-tiet-theo-co-quan", _WORKBOOK, "NHIỆM VỤ CỦA TỪNG CƠ QUAN", (0.03, 0.05, 0.97, 0.62)),
    Picture("qua-han", _WORKBOOK, "NHIỆM VỤ ĐANG THỰC HIỆN QUÁ HẠN", (0.03, 0.05, 0.97, 0.52)),
    Picture("theo-lanh-dao", _LATER, "THEO LÃNH ĐẠO PHỤ TRÁCH", (0.03, 0.05, 0.97, 0.34), dpi=90),
    Picture("theo-van-ban", _LATER, "THEO VĂN BẢN GIAO", (0.03, 0.05, 0.97, 0.3), dpi=90),
    Picture("sap-den-han", _LATER, "NHIỆM VỤ SẮP ĐẾN HẠN", (0.03, 0.05, 0.97, 0.5), dpi=100),
    Picture("chi-tieu", _WORKBOOK, "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", (0.03, 0.05, 0.97, 0.62), dpi=100),
    Picture("so-lieu-chi-tieu", _WORKBOOK, "SỐ LIỆU CHỈ TIÊU CỦA TỪNG CƠ QUAN", (0.03, 0.05, 0.97, 0.5), dpi=100),
    Picture("kho-khan", _WORKBOOK, "KHÓ KHĂN, VƯỚNG MẮC VÀ KIẾN NGHỊ", (0.03, 0.05, 0.97, 0.55), dpi=100),
    Picture("so-voi-ky-truoc", _LATER, "THAY ĐỔI SO VỚI KỲ TRƯỚC", (0.03, 0.05, 0.97, 0.55), dpi=100),
    Picture("tinh-hinh-gui", _WORKBOOK, "Bản đã đánh dấu lỗi", (0.03, 0.05, 0.97, 0.7)),
    Picture("loi-du-lieu", _WORKBOOK, "LỖI VÀ NỘI DUNG CẦN XEM LẠI", (0.03, 0.05, 0.97, 0.7)),
    Picture("nguon-so-lieu", _WORKBOOK, "NGUỒN SỐ LIỆU CỦA TỪNG DÒNG", (0.03, 0.05, 0.97, 0.5)),
    Picture("chu-giai", _WORKBOOK, "CÁCH TÍNH SỐ LIỆU", (0.03, 0.05, 0.9, 0.93)),
    Picture("bang-theo-doi", _BOARD, "BẢNG THEO DÕI", (0.03, 0.03, 0.97, 0.97)),
    Picture("bang-theo-doi-dien-thoai", _BOARD, _PHONE),
    Picture("mau-bao-cao", "workbooks/mau-bao-cao.docx", "văn bản mẫu của báo cáo", (0.1, 0.04, 0.94, 0.9)),
    Picture("bao-cao-word", _REPORT, "Kính gửi", (0.1, 0.04, 0.94, 0.95)),
    Picture(
        "bao-cao-cac-trang",
        _REPORT,
        "Biểu đồ 1.",
        _PAGE,
        ("Biểu đồ 2.", "Bảng 3.", "Bảng 4.", "1. Kiến nghị của", "Nơi nhận:"),
        columns=3,
        dpi=52,
    ),
    Picture(
        "bao-cao-phu-luc", _REPORT, "Phụ lục I ", _LANDSCAPE, ("Phụ lục II ", "Phụ lục III ", "Phụ lục IV "), 2, 62
    ),
)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        subprocess.run([sys.executable, "-m", "tracker", "demo", "--home", str(home)], check=True, capture_output=True)
        _add_examples(home)
        for picture in PICTURES:
            data = take(picture, home, Path(place))
            (FOLDER / f"{picture.name}.png").write_bytes(data)
            print(f"{picture.name}.png {len(data) // 1024} KB")
    return 0


def _add_examples(home: Path) -> None:
    """What the demo has not got: a plan with waivers, the draft of another notice, and the screen of a command."""
    folder = home / "vi-du"
    folder.mkdir()
    clerk = "Chánh Văn phòng UBND tỉnh"
    waivers = (
        Waiver("R09", "syt", "27TB-4.l", clerk, "Sản phẩm là phần mềm, chưa có số văn bản", date(2025, 6, 30)),
        Waiver("R16", "", "27TB-4.a", clerk, "Nhiệm vụ chưa có nội dung phát sinh", date(2025, 4, 20)),
    )
    (folder / "tong-hop.xlsx").write_bytes(write_workbook(_later(), 1))
    (folder / "master.xlsx").write_bytes(build_master(replace(packaged_plan(), waivers=waivers)))
    notice = (HERE / "unseen" / "v1-hung-yen.txt").read_text("utf-8").splitlines()
    (folder / "du-thao.xlsx").write_bytes(build_review(draft_notice(notice)))
    shown = _on_screen([sys.executable, "-m", "tracker", "held", "--home", str(home)])
    (folder / "held.txt").write_text(f"> tracker held\n{shown}", "utf-8-sig")


def _later() -> Month:
    """A month with two before it, whose tasks come from two documents."""
    month = make_month(8, 12)
    plan = ("726/KH-UBND", date(2025, 2, 20))
    other = {line.task.code for line in month.lines if line.task.category == month.lines[0].task.category}
    lines = [
        replace(line, task=replace(line.task, document=plan[0], document_date=plan[1]))
        if line.task.code in other
        else line
        for line in month.lines
    ]
    done = (Status.DONE_ON_TIME, 2), (Status.DONE_ON_TIME, 1)
    earlier = tuple(
        Earlier(f"2025-0{n}", f"tháng 0{n}/2025", Counts({status: number, Status.IN_TIME: 9}), Counts({}), 6, 8)
        for n, (status, number) in enumerate(reversed(done), 1)
    )
    return replace(with_lines(month, lines), documents=(*month.documents, plan), earlier=earlier)


def _on_screen(command: list[str]) -> str:
    """What a command shows on a terminal, without its colours."""
    ours, theirs = os.openpty()
    terminal = {**os.environ, "COLUMNS": str(_SCREEN_COLUMNS), "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdout=theirs, env=terminal):
        os.close(theirs)
        text = b"".join(_read_to_end(ours)).decode()
    return _COLOUR_CODES.sub("", text).replace("\r\n", "\n")


def _read_to_end(terminal: int) -> Iterator[bytes]:
    """A terminal whose other end is closed says so by an error (Linux) or by nothing (macOS)."""
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            yield part
    os.close(terminal)


def take(picture: Picture, home: Path, place: Path) -> bytes:
    """The picture as PNG; LookupError where the workspace has no such file, or the file no such page."""
    source = next(home.glob(picture.source), None)
    if source is None:
        raise LookupError(picture.source)
    if picture.page == _PHONE:
        return png(_on_a_phone(source))
    pdf = _printed(source, place)
    pages = [_cut(pdf, _page_with(pdf, page), picture) for page in (picture.page, *picture.beside)]
    return png(_tiled(pages, picture.columns))


def _tiled(pages: list[np.ndarray], columns: int) -> np.ndarray:
    """Pictures of about one size beside each other and below, a grey line between them."""
    if len(pages) == 1:
        return pages[0]
    height, width = (max(page.shape[n] for page in pages) + _GAP for n in (0, 1))
    whole = np.full((height * -(-len(pages) // columns), width * columns, 3), _GREY, np.uint8)
    for number, page in enumerate(pages):
        top, left = number // columns * height, number % columns * width
        whole[top : top + height - _GAP, left : left + width - _GAP] = 255
        whole[top : top + page.shape[0], left : left + page.shape[1]] = page
    return whole


def _on_a_phone(source: Path) -> np.ndarray:
    """The top of the page, light and dark."""
    with browser() as chromium:
        shots = []
        for is_dark in (False, True):
            chromium.open(source, 360, is_dark=is_dark)
            shots.append(imread(io.BytesIO(chromium.shown())))
    return _tiled([(shot[:, :, :3] * 255).astype(np.uint8) for shot in shots], 2)


def _printed(source: Path, place: Path) -> Path:
    """The file as PDF, printed once."""
    pdf = place / f"{source.stem}.pdf"
    settings = place / "profile" / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(_VIETNAMESE, encoding="utf-8")
    if not pdf.exists() and source.suffix == ".html":
        with browser() as chromium:
            chromium.open(source, 1280)
            pdf.write_bytes(chromium.printed())
    return pdf if pdf.exists() else soffice_convert(source, "pdf", place)


def _page_with(pdf: Path, text: str) -> int:
    """Number (from 1) of the first page that has the text, however its lines are broken."""
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    for number, page in enumerate(said.split("\f"), 1):
        if text in " ".join(page.split()):
            return number
    raise LookupError(f"{pdf.name}: {text}")


def _cut(pdf: Path, page: int, picture: Picture) -> np.ndarray:
    """Pixels of a part of a page: rows × columns × red, green, blue."""
    command = ["pdftoppm", "-r", str(picture.dpi), "-f", str(page), "-l", str(page), str(pdf)]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    _, size, _, pixels = data.split(b"\n", 3)
    width, height = map(int, size.split())
    left, top, right, bottom = picture.box
    whole = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    return whole[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]


def png_of(width: int, height: int) -> bytes:
    """A plain picture of that size."""
    return png(np.full((height, width, 3), 128, np.uint8))


def png(pixels: np.ndarray) -> bytes:
    """An indexed PNG: a third of the size of one in true colour, for text on plain colours no worse."""
    height, width, _ = pixels.shape
    indices, palette = _indexed(pixels.reshape(-1, 3))
    lines = np.zeros((height, width + 1), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = indices.reshape(height, width)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", head),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _indexed(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel the nearest of the commonest colours, and these colours; plain areas keep theirs exactly."""
    colours, members, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    palette = colours[np.argsort(-counts, kind="stable")[:_COLOURS]]
    distance = ((colours[:, None, :].astype(np.int32) - palette[None, :, :]) ** 2).sum(axis=2)
    return distance.argmin(axis=1).astype(np.uint8)[members.reshape(-1)], palette


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


if __name__ == "__main__":
    raise SystemExit(main())

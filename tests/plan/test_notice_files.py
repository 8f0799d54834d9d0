"""The notice as a Word file, as PDF with text and as a scan gives the same leads and days."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.notices.figures import HERE, Expected, as_expected, expected_tasks
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.old_fonts import in_tcvn3, in_vni
from tracker.errors import NoticeError
from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.files import read_file

REAL = HERE / "real" / "27-TB-UBND.txt"
needs_tesseract = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("tesseract", "soffice", "pdftoppm")),
    reason="tesseract, soffice or pdftoppm is not on PATH",
)


def as_word(path: Path, text: str) -> Path:
    """The text as a Word file: the head in a table as offices lay it out, rows " | " as a real table."""
    document = docx.Document()
    lines = text.splitlines()
    head = document.add_table(1, 2)
    head.cell(0, 0).text, head.cell(0, 1).text = "\n".join(lines[:2]), f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{lines[2]}"
    rows: list[list[str]] = []
    for line in [*lines[3:], ""]:
        if line.count("|") >= 2:
            rows.append([cell.strip() for cell in line.split("|")])
            continue
        if rows:
            _add_table(document, rows)
            rows = []
        if line:
            document.add_paragraph(line)
    document.save(str(path))
    return path


def _add_table(document: object, rows: list[list[str]]) -> None:
    width = max(map(len, rows))
    table = document.add_table(0, width)  # type: ignore[attr-defined]
    table.style = "Table Grid"
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=False):
            cell.text = value


def _nest(*elements: Any) -> None:
    """Each element inside the one before it."""
    for outer, inner in pairwise(elements):
        outer.append(inner)


def tasks_of(path: Path) -> list[Expected]:
    source = read_file(path)
    draft = draft_notice(source.lines, is_wrapped=source.is_wrapped, is_scan=source.is_scan)
    return [as_expected(task) for task in draft.tasks]


WANTED = list(expected_tasks(REAL.with_suffix(".tasks")))


def test_a_word_file(tmp_path: Path) -> None:
    assert tasks_of(as_word(tmp_path / "tb.docx", REAL.read_text("utf-8"))) == WANTED


def test_a_table_in_a_word_file(tmp_path: Path) -> None:
    text = HERE / "seen" / "bang-khanh-hoa.txt"
    assert tasks_of(as_word(tmp_path / "kh.docx", text.read_text("utf-8"))) == list(
        expected_tasks(text.with_suffix(".tasks"))
    )


def test_numbers_word_counts_itself_and_text_boxes(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Chủ tịch UBND tỉnh kết luận như sau:")
    document.add_paragraph("Sở Tài chính rà soát nguồn vốn.", style="List Number")
    document.add_paragraph("Giao Sở Y tế:", style="List Number")
    document.add_paragraph("Mua sắm thuốc, hoàn thành trước ngày 30/6/2025.", style="List Bullet")
    boxed = document.add_paragraph("")
    run, picture, box = boxed.add_run(), OxmlElement("w:pict"), OxmlElement("w:txbxContent")
    inner, words, text = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "3. Sở Nội vụ kiểm tra công vụ trước ngày 01/7/2025."
    _nest(run._r, picture, box, inner, words, text)
    document.save(str(tmp_path / "so.docx"))
    read = [(task.item, sorted(task.leads), task.deadline) for task in tasks_of(tmp_path / "so.docx")]
    assert read == [
        ("1", ["so tai chinh"], ""),
        ("2.1", ["so y te"], "2025-06-30 before"),
        ("3", ["so noi vu"], "2025-07-01 before"),
    ]


def test_cells_merged_downwards_keep_their_lead(tmp_path: Path) -> None:
    document = docx.Document()
    rows = [["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"], ["1", "Lập danh mục", "Sở Tài chính", "Quý II/2025"]]
    rows += [["2", "Báo cáo kết quả", "", "30/9/2025"]]
    _add_table(document, rows)
    document.tables[0].cell(1, 2).merge(document.tables[0].cell(2, 2))
    document.save(str(tmp_path / "gop.docx"))
    assert [sorted(task.leads) for task in tasks_of(tmp_path / "gop.docx")] == [["so tai chinh"], ["so tai chinh"]]


def test_deleted_words_are_not_read(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1. Giao Sở Tài chính rà soát nguồn vốn")
    deleted, run, words = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    words.text = " trước ngày 01/3/2025"
    _nest(paragraph._p, deleted, run, words)
    added = OxmlElement("w:ins")
    added.set(qn("w:author"), "vp")
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    words.text = ", xong trước ngày 15/3/2025."
    _nest(paragraph._p, added, run, words)
    document.save(str(tmp_path / "sua.docx"))
    assert [task.deadline for task in tasks_of(tmp_path / "sua.docx")] == ["2025-03-15 before"]


@pytest.mark.libreoffice
@needs_libreoffice
def test_a_pdf_with_text_and_the_old_word_format(tmp_path: Path) -> None:
    word = as_word(tmp_path / "tb.docx", REAL.read_text("utf-8"))
    assert tasks_of(soffice_convert(word, "pdf", tmp_path / "pdf")) == WANTED
    assert tasks_of(soffice_convert(word, "doc", tmp_path / "doc")) == WANTED


@pytest.mark.libreoffice
@needs_libreoffice
def test_a_table_in_a_pdf(tmp_path: Path) -> None:
    text = HERE / "seen" / "bang-khanh-hoa.txt"
    word = as_word(tmp_path / "kh.docx", text.read_text("utf-8"))
    assert tasks_of(soffice_convert(word, "pdf", tmp_path / "pdf")) == list(expected_tasks(text.with_suffix(".tasks")))


@pytest.mark.tesseract
@needs_tesseract
def test_a_scan_of_200_dpi_gives_the_same_leads_and_days(tmp_path: Path) -> None:
    word = as_word(tmp_path / "tb.docx", REAL.read_text("utf-8"))
    made = soffice_convert(word, "pdf", tmp_path / "pdf")
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", made, tmp_path / "trang"], check=True)
    from PIL import Image

    pages = [Image.open(page) for page in sorted(tmp_path.glob("trang-*.png"))]
    pages[0].save(tmp_path / "quet.pdf", save_all=True, append_images=pages[1:], resolution=200)
    read = {task.item: (task.leads, task.coordinators, task.deadline) for task in tasks_of(tmp_path / "quet.pdf")}
    assert read == {task.item: (task.leads, task.coordinators, task.deadline) for task in WANTED}


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.xlsx", b"", "notice_is_workbook"),
        ("khong-co.txt", None, "notice_unreadable"),
        ("hong.docx", b"PK\x03\x04hong", "notice_unreadable"),
        ("hong.pdf", b"%PDF-1.4 hong", "notice_unreadable"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str, content: bytes | None, key: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NoticeError) as raised:
        read_file(tmp_path / name)
    assert raised.value.key == key


@pytest.mark.parametrize(("name", "key"), [("quet.png", "notice_no_ocr"), ("cu.doc", "notice_no_office")])
def test_a_missing_program_is_named(tmp_path: Path, name: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(NoticeError) as raised:
        read_file(tmp_path / name)
    assert raised.value.key == key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_plain_text_of_every_encoding(tmp_path: Path, encoding: str) -> None:
    import unicodedata

    text = "1. Giao Sở Tài chính rà soát nguồn vốn trước ngày 15/3/2025.\n"
    if encoding == "cp1258":  # it has letters with hats, and tones as marks of their own
        text = "".join(_for_1258(char) for char in unicodedata.normalize("NFC", text))
    (tmp_path / "tb.txt").write_bytes(text.encode(encoding))
    assert [(sorted(task.leads), task.deadline) for task in tasks_of(tmp_path / "tb.txt")] == [
        (["so tai chinh"], "2025-03-15 before")
    ]


def _lowered(text: str) -> str:
    """Without capitals that TCVN3 lacks."""
    return "".join(char if in_tcvn3(char) != char or char.isascii() else char.lower() for char in text)


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_a_notice_typed_in_an_old_font(tmp_path: Path, encode: Callable[[str], str], kind: str) -> None:
    typed = encode(_lowered(REAL.read_text("utf-8")))
    path = tmp_path / f"tb.{kind}"
    if kind == "txt":
        path.write_bytes(typed.encode("latin-1", "replace"))
    else:
        as_word(path, typed)
    assert tasks_of(path) == WANTED


def test_a_font_of_capitals_in_a_word_file(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("1. Giao ")
    run = paragraph.add_run(in_tcvn3("sở tài chính"))
    run.font.name = ".VnTimeH"
    paragraph.add_run(" rà soát nguồn vốn trước ngày 15/3/2025.")
    document.save(str(tmp_path / "tb.docx"))
    assert read_file(tmp_path / "tb.docx").lines == ("1. Giao SỞ TÀI CHÍNH rà soát nguồn vốn trước ngày 15/3/2025.",)


def _for_1258(char: str) -> str:
    import unicodedata

    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", char)
        tone = next(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return char

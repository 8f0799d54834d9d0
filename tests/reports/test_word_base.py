"""The base document: the office's styles, page, headers and footers in the report; whatever else is in it stays out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.support.decree import Report, layout_problems, text_of, w
from tests.support.decree_elements import element_problems
from tests.support.months import make_month
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.config import Office
from tracker.errors import ReportError
from tracker.reports.word import write_report
from tracker.reports.word_base import build_base
from tracker.reports.word_styles import STYLES

OFFICE = Office()
MONTH = make_month()
TOLD = "chữ của văn bản mẫu"
TWIPS = 1440 / 25.4


def restyled(change: Callable[[Document], None]) -> bytes:
    document = docx.Document(io.BytesIO(build_base()))
    change(document)
    return saved(document)


def saved(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def written(base: bytes | None = None) -> Report:
    return Report(write_report(MONTH, OFFICE, base))


def problems(report: Report) -> list[str]:
    return layout_problems(report.data) + element_problems(report.data)


def texts(report: Report) -> list[str]:
    return [text_of(paragraph) for paragraph in report.body.iter(w("p"))]


def style_of(document: Document, name: str) -> Any:
    return document.styles[name]


def test_the_first_base_is_the_decrees() -> None:
    assert write_report(MONTH, OFFICE, build_base()) == write_report(MONTH, OFFICE)
    shown = docx.Document(io.BytesIO(build_base()))
    used = {paragraph.style.style_id for paragraph in shown.paragraphs if paragraph.style}
    assert used >= {style.id for style in STYLES} - {"Normal", "Header", "Break"}


def test_every_style_of_the_report_is_in_the_base() -> None:
    report = written()
    known = {style.id for style in STYLES}
    assert {report._style_id(paragraph) for paragraph in report.body.iter(w("p"))} <= known
    assert set(report.styles) == known | {"TableNormal"}


def test_styles_page_and_footer_are_the_offices() -> None:
    def change(document: Document) -> None:
        style_of(document, "Normal").font.name = "Arial"
        style_of(document, "Body Text").font.size = Pt(13)
        style_of(document, "Quốc hiệu").font.size = Pt(13)
        document.sections[0].left_margin, document.sections[0].right_margin = Mm(35), Mm(15)
        document.sections[0].footer.paragraphs[0].text = "Địa chỉ: số 45 Quang Trung"

    report = written(restyled(change))
    sentence = next(p for p in report.body.iter(w("p")) if text_of(p).startswith("Thực hiện "))
    run = next(sentence.iter(w("r")))
    assert (report.run_value(run, "rFonts", "ascii"), report.run_value(run, "sz")) == ("Arial", "26")
    assert report.sections[0].find(w("pgMar")).get(w("left")) == str(round(35 * TWIPS))  # type: ignore[union-attr]
    footers = [report.part(name) for name in report.names() if name.startswith("word/footer")]
    assert any("Quang Trung" in text_of(footer) for footer in footers)
    assert texts(report) == texts(written())
    assert problems(report) == ["fonts"]


@pytest.mark.parametrize("right_mm", [20, 45])
def test_tables_and_pictures_fit_the_page(right_mm: int) -> None:
    def change(document: Document) -> None:
        for section in document.sections:
            section.right_margin = Mm(right_mm)

    report = written(restyled(change))
    across = [(210 - 30 - right_mm) * TWIPS, (297 - 30 - right_mm) * TWIPS]
    inside = {id(table) for block in report.first_section for table in block.iter(w("tbl"))}
    for table in report.tables:
        room = across[id(table) not in inside]
        width = sum(int(column.get(w("w"), "0")) for column in table.iter(w("gridCol")))
        assert room * 0.9 < width <= room + 5
    extents = [int(each.get("cx", "0")) for each in report.body.iter("{*}extent")]
    assert extents
    assert all(cx / 36_000 <= (210 - 30 - right_mm) + 0.1 for cx in extents)


def test_nothing_of_its_text_comes_along() -> None:
    def change(document: Document) -> None:
        document.add_paragraph(TOLD)
        document.add_table(1, 1).cell(0, 0).text = TOLD
        document.core_properties.comments = document.core_properties.author = TOLD
        document.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.HYPERLINK, "https://noi-khac.example/")
        template = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
        document.part._settings_part.rels.get_or_add_ext_rel(template, "https://noi-khac.example/x.dotm")

    report = written(restyled(change))
    package = zipfile.ZipFile(io.BytesIO(report.data))
    whole = b"".join(package.read(name) for name in package.namelist())
    assert TOLD.encode() not in whole
    assert b"noi-khac" not in whole
    assert problems(report) == []


def test_a_picture_from_elsewhere_is_not_fetched() -> None:
    def change(document: Document) -> None:
        header = document.sections[0].first_page_header
        link = header.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, "https://noi-khac.example/logo.png")
        picture = OxmlElement("w:drawing")
        blip = OxmlElement("a:blip", {qn("r:link"): link})
        picture.append(blip)
        header.paragraphs[0].add_run("giữ").element.append(picture)

    report = written(restyled(change))
    headers = [report.part(name) for name in report.names() if name.startswith("word/header")]
    assert any(text_of(header) == "giữ" for header in headers)
    assert not any(list(header.iter("{*}blip")) for header in headers)
    assert not any(b"noi-khac" in zipfile.ZipFile(io.BytesIO(report.data)).read(name) for name in report.names())


def test_a_base_that_lacks_styles_gets_them() -> None:
    def change(document: Document) -> None:
        for style in ("Nation", "Cell", "Heading1"):
            document.styles.element.remove(document.styles.element.get_by_id(style))

    assert problems(written(restyled(change))) == []


def test_styles_are_found_by_name_whatever_their_ids() -> None:
    """LibreOffice and others give ids of their own; one of ours may be another's there."""

    def change(document: Document) -> None:
        for style in document.styles.element.iter(qn("w:style")):
            if style.get(qn("w:type")) == "paragraph":
                style.set(qn("w:styleId"), {"Cell": "Title", "Title": "Cell"}.get(style.styleId, f"X{style.styleId}"))
        for link in document.styles.element.iter(qn("w:basedOn")):
            link.set(qn("w:val"), "XNormal")
        style_of(document, "Ô bảng").font.size = Pt(10)

    report = written(restyled(change))
    assert problems(report) == []
    cell = next(p for table in report.tables for p in table.iter(w("p")) if report._style_id(p) == "Cell")
    assert report.run_value(next(cell.iter(w("r"))), "sz") == "20"


@pytest.mark.parametrize("make", [docx.Document, lambda: docx.Document(io.BytesIO(write_report(MONTH, OFFICE)))])
def test_any_word_file_may_be_the_base(make: Callable[[], Document]) -> None:
    document = make()
    document.add_paragraph(TOLD)
    report = written(saved(document))
    assert texts(report) == texts(written())
    numbers = [report.part(name) for name in report.names() if name.startswith("word/header")]
    assert any("PAGE" in "".join(node.text or "" for node in part.iter(w("instrText"))) for part in numbers)
    assert [section.find(w("pgSz")).get(w("orient")) for section in report.sections][1:] == ["landscape"] * 4  # type: ignore[union-attr]


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 30 * 1024**2)
    return target.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04half", bomb()], ids=["empty", "pdf", "torn", "bomb"])
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    with pytest.raises(ReportError, match="base_unusable"):
        write_report(MONTH, OFFICE, data or b" ")


def test_a_page_without_room_is_refused() -> None:
    def change(document: Document) -> None:
        document.sections[0].left_margin = document.sections[0].right_margin = Mm(120)

    with pytest.raises(ReportError, match="base_unusable"):
        written(restyled(change))


@needs_libreoffice
@pytest.mark.libreoffice
def test_a_base_saved_by_libreoffice(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        style_of(document, "Body Text").font.size = Pt(13)
        style_of(document, "Ô bảng").font.size = Pt(11)

    path = tmp_path / "mau-bao-cao.docx"
    path.write_bytes(restyled(change))
    report = written(soffice_convert(path, "docx", tmp_path / "out").read_bytes())
    assert problems(report) in ([], ["fonts"])  # of styles that LibreOffice adds and nothing uses
    sizes = {}
    for paragraph in report.body.iter(w("p")):
        if (run := next(paragraph.iter(w("r")), None)) is not None:
            sizes[report._style_id(paragraph)] = report.run_value(run, "sz")
            assert report.run_value(run, "rFonts", "ascii") == "Times New Roman"
    assert (sizes["BodyText"], sizes["Cell"], sizes["Nation"], sizes["Recipients"]) == ("26", "22", "24", "22")
    (tmp_path / "bao-cao.docx").write_bytes(report.data)
    assert soffice_convert(tmp_path / "bao-cao.docx", "pdf", tmp_path / "out").read_bytes().startswith(b"%PDF")

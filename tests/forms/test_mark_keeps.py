"""What the sender gets back is what she sent, part by part, but for the marks: whichever program saved it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from tests.support.forms import opened, saved
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.packages import rezipped
from tests.support.returns import REAL, filled, look, said, table_in
from tests.support.rich import SHEET, TALKED, rich_workbook
from tracker.errors import FormError
from tracker.forms.front import worksheets
from tracker.forms.mark import RESULT_SHEET, ResultLine, ResultPage, mark_return
from tracker.forms.parts import Parts, main
from tracker.model import Mark, Severity
from tracker.texts import say

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # of openpyxl, in its looking
REFS = ("A6", "B5", "B9", "C7", "D9", "E12", "F20")
MARKS = tuple(Mark(SHEET, ref, Severity.ERROR, ("Đề nghị ghi lại.",)) for ref in REFS)
LINE = ResultLine(Severity.ERROR, "R03", "Tỷ lệ ghi bằng chữ.", "Ghi số.", SHEET, "B5", "27TB-5")
PAGE = ResultPage("Sở KH&CN", "tháng 3/2025", "a.xlsx", "09:05 21/03/2025", "Tiếp nhận", (LINE,))
_TOUCHED = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
_OURS = "tracker-mark "


def by_openpyxl() -> bytes:
    return saved(opened(filled()))


def parts_of(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("libreoffice")
    (place / "form.xlsx").write_bytes(filled())
    return soffice_convert(place / "form.xlsx", "xlsx", place / "out").read_bytes()


def check_kept(data: bytes) -> None:
    """Every part as it was, but those that carry marks; and these, less the marks, as they were."""
    before, after = parts_of(data), parts_of(mark_return(data, MARKS, PAGE))
    sheets = worksheets(Parts(data))
    own = (sheets[SHEET], *(link.part for link in Parts(data).relations(sheets[SHEET])))
    for name, content in before.items():
        if name not in _TOUCHED and not name.startswith(own) and "_rels/" not in name and name not in sheets.values():
            assert after[name] == content, name
    for part in sheets.values():
        assert without_marks(after[part], before[part]) == canonical(before[part]), part
    assert looks_of(after, before) == looks_of(before, before)


def canonical(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    _forget(root)
    return etree.tostring(root, method="c14n")


def _forget(root: etree._Element) -> None:
    """What a marking may change: which sheet is selected, the numbering of rules, hints at the width of rows."""
    for each in root.iter():
        for name in ("tabSelected", "priority", "spans"):
            each.attrib.pop(name, "")
        if each.tag == main("c"):
            each.set("s", each.get("s", "0"))


def without_marks(xml: bytes, former: bytes) -> bytes:
    """The sheet with the looks of marked cells as they were, and without what was added."""
    root, old = etree.fromstring(xml), etree.fromstring(former)
    looks = {cell.get("r"): cell.get("s") for cell in old.iter(main("c"))}
    rows = {row.get("r") for row in old.iter(main("row"))}
    for row in tuple(root.iter(main("row"))):
        for cell in tuple(row):
            if cell.get("r") not in looks:
                row.remove(cell)
            elif cell.get("r") in REFS:
                cell.set("s", looks[cell.get("r")] or "0")
        if row.get("r") not in rows:
            _remove(row)
    for area in root.findall(main("conditionalFormatting")):
        if _OURS in area.findtext(f"{main('cfRule')}/{main('formula')}", ""):
            root.remove(area)
    drawing = root.find(main("legacyDrawing"))
    if drawing is not None and old.find(main("legacyDrawing")) is None:
        root.remove(drawing)
    _forget(root)
    return etree.tostring(root, method="c14n")


def looks_of(parts: Mapping[str, bytes], first: Mapping[str, bytes]) -> list[bytes]:
    """The looks that were there: new ones come behind them, so that no number changes its meaning."""
    kept, found = etree.fromstring(first["xl/styles.xml"]), etree.fromstring(parts["xl/styles.xml"])
    return [
        etree.tostring(each, method="c14n", with_tail=False)
        for section in kept
        for each in found.iterfind(f"{section.tag}/*")
        if _number(each) < len(section)
    ]


def _number(element: etree._Element) -> int:
    """The place among those of one parent, from 0."""
    return sum(1 for _ in element.itersiblings(preceding=True))


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


@pytest.mark.parametrize("make", [filled, by_openpyxl, rich_workbook])
def test_every_part_is_kept(make: Callable[[], bytes]) -> None:
    check_kept(make())


@pytest.mark.libreoffice
@needs_libreoffice
def test_every_part_of_a_file_of_libreoffice_is_kept(by_libreoffice: bytes) -> None:
    check_kept(by_libreoffice)


@pytest.mark.parametrize("make", [filled, by_openpyxl, rich_workbook])
def test_taking_the_marks_off_gives_the_same_cells_and_looks(make: Callable[[], bytes]) -> None:
    data = make()
    marked = mark_return(data, MARKS, PAGE)
    assert mark_return(marked, MARKS, PAGE) == marked
    clean = parts_of(mark_return(marked, (), PAGE))
    for part in worksheets(Parts(data)).values():
        before = parts_of(data)
        assert in_looks(clean, part, before[part]) == in_looks(before, part, before[part])


def in_looks(parts: Mapping[str, bytes], sheet: str, former: bytes) -> bytes:
    """The sheet with the looks themselves for their numbers; empty cells made for a mark are left out."""
    root, old, looks = (etree.fromstring(each) for each in (parts[sheet], former, parts["xl/styles.xml"]))
    fills = [etree.tostring(each, method="c14n", with_tail=False) for each in looks.iterfind(f"{main('fills')}/*")]
    known = {each.get("r") for each in old.iter(main("c"), main("row"))}
    formats = list(looks.iterfind(f"{main('cellXfs')}/*"))
    for each in formats:
        each.set("fillId", fills[int(each.get("fillId", 0))].decode())
        each.attrib.pop("applyFill", "")
    own = [etree.tostring(each, method="c14n", with_tail=False).decode() for each in formats]
    for cell in root.iter(main("c")):
        cell.set("s", own[int(cell.get("s", 0))])
    for each in tuple(root.iter(main("c"), main("row"))):
        if each.get("r") not in known:
            assert not each.xpath("string()")
            _remove(each)
    _forget(root)
    return etree.tostring(root, method="c14n")


def test_her_comments_stay_beside_ours() -> None:
    book = opened(mark_return(rich_workbook(), MARKS, PAGE))
    texts = {ref: book[SHEET][ref].comment.text for ref in ("B5", "B9", "A6", TALKED)}
    assert texts["B5"].startswith(say("mark.author")) and texts["B5"].endswith("Số liệu tạm tính.")
    assert texts["B9"].endswith("Đã đối chiếu.") and "Đề nghị ghi lại." in texts["A6"]
    assert book[SHEET]["B5"].comment.author == "An"
    again = parts_of(mark_return(mark_return(rich_workbook(), MARKS, PAGE), (), PAGE))["xl/comments1.xml"]
    assert b"Ph\xe1\xba\xa7n m\xe1\xbb\x81m" not in again.partition(b"</authors>")[2]
    assert (
        again.partition(b"<commentList>")[2]
        == (parts_of(rich_workbook())["xl/comments1.xml"].partition(b"<commentList>")[2])
    )


def test_a_conversation_of_hers_is_left_alone() -> None:
    mark = Mark(SHEET, TALKED, Severity.WARNING, ("Đề nghị ghi lại.",))
    book = opened(mark_return(rich_workbook(), (mark,), PAGE))
    assert book[SHEET][TALKED].comment.text == "Chờ xác nhận"
    assert book[SHEET][TALKED].fill.fgColor.rgb == "FFFFE9A8"


def test_names_and_the_open_sheet_move_with_their_sheets() -> None:
    before, after = opened(rich_workbook()), opened(mark_return(rich_workbook(), MARKS, PAGE))
    assert after.sheetnames == [RESULT_SHEET, *before.sheetnames]
    for sheet in before.worksheets:
        assert {n: d.attr_text for n, d in after[sheet.title].defined_names.items()} == {
            n: d.attr_text for n, d in sheet.defined_names.items()
        }
        assert after[sheet.title].print_title_rows == sheet.print_title_rows
        assert after[sheet.title].sheet_state == sheet.sheet_state
    assert after[RESULT_SHEET].print_title_rows
    assert [s.title for s in after.worksheets if s.sheet_view.tabSelected] == [RESULT_SHEET]


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_a_marked_return_saved_by_libreoffice_reads_the_same(tmp_path: Path, ending: str) -> None:
    """The first sheet, colours and comments are no data in any format."""
    source = tmp_path / "marked.xlsx"
    cells = tuple(table_in(opened(filled())).cell(task, "percent").coordinate for task in tasks()[:4])
    marks = tuple(Mark(SHEET, cell, Severity.WARNING, ("Đề nghị xem lại.",)) for cell in cells)
    source.write_bytes(mark_return(filled(), marks, PAGE))
    again = look(soffice_convert(source, ending, tmp_path / "out").read_bytes(), name=f"marked.{ending}")
    assert said(again) == said(look(filled()))
    assert {f.code for f in again.findings} == {f.code for f in look(filled()).findings}


WORDS = st.text(max_size=60)
ANY_MARKS = st.lists(
    st.builds(
        Mark,
        st.sampled_from([SHEET, "Chỉ tiêu", "Hướng dẫn", "Không có"]),
        st.builds("{}{}".format, st.sampled_from("ABCGHIJKPQRZ"), st.integers(1, 60)),
        st.sampled_from(Severity),
        st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    ),
    max_size=12,
)
ANY_LINES = st.lists(
    st.builds(ResultLine, st.sampled_from(Severity), st.just("R01"), WORDS, WORDS, st.just(SHEET), st.just("H8")),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(ANY_MARKS, ANY_LINES)
def test_whatever_is_marked_the_answers_read_back_are_the_same(marks: list[Mark], lines: list[ResultLine]) -> None:
    page = replace(PAGE, lines=tuple(lines))
    marked = mark_return(filled(), tuple(marks), page)
    assert mark_return(marked, tuple(marks), page) == marked
    before, after = look(filled()), look(marked)
    assert (said(after), after.findings, after.cells_hash) == (said(before), before.findings, before.cells_hash)


def tasks() -> list[str]:
    return [code for code in table_in(opened(filled())).rows if code in REAL.task_by_code]


@pytest.mark.libreoffice
@needs_libreoffice
def test_the_rich_workbook_opens_in_libreoffice_with_everything_there(tmp_path: Path) -> None:
    source = tmp_path / "marked.xlsx"
    source.write_bytes(mark_return(rich_workbook(), MARKS, PAGE))
    book = load_workbook(soffice_convert(source, "xlsx", tmp_path / "out"))
    assert book.sheetnames == [RESULT_SHEET, SHEET, "Danh mục", "Ẩn", "Biểu đồ"]
    sheet = book[SHEET]
    assert all(sheet[ref].comment for ref in REFS)
    assert sheet["C7"].value == "=B7*2"
    assert soffice_convert(source, "pdf", tmp_path / "out").read_bytes().startswith(b"%PDF")


def test_workbooks_named_as_the_first_sheet_or_shared_and_strict() -> None:
    shared = rezipped(filled(), _shared, {"xl/revisions/revisionHeaders.xml": b"<headers/>"})
    assert "xl/revisions/revisionHeaders.xml" not in parts_of(mark_return(shared, MARKS, PAGE))
    strict = rezipped(filled(), lambda name, old: old.replace(main("")[1:-1].encode(), b"urn:other"))
    with pytest.raises(FormError) as caught:
        mark_return(strict, MARKS, PAGE)
    assert "Strict" in str(caught.value)


def _shared(name: str, old: bytes) -> bytes:
    link = (
        b'<Relationship Id="rIdShared" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'revisionHeaders" Target="revisions/revisionHeaders.xml"/></Relationships>'
    )
    return old.replace(b"</Relationships>", link) if name == "xl/_rels/workbook.xml.rels" else old

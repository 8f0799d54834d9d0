"""The board as a browser and a screen reader meet it, and its figures beside those of month and workbook."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.support.chromium import CONTRAST, browser, needs_chromium
from tests.support.extremes import EXTREMES
from tests.support.months import make_month
from tracker.dates import local_clock
from tracker.errors import ReportError
from tracker.model import Earlier, Month
from tracker.palette import STATUS
from tracker.reports.board import FOLDED_FINDINGS, FOLDED_NAMES, SHOWN_FINDINGS, write_board
from tracker.reports.board_charts import agency_chart
from tracker.reports.sentences import key_sentence
from tracker.reports.sheets_agencies import agency_rows
from tracker.reports.workbook import write_workbook
from tracker.status import DUE_SOON_DAYS, Status
from tracker.texts import say
from tracker.vietnamese import show_number, show_share

FILES = ("tong-hop-2025-03-v2.xlsx", "bao-cao-2025-03-v2.docx")


def with_past(month: Month) -> Month:
    before = Earlier("2025-02", "tháng 02/2025", month.by_task, month.by_assignment, 5, 8)
    return replace(month, earlier=(before,))


@pytest.fixture(scope="module")
def month() -> Month:
    return with_past(make_month())


@pytest.fixture(scope="module")
def page(month: Month) -> Any:
    return parsed(month)


def parsed(month: Month) -> Any:
    return html.document_fromstring(write_board(month, FILES).decode())


def rows(page: Any, key: str) -> dict[str, list[str]]:
    """A table by its row headings, symbols left out."""
    found = {}
    for row in page.xpath(f'//table[caption/@id="{key}-c"]//tr[th[@scope="row"]]'):
        label = " ".join(row.xpath("string(th)").split())
        found[re.sub(r"^\W+ ", "", label)] = [cell.text_content().strip() for cell in row.xpath("td")]
    return found


@settings(max_examples=12)
@given(st.integers(1, 12), st.integers(1, 14), st.integers(0, 10_000))
def test_figures_are_those_of_the_month(agencies: int, tasks: int, seed: int) -> None:
    month = make_month(agencies, tasks, seed)
    page = parsed(month)
    statuses = rows(page, "status-table")
    for status in Status:
        by_task, by_assignment = month.by_task.of(status), month.by_assignment.of(status)
        assert statuses[say(f"status.{status}")] == [
            show_number(by_task),
            show_share(by_task, month.by_task.total),
            show_number(by_assignment),
            show_share(by_assignment, month.by_assignment.total),
        ]
    counted = [list(map(int, (cells[0], cells[1], cells[2]))) for cells in rows(page, "agency-table").values()]
    assert [sum(column) for column in zip(*counted[:-1], strict=True)] == counted[-1]
    states = rows(page, "register-table")
    for state in ("missing", "late", "refused", "held", "on_time"):
        number = sum(entry.state == state for entry in month.register)
        assert states[say(f"register.{state}")] == [str(number), show_share(number, len(month.register))]


def test_figures_are_those_of_the_workbook(month: Month, page: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)), data_only=True)
    beside = {
        str(row[0]).partition(" ")[2]: row[1:5] for row in book["Tổng quan"].iter_rows(max_col=5, values_only=True)
    }
    for name, cells in rows(page, "status-table").items():
        if name in beside:
            assert [cells[0], cells[2]] == [str(beside[name][0]), str(beside[name][2])]
    sheet = book["Theo cơ quan"]
    headings = [cell.value for cell in sheet[4]]
    updated, total = headings.index("Tỷ lệ cập nhật"), headings.index("Tổng số")
    of_sheet: dict[Any, Any] = {row[1]: row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]}
    of_page = rows(page, "agency-table")
    for each in agency_rows(month):
        cells, row = of_page[each.figures.agency.short], of_sheet[each.figures.agency.name]
        assert cells[0] == str(row[total])
        assert cells[-1] == show_share(round(row[updated] * each.expected), each.expected)


def test_it_says_the_key_sentence_and_who_sent_what(month: Month, page: Any) -> None:
    text = page.text_content()
    assert key_sentence(month.by_task, "task") in text
    lists = dict(zip(page.xpath("//section[2]//h3"), page.xpath('//section[2]//ul[@class="names"]'), strict=True))
    named = {heading.text_content(): names.text_content() for heading, names in lists.items()}
    for entry in month.register:
        heading = next(name for name in named if say(f"register.{entry.state}") in name)
        assert entry.agency.name in named[heading]
    assert [name.split()[0] for name in named] == ["○", "✖", "◆", "◑", "✔"]


def test_findings_come_worst_first_and_grouped(month: Month, page: Any) -> None:
    headings = [h.text_content() for h in page.xpath('//section[.//@id="can-xem-lai"]//h3')]
    order = [say(f"severity.{each}") for each in "EHWI"]
    assert [next(i for i, word in enumerate(order) if word in h) for h in headings] == sorted(range(len(headings)))
    assert all(f"{entry.errors} lỗi" in page.text_content() for entry in month.register if entry.errors)


def test_links_lead_somewhere_and_nothing_is_fetched(page: Any) -> None:
    links = [link.get("href") for link in page.xpath("//a")]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    assert {link for link in links if not link.startswith("#")} == set(FILES)
    assert not page.xpath("//script | //img | //iframe | //*[@src]")
    assert page.xpath("//link/@href") == ["data:,"]
    assert "url(" not in "".join(page.xpath("//style/text()"))
    assert "@import" not in "".join(page.xpath("//style/text()"))


def test_structure_for_screen_readers(page: Any) -> None:
    assert page.get("lang") == "vi"
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
    levels = [int(h.tag[1]) for h in page.xpath("//h1|//h2|//h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in page.xpath("//table"):
        assert table.xpath("string(caption)").strip()
        assert all(cell.get("scope") in ("col", "row") for cell in table.xpath(".//th"))
        assert table.xpath("ancestor::div[@role='region' and @tabindex='0' and @aria-labelledby]")
    ids = set(page.xpath("//@id"))
    assert all(set(names.split()) <= ids for names in page.xpath("//@aria-labelledby"))
    for drawing in page.xpath("//svg"):
        assert drawing.get("role") == "img"
        assert drawing.xpath("string(title)").strip()
        assert drawing.xpath("string(desc)").strip()
    assert len(page.xpath("//svg")) == 4


def test_colour_never_stands_without_symbol_and_word(page: Any) -> None:
    for chip in page.xpath('//*[@style and contains(@style, "background")]'):
        symbol, _, word = chip.text_content().partition(" ")
        assert symbol and word
    labels = [text.text for text in page.xpath('//svg[contains(@aria-labelledby, "status-t")]/text[not(@text-anchor)]')]
    assert labels == [f"{STATUS[each].symbol} {say(f'status.{each}')}" for each in Status]


def test_charts_draw_the_figures(month: Month, page: Any) -> None:
    widths = [float(w) for w in page.xpath('//svg[contains(@aria-labelledby, "status-t")]/rect/@width')]
    counts = [month.by_task.of(each) for each in Status]
    assert widths == pytest.approx([356 * count / max(counts) for count in counts], abs=0.1)
    figures = page.xpath('//svg[contains(@aria-labelledby, "status-t")]/text[@text-anchor]/text()')
    assert [int(text.split()[0]) for text in figures] == counts


def test_what_people_write_stays_text(month: Month) -> None:
    sly = '<script>alert(1)</script> & "ngoặc" \x00\x1b 😀 =1+1'
    line = month.tasks[0]
    tasks = tuple(replace(t, task=replace(t.task, content=sly)) for t in month.tasks)
    register = tuple(replace(e, agency=replace(e.agency, name=sly)) for e in month.register)
    data = write_board(replace(month, tasks=tasks, register=register), ("a&b.xlsx",)).decode()
    assert line and "<script" not in data
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;ngoặc&#34; 😀 =1+1" in data
    assert not re.search("[\x00-\x08\x0b-\x1f]", data)


def test_same_bytes_and_nothing_of_the_clock(month: Month) -> None:
    assert write_board(month, FILES) == write_board(month, FILES)


@pytest.mark.parametrize(("agencies", "tasks"), [(0, 0), (1, 1), (3, 1), (300, 4)])
def test_small_and_large_months(agencies: int, tasks: int) -> None:
    month = make_month(agencies, tasks)
    page = parsed(month)
    assert len(page.xpath('//ul[@class="names"]/li')) == agencies
    shown = page.xpath('//section[.//@id="can-xem-lai"]//ul/li')
    assert len(shown) <= 4 * SHOWN_FINDINGS


def test_nobody_owes_a_return() -> None:
    page = parsed(make_month(0, 0))
    assert say("report.nobody_owes") in page.xpath("string(//section[2])")
    assert "0/0" not in page.text_content()


def test_a_late_task_says_how_many_are_late_and_which(month: Month) -> None:
    page = parsed(make_month(36, 12))
    listed = {item.xpath("string(.//strong)"): item.text_content() for item in page.xpath('//ul[@class="list"]/li')}
    for task in make_month(36, 12).tasks:
        late = [line.agency for line in task.leads if line.status is Status.OVERDUE]
        if task.status is Status.OVERDUE and len(late) < len(task.leads):
            told = listed[task.task.code]
            assert f"{len(late)}/{len(task.leads)} cơ quan quá hạn: {late[0].short}" in told
            assert late[11].short in told and f"và {len(late) - 12} cơ quan khác" in told


def test_a_task_of_which_all_are_late_names_them_once() -> None:
    month = EXTREMES["everything overdue"]()
    text = parsed(month).text_content()
    assert "cơ quan quá hạn:" not in text and "cơ quan chưa hoàn thành:" not in text


def test_long_lists_are_folded_short_ones_open() -> None:
    small, large = parsed(make_month()), parsed(make_month(300, 12))
    assert all(each.get("open") is not None for each in small.xpath("//section[2]//details"))
    folded = [each.xpath("string(summary)") for each in large.xpath("//details[not(@open)]")]
    assert any("Gửi đúng hạn" in text for text in folded) and any("300 cơ quan" in text for text in folded)
    assert all(re.search(r"\d", text) for text in folded), "a folded list says how much there is"
    for each in large.xpath("//details"):
        assert each[0].tag == "summary"
        shown = len(each.xpath(".//li | .//tbody/tr"))
        limit = FOLDED_NAMES if each.xpath('.//ul[@class="names"] | .//table') else FOLDED_FINDINGS
        assert (each.get("open") is not None) == (shown <= limit)


def test_it_says_of_when_it_is(month: Month) -> None:
    taken = [e.received_at for e in month.register if e.state in ("on_time", "late") and e.received_at]
    newest = local_clock(max(taken))
    assert f"lúc {newest:%H:%M %d/%m/%Y}; phiên bản 4." in write_board(month, FILES, 4).decode()
    silent = write_board(EXTREMES["no returns"](), FILES, 1).decode()
    assert "Chưa có báo cáo nào được tiếp nhận; phiên bản 1." in silent


def test_a_finding_says_its_place_once(month: Month, page: Any) -> None:
    items = page.xpath('//section[.//@id="can-xem-lai"]//li')
    places = [found.cell for found, _ in month.findings if found.cell and not found.waived_by]
    assert items and places
    for cell in places:
        told = [item.text_content() for item in items if re.search(rf"\b{cell}\b", item.text_content())]
        assert len(told) == 1 and len(re.findall(rf"\b{cell}\b", told[0])) == 1
    for task in {found.task for found, _ in month.findings if found.task}:
        assert all(item.text_content().count(task) <= 1 for item in items)


def test_bars_of_agencies_add_up_to_their_totals(month: Month) -> None:
    drawn = {bar.label: bar for bar in agency_chart(agency_rows(month)).bars}
    assert drawn
    for each in month.agencies:
        if bar := drawn.get(each.agency.short or each.agency.name):
            numbers = [int(text) for text in re.findall(r"\d+", bar.figure)]
            assert sum(numbers) == each.counts.total and len(bar.pieces) == len(numbers)


def test_the_chart_of_agencies_says_how_many_it_shows() -> None:
    few, many = (agency_chart(agency_rows(make_month(size, 12))) for size in (8, 60))
    late = sum(each.counts.of(Status.OVERDUE) > 0 for each in make_month(60, 12).agencies)
    assert few.title == f"{len(few.bars)}/8 cơ quan có lượt nhiệm vụ quá hạn"
    assert many.title == f"10 cơ quan có nhiều lượt nhiệm vụ quá hạn nhất (trong {late} cơ quan có quá hạn)"


def test_due_soon_says_how_soon(page: Any) -> None:
    assert say("workbook.due_soon") == f"{say('status.due_soon')} (≤ {DUE_SOON_DAYS} ngày)"
    assert page.text_content().count(say("workbook.due_soon")) == 2


def test_documents_have_their_table_once_they_are_several(month: Month) -> None:
    assert not rows(parsed(month), "document-table")
    other = ("726/KH-UBND", month.documents[0][1])
    tasks = tuple(
        replace(t, task=replace(t.task, document=other[0])) if n % 3 == 0 else t for n, t in enumerate(month.tasks)
    )
    found = rows(parsed(replace(month, tasks=tasks, documents=(*month.documents, other))), "document-table")
    assert [cells[0] for cells in found.values()] == ["8", "4", "12"]
    assert any("726/KH-UBND" in name for name in found)


def test_figures_that_differ_are_not_written(month: Month) -> None:
    with pytest.raises(ReportError):
        write_board(replace(month, by_task=month.by_assignment))


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.chromium
@needs_chromium
@pytest.mark.parametrize(("agencies", "tasks"), [(0, 0), (8, 12), (60, 12)])
def test_on_a_phone_and_on_a_screen(tmp_path: Path, agencies: int, tasks: int) -> None:
    """No word of the console, no request, nothing wider than the screen, every text readable in light and dark."""
    month = with_past(make_month(agencies, tasks))
    file = tmp_path / "bang-theo-doi.html"
    file.write_bytes(write_board(month, FILES))
    with browser() as chromium:
        for width, is_dark in ((360, False), (360, True), (1280, False), (1280, True)):
            chromium.open(file, width, is_dark=is_dark)
            assert chromium.value("document.documentElement.scrollWidth") <= width
            assert chromium.value("document.compatMode") == "CSS1Compat"
            assert chromium.value(CONTRAST) == []
            assert chromium.complaints() == []
            assert set(chromium.asked_for()) <= {file.resolve().as_uri(), "data:,"}


@pytest.mark.chromium
@needs_chromium
def test_tables_fit_a_phone_without_scrolling(tmp_path: Path, month: Month) -> None:
    file = tmp_path / "bang-theo-doi.html"
    file.write_bytes(write_board(month, FILES))
    with browser() as chromium:
        chromium.open(file, 360)
        wide = "[...document.querySelectorAll('.wide')].filter(e => e.scrollWidth > e.clientWidth).length"
        assert chromium.value(wide) == 0
        dark = "getComputedStyle(document.body).backgroundColor"
        light = chromium.value(dark)
        chromium.open(file, 360, is_dark=True)
        assert chromium.value(dark) != light


def printed_pages(chromium: Any, file: Path, month: Month) -> list[list[str]]:
    """Lines of each page as it prints."""
    file.write_bytes(write_board(month, FILES))
    chromium.open(file, 1280)
    document = pypdfium2.PdfDocument(chromium.printed())
    return [page.get_textpage().get_text_bounded().splitlines() for page in document]


@pytest.mark.chromium
@needs_chromium
def test_folded_lists_are_whole_on_paper(tmp_path: Path) -> None:
    month = make_month(60, 6)
    with browser() as chromium:
        said = "\n".join(line for page in printed_pages(chromium, tmp_path / "b.html", month) for line in page)
    assert all(entry.agency.name in said for entry in month.register)


@pytest.mark.chromium
@needs_chromium
def test_no_heading_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    """Wherever the pages break: lists of other lengths stand above."""
    with browser() as chromium:
        for agencies in range(8, 24):
            for page in printed_pages(chromium, tmp_path / "b.html", make_month(agencies, 12))[:-1]:
                last = " ".join(page[-1].split())
                assert not re.search(r"^Nhiệm vụ (sắp đến|quá) hạn$|\d+ nhiệm vụ$|\(\d+ (cơ quan|nội dung)\)$", last)


@pytest.mark.chromium
@needs_chromium
def test_three_hundred_agencies_are_no_endless_page(tmp_path: Path) -> None:
    file = tmp_path / "bang-theo-doi.html"
    file.write_bytes(write_board(make_month(300, 12), FILES))
    with browser() as chromium:
        chromium.open(file, 360)
        assert chromium.value("document.documentElement.scrollHeight") < 12_000
        chromium.value("document.querySelector('details:not([open]) > summary').click()")
        assert chromium.value("document.querySelectorAll('details[open]').length") >= 1


@pytest.mark.chromium
@needs_chromium
def test_it_prints(tmp_path: Path, month: Month) -> None:
    file = tmp_path / "bang-theo-doi.html"
    file.write_bytes(write_board(month, FILES))
    with browser() as chromium:
        chromium.open(file, 1280)
        data = chromium.printed()
    assert data.startswith(b"%PDF")
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 8

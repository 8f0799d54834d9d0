"""What the Word report says: sections and sentences as blocks, against the figures of the month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.extremes import EXTREMES
from tests.support.months import line_counts, make_month, task_counts
from tracker.config import Office
from tracker.model import Counts, Finding, Month, Past, Register, Severity, TaskLine
from tracker.reports.word_annexes import annexes
from tracker.reports.word_blocks import Block, Chart, Heading, Paragraph, Row, RowKind, Table
from tracker.reports.word_proposals import proposals
from tracker.reports.word_results import by_agency, coming_due, newly_done, overall
from tracker.reports.word_sections import discipline, obstacles, overdue, sections
from tracker.reports.word_sentences import (
    FEW,
    NAMES_LIMIT,
    SHOWN,
    closing,
    document_name,
    documents_phrase,
    leads_label,
    name_list,
    one_line,
    opening,
    shorten,
    voices,
)
from tracker.reports.word_targets import targets
from tracker.status import Status
from tracker.vietnamese import show_number

OFFICE = Office()


def said(blocks: Iterable[Block]) -> str:
    """All the text of the blocks, a line each."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Table):
            lines += [block.caption, *(cell for row in block.rows for cell in row.cells)]
        elif isinstance(block, Chart):
            lines += [block.caption, block.description]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def the_table(blocks: Iterable[Block]) -> Table:
    return next(block for block in blocks if isinstance(block, Table))


def with_tasks(month: Month, tasks: Iterable[TaskLine]) -> Month:
    """The month with other tasks, figures and lines following them."""
    tasks = tuple(tasks)
    lines = tuple(line for task in tasks for line in (*task.leads, *task.coordinating))
    return replace(
        month, tasks=tasks, lines=lines, by_task=task_counts(tasks), by_assignment=line_counts(lines), agencies=()
    )


def only(month: Month, *statuses: Status) -> Month:
    return with_tasks(month, (task for task in month.tasks if task.status in statuses))


def test_files_of_no_agency_are_told_beside_those_of_agencies() -> None:
    month = make_month()
    told = "tệp nhận được nhưng không phải biểu mẫu"
    assert told not in said(discipline(month))
    stray = Finding("F01", Severity.ERROR, facts={"name": "a.pdf", "kind": "pdf"})
    files = ((stray, "a.pdf"), (replace(stray, code="F02"), "a.pdf"), (replace(stray, agency="xx"), "b.pdf"))
    waived = replace(stray, waived_by="Chánh Văn phòng")
    found = said(discipline(replace(month, findings=(*month.findings, *files, (waived, "c.pdf")))))
    assert f"có 2 {told}" in found


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (8, 12), (40, 30)])
def test_sections_are_five_and_nothing_is_left_unsaid(size: tuple[int, int]) -> None:
    blocks = sections(make_month(*size), OFFICE)
    titles = [block.text.split(". ")[0] for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert titles == ["I", "II", "III", "IV", "V"]
    text = said(blocks) + said(block for annex in annexes(make_month(*size)) for block in annex.blocks)
    assert [mark for mark in ("{", "}", "None", "(trống)", "Status.", "  ") if mark in text] == []


@pytest.mark.parametrize("size", [(8, 12), (40, 30), (500, 60)])
def test_every_paragraph_ends_as_a_sentence_or_leads_in(size: tuple[int, int]) -> None:
    paragraphs = [block.text for block in sections(make_month(*size), OFFICE) if isinstance(block, Paragraph)]
    assert [text for text in paragraphs if not text.endswith((".", ":", "…"))] == []
    assert [text for text in paragraphs if ".." in text] == []


def test_every_heading_is_followed_by_text() -> None:
    for size in ((0, 0), (8, 12)):
        blocks = sections(make_month(*size), OFFICE)
        for block, following in zip(blocks, (*blocks[1:], None), strict=True):
            if isinstance(block, Heading):
                deeper = isinstance(following, Heading) and following.level > block.level
                assert isinstance(following, Paragraph) or deeper


def test_body_stays_short_for_a_large_province() -> None:
    blocks = sections(make_month(500, 60), OFFICE)
    assert len(blocks) < 100
    assert max(len(block.rows) for block in blocks if isinstance(block, Table)) <= 15


def test_missing_agencies_are_named() -> None:
    month = make_month(20, 3)
    text = said(discipline(month))
    missing = [entry.agency for entry in month.register if entry.state == "missing"]
    assert missing
    assert all(agency.name in text for agency in missing)


def test_full_register_says_that_nobody_is_missing() -> None:
    month = make_month()
    register = tuple(Register(entry.agency, "on_time") for entry in month.register)
    text = said(discipline(replace(month, register=register)))
    assert "- Tất cả các cơ quan đã gửi báo cáo." in text
    assert "hưa gửi" not in text
    assert "không có lỗi" in text


def test_a_month_without_returns_praises_nobody() -> None:
    text = said(discipline(EXTREMES["no returns"]()))
    assert "Có 8 cơ quan phải gửi báo cáo, đến nay chưa có cơ quan nào gửi." in text
    assert "Chưa có báo cáo được tiếp nhận để kiểm tra dữ liệu." in text
    assert not [praise for praise in ("không có lỗi", "0,0%", "Tất cả", "Không có cơ quan") if praise in text]


def test_a_month_of_refused_returns_says_so() -> None:
    month = make_month()
    register = tuple(Register(entry.agency, "refused") for entry in month.register)
    text = said(discipline(replace(month, register=register)))
    assert "chưa có báo cáo nào được tiếp nhận; không tiếp nhận 8." in text
    assert "phải gửi lại (8 cơ quan)" in text
    assert not [praise for praise in ("không có lỗi", "Tất cả", "hưa gửi") if praise in text]


@pytest.mark.parametrize(
    ("states", "asked"),
    [
        (("missing", "missing", "refused"), "3 cơ quan chưa gửi báo cáo hoặc có báo cáo không được tiếp nhận (nêu"),
        (("missing", "missing", "on_time"), "2 cơ quan chưa gửi báo cáo (nêu"),
        (("refused", "on_time", "late"), "1 cơ quan có báo cáo không được tiếp nhận (nêu"),
    ],
)
def test_agencies_are_asked_for_what_they_owe(states: tuple[str, ...], asked: str) -> None:
    month = make_month(3, 4)
    register = tuple(replace(e, state=state) for e, state in zip(month.register, states, strict=True))
    assert f") {asked}" in said(proposals(replace(month, register=register), OFFICE))


def test_names_are_in_full_everywhere() -> None:
    """The report explains no short name; the one of the plan stands for each agency here."""
    month = make_month(40, 30)
    marked = {each.code: replace(each, short=f"#{each.code}") for each in (entry.agency for entry in month.register)}
    lines = {id(line): replace(line, agency=marked[line.agency.code]) for line in month.lines}
    tasks = tuple(
        replace(t, leads=tuple(replace(x, agency=marked[x.agency.code]) for x in t.leads)) for t in month.tasks
    )
    month = replace(
        month,
        lines=tuple(lines.values()),
        tasks=tasks,
        agencies=tuple(replace(each, agency=marked[each.agency.code]) for each in month.agencies),
        register=tuple(replace(each, agency=marked[each.agency.code]) for each in month.register),
    )
    blocks = [*sections(month, OFFICE), *(block for annex in annexes(month) for block in annex.blocks)]
    assert "#" not in said(blocks)


def test_one_rule_cuts_every_list_of_names() -> None:
    """Late and missing agencies alike: as many names, and never only one left out."""
    month = make_month(100, 3)
    for number in (NAMES_LIMIT + 1, NAMES_LIMIT + 2):
        for state in ("late", "missing", "refused", "held"):
            chosen = [
                replace(e, state=state if n < number else "on_time", is_nil=False) for n, e in enumerate(month.register)
            ]
            text = said(discipline(replace(month, register=tuple(chosen))))
            assert ("và 2 cơ quan khác" in text) is (number > NAMES_LIMIT + 1)
            assert (month.register[NAMES_LIMIT].agency.name in text) is (number == NAMES_LIMIT + 1)


@pytest.mark.parametrize(
    ("soon", "wording"),
    [
        ((True,), "), còn không quá 07 ngày:"),
        ((True, True), "), đều còn không quá 07 ngày:"),
        ((True, False), "), trong đó 1 nhiệm vụ còn không quá 07 ngày:"),
        ((False,), "):"),
    ],
)
def test_tasks_coming_due_are_counted_in_natural_words(soon: tuple[bool, ...], wording: str) -> None:
    month = make_month()
    open_task = next(task for task in month.tasks if task.status is Status.IN_TIME)
    due = replace(open_task.task, due_on=month.effective_day + timedelta(days=3), extended_to=None)
    text = said(coming_due(with_tasks(month, [replace(open_task, task=due, is_due_soon=each) for each in soon])))
    assert f"Có {len(soon)} nhiệm vụ đang thực hiện sẽ đến hạn trong kỳ tới (đến hết ngày 21/4/2025{wording}\n" in text


@pytest.mark.parametrize(
    ("reported", "wording"),
    [
        ((False,), "nhiệm vụ này chưa có đủ báo cáo của cơ quan chủ trì trong kỳ"),
        ((True,), "cơ quan chủ trì đã có đủ báo cáo trong kỳ"),
        ((False, False, False), "đều chưa có đủ báo cáo của cơ quan chủ trì trong kỳ"),
        ((False, True, True), "trong đó 1 nhiệm vụ chưa có đủ báo cáo của cơ quan chủ trì trong kỳ"),
    ],
)
def test_overdue_tasks_without_reports_are_counted_in_natural_words(reported: tuple[bool, ...], wording: str) -> None:
    month = make_month()
    late = next(task for task in month.tasks if task.status is Status.OVERDUE)
    tasks = [replace(late, leads=tuple(replace(x, is_reported=each) for x in late.leads)) for each in reported]
    text = said(overdue(with_tasks(month, tasks)))
    assert f"Có {len(reported)} nhiệm vụ đang thực hiện đã quá thời hạn được giao, {wording}; cụ thể như sau:" in text


@pytest.mark.parametrize(
    ("judged", "wording"),
    [
        ((True,), "Có 1 chỉ tiêu được theo dõi, đạt."),
        ((False, False), "Có 2 chỉ tiêu được theo dõi, đều chưa đạt."),
        ((None, None), "Có 2 chỉ tiêu được theo dõi, đều chưa có số liệu."),
        ((None, True, True), "Có 3 chỉ tiêu được theo dõi: 2 chỉ tiêu đạt, 1 chỉ tiêu chưa có số liệu."),
    ],
)
def test_indicators_are_judged_in_natural_words(judged: tuple[bool | None, ...], wording: str) -> None:
    first = make_month().indicators[0]
    assert wording in said(targets([replace(first, is_met=each) for each in judged]))


def test_statuses_add_up_and_shares_come_from_the_same_total() -> None:
    month = make_month(30, 40)
    rows = the_table(overall(month)).rows
    plain = [row for row in rows if row.kind is RowKind.PLAIN][:7]
    total = next(row for row in rows if row.kind is RowKind.TOTAL)
    assert [row.cells[2] for row in plain] == [show_number(month.by_task.of(status)) for status in Status]
    assert sum(int(row.cells[2]) for row in plain) == int(total.cells[2]) == month.by_task.total
    assert total.cells[4] == show_number(month.by_assignment.total)
    assert (total.cells[3], total.cells[5]) == ("100,0", "100,0")


def test_agencies_with_most_overdue_come_first_where_there_are_many() -> None:
    month = make_month(40, 30)
    table = the_table(by_agency(month))
    late = [int(row.cells[5]) for row in table.rows]
    assert len(late) == SHOWN
    assert late == sorted(late, reverse=True)
    assert late[0] == max(entry.counts.of(Status.OVERDUE) for entry in month.agencies)


def test_row_of_an_agency_adds_up() -> None:
    for row in the_table(by_agency(make_month())).rows:
        assert int(row.cells[2]) == sum(map(int, row.cells[3:7]))


def test_no_overdue_agency_is_said_rightly() -> None:
    month = make_month()
    agencies = tuple(replace(each, counts=line_counts(())) for each in month.agencies)
    done = only(month, Status.DONE_ON_TIME, Status.DONE_LATE)
    assert "không có cơ quan" in said(by_agency(replace(month, agencies=agencies))).lower()
    finished = replace(month.agencies[0], counts=done.by_assignment)
    assert "Không có cơ quan nào có nhiệm vụ đang thực hiện quá hạn." in said(
        by_agency(replace(month, agencies=(finished,)))
    )


def test_a_number_that_all_late_agencies_share_is_said_once() -> None:
    month = only(make_month(3, 12), Status.OVERDUE)
    first, second, _ = make_month(3, 12).agencies
    one, two = (replace(first, counts=Counts({Status.OVERDUE: number})) for number in (1, 2))
    other = replace(second, counts=Counts({Status.OVERDUE: 1}))
    alike, apart = (said(by_agency(replace(month, agencies=both))) for both in ((one, other), (two, other)))
    assert f"(2 cơ quan, mỗi cơ quan 1 nhiệm vụ): {first.agency.name}; {second.agency.name}." in alike
    assert f"(2 cơ quan): {first.agency.name} (2 nhiệm vụ); {second.agency.name} (1 nhiệm vụ)." in apart


def test_indicators_are_counted_by_judgement() -> None:
    month = make_month()
    met = sum(line.is_met is True for line in month.indicators)
    text = said(targets(month.indicators))
    assert f"Có {len(month.indicators)} chỉ tiêu được theo dõi: {met} chỉ tiêu đạt" in text
    assert len(the_table(targets(month.indicators)).rows) == len(month.indicators)


def test_a_task_that_was_done_before_is_not_reported_as_done_again() -> None:
    month = only(make_month(), Status.DONE_ON_TIME, Status.DONE_LATE)
    assert f"Trong kỳ có {len(month.tasks)} nhiệm vụ hoàn thành:" in said(newly_done(month))
    before = Past("2025-02", {"status": "done"})
    tasks = [replace(t, leads=tuple(replace(line, previous=before) for line in t.leads)) for t in month.tasks]
    assert "không có nhiệm vụ nào" in said(newly_done(with_tasks(month, tasks)))


@pytest.mark.parametrize(("days", "is_due"), [(-1, False), (0, True), (1, True), (32, True), (33, False)])
def test_coming_due_reaches_to_the_next_effective_day(days: int, is_due: bool) -> None:
    month = make_month()
    month = with_tasks(month, [next(task for task in month.tasks if task.status is Status.IN_TIME)])
    day = month.effective_day + timedelta(days=days)
    assert month.next_effective_day == month.effective_day + timedelta(days=32)
    line = replace(month.tasks[0], task=replace(month.tasks[0].task, due_on=day, extended_to=None))
    assert (line.task.code in said(coming_due(with_tasks(month, [line])))) is is_due


def test_overdue_tasks_stand_longest_first_with_their_cause() -> None:
    month = make_month(40, 60)
    rows = the_table(overdue(month)).rows
    late = [task.days_late for task in month.tasks if task.status is Status.OVERDUE]
    assert len(late) > SHOWN == len(rows)
    assert [int(row.cells[4]) for row in rows] == sorted(late, reverse=True)[:SHOWN]
    assert f"Còn {len(late) - SHOWN} nhiệm vụ quá hạn khác" in said(overdue(month))
    assert all(row.cells[5] for row in rows)


def test_cause_is_that_of_the_agency_or_said_to_be_missing() -> None:
    month = make_month()
    task = next(task for task in month.tasks if task.status is Status.OVERDUE)
    line = next(line for line in task.leads if line.status is Status.OVERDUE)
    for values, cause in (({"obstacles": "Chưa có vốn"}, "Chưa có vốn"), ({}, "Cơ quan chưa nêu nguyên nhân")):
        alone = replace(task, leads=(replace(line, values=values),))
        assert the_table(overdue(with_tasks(month, [alone]))).rows[0].cells[5] == cause


def test_nothing_overdue_is_said_rightly() -> None:
    text = said(overdue(only(make_month(), Status.NO_DEADLINE)))
    assert text == "III. NHIỆM VỤ QUÁ HẠN, CHẬM TIẾN ĐỘ\nKhông có nhiệm vụ đang thực hiện quá hạn."


def test_same_words_are_said_once_and_the_most_urgent_first() -> None:
    month = make_month()
    late = next(line for line in month.lines if line.status is Status.OVERDUE)
    calm = [line for line in month.lines if line.status is Status.IN_TIME][:3]
    lines = [
        *(replace(line, values={"obstacles": "Thiếu người"}) for line in calm),
        replace(late, values={"obstacles": "Thiếu vốn"}, days_late=9),
    ]
    assert [(voice.text, len(voice.lines)) for voice in voices(lines, "obstacles")] == [
        ("Thiếu vốn", 1),
        ("Thiếu người", 3),
    ]
    assert voices([replace(late, values={"obstacles": "  "})], "obstacles") == ()


def test_obstacles_are_those_of_the_period_and_of_open_tasks() -> None:
    month = make_month()
    silent = tuple(replace(line, is_reported=False) for line in month.lines)
    assert "không nêu khó khăn" in said(obstacles(replace(month, lines=silent)))
    done = next(line for line in month.lines if line.status is Status.DONE_ON_TIME)
    spoken = (replace(done, is_reported=True, values={"obstacles": "Thiếu vốn"}),)
    assert "Thiếu vốn" not in said(obstacles(replace(month, lines=spoken)))


def test_own_proposals_follow_the_figures() -> None:
    empty = make_month(0, 0)
    assert "Văn phòng UBND tỉnh không có đề xuất, kiến nghị." in said(proposals(empty, OFFICE))
    month = make_month()
    late = month.by_task.of(Status.OVERDUE)
    assert f"{late} nhiệm vụ quá hạn (nêu tại mục III)" in said(proposals(month, OFFICE))
    assert "a) " in said(proposals(month, OFFICE))


def test_annex_names_the_agencies_that_are_late() -> None:
    month = make_month()
    task = next(task for task in month.tasks if task.status is Status.OVERDUE and len(task.leads) > 3)
    late = [line.agency for line in task.leads if line.status is Status.OVERDUE]
    rows = the_table(annexes(month)[1].blocks).rows
    place = next(index for index, row in enumerate(rows) if row.cells[1] == task.task.code)
    assert rows[place].keeps_next
    assert rows[place + 1].kind is RowKind.NOTE
    assert all(agency.name in rows[place + 1].cells[1] for agency in late)


def test_annex_says_of_agencies_that_are_all_late_that_they_are() -> None:
    month = make_month()
    task = next(task for task in month.tasks if task.status is Status.OVERDUE and len(task.leads) > 3)
    late = tuple(replace(line, status=Status.OVERDUE) for line in task.leads)
    assert "Quá hạn: tất cả 8 cơ quan chủ trì." in said(
        annexes(with_tasks(month, [replace(task, leads=late)]))[1].blocks
    )


def test_annex_lists_what_agencies_say_of_a_task() -> None:
    """One thing beside its heading; several as a list, in which a colon ends the names."""
    month = make_month()
    task = next(task for task in month.tasks if len(task.leads) > 3)
    first, second, *others = (replace(line, values={}, status=Status.IN_TIME) for line in task.leads)
    words = [
        replace(line, values={"obstacles": text}) for line, text in ((first, "Thiếu người."), (second, "Thiếu vốn"))
    ]
    for leads, note in (
        ((words[0], second, *others), f"Khó khăn, vướng mắc: {first.agency.name}: Thiếu người."),
        (
            (*words, *others),
            f"Khó khăn, vướng mắc:\n- {first.agency.name}: Thiếu người.\n- {second.agency.name}: Thiếu vốn.",
        ),
    ):
        blocks = annexes(with_tasks(month, [replace(task, leads=leads, coordinating=())]))[1].blocks
        assert the_table(blocks).rows[-1].cells[1] == note


def test_annex_says_that_texts_are_shortened_only_where_one_is() -> None:
    for month, is_cut in (
        (make_month(0, 0), False),
        (make_month(3, 2), False),
        (EXTREMES["two thousand letters"](), True),
    ):
        text = said(annexes(month)[1].blocks)
        assert ("bảng tổng hợp Excel gửi kèm" in text) is is_cut
    plan = [replace(task.task, content="Việc…") for task in month.tasks]
    dotted = with_tasks(month, [TaskLine(task, Status.NO_DEADLINE, ()) for task in plan])
    assert "Excel" not in said(annexes(dotted)[1].blocks)


def test_an_empty_annex_explains_no_figures() -> None:
    empty = replace(make_month(0, 0), indicators=())
    assert "Ghi chú" not in said(block for annex in annexes(empty) for block in annex.blocks)
    assert all(isinstance(annex.blocks[-1], Paragraph) for annex in annexes(make_month())[:3:2])


def test_days_have_one_form() -> None:
    """As decree 30/2020 writes them: no zero before months 3 to 9, in annexes too."""
    month = make_month(30, 20)
    plan = {t.task.code: replace(t.task, deadline_text="", content="Việc") for t in month.tasks}
    tasks = [
        replace(
            t,
            task=plan[t.task.code],
            leads=tuple(replace(x, task=plan[t.task.code], values={}) for x in t.leads),
            coordinating=(),
        )
        for t in month.tasks
    ]
    month = with_tasks(month, tasks)
    text = said([*sections(month, OFFICE), *(block for annex in annexes(month) for block in annex.blocks)])
    found = set(re.findall(r"\b\d{1,2}/(\d{1,2})/\d{4}", text))
    assert {"3", "4"} <= found
    assert not {f"{number:02d}" for number in range(3, 10)} & found
    assert " (gia hạn)" in text


def test_standing_tasks_have_no_rate_of_completion() -> None:
    month = make_month()
    rows = {row.cells[1]: row.cells for row in the_table(annexes(month)[1].blocks).rows if row.kind is RowKind.PLAIN}
    standing = [task for task in month.tasks if task.status is Status.NO_DEADLINE and len(task.leads) > 1]
    assert standing
    for task in standing:
        *_, share, result = rows[task.task.code]
        assert (share, "hoàn thành" in result) == ("-", False)
        assert f"{task.reported_leads}/{len(task.leads)} cơ quan chủ trì có báo cáo trong kỳ." in result


def test_annex_groups_tasks_by_document_where_there_are_several() -> None:
    month = make_month()
    first, *others = month.tasks
    other = replace(first, task=replace(first.task, document="726/KH-UBND", document_date=date(2025, 2, 20)))
    rows = the_table(annexes(with_tasks(month, [other, *others]))[1].blocks).rows
    groups = [row for row in rows if row.kind is RowKind.GROUP]
    assert groups == [
        Row(("Kế hoạch số 726/KH-UBND ngày 20/02/2025",), RowKind.GROUP, keeps_next=True),
        Row(("Thông báo số 27/TB-UBND ngày 21/02/2025",), RowKind.GROUP, keeps_next=True),
    ]


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("27/TB-UBND", "Thông báo số 27/TB-UBND ngày 21/02/2025"),
        ("726/KH-UBND", "Kế hoạch số 726/KH-UBND ngày 21/02/2025"),
        ("113-CTr/TU", "Chương trình số 113-CTr/TU ngày 21/02/2025"),
        ("57-NQ/TW", "Nghị quyết số 57-NQ/TW ngày 21/02/2025"),
        ("15/QĐ-UBND", "Quyết định số 15/QĐ-UBND ngày 21/02/2025"),
        ("12/UBND-KT", "Văn bản số 12/UBND-KT ngày 21/02/2025"),
        ("Thông báo số 27/TB-UBND", "Thông báo số 27/TB-UBND ngày 21/02/2025"),
        ("27", "Văn bản số 27 ngày 21/02/2025"),
    ],
)
def test_documents_are_named_by_their_kind(symbol: str, name: str) -> None:
    assert document_name(symbol, date(2025, 2, 21)) == name


def test_opening_names_documents_cut_off_and_period() -> None:
    month = replace(make_month(), documents=(("27/TB-UBND", date(2025, 2, 21)), ("726/KH-UBND", date(2025, 2, 20))))
    both = "Thông báo số 27/TB-UBND ngày 21/02/2025 và Kế hoạch số 726/KH-UBND ngày 20/02/2025"
    assert documents_phrase(month) == both
    text = opening(month, OFFICE)
    assert both in text
    assert "(số liệu tính đến ngày 20/3/2025)" in text
    assert text.endswith("tháng 3/2025 như sau:")
    assert closing(month, OFFICE).endswith("xem xét, chỉ đạo./.")
    assert "chế độ báo cáo định kỳ" in opening(replace(month, documents=()), OFFICE)


def test_long_lists_of_names_end_with_a_number() -> None:
    agencies = [entry.agency for entry in make_month(50, 1).register]
    assert name_list(agencies[:2]) == f"{agencies[0].name}; {agencies[1].name}"
    assert name_list(agencies).endswith(f"; {agencies[NAMES_LIMIT - 1].name} và 30 cơ quan khác")
    assert name_list(agencies[: NAMES_LIMIT + 1]) == "; ".join(each.name for each in agencies[: NAMES_LIMIT + 1])
    assert name_list(agencies[:4], FEW).count(";") == 3
    assert name_list(agencies[:5], FEW).endswith("và 2 cơ quan khác")


def test_leads_are_named_and_groups_counted() -> None:
    month = make_month()
    alone = next(task for task in month.tasks if len(task.leads) == 1)
    many = next(task for task in month.tasks if len(task.leads) > 3)
    assert leads_label(alone) == alone.leads[0].agency.name
    assert leads_label(many) == "Các sở, ngành, địa phương (8 cơ quan)"
    assert leads_label(replace(many, leads=())) == "Các sở, ngành, địa phương"


def test_answers_of_several_lines_become_one() -> None:
    assert one_line("- Một;\n+ Hai.\n\n• Ba") == "Một; Hai. Ba"
    assert shorten("một hai ba bốn", 8) == "một hai…"


@given(st.text(max_size=200), st.integers(1, 100))
def test_shortened_text_is_one_short_line(text: str, limit: int) -> None:
    shown = shorten(text, limit)
    assert len(shown) <= limit + 1
    assert "\n" not in shown

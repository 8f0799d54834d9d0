"""Paragraph by paragraph through a notice, each knowing whose list it stands in; tasks as they are found.

A label ("d)", "1.2.", "-") opens an item below the one it belongs to; a line that only names who is in charge
("d) Sở X chủ trì:") gives its lead to what stands below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tracker.dates import Calendar
from tracker.plan.notice.agencies import Party
from tracker.plan.notice.deadlines import read_deadline
from tracker.plan.notice.head import preamble_end
from tracker.plan.notice.lines import Line
from tracker.plan.notice.model import NO_DEADLINE, Deadline, Document, Passed
from tracker.plan.notice.outline import (
    BULLETS,
    Item,
    Made,
    is_named,
    is_within,
    joined_path,
    mark_and_level,
    pieces,
    references,
    union,
)
from tracker.plan.notice.passages import (
    ABOVE,
    ANNEX,
    ASSESSMENT,
    CONDITIONAL,
    END,
    ENUMERATED,
    NO_TASK,
    OBEY,
    SHARED,
    TAKES_OVER,
)
from tracker.plan.notice.sentences import Field, Said, Sentences
from tracker.plan.notice.tables import TableRow, columns_of, table_rows
from tracker.plan.notice.text import key, sentences, tidy


class Walk:
    def __init__(self, document: Document, reader: Sentences, days: Calendar) -> None:
        self.document, self.reader, self.days = document, reader, days
        self.stack = [Item("", -1)]
        self.made: list[Made] = []
        self.passed: list[Passed] = []
        self.ended = False
        self.heading: tuple[str, ...] = ()

    def read(self, lines: Sequence[Line]) -> None:
        first = preamble_end(lines)
        if first and (said := self._order_of_preamble(lines[first - 1])):
            self.stack[0].leads, self.stack[0].coordinators = said.leads, said.coordinators
            self.stack[0].words = lines[first - 1].text
        for is_row, group in groupby(enumerate(lines), key=lambda pair: pair[1].is_row):
            if is_row:
                self._table([line for _, line in group])
                continue
            for number, line in group:
                if number >= first:
                    self._paragraph(line)

    def _order_of_preamble(self, line: Line) -> Said | None:
        """ "Chủ tịch UBND tỉnh yêu cầu các sở, ngành thực hiện các nội dung sau:" names the lead of all below."""
        last = [line.text[start:end] for start, end, _ in sentences(line.text)][-1:]
        said = self.reader.read(last[0]) if last else None
        return (
            said
            if said and said.leads and said.is_order and last[0].rstrip(" .").endswith(("sau:", "sau", ":"))
            else None
        )

    # --- tables -------------------------------------------------------------------------------------------------------

    def _table(self, rows: list[Line]) -> None:
        cells = [line.cells for line in rows]
        heading = next((row for row in cells if columns_of(row)), None)
        if heading is None and self.heading and len(cells[0]) == len(self.heading):
            cells = [self.heading, *cells]  # the table goes on behind a page's end
        self.heading = heading or self.heading
        for row in table_rows(cells):
            self._row(row)

    def _row(self, row: TableRow) -> None:
        leads = self.reader.cell_parties(row["lead"])
        coordinators = self.reader.cell_parties(row["with"])
        if "both" in row.cells and not row.cells.get("with"):
            said = self.reader.read(row["both"])
            leads, coordinators = said.leads or leads, said.coordinators
        content = row["content"]
        if not leads:
            said = self.reader.read(content)
            leads, coordinators = said.leads, coordinators or said.coordinators
            if not leads:
                self.passed.append(Passed(row.whole, "no_assignee"))
                return
        when = row["when"]
        flags = [flag for party in leads for flag in party.flags] + ["lead_carried"] * row.is_filled
        if when and not read_deadline(when, self.document.date, in_column=True).bound:
            flags.append("deadline_unread")
        names = {key(party.name) for party in leads}
        kept = tuple(party for party in coordinators if key(party.name) not in names)
        made = Made(
            row.item, "", Said(leads, content=content), content, leads, kept, flags, when, row["product"], row=row
        )
        self.made.append(made)

    # --- paragraphs ---------------------------------------------------------------------------------------------------

    def _paragraph(self, line: Line) -> None:
        low = key(line.whole)
        if END.match(low):
            self.ended = True
        if low.startswith("trên đây là"):
            self.ended = True
        if ANNEX.match(low):
            self.ended = False
            self.stack = self.stack[:1]
            self.stack[0].leads, self.stack[0].task = (), None
            return
        if self.ended or (not line.text and not line.label):
            return
        item = self._open(line.label) if line.label else self.stack[-1]
        is_one = len(list(pieces(line.text))) == 1
        if CONDITIONAL.match(key(line.text)) or (is_one and NO_TASK.match(key(line.text))):
            self.passed.append(Passed(line.whole, "boilerplate"))
            self.ended = self.ended or low.endswith("./.")
            return
        if self._shares_deadline(line, item) or self._is_form(line, item):
            return
        self._sentences(line, item)

    def _open(self, label: str) -> Item:
        mark, level = mark_and_level(label)
        while len(self.stack) > 1 and self.stack[-1].level >= level:
            self.stack.pop()
        parent = self.stack[-1]
        if mark in BULLETS:
            parent.bullets += 1
            mark = str(parent.bullets)
        path = joined_path([each.path for each in self.stack], mark)
        item = Item(path, level, is_assessment=parent.is_assessment)
        self.stack.append(item)
        return item

    def _inherited(self) -> tuple[tuple[Party, ...], tuple[Party, ...], Deadline, bool]:
        """Lead, coordinators and deadline of the nearest item above that names a lead, and whether it is the parent."""
        for depth, item in enumerate(reversed(self.stack)):
            if item.leads:
                return item.leads, item.coordinators, item.deadline, depth > 0 or item is self.stack[0]
        return (), (), NO_DEADLINE, False

    def _sentences(self, line: Line, item: Item) -> None:
        text = line.text
        leads, coordinators, deadline, _ = self._inherited()
        current: Made | None = None
        listed = False  # within "Giao X: (1) …; (2) …"
        waiting = [(text[start:end].strip(), stop) for start, end, stop in pieces(text)]
        number = -1
        while waiting:
            number, (piece, stop) = number + 1, waiting.pop(0)
            is_first = number == 0
            bare = re.sub(rf"^(?:{ENUMERATED.pattern})", "", piece) if listed or not is_first else piece
            said = self.reader.read(bare, within=listed or (bool(leads) and leads is not self.stack[0].leads))
            if CONDITIONAL.match(key(piece)) or NO_TASK.match(key(piece)):
                self.passed.append(Passed(piece, "boilerplate"))
                continue
            if said.leads and current and self._only_helps(bare, said):
                current.coordinators = union(current.coordinators, said.leads)
                current.text += " " + piece
                continue
            if said.leads and OBEY.fullmatch(key(said.content)):
                self.passed.append(Passed(piece, "boilerplate"))
                continue
            if said.leads and (not item.is_assessment or said.is_order):
                if said.is_lead_in and not piece.endswith(";") and not self._holds_task(bare, said):
                    self._lead_in(item, said, piece)
                    leads, coordinators, deadline = item.leads, item.coordinators, item.deadline
                    current, listed = None, True
                    continue
                flags = ["second_subject"] if said.second else []
                if said.second:  # two subjects with a predicate each: two tasks, for a person to look at
                    waiting.insert(0, (bare[said.second :], stop))
                    piece = bare[: said.second].rstrip(" ,")
                    said = self.reader.read(piece)
                current = self._add(item, line, said, piece, said.leads, said.coordinators, NO_DEADLINE, *flags)
                if piece.rstrip().endswith(":"):
                    item.leads, item.coordinators, item.words = said.leads, said.coordinators, piece
                continue
            if listed and leads and not said.leads:
                current = self._add(
                    item, line, said, bare, leads, union(said.coordinators, coordinators), deadline, "lead_carried"
                )
                continue
            current = self._without_subject(line, item, said, piece, is_first, stop, current)

    def _without_subject(
        self, line: Line, item: Item, said: Said, piece: str, is_first: bool, stop: str, current: Made | None
    ) -> Made | None:
        """A sentence that names nobody: a carried-over subject, the rest of the task before it, or no task."""
        leads, coordinators, deadline, is_above = self._inherited()
        if current and not is_first and self.reader.is_about_others(piece):
            self.passed.append(Passed(piece, "no_assignee"))
            return current
        if current and not is_first:
            return self._continued(line, item, said, piece, stop, current)
        if leads and is_above and line.label and not item.is_assessment:
            if self._is_heading(piece) or (piece.rstrip().endswith(":") and not line.text[len(piece) :].strip()):
                item.leads, item.coordinators, item.deadline = leads, coordinators, deadline
                item.words = self._words_above()
                self.passed.append(Passed(line.whole, "lead_in"))
                return None
            return self._add(
                item, line, said, piece, leads, union(said.coordinators, coordinators), deadline, "lead_carried"
            )
        before = self.made[-1] if self.made and not line.label and item.task is not None else None
        if is_first and before and self.reader.starts_with_verb(piece) and not item.is_assessment:
            leads = leads or before.leads
            return self._add(item, line, said, piece, leads, said.coordinators, NO_DEADLINE, "lead_carried")
        if is_first and leads and not line.label and self.reader.starts_with_verb(piece) and not item.is_assessment:
            return self._add(
                item, line, said, piece, leads, union(said.coordinators, coordinators), deadline, "lead_carried"
            )
        if ASSESSMENT.match(key(line.text)) and len(line.text) < 120:
            item.is_assessment = True
        item.text = f"{item.text} {piece}".strip()
        self.passed.append(Passed(piece, "assessment" if item.is_assessment else "no_assignee"))
        return None

    def _continued(self, line: Line, item: Item, said: Said, piece: str, stop: str, current: Made) -> Made:
        """A sentence behind an assignment: its own task if it takes over with "Phối hợp …" or brings a second day."""
        takes_over = bool(TAKES_OVER.match(key(piece))) and bool(said.coordinators)
        second_day = (
            self.reader.starts_with_verb(piece)
            and self.due(piece).due_on
            and self.due(current.text).due_on
            and not re.match(r"(?:hoàn thành|thời (?:gian|hạn)|báo cáo|trình|gửi)\b", key(piece))
        )
        if takes_over or second_day:
            return self._add(item, line, said, piece, current.leads, said.coordinators, NO_DEADLINE, "lead_carried")
        current.text += " " + piece
        current.coordinators = union(
            current.coordinators, tuple(p for p in said.coordinators if p.name not in {q.name for q in current.leads})
        )
        return current

    def _only_helps(self, piece: str, said: Said) -> bool:
        """ "; Sở B phối hợp thực hiện": behind an assignment, others that only coordinate."""
        behind = key(piece)[max(party.end for party in said.leads) :]
        return (
            not said.is_order
            and bool(re.match(r"\s*(?:có trách nhiệm\s+)?phối hợp(?!\s+(?:với|cùng))", behind))
            and not said.coordinators
        )

    def due(self, text: str) -> Deadline:
        return read_deadline(text, self.document.date, days=self.days)

    def _holds_task(self, piece: str, said: Said) -> bool:
        """Whether a line that ends with ":" still says what to do ("… ban hành Kế hoạch, trong đó:")."""
        if not piece.rstrip().endswith(":"):
            return False
        body = re.sub(
            r"(?:,?\s*(?:trong đó|cụ thể|với các nội dung|tập trung(?: vào)?(?: các)?(?: nội dung| nhiệm vụ)?|như sau|sau đây|bao gồm|gồm|như|một số|các|nội dung|nhiệm vụ|công việc|công tác|trọng tâm|chủ yếu|sau|thực hiện|triển khai|tổ chức|tốt|nghiêm|cần|phải|ngay|việc|khẩn trương|tiếp tục|giải pháp|dưới đây|theo|tập trung|có trách nhiệm|chủ động|trước mắt|các giải pháp|:|,|\s)+)+",
            " ",
            key(said.content),
        ).strip(" :,")
        return len(body.split()) >= 6

    def _is_heading(self, text: str) -> bool:
        """A title without a predicate: "Công tác tuyên truyền"; a task begins with a verb or ends like a sentence."""
        letters = [char for char in text if char.isalpha()]
        is_capital = bool(letters) and all(char.isupper() for char in letters)
        return is_capital or bool(
            re.match(r"(?:về |đối với |công tác )", key(text))
            and len(text) < 100
            and not text.rstrip().endswith((".", ";"))
        )

    def _lead_in(self, item: Item, said: Said, piece: str) -> None:
        item.leads, item.coordinators, item.words = said.leads, said.coordinators, piece
        item.deadline = self.due(piece)
        item.is_assessment = False
        self.passed.append(Passed(piece, "lead_in"))

    def _add(
        self,
        item: Item,
        line: Line,
        said: Said,
        text: str,
        leads: tuple[Party, ...],
        coordinators: tuple[Party, ...],
        inherited: Deadline = NO_DEADLINE,
        *flags: str,
    ) -> Made:
        names = {key(party.name) for party in leads}
        kept = tuple(party for party in coordinators if key(party.name) not in names)
        parent = self.stack[-2].path if len(self.stack) > 1 else ""
        made = Made(
            item.path, parent, said, text, leads, kept, [*said.flags, *flags], inherited=inherited, opening=len(text)
        )
        if "lead_carried" in flags:
            made.above = self._words_above() or (self.made[-1].text if self.made else "")
        item.task = len(self.made)
        self.made.append(made)
        return made

    def _words_above(self) -> str:
        return next((each.words for each in reversed(self.stack) if each.leads), "")

    # --- paragraphs about others --------------------------------------------------------------------------------------

    def _shares_deadline(self, line: Line, item: Item) -> bool:
        """ "Các nhiệm vụ nêu trên hoàn thành trước ngày …" gives its day to the list above."""
        low = key(line.text)
        if not SHARED.match(low) or not ABOVE.search(low):
            return False
        when = self.due(line.text)
        if not (when.due_on or when.recurrence) or self.reader.read(line.text).is_order:
            column = re.match(r"(?:thời (?:gian|hạn)|hạn|tiến độ)[^:]*:\s*", low)
            when = (
                read_deadline(line.text[column.end() :], self.document.date, in_column=True, days=self.days)
                if column
                else when
            )
            if not (when.due_on or when.recurrence):
                return False
        if line.label and line.label.strip() in BULLETS:
            own, parent = self.stack[-2].path, self.stack[-2].path
        elif line.label:
            own, parent = item.path, self.stack[-2].path
        else:
            own, parent = item.path, (self.stack[-2].path if len(self.stack) > 1 else "")
        many = bool(re.search(r"các nhiệm vụ|những nhiệm vụ|tất cả|toàn bộ|các nội dung|các công việc", low))
        wanted = set(references(low))
        scope = parent if (line.label and line.label.strip() not in BULLETS) or many else own
        touched = [
            made
            for made in self.made
            if is_within(made.path, scope) and (not wanted or is_named(made.path, scope, wanted))
        ]
        if not touched and wanted:
            touched = [made for made in self.made if is_named(made.path, "", wanted)]
        for made in touched:
            made.shared = made.shared or when
        if touched:
            self.passed.append(Passed(line.whole, "shared_deadline"))
        return bool(touched)

    def _is_form(self, line: Line, item: Item) -> bool:
        """ "Cơ quan chủ trì: …; thời hạn: …" as a line of its own below the task, or behind its words."""
        parts = list(self.reader.fields(line.text))
        if not parts:
            return False
        owner = self.stack[-2] if line.label and len(self.stack) > 1 and parts[0][1] is not None else item
        made = next((each for each in reversed(self.made) if each.own and each.path == owner.path), None)
        for text, field_ in parts:
            if field_ is None:
                owner.text = text
                continue
            made = self._fill(made, owner, line, field_)
        if made:
            made.said = replace(made.said, content=tidy(made.text))
        return made is not None

    def _fill(self, made: Made | None, owner: Item, line: Line, given: Field) -> Made | None:
        if made is None and given.key == "lead":
            made = Made(
                owner.path,
                "",
                Said(),
                owner.text,
                given.parties,
                (),
                [f for p in given.parties for f in p.flags],
                own=True,
            )
            owner.task = len(self.made)
            self.made.append(made)
            if self.passed and self.passed[-1].text == owner.text:
                self.passed.pop()
        elif made is None:
            return None
        if given.key == "with":
            made.coordinators = given.parties
        elif given.key == "when":
            made.when = given.text
        elif given.key == "product":
            made.product = given.text
        return made

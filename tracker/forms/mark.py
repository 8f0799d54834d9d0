"""The marked return: the sender's own workbook with its problem cells coloured and commented, and a first sheet.

A mark is three things on a cell: a fill, a comment by our author, and a conditional format that keeps the colour above
the form's own shading. The conditional format is also the tag by which a later marking knows the cell and its former
colour, so that marking again replaces marks and never piles them up.
"""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker import palette
from tracker.errors import FormError
from tracker.forms.fit import line_count
from tracker.forms.formulas import formula_values, with_values
from tracker.forms.result import ResultLine, ResultPage, add_result_sheet
from tracker.forms.stamp import RESULT_SHEET
from tracker.model import Mark, Severity
from tracker.texts import say
from tracker.vietnamese import clean_text, fold

__all__ = ["RESULT_SHEET", "ResultLine", "ResultPage", "mark_return"]

_TAG = "tracker-mark"
_COMMENT_CHARS, _COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_MOST = 46, 330, 18, 420
_FILLS = {palette.SEVERITY[severity].fill[1:] for severity in Severity}


def mark_return(data: bytes, marks: tuple[Mark, ...], page: ResultPage) -> bytes:
    """The return (.xlsx bytes) with these marks in place of those of any earlier marking; the same bytes each time.

    Marks on sheets that are not there are left out. FormError where the workbook cannot be loaded or saved: the caller
    then marks a fresh form that holds the answers.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of extensions it drops
            book = load_workbook(io.BytesIO(data))
            values = formula_values(data)
            _unmark(book)
            for sheet, own in _by_sheet(book, marks).items():
                _mark_sheet(book[sheet], own)
            add_result_sheet(book, page)
            return with_values(_saved(book), tuple(sheet.title for sheet in book.worksheets), values)
    except Exception as error:  # whatever a strange file makes of openpyxl
        raise FormError("form_unmarkable", why=f"{type(error).__name__}: {error}"[:200]) from error


def _saved(book: Workbook) -> bytes:
    book.properties.creator = book.properties.creator or say("mark.author")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# --- marks of an earlier marking --------------------------------------------------------------------------------------


def _unmark(book: Workbook) -> None:
    for sheet in tuple(book.worksheets):
        if fold(sheet.title) == fold(RESULT_SHEET):
            book.remove(sheet)
            continue
        former = dict(_former_fills(sheet))
        was_marked = bool(former)
        for cell in _cells(sheet):
            if cell.comment and _is_ours(cell.comment):
                cell.comment = _restored(cell.comment)
                was_marked = True
        if was_marked:
            _restore_fills(sheet, former)
            sheet.conditional_formatting = _without_tags(sheet)


def _cells(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that are there; walking rows and columns would never end where something stands far away."""
    present: Iterable[Cell | MergedCell] = tuple(sheet._cells.values())
    return (cell for cell in present if not isinstance(cell, MergedCell))


def _former_fills(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """(cell, colour it had before: RRGGBB or "") from the tags; they move with inserted rows."""
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if (former := _tagged(rule)) is not None:
                yield from ((f"{get_column_letter(c)}{r}", former) for part in area.cells.ranges for r, c in part.cells)


def _tagged(rule: Rule) -> str | None:
    """The former colour that a rule of ours remembers; None: not ours."""
    formula = rule.formula[0] if rule.formula else ""
    _, found, rest = formula.partition(f'"{_TAG} ')
    return rest.partition('"')[0].strip() if found else None


def _restore_fills(sheet: Worksheet, former: Mapping[str, str]) -> None:
    """Cells in a colour of ours get their former one back; where that is not known, what the form gives such cells."""
    for cell in _cells(sheet):
        if _colour(cell) in _FILLS:
            default = palette.LOCKED.fill[1:] if cell.protection.locked else ""
            colour = former.get(cell.coordinate, default)
            cell.fill = PatternFill("solid", fgColor=colour) if colour else PatternFill()


def _without_tags(sheet: Worksheet) -> ConditionalFormattingList:
    kept = ConditionalFormattingList()
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            if _tagged(rule) is None:
                kept.add(str(area.sqref), rule)
    return kept


def _is_ours(comment: Comment) -> bool:
    return comment.author == say("mark.author") or comment.text.startswith(_signature())


def _signature() -> str:
    return f"{say('mark.author')}:\n"


def _restored(comment: Comment) -> Comment | None:
    """The sender's own comment that ours took in; None: there was none."""
    _, found, own = comment.text.partition(f"\n{say('mark.earlier_comment')}\n")
    return Comment(own, "") if found else None


# --- new marks --------------------------------------------------------------------------------------------------------


def _by_sheet(book: Workbook, marks: Iterable[Mark]) -> Mapping[str, list[Mark]]:
    titles = {sheet.title for sheet in book.worksheets}
    found: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.sheet in titles and mark.cell:
            found[mark.sheet].append(mark)
    return found


def _mark_sheet(sheet: Worksheet, marks: Iterable[Mark]) -> None:
    groups: defaultdict[tuple[Severity, str], list[str]] = defaultdict(list)
    for cell, mark in _placed(sheet, marks).items():
        target = sheet[cell]
        groups[mark.severity, _colour(target)].append(cell)
        if not target.has_style:  # a new cell; on our forms those are open
            target.protection = Protection(locked=False)
        target.fill = PatternFill("solid", fgColor=palette.SEVERITY[mark.severity].fill[1:])
        target.comment = _comment(mark, target.comment)
    _add_rules(sheet, groups)


def _placed(sheet: Worksheet, marks: Iterable[Mark]) -> Mapping[str, Mark]:
    """Marks by the cell that can carry them: of a merged area the first. Two on one cell become one."""
    placed: dict[str, Mark] = {}
    for mark in marks:
        cell = _anchor(sheet, mark.cell)
        if other := placed.get(cell):
            worst = min(other.severity, mark.severity, key=tuple(Severity).index)
            mark = Mark(mark.sheet, cell, worst, tuple(dict.fromkeys((*other.sentences, *mark.sentences))))
        placed[cell] = mark
    return placed


def _anchor(sheet: Worksheet, ref: str) -> str:
    if not isinstance(sheet[ref], MergedCell):
        return ref
    area = next(area for area in sheet.merged_cells.ranges if ref in area)
    return sheet.cell(area.min_row, area.min_col).coordinate


def _colour(cell: Cell) -> str:
    """RRGGBB of a solid fill; "" for none, and for what only a theme knows."""
    fill = cell.fill
    if fill.fill_type != "solid" or fill.fgColor.type != "rgb":
        return ""
    return str(fill.fgColor.rgb)[-6:]


def _comment(mark: Mark, earlier: Comment | None) -> Comment:
    shade = palette.SEVERITY[mark.severity]
    lines = [f"{shade.symbol} {say(f'severity.{mark.severity}')}", *(f"– {clean_text(s)}" for s in mark.sentences)]
    text = _signature() + "\n".join(lines)
    if earlier and earlier.text:
        text += f"\n{say('mark.earlier_comment')}\n{earlier.text}"
    height = min(_COMMENT_MOST, _COMMENT_LINE * (1 + line_count(text, _COMMENT_CHARS)))
    return Comment(text, say("mark.author"), height=height, width=_COMMENT_WIDTH)


def _add_rules(sheet: Worksheet, groups: Mapping[tuple[Severity, str], list[str]]) -> None:
    """Our rules above those of the sheet, in its order."""
    rules = ConditionalFormattingList()
    for (severity, former), cells in sorted(groups.items()):
        rules.add(" ".join(cells), _rule(severity, former))
    theirs = [(rule, area) for area in sheet.conditional_formatting for rule in area.rules]
    for rule, area in sorted(theirs, key=lambda pair: pair[0].priority):
        rule.priority = 0  # renumbered as it is added
        rules.add(str(area.sqref), rule)
    sheet.conditional_formatting = rules


def _rule(severity: Severity, former: str) -> Rule:
    """Always true (the number of a text is 0); its text is the tag."""
    shade = palette.SEVERITY[severity]
    fill = PatternFill("solid", bgColor=shade.fill[1:], fgColor=shade.fill[1:])
    look = DifferentialStyle(fill=fill, font=Font(color=shade.ink[1:]))
    return Rule("expression", formula=[f'N("{_TAG} {former}")=0'], dxf=look)

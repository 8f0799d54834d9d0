"""The marked return: the sender's own workbook with its problem cells coloured and commented, and a first sheet.

A mark is three things on a cell: a fill, a comment by our author, and a conditional format that keeps the colour above
the form's own shading. The conditional format is also the tag by which a later marking knows the cell and its former
colour, so that marking again replaces marks and never piles them up. Only the parts of the file that hold these are
changed; everything else comes back byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from lxml import etree

from tracker import palette
from tracker.errors import FormError
from tracker.forms.comments import add_comments, without_our_comments
from tracker.forms.front import with_sheet, without_sheet, worksheets
from tracker.forms.looks import Looks
from tracker.forms.parts import Parts, main
from tracker.forms.result import ResultLine, ResultPage, result_book
from tracker.forms.sheetxml import Bounds, SheetXml, bounds, is_inside, place_of
from tracker.forms.stamp import RESULT_SHEET
from tracker.model import Mark, Severity
from tracker.vietnamese import fold

__all__ = ["RESULT_SHEET", "ResultLine", "ResultPage", "mark_return"]

_TAG = "tracker-mark"
_KEPT = "kept"
"""Instead of a former colour: the cell's fill is not a plain one and was left, only the conditional format colours."""
_FILLS = frozenset(palette.SEVERITY[severity].fill[1:] for severity in Severity)


def mark_return(data: bytes, marks: tuple[Mark, ...], page: ResultPage) -> bytes:
    """The return (.xlsx bytes) with these marks in place of those of any earlier marking; the same bytes each time.

    Marks on sheets that are not there are left out. FormError where the workbook cannot be taken apart: the caller
    then marks a fresh form that holds the answers.
    """
    try:
        return _marked(Parts(data), marks, page)
    except Exception as error:  # whatever a strange file makes of the package
        raise FormError("form_unmarkable", why=f"{type(error).__name__}: {error}"[:200]) from error


def _marked(parts: Parts, marks: tuple[Mark, ...], page: ResultPage) -> bytes:
    looks = Looks(parts)
    for name in worksheets(parts):
        if fold(name) == fold(RESULT_SHEET):
            without_sheet(parts, name)
    sheets = worksheets(parts)
    for part in sheets.values():
        _unmark(parts, part, looks)
    for name, own in _by_sheet(sheets, marks).items():
        _mark_sheet(parts, sheets[name], looks, own)
    with_sheet(parts, looks, result_book(page, frozenset(sheets)), RESULT_SHEET)
    return parts.saved()


# --- marks of an earlier marking --------------------------------------------------------------------------------------


def _unmark(parts: Parts, part: str, looks: Looks) -> None:
    tags = list(_tags(parts.tree(part)))
    had_comments = without_our_comments(parts, part)
    if tags or had_comments:
        sheet = SheetXml(parts.edit(part))
        _restore_fills(sheet, looks, [(area, former) for _, ranges, former in tags for area in bounds(ranges)])
        for rule, _, _ in tags:
            _drop_rule(rule)


def _tags(root: etree._Element) -> Iterable[tuple[etree._Element, str, str]]:
    """(rule, its cells, colour they had before) of our conditional formats; they move with inserted rows."""
    for area in root.iterfind(main("conditionalFormatting")):
        for rule in area.iterfind(main("cfRule")):
            _, found, rest = rule.findtext(main("formula"), "").partition(f'"{_TAG} ')
            if found:
                yield rule, str(area.get("sqref", "")), rest.partition('"')[0].strip()


def _drop_rule(rule: etree._Element) -> None:
    area = rule.getparent()
    if area is None:
        return
    area.remove(rule)
    root = area.getparent()
    if root is not None and area.find(main("cfRule")) is None:
        root.remove(area)


def _restore_fills(sheet: SheetXml, looks: Looks, tagged: list[tuple[Bounds, str]]) -> None:
    """Cells in a colour of ours get their former one back; where that is not known, what the form gives such cells."""
    ours = {str(look) for look in looks.coloured(_FILLS)}
    for ref, cell in sheet.cells():
        if cell.get("s") not in ours:
            continue
        look, place = int(cell.get("s", 0)), place_of(ref)
        default = palette.LOCKED.fill[1:] if looks.is_locked(look) else ""
        former = next((colour for area, colour in tagged if is_inside(place, area)), default)
        if former != _KEPT:
            cell.set("s", str(looks.with_fill(look, former)))


# --- new marks --------------------------------------------------------------------------------------------------------


def _by_sheet(sheets: Mapping[str, str], marks: Iterable[Mark]) -> Mapping[str, list[Mark]]:
    found: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.sheet in sheets and mark.cell:
            found[mark.sheet].append(mark)
    return found


def _mark_sheet(parts: Parts, part: str, looks: Looks, marks: Iterable[Mark]) -> None:
    sheet = SheetXml(parts.edit(part))
    placed = _placed(sheet, marks)
    groups: defaultdict[tuple[Severity, str], list[str]] = defaultdict(list)
    for ref, mark in placed.items():
        groups[mark.severity, _coloured(sheet, looks, ref, mark.severity)].append(ref)
    _add_rules(sheet, looks, groups)
    add_comments(parts, part, placed)


def _placed(sheet: SheetXml, marks: Iterable[Mark]) -> Mapping[str, Mark]:
    """Marks by the cell that can carry them: of a merged area the first. Two on one cell become one."""
    placed: dict[str, Mark] = {}
    for mark in marks:
        cell = sheet.anchor(mark.cell)
        if other := placed.get(cell):
            worst = min(other.severity, mark.severity, key=tuple(Severity).index)
            mark = Mark(mark.sheet, cell, worst, tuple(dict.fromkeys((*other.sentences, *mark.sentences))))
        placed[cell] = mark
    return {cell: placed[cell] for cell in sorted(placed, key=place_of)}


def _coloured(sheet: SheetXml, looks: Looks, ref: str, severity: Severity) -> str:
    """Colours the cell; returns what its tag has to remember."""
    cell, is_new = sheet.cell(ref)
    look = int(cell.get("s", 0))
    if is_new and look == 0:  # on our forms such cells are open
        look = looks.opened(look)
        cell.set("s", str(look))
    former = looks.colour(look)
    if former is None:
        return _KEPT
    cell.set("s", str(looks.with_fill(look, palette.SEVERITY[severity].fill[1:])))
    return former


def _add_rules(sheet: SheetXml, looks: Looks, groups: Mapping[tuple[Severity, str], list[str]]) -> None:
    """Our rules above those of the sheet, which keep their order: by priority for Excel, by place for LibreOffice."""
    theirs = [each for each in sheet.beside_cells() if _is_rule(each)]
    first = min((int(each.get("priority", 0)) for each in theirs), default=len(groups) + 1)
    for each in theirs if first <= len(groups) else ():
        each.set("priority", str(int(each.get("priority", 0)) + len(groups) + 1 - first))
    for priority, ((severity, former), cells) in reversed(list(enumerate(sorted(groups.items()), 1))):
        area = etree.Element(main("conditionalFormatting"), {"sqref": " ".join(cells)})
        shade = str(looks.shade(palette.SEVERITY[severity]))
        facts = {"type": "expression", "dxfId": shade, "priority": str(priority)}
        rule = etree.SubElement(area, main("cfRule"), facts)
        # always true (the number of a text is 0); its text is the tag
        etree.SubElement(rule, main("formula")).text = f'N("{_TAG} {former}")=0'
        sheet.put(area)


def _is_rule(element: etree._Element) -> bool:
    """A rule of conditional formatting, of the first generation or a later one; their priorities are one row."""
    return isinstance(element.tag, str) and element.tag.endswith("}cfRule") and element.get("priority") is not None

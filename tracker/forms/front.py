"""Puts a ready-made sheet before those of a workbook, and takes it out again.

Sheets are numbered by their order where names and views refer to them, so these numbers move along.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

from lxml import etree

from tracker.forms.looks import Looks
from tracker.forms.parts import REL, Parts, Relation, main
from tracker.forms.sheetxml import put_in_order

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ORDER = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups"),
    *("externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches"),
    *("smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)
_RANK = {main(name): rank for rank, name in enumerate(_ORDER)}
_ID = f"{{{REL}}}id"
_SHARED_EDITING = ("revisionHeaders", "usernames")
"""Records of a workbook shared for editing: they list its sheets, and a list without the new one needs a repair."""


def worksheets(parts: Parts) -> dict[str, str]:
    """Parts of the worksheets (no chart sheets) by their names, in order."""
    links = {link.id: link for link in parts.relations(parts.workbook) if link.kind == "worksheet"}
    return {name: links[link].part for name, link in _sheets(parts) if link in links and links[link].part in parts}


def _sheets(parts: Parts) -> Iterator[tuple[str, str]]:
    for each in parts.tree(parts.workbook).iterfind(f"{main('sheets')}/{main('sheet')}"):
        yield str(each.get("name", "")), str(each.get(_ID))


def without_sheet(parts: Parts, name: str) -> None:
    """Takes a sheet out, with its names and what only it refers to."""
    book = parts.edit(parts.workbook)
    sheets = _child(book, "sheets")
    index = next(n for n, each in enumerate(sheets) if each.get("name") == name)
    link = next(each for each in parts.relations(parts.workbook) if each.id == sheets[index].get(_ID))
    sheets.remove(sheets[index])
    for defined in tuple(_defined(book)):
        if defined.get("localSheetId") == str(index):
            _child(book, "definedNames").remove(defined)
    names = book.find(main("definedNames"))
    if names is not None and not len(names):
        book.remove(names)
    _renumber(book, index, -1)
    _drop_sheet(parts, link)


def _drop_sheet(parts: Parts, link: Relation) -> None:
    below = [each.part for each in parts.relations(link.part) if each.part]
    parts.unrelate(parts.workbook, link)
    parts.drop(link.part)
    for part in below:
        if part in parts and not parts.is_used(part):
            parts.drop(part)


def with_sheet(parts: Parts, looks: Looks, donor_data: bytes, name: str) -> None:
    """Puts the only sheet of another workbook first, in the looks it has there, and opens the workbook on it."""
    donor = Parts(donor_data)
    source = next(iter(worksheets(donor).values()))
    root = copy.deepcopy(donor.tree(source))
    _carry_cells(root, looks.adopted(Looks(donor)), _strings(donor))
    part = parts.free_name("xl/worksheets/sheet{}.xml")
    parts.add(part, root, _SHEET_TYPE)
    book = parts.edit(parts.workbook)
    sheets = _child(book, "sheets")
    number = max((int(each.get("sheetId", 0)) for each in sheets), default=0) + 1
    link = parts.relate(parts.workbook, "worksheet", part)
    sheets.insert(0, etree.Element(main("sheet"), {"name": name, "sheetId": str(number), _ID: link}))
    _renumber(book, 0, 1)
    _add_names(book, donor)
    _open_first(parts, book)
    _stop_sharing(parts)


def _carry_cells(root: etree._Element, looks: Mapping[int, int], strings: list[etree._Element]) -> None:
    """Looks by the numbers they have here; texts inside their cells."""
    for cell in root.iter(main("c")):
        cell.set("s", str(looks[int(cell.get("s", 0))]))
        value = cell.find(main("v"))
        if cell.get("t") == "s" and value is not None:
            inline = etree.Element(main("is"))
            inline.extend(copy.deepcopy(list(strings[int(value.text or 0)])))
            cell.set("t", "inlineStr")
            cell[:] = [inline]


def _strings(donor: Parts) -> list[etree._Element]:
    part = next((each.part for each in donor.relations(donor.workbook) if each.kind == "sharedStrings"), "")
    return list(donor.tree(part)) if part else []


def _add_names(book: etree._Element, donor: Parts) -> None:
    ours = list(_defined(donor.tree(donor.workbook)))
    if not ours:
        return
    if book.find(main("definedNames")) is None:
        put_in_order(book, etree.Element(main("definedNames")), _RANK)
    for position, each in enumerate(ours):
        _child(book, "definedNames").insert(position, copy.deepcopy(each))


def _open_first(parts: Parts, book: etree._Element) -> None:
    """Opens on the first sheet, and on it alone: two selected sheets would be edited together."""
    for view in book.iterfind(f"{main('bookViews')}/{main('workbookView')}"):
        view.attrib.pop("firstSheet", "")
        view.set("activeTab", "0")
    for index, part in enumerate(worksheets(parts).values()):
        for view in parts.tree(part).iterfind(f"{main('sheetViews')}/{main('sheetView')}"):
            if index and view.attrib.pop("tabSelected", ""):
                parts.edit(part)
            elif not index:
                view.set("tabSelected", "1")


def _stop_sharing(parts: Parts) -> None:
    for link in tuple(parts.relations(parts.workbook)):
        if link.kind in _SHARED_EDITING:
            below = [each.part for each in parts.relations(link.part)]
            parts.unrelate(parts.workbook, link)
            for part in (link.part, *below):
                parts.drop(part)


def _defined(book: etree._Element) -> Iterator[etree._Element]:
    yield from book.iterfind(f"{main('definedNames')}/{main('definedName')}")


def _renumber(book: etree._Element, start: int, by: int) -> None:
    """Moves the numbers of sheets from `start` on."""
    for defined in _defined(book):
        local = defined.get("localSheetId")
        if local is not None and int(local) >= start:
            defined.set("localSheetId", str(int(local) + by))
    for view in book.iterfind(f"{main('bookViews')}/{main('workbookView')}"):
        active = int(view.get("activeTab", 0))
        view.set("activeTab", str(max(0, active + by if active >= start else active)))


def _child(root: etree._Element, name: str) -> etree._Element:
    found = root.find(main(name))
    if found is None:
        raise ValueError(f"no {name}")
    return found

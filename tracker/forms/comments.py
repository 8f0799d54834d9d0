"""Comments of a worksheet: ours added and taken away, the sender's own kept.

A comment is a text in one part and a box in another (VML, as Excel has it since 1997). Where she had a comment on the
cell, ours stands above hers in the same box.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from tracker import palette
from tracker.forms.fit import line_count
from tracker.forms.parts import MAIN, REL, Parts, Relation, main, xml
from tracker.forms.sheetxml import SheetXml, place_of
from tracker.model import Mark
from tracker.texts import say
from tracker.vietnamese import clean_text

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_V, _O, _X = (f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel"))
_LINE_CHARS, _WIDTH_PT, _LINE_PT, _MOST_PT = 44, 250, 13.5, 330
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BREAK = re.compile(rb"<br\s*>", re.IGNORECASE)
_SHAPE_NUMBER = re.compile(rb'\bid="\w*_s(\d{1,9})"')
_EMPTY_VML = f"""<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit">
<o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>"""
_SHAPE_TYPE = f"""<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="_x0000_t202" coordsize="21600,21600" o:spt="202"
 path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>
</v:shapetype>"""
_SHAPE = f"""<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{{number}}" type="#_x0000_t202"
 style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:{{width}}pt;height:{{height}}pt;z-index:1;
visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>
<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>
<x:Row>{{row}}</x:Row><x:Column>{{column}}</x:Column></x:ClientData></v:shape>"""


def without_our_comments(parts: Parts, sheet: str) -> bool:
    """Takes our comments off a worksheet; whether there were any."""
    link = _link(parts, sheet, "comments")
    if link is None or not any(_is_ours(each, _authors(parts.tree(link.part))) for each in _each(parts, link)):
        return False
    authors, gone = _authors(parts.edit(link.part)), set()
    for comment in tuple(_each(parts, link)):
        if _is_ours(comment, authors) and not _gave_back(comment):
            gone.add(str(comment.get("ref")))
            _remove(comment)
    _drop_boxes(parts, sheet, gone)
    if not any(True for _ in _each(parts, link)):
        parts.unrelate(sheet, link)
        parts.drop(link.part)
    return True


def add_comments(parts: Parts, sheet: str, marks: Mapping[str, Mark]) -> None:
    """Our comment on each of these cells; a cell with a conversation of hers keeps it and gets none."""
    talks = [each for each in parts.relations(sheet) if each.kind == "threadedComment"]
    talked = {str(each.get("ref")) for talk in talks for each in parts.tree(talk.part)}
    wanted = {cell: mark for cell, mark in marks.items() if cell not in talked}
    if not wanted:
        return
    link = _link(parts, sheet, "comments") or _new_comments(parts, sheet)
    root = parts.edit(link.part)
    theirs = {str(each.get("ref")): each for each in _each(parts, link)}
    heights = {}
    for cell, mark in wanted.items():
        runs = _runs(mark)
        if cell in theirs:
            _put_above(theirs[cell], runs)
        else:
            _append(root, cell, runs)
        text = "".join(_texts(theirs[cell])) if cell in theirs else "".join(run_text for _, run_text in runs)
        heights[cell] = min(_MOST_PT, _LINE_PT * (1 + line_count(text, _LINE_CHARS)))
    _draw_boxes(parts, sheet, heights)


# --- texts ------------------------------------------------------------------------------------------------------------


def _link(parts: Parts, sheet: str, kind: str) -> Relation | None:
    return next((each for each in parts.relations(sheet) if each.kind == kind), None)


def _each(parts: Parts, link: Relation) -> Iterator[etree._Element]:
    return parts.tree(link.part).iterfind(f"{main('commentList')}/{main('comment')}")


def _authors(root: etree._Element) -> list[str]:
    return [str(each.text or "") for each in root.iterfind(f"{main('authors')}/{main('author')}")]


def _texts(comment: etree._Element) -> list[str]:
    """The texts of a comment's runs, without reading aids."""
    return [str(t.text or "") for t in comment.iter(main("t")) if _parent(t).tag != main("rPh")]


def _is_ours(comment: etree._Element, authors: list[str]) -> bool:
    author = int(comment.get("authorId", 0))
    by_us = author < len(authors) and authors[author] == say("mark.author")
    return by_us or "".join(_texts(comment)).startswith(_signature())


def _signature() -> str:
    return f"{say('mark.author')}:\n"


def _divider() -> str:
    return f"\n{say('mark.earlier_comment')}\n"


def _gave_back(comment: etree._Element) -> bool:
    """Leaves the sender's own comment that stood below ours; False: there was none."""
    _, found, own = "".join(_texts(comment)).partition(_divider())
    if not found:
        return False
    text = comment.find(main("text"))
    if text is None:
        return False
    texts = ["".join(_texts(run)) for run in text]
    if _divider() in texts:
        del text[: texts.index(_divider()) + 1]
        if len(text) == 1 and len(text[0]) == 1:  # a text without a font of its own
            text[:] = list(text[0])
    else:
        text[:] = [_t(own)]
    return True


def _runs(mark: Mark) -> list[tuple[str, str]]:
    """(font, text): who speaks, how grave it is, what was found."""
    shade = palette.SEVERITY[mark.severity]
    grave = f"{shade.symbol} {say(f'severity.{mark.severity}')}"
    found = "".join(f"\n– {clean_text(sentence)}" for sentence in mark.sentences)
    return [("<b/>", _signature()), (f'<b/><color rgb="FF{shade.ink[1:]}"/>', grave), ("", found)]


def _t(text: str) -> etree._Element:
    t = etree.Element(main("t"))
    t.text = text
    t.set(_SPACE, "preserve")
    return t


def _run(font: str, text: str) -> etree._Element:
    bold, _, colour = font.partition("<color")
    look = f'{bold}<sz val="10"/>{"<color" + colour if colour else ""}<rFont val="Times New Roman"/>'
    run = etree.fromstring(f'<r xmlns="{MAIN}"><rPr>{look}</rPr></r>')
    run.append(_t(text))
    return run


def _append(root: etree._Element, cell: str, runs: list[tuple[str, str]]) -> None:
    authors, all_of_them = root.find(main("authors")), root.find(main("commentList"))
    if authors is None or all_of_them is None:
        raise ValueError("comments without authors")
    names = _authors(root)
    if say("mark.author") not in names:
        etree.SubElement(authors, main("author")).text = say("mark.author")
        names.append(say("mark.author"))
    author = str(names.index(say("mark.author")))
    comment = etree.SubElement(all_of_them, main("comment"), {"ref": cell, "authorId": author})
    etree.SubElement(comment, main("text")).extend(_run(*run) for run in runs)


def _put_above(comment: etree._Element, runs: list[tuple[str, str]]) -> None:
    """Our runs above hers, which stay as they are."""
    text = comment.find(main("text"))
    if text is None:
        text = etree.SubElement(comment, main("text"))
    own = copy.deepcopy(list(text))
    plain = [etree.Element(main("r")) for each in own if each.tag == main("t")]
    for run, t in zip(plain, (each for each in own if each.tag == main("t")), strict=True):
        run.append(t)
    hers = plain + [each for each in own if each.tag == main("r")]
    text[:] = [*(_run(*run) for run in runs), _run("", _divider()), *hers]


def _new_comments(parts: Parts, sheet: str) -> Relation:
    name = parts.free_name("xl/comments{}.xml")
    root = xml(f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode())
    parts.add(name, root, _COMMENTS_TYPE)
    return Relation(parts.relate(sheet, "comments", name), "comments", name)


# --- boxes ------------------------------------------------------------------------------------------------------------


def _drawing(parts: Parts, sheet: str) -> Relation | None:
    """The drawing that holds the boxes of comments (and form controls, if there are any)."""
    element = parts.tree(sheet).find(main("legacyDrawing"))
    wanted = None if element is None else element.get(f"{{{REL}}}id")
    return next((each for each in parts.relations(sheet) if each.id == wanted), None)


def _vml(parts: Parts, name: str) -> etree._Element:
    """Excel leaves a line break open in the texts of controls; elsewhere this is XML."""
    try:
        return parts.edit(name)
    except etree.XMLSyntaxError:
        parts.replace(name, xml(_BREAK.sub(b"<br/>", parts.text(name))))
        return parts.edit(name)


def _box_cell(shape: etree._Element) -> tuple[int, int] | None:
    """(row, column) from 1 of the cell whose comment this box is; None for anything else."""
    data = shape.find(f"{{{_X}}}ClientData")
    if data is None or data.get("ObjectType") != "Note":
        return None
    row, column = (data.findtext(f"{{{_X}}}{name}", "") for name in ("Row", "Column"))
    return (int(row) + 1, int(column) + 1) if row.strip().isdigit() and column.strip().isdigit() else None


def _drop_boxes(parts: Parts, sheet: str, cells: set[str]) -> None:
    link = _drawing(parts, sheet)
    if link is None:
        return
    root, places = _vml(parts, link.part), {place_of(cell) for cell in cells}
    for shape in root.findall(f"{{{_V}}}shape"):
        if _box_cell(shape) in places:
            _remove(shape)
    if root.find(f"{{{_V}}}shape") is None:
        element = parts.edit(sheet).find(main("legacyDrawing"))
        if element is not None:
            _remove(element)
        parts.unrelate(sheet, link)
        parts.drop(link.part)


def _draw_boxes(parts: Parts, sheet: str, heights: Mapping[str, float]) -> None:
    """A box for each of these comments; one of hers that is there grows to hold ours too."""
    link = _drawing(parts, sheet) or _new_drawing(parts, sheet)
    root = _vml(parts, link.part)
    if root.find(f"{{{_V}}}shapetype[@id='_x0000_t202']") is None:
        root.append(etree.fromstring(_SHAPE_TYPE))
    there = {_box_cell(shape): shape for shape in root.findall(f"{{{_V}}}shape")}
    number = _last_number(parts)
    for cell, height in heights.items():
        place = place_of(cell)
        if place in there:
            _grow(there[place], height)
            continue
        number += 1
        row, column = place
        facts = {"number": number, "width": _WIDTH_PT, "height": height, "row": row - 1, "column": column - 1}
        root.append(etree.fromstring(_SHAPE.format(**facts).replace(";\nvisibility", ";visibility")))


def _grow(shape: etree._Element, height: float) -> None:
    style = re.sub(r"\b(?:width|height):[^;]*;?", "", str(shape.get("style", ""))).rstrip("; \n")
    shape.set("style", f"{style};width:{_WIDTH_PT}pt;height:{height}pt")
    data = shape.find(f"{{{_X}}}ClientData")
    anchor = None if data is None else data.find(f"{{{_X}}}Anchor")
    if anchor is not None:  # it would overrule the size
        _remove(anchor)


def _last_number(parts: Parts) -> int:
    """The highest number of a box in the workbook; without any, what a first drawing's numbers begin after."""
    links = (each for sheet in parts.relations(parts.workbook) if sheet.part for each in parts.relations(sheet.part))
    drawings = (parts.text(each.part) for each in links if each.kind == "vmlDrawing" and each.part in parts)
    return max((int(number) for text in drawings for number in _SHAPE_NUMBER.findall(text)), default=1024)


def _new_drawing(parts: Parts, sheet: str) -> Relation:
    name = parts.free_name("xl/drawings/vmlDrawing{}.vml")
    parts.add(name, etree.fromstring(_EMPTY_VML), _VML_TYPE)
    relation = parts.relate(sheet, "vmlDrawing", name)
    SheetXml(parts.edit(sheet)).put(etree.Element(main("legacyDrawing"), {f"{{{REL}}}id": relation}))
    return Relation(relation, "vmlDrawing", name)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    if parent is None:
        raise ValueError("an element of nothing")
    return parent


def _remove(element: etree._Element) -> None:
    _parent(element).remove(element)

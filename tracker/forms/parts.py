"""An Open XML workbook as its parts, so that some of them can be changed and the rest stays as the sender has it.

openpyxl would lose what it does not know: values of formulas, sparklines, slicers, form controls, texts in two fonts,
lists that look at another sheet. Here a part nobody edits comes out byte for byte.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Relation(NamedTuple):
    """`kind` is the last word of its type ("worksheet", "comments"); `part` "" for what lies outside the file."""

    id: str
    kind: str
    part: str


def main(name: str) -> str:
    """A name of the spreadsheet vocabulary, as lxml wants it."""
    return f"{{{MAIN}}}{name}"


def xml(text: bytes) -> etree._Element:
    """Parsed without entities, files or network; etree.XMLSyntaxError where it is no XML."""
    return etree.fromstring(text, _PARSER)


class Parts:
    """Parts by name. ValueError, KeyError, zipfile.BadZipFile or XMLSyntaxError where the package is none of ours."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = [info for info in package.infolist() if not info.is_dir()]
            self._raw = {info.filename.replace("\\", "/").lstrip("/"): package.read(info) for info in infos}
        if len(self._raw) != len(infos):
            raise ValueError("a part stands twice")
        self._names = {name.lower(): name for name in self._raw}
        self._trees: dict[str, etree._Element] = {}
        self._edited: set[str] = set()
        self.workbook = next(link.part for link in self.relations("") if link.kind == "officeDocument")
        if self.tree(self.workbook).tag != main("workbook"):
            raise ValueError("Strict Open XML")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def tree(self, name: str) -> etree._Element:
        """The part to look at."""
        name = self._names[name.lower()]
        if name not in self._trees:
            self._trees[name] = xml(self._raw[name])
        return self._trees[name]

    def edit(self, name: str) -> etree._Element:
        """The part to change."""
        tree = self.tree(name)
        self._edited.add(self._names[name.lower()])
        return tree

    def text(self, name: str) -> bytes:
        """The part as it would be written now."""
        return self._bytes(self._names[name.lower()])

    def add(self, name: str, tree: etree._Element, content_type: str) -> None:
        """A new part, with its type."""
        self._put(name, tree)
        override = etree.SubElement(self.edit(_TYPES_PART), f"{{{_TYPES}}}Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", content_type)

    def replace(self, name: str, tree: etree._Element) -> None:
        """Another tree for a part that is there."""
        self._put(self._names[name.lower()], tree)

    def _put(self, name: str, tree: etree._Element) -> None:
        self._names[name.lower()] = name
        self._trees[name] = tree
        self._edited.add(name)
        self._raw.setdefault(name, b"")

    def free_name(self, pattern: str) -> str:
        """The first of these names (`{}` a number from 1) that no part has."""
        return next(name for n in range(1, len(self._raw) + 2) if (name := pattern.format(n)) not in self)

    def drop(self, name: str) -> None:
        """Takes a part away with its own relationships and its type; relations to it are the caller's."""
        for gone in (name, _relations_name(name)):
            if real := self._names.pop(gone.lower(), ""):
                del self._raw[real]
                self._trees.pop(real, None)
                self._edited.discard(real)
        for override in self.tree(_TYPES_PART).findall(f"{{{_TYPES}}}Override"):
            if str(override.get("PartName", "")).lower() == f"/{name}".lower():
                self.edit(_TYPES_PART).remove(override)

    # --- relations ----------------------------------------------------------------------------------------------------

    def relations(self, part: str) -> Iterator[Relation]:
        """What a part ("" for the package) refers to."""
        name = _relations_name(part)
        for link in self.tree(name) if name in self else ():
            inside = link.get("TargetMode") != "External"
            target = _resolved(part, str(link.get("Target", ""))) if inside else ""
            yield Relation(str(link.get("Id")), str(link.get("Type", "")).rpartition("/")[2], target)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Adds a relation from one part to another; returns its id."""
        name = _relations_name(part)
        if name not in self:
            self._put(name, xml(f'<Relationships xmlns="{_PACKAGE_REL}"/>'.encode()))
        taken = {link.id for link in self.relations(part)}
        free = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        link = etree.SubElement(self.edit(name), f"{{{_PACKAGE_REL}}}Relationship")
        for key, value in {"Id": free, "Type": f"{REL}/{kind}", "Target": f"/{target}"}.items():
            link.set(key, value)
        return free

    def unrelate(self, part: str, relation: Relation) -> None:
        tree = self.edit(_relations_name(part))
        for link in tuple(tree):
            if link.get("Id") == relation.id:
                tree.remove(link)

    def is_used(self, name: str) -> bool:
        """Whether any part refers to this one."""
        owners = (_owner(each) for each in tuple(self._names.values()) if each.endswith(".rels"))
        return any(link.part.lower() == name.lower() for owner in owners for link in self.relations(owner))

    # --- the whole ----------------------------------------------------------------------------------------------------

    def saved(self) -> bytes:
        """The package; the same parts give the same bytes."""
        self._be_a_workbook()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(self._raw, key=lambda each: (each != _TYPES_PART, each)):
                target.writestr(zipfile.ZipInfo(name, _EPOCH), self._bytes(name), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _bytes(self, name: str) -> bytes:
        if name not in self._edited:
            return self._raw[name]
        return bytes(etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True))

    def _be_a_workbook(self) -> None:
        """A template (.xltx) named .xlsx would not be opened by Excel."""
        for override in self.tree(_TYPES_PART).findall(f"{{{_TYPES}}}Override"):
            own = str(override.get("PartName", "")).lower() == f"/{self.workbook}".lower()
            if own and override.get("ContentType") != _SHEET_MAIN:
                self.edit(_TYPES_PART)
                override.set("ContentType", _SHEET_MAIN)


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _owner(relations: str) -> str:
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _resolved(part: str, target: str) -> str:
    whole = target if target.startswith("/") else posixpath.join("/", posixpath.dirname(part), target)
    return posixpath.normpath(whole).lstrip("/")

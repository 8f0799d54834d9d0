"""Values of formulas in a workbook that openpyxl saved: it keeps formulas and forgets their values.

A marked return may come back as it is; a formula without a value would then look like a missing answer.
The package is made stable on the way: the same contents give the same bytes, whatever the clock says.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from tracker.forms.scan import sheet_parts

Values = Mapping[str, Mapping[str, tuple[str, str]]]
"""Values of formulas by sheet title and cell: type attribute ("" for numbers) and text, as they stand in the XML."""

_CELL = re.compile(r"<(?:\w+:)?c\b([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REF = re.compile(r'\br="([A-Z]+[0-9]+)"')
_TYPE = re.compile(r'\st="(\w+)"')
_VALUE = re.compile(r"<(?:\w+:)?v[^>]*>([^<]+)</")
_SAVED = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*?(?:/>|>[^<]*</f>))<v\s*(?:/>|></v>)</c>')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*(?=<)")
_CREATED = re.compile(r"<dcterms:created[^>]*>([^<]*)<")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def formula_values(data: bytes) -> Values:
    """What each formula of a workbook showed when it was last saved."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = (name for name in package.namelist() if name.startswith("xl/") and name.endswith((".xml", ".rels")))
        parts = {name: package.read(name) for name in names}
    return {title: dict(_values(xml.decode("utf-8", "replace"))) for title, xml in sheet_parts(parts) if b"f>" in xml}


def _values(xml: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for attributes, body in _CELL.findall(xml):
        if ("<f" in body or ":f" in body) and (ref := _REF.search(attributes)) and (value := _VALUE.search(body)):
            kind = _TYPE.search(attributes)
            yield ref[1], (kind[1] if kind else "", value[1])


def with_values(data: bytes, titles: tuple[str, ...], values: Values) -> bytes:
    """The saved workbook with values beside its formulas; `titles` are its worksheets in order."""
    parts = {f"xl/worksheets/sheet{n}.xml": values.get(title, {}) for n, title in enumerate(titles, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if known := parts.get(info.filename):
                content = _filled(content.decode(), known).encode()
            elif info.filename == "docProps/core.xml":
                content = _undated(content.decode()).encode()
            target.writestr(zipfile.ZipInfo(info.filename, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _filled(xml: str, values: Mapping[str, tuple[str, str]]) -> str:
    def fill(found: re.Match[str]) -> str:
        ref, attributes, formula = found.groups()
        if ref not in values:
            return found[0]
        kind, text = values[ref]
        typed = _TYPE.sub("", attributes) + (f' t="{kind}"' if kind else "")
        return f'<c r="{ref}"{typed}>{formula}<v>{text}</v></c>'

    return _SAVED.sub(fill, xml)


def _undated(xml: str) -> str:
    created = _CREATED.search(xml)
    return _MODIFIED.sub(lambda found: found[1] + (created[1] if created else ""), xml)

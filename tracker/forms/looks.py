"""The table of looks of a workbook (styles.xml): what a cell looks like, and looks added where there is none yet."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from tracker.forms.parts import MAIN, Parts, main
from tracker.palette import Shade

_SECTIONS = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs"),
    *("cellStyles", "dxfs", "tableStyles", "colors", "extLst"),
)
_PARTS_OF_A_LOOK = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_Key = tuple[frozenset[tuple[str, str]], bytes]


class Looks:
    """Looks by their number (`s="…"`). KeyError where the workbook has no table of looks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._part = next((link.part for link in parts.relations(parts.workbook) if link.kind == "styles"), "")
        self._root = parts.tree(self._part)
        self._formats = self._section("cellXfs")
        self._fills = [_colour(fill) for fill in self._section("fills")]
        self._known: dict[str, dict[bytes, int]] = {}
        self._by_key: defaultdict[_Key, list[int]] = defaultdict(list)
        for number, each in enumerate(self._formats):
            self._by_key[_key(each)].append(number)

    def colour(self, look: int) -> str | None:
        """RRGGBB of a plain fill; "" for none; None for a pattern, a gradient or a colour of the theme."""
        fill = int(self._formats[look].get("fillId", 0))
        return self._fills[fill] if fill < len(self._fills) else ""

    def coloured(self, colours: frozenset[str]) -> frozenset[int]:
        """The looks with one of these plain fills."""
        return frozenset(look for look in range(len(self._formats)) if self.colour(look) in colours)

    def is_locked(self, look: int) -> bool:
        """Whether a protected sheet keeps people from changing a cell of this look."""
        protection = self._formats[look].find(main("protection"))
        return protection is None or protection.get("locked", "1") in ("1", "true")

    def with_fill(self, look: int, colour: str) -> int:
        """The same look with this plain fill; "" for none."""
        wanted = copy.deepcopy(self._formats[look])
        for number in self._by_key[_key(wanted)]:
            if self.colour(number) == colour:
                return number
        wanted.set("fillId", str(self._fills.index(colour) if colour in self._fills else self._add_fill(colour)))
        wanted.set("applyFill", "1")
        return self._add_format(wanted)

    def opened(self, look: int) -> int:
        """The same look, unlocked."""
        wanted = copy.deepcopy(self._formats[look])
        _unlock(wanted)
        return self._add_format(wanted)

    def _add_format(self, wanted: etree._Element) -> int:
        number = self.added("cellXfs", wanted)
        if number not in self._by_key[_key(wanted)]:
            self._by_key[_key(wanted)].append(number)
        return number

    def _add_fill(self, colour: str) -> int:
        pattern = f'<patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill>'
        self._fills.append(colour)
        return self.added("fills", _element(f"<fill>{pattern if colour else '<patternFill/>'}</fill>"))

    def shade(self, shade: Shade) -> int:
        """Number of the conditional look in these colours."""
        font = f'<font><color rgb="FF{shade.ink[1:]}"/></font>'
        colours = "".join(f'<{name} rgb="FF{shade.fill[1:]}"/>' for name in ("fgColor", "bgColor"))
        fill = f'<fill><patternFill patternType="solid">{colours}</patternFill></fill>'
        return self.added("dxfs", _element(f"<dxf>{font}{fill}</dxf>"))

    def added(self, section: str, element: etree._Element) -> int:
        """Number of an element in its section: an equal one that is there, else appended."""
        if section not in self._known:
            self._known[section] = {}
            for number, each in enumerate(self._section(section)):
                self._known[section].setdefault(_canonical(each), number)
        known, key = self._known[section], _canonical(element)
        if key not in known:
            self._edit(section).append(element)
            known[key] = len(self._section(section)) - 1
        return known[key]

    def adopted(self, donor: Looks) -> Mapping[int, int]:
        """Looks of another workbook as looks of this one, by number; number formats are the built-in ones."""
        return {number: self._adopted(donor, each) for number, each in enumerate(donor._formats)}

    def _adopted(self, donor: Looks, look: etree._Element) -> int:
        own = copy.deepcopy(look)
        own.set("xfId", "0")
        for name, section in _PARTS_OF_A_LOOK.items():
            element = copy.deepcopy(donor._section(section)[int(look.get(name, 0))])
            own.set(name, str(self.added(section, element)))
            own.set(f"apply{name.removesuffix('Id').capitalize()}", "1")
        if own.find(main("alignment")) is not None:
            own.set("applyAlignment", "1")
        self._fills = [_colour(fill) for fill in self._section("fills")]
        return self._add_format(own)

    def _section(self, name: str) -> etree._Element:
        found = self._root.find(main(name))
        if found is not None:
            return found
        made = etree.Element(main(name))
        later = {main(each) for each in _SECTIONS[_SECTIONS.index(name) + 1 :]}
        place = next((n for n, each in enumerate(self._root) if each.tag in later), len(self._root))
        self._root.insert(place, made)
        return made

    def _edit(self, name: str) -> etree._Element:
        """A section about to take one more element."""
        self._parts.edit(self._part)
        section = self._section(name)
        section.set("count", str(len(section) + 1))
        return section


def _element(text: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns="{MAIN}">{text}</r>')[0]


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_tail=False))


def _key(look: etree._Element) -> _Key:
    """Everything of a look but its fill."""
    attributes = frozenset((str(k), str(v)) for k, v in look.attrib.items() if k not in ("fillId", "applyFill"))
    return attributes, b"".join(_canonical(child) for child in look)


def _colour(fill: etree._Element) -> str | None:
    pattern = fill.find(main("patternFill"))
    if pattern is None:
        return None
    kind = pattern.get("patternType", "none")
    colour = pattern.find(main("fgColor"))
    if kind == "solid" and colour is not None and colour.get("rgb") and not float(colour.get("tint", 0)):
        return str(colour.get("rgb"))[-6:].upper()
    return "" if kind == "none" else None


def _unlock(look: etree._Element) -> None:
    protection = look.find(main("protection"))
    if protection is None:
        place = 1 if look.find(main("alignment")) is not None else 0
        protection = etree.Element(main("protection"))
        look.insert(place, protection)
    protection.set("locked", "0")
    look.set("applyProtection", "1")

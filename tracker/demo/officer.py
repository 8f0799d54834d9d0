"""An officer at her form: opens it, fills it as the stories tell, saves it. All choices come from one seed."""

from __future__ import annotations

import io
import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tracker.columns import HEAD, INDICATOR_TABLE, REPORT_TABLE, STATUS, TableKind
from tracker.model import Agency, Indicator, Plan, Role
from tracker.vietnamese import fold


@lru_cache
def stories() -> Mapping[str, Any]:
    """People, heads, and the variants of each task by its code."""
    return tomllib.loads(resources.files(__package__).joinpath("stories.toml").read_text("utf-8"))


class Sheet:
    """A table of an opened form: cells by row code and column key."""

    def __init__(self, sheet: Worksheet, table: TableKind) -> None:
        self.sheet = sheet
        names = table.heading_keys()
        self.heading_row, self.columns = self._headings(names)
        self.rows = {
            str(code): row
            for row in range(self.heading_row + 1, sheet.max_row + 1)
            if (code := sheet.cell(row, self.columns["task"]).value)
        }

    def _headings(self, names: Mapping[str, str]) -> tuple[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for line in self.sheet.iter_rows(max_row=30):
            keys = {names.get(fold(str(c.value))): int(c.column or 0) for c in line if c.value}
            found[int(line[0].row or 0)] = {key: column for key, column in keys.items() if key}
        row = max(found, key=lambda number: len(found[number]))
        return row, found[row]

    def cell(self, code: str, key: str) -> Cell:
        cell = self.sheet.cell(self.rows[code], self.columns[key])
        if not isinstance(cell, Cell):  # a merged cell has no value of its own
            raise LookupError(f"{code} {key}")
        return cell

    def put(self, code: str, key: str, value: Any) -> str:
        """Writes a cell and returns its reference."""
        cell = self.cell(code, key)
        cell.value = value
        return cell.coordinate


class Form:
    """An opened form of an agency."""

    def __init__(self, data: bytes) -> None:
        self.book = load_workbook(io.BytesIO(data))
        self.report = Sheet(self.book[REPORT_TABLE.title], REPORT_TABLE)
        self.has_indicators = INDICATOR_TABLE.title in self.book.sheetnames
        if self.has_indicators:
            self.figures = Sheet(self.book[INDICATOR_TABLE.title], INDICATOR_TABLE)

    def role(self, task: str) -> Role:
        labels = {"Chủ trì": Role.LEAD, "Phối hợp": Role.COORDINATING}
        return labels[str(self.report.cell(task, "role").value)]

    def head(self, key: str) -> Cell:
        """The value cell of a head field: right of its label."""
        label = next(field.label for field in HEAD if field.key == key)
        for line in self.report.sheet.iter_rows(max_row=self.report.heading_row):
            for place, cell in enumerate(line[:-1]):
                if isinstance(cell.value, str) and fold(cell.value.rstrip(": ")) == fold(label):
                    return next(c for c in line[place + 1 :] if isinstance(c, Cell))
        raise LookupError(key)

    def save(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


@dataclass(frozen=True)
class Officer:
    """Fills forms of one agency; the same seed fills alike."""

    plan: Plan
    agency: Agency
    seed: int

    @property
    def chance(self) -> random.Random:
        return random.Random(f"{self.seed}|{self.agency.code}")  # noqa: S311 - a story, not a secret

    def fill(self, form: Form) -> None:
        """Every row and indicator, as a careful officer would."""
        chance = self.chance
        person, accountable = chance.choice(stories()["people"]), chance.choice(stories()["heads"])
        form.head("prepared_by").value = person
        form.head("approved_by").value = accountable
        for task in form.report.rows:
            values = self._values(task, form.role(task), chance)
            if form.role(task) is Role.LEAD:
                values |= {"person": person, "accountable": accountable}
            for key, value in values.items():
                form.report.put(task, key, STATUS.show(value) if key == "status" else value)
        if form.has_indicators:
            for code in form.figures.rows:
                self._fill_figures(form, self.plan.indicator_by_code[code], chance)

    def _values(self, task: str, role: Role, chance: random.Random) -> dict[str, Any]:
        variants = stories()[task if role is Role.LEAD else "helper"]
        weights = [6, 2, 1][: len(variants)]
        story = chance.choices(variants, weights)[0]
        facts = {"n": chance.randint(15, 480), "k": chance.randint(6, 24), "mark": self.mark}
        return {key: value.format(**facts) if isinstance(value, str) else value for key, value in story.items()}

    def _fill_figures(self, form: Form, indicator: Indicator, chance: random.Random) -> None:
        whole = chance.randint(400, 9000)
        share = min(100, chance.gauss(indicator.target, 6))
        part = round(whole * share / 100)
        figures = {
            "numerator": part,
            "denominator": whole,
            "value": round(100 * part / whole, 1),
            "basis": "Hệ thống thông tin giải quyết thủ tục hành chính tỉnh",
        }
        for key, value in figures.items():
            form.figures.put(indicator.code, key, value)

    @property
    def mark(self) -> str:
        """Letters of the agency in document symbols."""
        return "UBND" if self.agency.name.startswith("UBND") else self.agency.code.upper()

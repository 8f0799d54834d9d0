"""Forms after a round trip through LibreOffice: as .xlsx, .xls and .ods they can still be read back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.forms import KEY, PAST, PEOPLE, grids, opened, order_of, table_of
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.columns import REPORT, REPORT_TABLE
from tracker.forms import stamp
from tracker.forms.build import build_form
from tracker.model import Identity

pytestmark = [pytest.mark.libreoffice, needs_libreoffice]

FILLED = {"27TB-2": {"status": "in_progress", "percent": 70.5, "result": "Đã thiết kế xong.", **PEOPLE}}
SHEET = REPORT_TABLE.title


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "2025-03_skhcn.xlsx"
    path.write_bytes(build_form(order_of(past=PAST, filled=FILLED, head={"nil": "no"}), KEY))
    return path


@pytest.fixture(scope="module")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


def shown(grid: list[list[Any]]) -> list[list[Any]]:
    """Rows of the table, cut to its columns."""
    _, rows = table_of(grid)
    return [row[: len(REPORT)] for row in rows]


@pytest.mark.parametrize("ext", ["xlsx", "xls", "ods"])
def test_values_and_identity_survive(ext: str, source: Path, outdir: Path) -> None:
    before, after = grids(source.read_bytes()), grids(soffice_convert(source, ext, outdir).read_bytes())
    assert shown(after[SHEET]) == shown(before[SHEET])
    assert [line[:10] for line in after[SHEET][1:5]] == [line[:10] for line in before[SHEET][1:5]]
    sealed = stamp.read_token(after[stamp.SHEET][0][0], KEY)
    assert sealed and (sealed.state, sealed.agency, sealed.period) == ("sealed", "skhcn", "2025-03")
    lines = [stamp.read_line(str(text), KEY) for line in after[SHEET] for text in line]
    assert [line for line in lines if line] == [Identity("sealed", "skhcn", "2025-03", "BC", 1)]


def test_lists_locks_titles_and_property_survive_in_xlsx(source: Path, outdir: Path) -> None:
    saved = soffice_convert(source, "xlsx", outdir)
    before, after = opened(source.read_bytes())[SHEET], opened(saved.read_bytes())[SHEET]
    assert after.protection.sheet and not after.protection.password
    assert after.print_title_rows == before.print_title_rows
    assert after.print_area == before.print_area
    assert after.page_setup.orientation == "landscape"
    lists = {str(each.sqref): each.formula1 for each in after.data_validations.dataValidation if each.type == "list"}
    assert lists["G8:G13"].strip('"').split(",")[2] == "Hoàn thành"
    locks = [[cell.protection.locked for cell in row] for row in after["A8:Q13"]]
    assert locks == [[cell.protection.locked for cell in row] for row in before["A8:Q13"]]
    assert len(after.conditional_formatting) >= len(before.conditional_formatting) - 1
    with zipfile.ZipFile(saved) as package:
        assert stamp.read_line(package.read("docProps/custom.xml").decode(), KEY)
    assert opened(saved.read_bytes())[stamp.SHEET].sheet_state != "visible"


def test_property_survives_in_ods(source: Path, outdir: Path) -> None:
    with zipfile.ZipFile(soffice_convert(source, "ods", outdir)) as package:
        assert stamp.read_line(package.read("meta.xml").decode(), KEY)

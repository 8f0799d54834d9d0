"""What may be opened: every kind of file by its content, every limit counted, nothing innocent refused."""

from __future__ import annotations

import io
import struct
import time
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.support.forms import saved
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.ole import biff8, cell, ole_of
from tests.support.packages import SHEET1, book_with, rezipped, zip_of
from tests.support.returns import codes, filled, look, said, sheet_of
from tracker.intake import guard, zips
from tracker.intake.guard import Stopped, open_package
from tracker.intake.ole import SIGNATURE
from tracker.model import Package, Verdict
from tracker.wording import sentence

MAX_BYTES = 20 * 1024**2


def judged(data: bytes) -> str:
    """The format of a file that passes, or why it does not."""
    found = open_package(data, MAX_BYTES)
    return found.format if isinstance(found, Package) else found.problem


def with_part(name: str, content: bytes) -> bytes:
    """The form with one part replaced."""
    return rezipped(filled("hth"), lambda part, old: content if part == name else old)


# --- kinds of file ----------------------------------------------------------------------------------------------------


def test_spreadsheets_by_content() -> None:
    form = filled("hth")
    assert judged(form) == "xlsx"
    assert judged(rezipped(form, more={"xl/vbaProject.bin": b"x"})) == "xlsm"
    assert judged(zip_of({"xl/workbook.bin": b"x"})) == "xlsb"
    assert judged(zip_of({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})) == "ods"
    assert judged(ole_of({"Workbook": biff8(cell(0, 0))})) == "xls"


def test_macros_and_links_are_told_of_and_read_over() -> None:
    data = rezipped(filled("hth"), more={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<a/>"})
    package = open_package(data, MAX_BYTES)
    assert isinstance(package, Package)
    assert (package.has_macros, package.has_external_links) == (True, True)
    examined = look(data)
    assert codes(examined) == ["F16"]
    assert said(examined) == said(look(filled("hth")))


def test_encrypted_entries() -> None:
    data = bytearray(filled("hth"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        data[place + offset] |= 1
    assert judged(bytes(data)) == "password"


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.99, 0.999])
def test_cut_short(share: float) -> None:
    data = filled("hth")
    assert judged(data[: int(len(data) * share)]) == "damaged"


@given(st.integers(0, len(filled("hth")) - 1), st.binary(min_size=1, max_size=40))
def test_bytes_overwritten_anywhere(place: int, junk: bytes) -> None:
    """Whatever it is taken for, there is exactly one verdict and no exception."""
    data = filled("hth")
    assert look(data[:place] + junk + data[place + len(junk) :]).verdict in Verdict


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", SIGNATURE, b"<html", b"\xff\xfe<\x00", b"PK\x05\x06"])
)
def test_any_bytes(data: bytes, start: bytes) -> None:
    assert look(start + data).verdict is Verdict.REFUSED


def appended(name: str) -> bytes:
    stream = io.BytesIO(filled("hth"))
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore")  # of a doubled name
        archive.writestr(name, b"<worksheet/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", [SHEET1, SHEET1.upper(), "../evil.xml", "xl/../../evil.xml", "C:/evil.xml", "xl/a:evil.exe"]
)
def test_names_that_no_spreadsheet_has(name: str) -> None:
    assert judged(appended(name)) == "damaged"


def test_a_part_with_another_size_than_its_header_says() -> None:
    """One reader would stop at the claimed size, the next read on."""
    data = bytearray(with_part("docProps/app.xml", b"<a>" + b"x" * 5000 + b"</a>"))
    place = data.find(b"docProps/app.xml", data.find(b"PK\x01\x02")) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, place + 24, 100)
    assert judged(bytes(data)) == "damaged"


# --- bombs ------------------------------------------------------------------------------------------------------------


def quickly(data: bytes) -> str:
    """The judgement, which must not take long."""
    started = time.process_time()
    found = judged(data)
    assert time.process_time() - started < 2
    return found


def test_too_large_as_it_lies() -> None:
    assert open_package(b"PK" + bytes(100), 50) == Stopped("too_large", {"size": 102, "limit": 50})


def test_too_many_entries() -> None:
    assert quickly(zip_of({f"xl/media/{n}.png": b"" for n in range(zips.MAX_ENTRIES + 1)})) == "too_large"


def test_a_part_that_inflates_without_end() -> None:
    bomb = rezipped(filled("hth"), more={"xl/media/image1.emf": bytes(60 * 1024**2)})
    assert len(bomb) < 200_000
    assert quickly(bomb) == "too_large"


def test_the_header_of_a_bomb_lies() -> None:
    """It claims to hold 100 bytes; what counts is what comes out."""
    data = bytearray(rezipped(filled("hth"), more={"xl/media/image1.emf": bytes(60 * 1024**2)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rfind(signature, 0, data.rfind(b"xl/media/image1.emf") if signature[2:] == b"\x01\x02" else None)
        struct.pack_into("<I", data, place + offset, 100)
    assert quickly(bytes(data)) in ("too_large", "damaged")


def test_many_parts_that_are_too_much_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_TOTAL", 3 * 1024**2)
    parts = {f"xl/media/{n}.bin": bytes(1024**2) for n in range(4)}
    assert quickly(rezipped(filled("hth"), more=parts)) == "too_large"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>",
        '<row><c s="1" r="A1"><v>1</v></c><c t="n" r="xfd1048576"><v>1</v></c></row>',
        '<row><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="ZZ9999"><v>1</v></c></row>',
    ],
)
def test_a_box_that_would_end_the_process(cells: str) -> None:
    """Two cells at opposite corners of the sheet: stopped before any reader sees them."""
    assert quickly(book_with(cells)) == "too_large"
    assert codes(look(book_with(cells))) == ["F04"]


def test_a_stray_cell_is_named_by_how_far_it_lies() -> None:
    """She cannot see it: the sentence says to which row the sheet reaches."""
    (finding,) = look(book_with('<row r="1048576"><c r="B1048576" t="str"><v> </v></c></row>')).findings
    assert (finding.code, finding.facts["variant"], finding.facts["rows"]) == ("F04", "far", 1_048_576)
    assert "tới dòng 1.048.576, 2 cột" in sentence(finding, "")


@pytest.mark.parametrize("ref", ["A1048577", "XFE1", "ZZZZ1", "A999999999"])
def test_cells_outside_any_sheet(ref: str) -> None:
    assert judged(book_with(f'<row><c r="{ref}"><v>1</v></c></row>')) == "damaged"


def test_a_sheet_elsewhere_in_the_package_counts_too() -> None:
    bomb = '<worksheet><sheetData><row><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert quickly(rezipped(filled("hth"), more={"xl/other/s.xml": bomb.encode()})) == "too_large"


def test_a_sheet_named_two_hundred_times() -> None:
    """Each name is read anew: 200 x 40,000 cells."""
    data = book_with('<row><c r="A1"><v>1</v></c></row><row r="4000"><c r="J4000"><v>1</v></c></row>')

    def name_again(part: str, content: bytes) -> bytes:
        if part != "xl/workbook.xml":
            return content
        start = content.index(b"<sheet ")
        end = content.index(b"/>", start) + 2
        sheet = content[start:end]
        again = b"".join(sheet.replace(b'"Sheet"', f'"S{n}"'.encode()) for n in range(200))
        return content[:start] + again + content[end:]

    assert judged(data) == "xlsx"
    assert quickly(rezipped(data, name_again)) == "too_large"


ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{}">]>'.format("ha" * 10)


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET1, "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities(part: str, encoding: str) -> None:
    bom = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert judged(with_part(part, bom + (ENTITY + "<worksheet/>").encode(encoding))) == "too_large"


def test_an_external_dtd_is_not_fetched() -> None:
    dtd = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><worksheet/>'
    assert judged(with_part(SHEET1, dtd)) == "too_large"


# --- not too strict ---------------------------------------------------------------------------------------------------


def test_an_old_ods_with_a_doctype_in_its_manifest() -> None:
    manifest = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><a/>'
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": manifest,
        "Basic/script-lc.xml": b"<!DOCTYPE a><a/>",
        "content.xml": b"<a/>",
    }
    package = open_package(zip_of(parts), MAX_BYTES)
    assert isinstance(package, Package)
    assert (package.format, package.has_macros) == ("ods", False)


def test_a_form_coloured_down_to_the_last_row() -> None:
    """Empty cells with a format are no contents; the form's rectangle is read."""
    book = load_workbook(io.BytesIO(filled("hth")))
    for ref in ("A1048576", "Q1048576", "XFD9", "XFD1048576"):
        sheet_of(book)[ref].number_format = "0.00"
    data = saved(book)
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(data)).read(SHEET1)
    assert said(look(data)) == said(look(filled("hth")))


def test_other_parts_do_not_matter() -> None:
    more = {
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff",
        "xl/printerSettings/printerSettings1.bin": b"\x00",
        "a b/ệ.xml": b"",
    }
    assert judged(rezipped(filled("hth"), more=more)) == "xlsx"


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods", "xlsx"])
def test_what_libreoffice_saves(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled("hth"))
    assert judged(soffice_convert(path, ending, tmp_path / ending).read_bytes()) == ending

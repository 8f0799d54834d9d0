"""Every kind of file by its content, whatever its name says, and the advice that goes with it."""

from __future__ import annotations

import io
import struct
import tarfile
import time

import pytest

from tests.checks.examples import EXAMPLES
from tests.support.ole import biff8, cell, ole_of, record
from tests.support.packages import zip_of
from tests.support.returns import codes, filled, look
from tests.support.zips import packed
from tracker.intake.guard import open_package
from tracker.intake.zips import Stopped
from tracker.model import Package, Verdict
from tracker.texts import LANGUAGES, catalogue, placeholders
from tracker.wording import sentence

MAX_BYTES = 20 * 1024**2
ODF = b"application/vnd.oasis.opendocument."


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.xlsx"))
    return stream.getvalue()


_SIGNED = b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(99)
_MHT = b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related\r\n"
_XML_2003 = b"<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>"
_XML_2003_BARE = b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'

NO_SPREADSHEETS = (
    (b"", "empty"),
    (b" \r\n\t ", "empty"),
    ("Báo cáo tháng 3".encode(), "text"),
    ("Mã;Kết quả\n27TB-4;xong".encode("utf-8-sig"), "text"),
    ("Mã\tKết quả\n27TB-4\txong".encode("utf-16"), "text"),
    (b"ID;PWXL;N;E\nC;Y1;X1;K1\nE", "text"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "pdf"),
    (b"{\\rtf1\\ansi}", "word"),
    (zip_of({"word/document.xml": b"<a/>"}), "word"),
    (ole_of({"WordDocument": b"x"}), "word"),
    (zip_of({"mimetype": ODF + b"text"}), "word"),
    (zip_of({"ppt/presentation.xml": b"<a/>"}), "powerpoint"),
    (ole_of({"PowerPoint Document": b"x"}), "powerpoint"),
    (zip_of({"mimetype": ODF + b"presentation"}), "powerpoint"),
    (b"\x89PNG\r\n\x1a\n" + bytes(32), "picture"),
    (b"\xff\xd8\xff\xe0" + bytes(32), "picture"),
    (b"GIF89a" + bytes(32), "picture"),
    (b"BM\x00\x00\x00\x00", "picture"),
    (b"II*\x00" + bytes(32), "picture"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "picture"),
    (b"\x00\x00\x00\x18ftypheic", "picture"),
    (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "html"),
    (b"\xef\xbb\xbf <HTML xmlns:x='urn:schemas-microsoft-com:office:excel'><table>", "html"),
    ("<html><table>".encode("utf-16"), "html"),
    (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "html"),
    (_MHT, "html"),
    (_XML_2003, "xml"),
    (_XML_2003_BARE, "xml"),
    (b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis'/>", "xml"),
    (zip_of({"ghi chu.txt": b"a"}), "zip"),
    (packed({}), "zip"),
    (b"Rar!\x1a\x07\x00", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08\x00", "archive"),
    (_tar(), "archive"),
    (_SIGNED, "archive"),
    (b"-----BEGIN PKCS7-----\nMIIB", "archive"),
    (b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data\r\n", "archive"),
    (b"From: a@b\r\nSubject: BC\r\n\r\nx", "mail"),
    (b"Received: from x\r\n by y\r\n", "mail"),
    (ole_of({"__properties_version1.0": b"x", "__substg1.0_0037001F": b"x"}), "mail"),
    (b"x\x9f>\x22\x01\x00", "mail"),
    (b"[InternetShortcut]\r\nURL=https://docs.example/d/1", "shortcut"),
    (b'{"url": "https://docs.example/open?id=1", "doc_id": "1"}', "shortcut"),
    (b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0", "shortcut"),
    (b"https://docs.example/spreadsheets/d/1\n", "shortcut"),
    (zip_of({"Index/Document.iwa": b"a", "Metadata/Properties.plist": b""}), "iwork"),
    (b"SQLite format 3\x00" + bytes(80), "database"),
    (b"\x00\x01\x00\x00Standard ACE DB\x00", "database"),
    (b"\x09\x00\x04\x00\x02\x00\x10\x00", "old_excel"),
    (b"\x09\x02\x06\x00\x00\x00\x10\x00", "old_excel"),
    (b"\x09\x04\x06\x00\x00\x00\x10\x00", "old_excel"),
    (bytes(4096), ""),
    (ole_of({"Something": b"x"}), ""),
    (b"\x7fELF\x02\x01\x01\x00", ""),
)


@pytest.mark.parametrize(
    ("data", "variant"), NO_SPREADSHEETS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_spreadsheet(data: bytes, variant: str) -> None:
    started = time.process_time()
    found = open_package(data, MAX_BYTES)
    assert time.process_time() - started < 1
    assert isinstance(found, Stopped)
    assert (found.problem, found.facts.get("variant", "")) == ("not_spreadsheet", variant)
    examined = look(data, name="BC.xls")
    assert (codes(examined), examined.verdict) == (["F01"], Verdict.REFUSED)
    assert "BC.xls" in sentence(examined.findings[0], "")


def test_every_advice_is_given() -> None:
    advised = {key.partition("_")[2] for key in catalogue() if key.startswith("finding.F01_")}
    assert advised == {variant for _, variant in NO_SPREADSHEETS if variant}


# --- passwords --------------------------------------------------------------------------------------------------------

_FILEPASS = record(0x2F, struct.pack("<H", 1) + bytes(52))
_XOR = record(0x2F, b"\x12\x34\x56\x78")
_WRITE_PROTECTED = record(0x86)
_ODS = {
    "mimetype": ODF + b"spreadsheet",
    "content.xml": b"\x8f\x03\x11",
    "META-INF/manifest.xml": b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>",
}
LOCKED = (
    (ole_of({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), ""),
    (ole_of({"Workbook": biff8(cell(0, 0), after_bof=_FILEPASS)}), "xls"),
    (ole_of({"Workbook": biff8(cell(0, 0), after_bof=_WRITE_PROTECTED + _FILEPASS)}), "xls"),
    (ole_of({"Book": biff8(cell(0, 0), after_bof=_XOR, version=0x500)}), "xls"),
    (zip_of(_ODS), "ods"),
)


@pytest.mark.parametrize(("data", "variant"), LOCKED)
def test_password(data: bytes, variant: str) -> None:
    found = open_package(data, MAX_BYTES)
    assert isinstance(found, Stopped)
    assert (found.problem, found.facts.get("variant", "")) == ("password", variant)
    examined = look(data)
    assert (codes(examined), examined.verdict) == (["F03"], Verdict.REFUSED)


def test_excel_95_is_read() -> None:
    package = open_package(ole_of({"Book": biff8(cell(0, 0), version=0x500)}), MAX_BYTES)
    assert isinstance(package, Package)
    assert codes(look(package.data)) == ["F05"], "read, and no form of ours"


# --- sentences --------------------------------------------------------------------------------------------------------


VARIANTS = [key for key in catalogue() if key.startswith(("finding.F01_", "finding.F03_", "finding.F04_"))]


@pytest.mark.parametrize("key", VARIANTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_of_variants(key: str, language: str) -> None:
    said = catalogue(language)[key]
    facts = {"rows", "columns"} if key == "finding.F04_far" else set()
    assert placeholders(said) <= {"name", "kind"} | facts
    assert said[0].isupper()
    assert said.endswith(".")
    assert ". " not in said
    if language == "vi":
        assert said.rpartition("; ")[2].startswith("đề nghị"), "what to do stands last"


def test_every_kind_of_refusal_has_an_example() -> None:
    assert {"F01", "F02", "F03", "F04"} <= {each.code for each in EXAMPLES}


def test_a_form_under_any_name_is_a_form() -> None:
    assert look(filled("hth"), name="bao cao.pdf").verdict is Verdict.ACCEPTED

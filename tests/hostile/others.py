"""Files of other types under a spreadsheet's name; forms cut at every KB; forms with bits turned."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from collections.abc import Callable
from email.message import EmailMessage

from tests.hostile.kinds import Make, add, changed, either, refused
from tests.hostile.ods import ods_of
from tests.hostile.rawzip import deflated, stored, written
from tests.hostile.xls import xls_of
from tests.hostile.xlsb import xlsb_of

_TABLE = "<table><tr><td>Mã nhiệm vụ</td><td>Trạng thái</td></tr></table>"
_PLAIN: dict[str, bytes] = {
    "empty": b"",
    "spaces": b" \r\n\t" * 300,
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "text": "Báo cáo tháng 3, đã hoàn thành".encode(),
    "text_utf16": "Báo cáo tháng 3".encode("utf-16"),
    "csv": "Mã nhiệm vụ;Trạng thái\n27TB-1;Hoàn thành".encode("utf-8-sig"),
    "csv_of_formulas": b"=cmd|'/c calc'!A0,+1,-1,@SUM(1)\n" * 400,
    "html": f"<!DOCTYPE html><html><body>{_TABLE}</body></html>".encode(),
    "html_of_excel": f"<html xmlns:x='urn:schemas-microsoft-com:office:excel'>{_TABLE}</html>".encode(),
    "web_archive": f"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n{_TABLE}".encode(),
    "excel_2003_xml": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Worksheet/></Workbook>',
    "xml_of_laughs": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF",
    "pdf_that_is_a_zip": b"%PDF-1.7\n" + written([stored("xl/workbook.xml", b"<a/>")]),
    "rtf": b"{\\rtf1\\ansi B\\'e1o c\\'e1o}",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(64),
    "gif": b"GIF89a" + bytes(64),
    "bmp": b"BM" + bytes(64),
    "tiff": b"II*\x00" + bytes(64),
    "webp": b"RIFF\x00\x00\x00\x00WEBP" + bytes(64),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(64),
    "mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(64),
    "mp3": b"ID3\x04" + bytes(64),
    "rar": b"Rar!\x1a\x07\x01\x00" + bytes(64),
    "seven_zip": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64),
    "program_windows": b"MZ\x90\x00" + bytes(120) + b"PE\x00\x00",
    "program_linux": b"\x7fELF\x02\x01\x01" + bytes(64),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(64),
    "sqlite": b"SQLite format 3\x00" + bytes(500),
    "json": b'{"status": "done"}',
    "json_deep": b"[" * 200_000,
    "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "calendar": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "winmail": b"\x78\x9f\x3e\x22" + bytes(90),
    "signed_mail": b"0\x82\x10\x00\x06\x09*\x86H\x86\xf7\r\x01\x07\x02" + bytes(64),
    "disk_image": bytes(32_769) + b"CD001" + bytes(64),
    "biff_without_ole": b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(40),
    "lotus": b"\x00\x00\x1a\x00\x05\x10" + bytes(40),
    "sylk": b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE",
    "dif": b'TABLE\r\n0,1\r\n"EXCEL"\r\n',
}


def _zipped(parts: dict[str, bytes]) -> bytes:
    return written([deflated(name, content) for name, content in parts.items()])


def _mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "Báo cáo tháng 3"
    mail.set_content("Gửi báo cáo")
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="BC.xlsx")
    return mail.as_bytes()


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        member = tarfile.TarInfo("../evil.xlsx")
        archive.addfile(member, io.BytesIO())
    return stream.getvalue()


_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_MADE: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: gzip.compress(b"a" * 900, mtime=0),
    "tar": _tar,
    "mail": _mail,
    "word": lambda: _zipped({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
    "powerpoint": lambda: _zipped({"ppt/presentation.xml": b"<a/>"}),
    "open_text": lambda: written([stored("mimetype", _OPEN_DOCUMENT + b"text"), deflated("content.xml", b"<a/>")]),
    "open_slides": lambda: written([stored("mimetype", _OPEN_DOCUMENT + b"presentation")]),
    "book": lambda: written([stored("mimetype", b"application/epub+zip")]),
    "java": lambda: _zipped({"META-INF/MANIFEST.MF": b"Main-Class: Evil", "Evil.class": b"\xca\xfe\xba\xbe"}),
    "android": lambda: _zipped({"AndroidManifest.xml": b"\x03", "classes.dex": b"dex\n035"}),
    "numbers": lambda: _zipped({"Index/Document.iwa": b"\x00", "Data/a.jpg": b""}),
}
_ENDINGS = ("xlsx", "xls", "ods", "xlsb", "xlsm", "XLSX")


def _types() -> None:
    made = {name: (lambda data=data: data) for name, data in _PLAIN.items()} | _MADE
    for number, (name, make) in enumerate(made.items()):
        ending = _ENDINGS[number % len(_ENDINGS)]
        is_zip = name in ("java", "android", "numbers")
        codes = refused("F01", "F02", "F05") if is_zip else refused("F01")
        add(f"is_{name}", "2.type", codes, lambda form, make=make: make(), ending=ending, unpacks=is_zip)  # type: ignore[misc]


_FORMATS: dict[str, Make] = {"xlsx": lambda form: form, "xls": xls_of, "ods": ods_of, "xlsb": xlsb_of}
_CUT_AT = {
    "xlsx": range(1, 17),
    "xls": (1, 2, 3, 5, 9, 17, 25, 40),
    "ods": (1, 2, 3, 4),
    "xlsb": (1, 2, 3, 4, 6),
}


def _cuts() -> None:
    for ending, places in _CUT_AT.items():
        for place in places:
            add(
                f"cut_{ending}_at_{place:02}_kb",
                "2.cut",
                either("F01", "F02", "F04", "F05", "F17", "P01") if ending == "xls" else refused("F01", "F02", "F05"),
                lambda form, make=_FORMATS[ending], place=place: make(form)[: place * 1024],  # type: ignore[misc]
                ending=ending,
            )


def turned(data: bytes, seed: int, count: int) -> bytes:
    """Some bits turned, anywhere."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(count):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _flips() -> None:
    for ending, make in _FORMATS.items():
        for seed in range(8):
            add(
                f"bits_{ending}_{seed}",
                "2.cut",
                changed(),
                lambda form, make=make, seed=seed: turned(make(form), seed, 1 + 3 * seed),  # type: ignore[misc]
                ending=ending,
            )


_types()
_cuts()
_flips()

"""A notice's file → its lines: Word, PDF with text, plain text; scans through Tesseract, .doc through LibreOffice.

The two programs are looked for when a file needs them; where one is missing, NoticeError says which and what to do.
"""

from __future__ import annotations

import codecs
import shutil
import subprocess  # nosec
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tracker.errors import NoticeError
from tracker.legacy import decode, encoding_of_text, to_unicode
from tracker.plan.notice.docx import cell_line, docx_lines

_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_TEXT_PER_PAGE = 60  # a page of a PDF with fewer characters is a picture
_RULES = 4  # drawn lines from which a page may hold a table
_LEAST_DPI, _BEST_DPI = 150, 400
_PROGRAM_SECONDS = 600
_FORMATS = (".docx", ".docm", ".doc", ".odt", ".rtf", ".pdf", ".txt", *_PICTURES)


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of a notice. `is_wrapped` None: to be told from their widths; `is_scan`: read by Tesseract."""

    lines: tuple[str, ...]
    is_wrapped: bool | None = None
    is_scan: bool = False


def read_file(path: Path) -> Source:
    """The lines of a notice's file. NoticeError: not readable, of another kind, or a program it needs is missing."""
    kind = path.suffix.lower()
    if kind == ".xlsx":  # a draft, most likely: what the clerk means is to take it in
        raise NoticeError("notice_is_workbook", path=str(path))
    if kind not in _FORMATS:
        raise NoticeError("notice_format", path=str(path), known=_FORMATS)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NoticeError("notice_unreadable", path=str(path), why=error.strerror or type(error).__name__) from error
    if kind == ".txt":
        return Source(_in_unicode(_decoded(content).splitlines()))
    if kind == ".pdf":
        found = _pdf(path)
        return found if found.is_scan else replace(found, lines=_in_unicode(found.lines))
    if kind in _PICTURES:
        return Source(_recognised([path], path), is_wrapped=True, is_scan=True)
    return _word(path, kind)


def _decoded(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        western = content.decode("latin-1")
        return western if encoding_of_text(western) else content.decode("cp1258", "replace")


def _in_unicode(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines typed in the fonts of before Unicode as they read: all of the document, or here and there a line."""
    whole = encoding_of_text("\n".join(lines))
    return tuple(decode(line, whole) if whole else to_unicode(line) or line for line in lines)


def _word(path: Path, kind: str) -> Source:
    from docx import Document

    try:
        if kind in (".docx", ".docm"):
            return Source(_in_unicode(list(docx_lines(Document(str(path))))), is_wrapped=False)
    except Exception as error:  # python-docx raises anything on a damaged package
        raise NoticeError("notice_unreadable", path=str(path), why=type(error).__name__) from error
    office = _program(("soffice", "libreoffice"), "notice_no_office", path)
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder) / "profile"
        command = [
            office,
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            "docx",
            "--outdir",
            folder,
            str(path),
        ]
        _run(command, path)
        made = next(Path(folder).glob("*.docx"), None)
        if made is None:
            raise NoticeError("notice_unreadable", path=str(path), why="LibreOffice")
        return _word(made, ".docx")


def _pdf(path: Path) -> Source:
    try:
        import pdfplumber
        import pypdfium2
    except ImportError as error:
        raise NoticeError("notice_no_pdf", path=str(path)) from error
    try:
        book = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        raise NoticeError("notice_unreadable", path=str(path), why=str(error)) from error
    try:
        texts = [page.get_textpage().get_text_range() for page in book]
        ruled = [_has_rules(page, pypdfium2) for page in book]
        dpi = min(max((_dpi(page, pypdfium2) for page in book), default=0), _BEST_DPI)
    finally:
        book.close()
    if sum(map(len, texts)) < _TEXT_PER_PAGE * max(len(texts), 1):
        return Source(_recognised_pdf(path, dpi), is_wrapped=True, is_scan=True)
    lines: list[str] = []
    if not any(ruled):
        for text in texts:
            lines += [*text.splitlines(), "\f"]
        return Source(tuple(lines), is_wrapped=True)
    with pdfplumber.open(path) as pages:
        for text, page, is_ruled in zip(texts, pages.pages, ruled, strict=True):
            lines += [*(_with_tables(page) if is_ruled else text.splitlines()), "\f"]
    return Source(tuple(lines), is_wrapped=True)


def _has_rules(page: object, pdfium: object) -> bool:
    """Whether enough lines are drawn on a page for a table; cheap, so that only such pages are searched for one."""
    shapes = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_PATH], max_depth=1)  # type: ignore[attr-defined]
    return len(list(islice(shapes, _RULES))) == _RULES


def _dpi(page: object, pdfium: object) -> int:
    """Resolution of the largest picture on a page: drawn at its own, a scan is read best."""
    pictures = page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=1)  # type: ignore[attr-defined]
    widest = max((picture.get_px_size()[0] for picture in pictures), default=0)
    width_pt: float = page.get_width()  # type: ignore[attr-defined]
    return round(widest / (width_pt / 72))


def _with_tables(page: object) -> Iterator[str]:
    """Lines of a page from top to bottom; a table of three columns or more as its rows."""
    tables = [table for table in page.find_tables() if len(table.rows) > 0 and len(table.rows[0].cells) > 2]  # type: ignore[attr-defined]
    boxes = [table.bbox for table in tables]

    def is_outside(thing: dict[str, float]) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2
        return not any(top <= middle <= bottom and left <= thing["x0"] <= right for left, top, right, bottom in boxes)

    outside = page.filter(is_outside)  # type: ignore[attr-defined]
    placed: list[tuple[float, str]] = [
        (line["top"], line["text"]) for line in outside.extract_text_lines(return_chars=False)
    ]
    for table in tables:
        rows = table.extract()
        placed += [
            (table.bbox[1] + n / 1000, " | ".join(cell_line((cell or "").split("\n")) for cell in row))
            for n, row in enumerate(rows)
        ]
    yield from (text for _, text in sorted(placed, key=lambda each: each[0]))


def _recognised_pdf(path: Path, dpi: int) -> tuple[str, ...]:
    painter = _program(("pdftoppm",), "notice_no_ocr", path)
    with tempfile.TemporaryDirectory() as folder:
        _run([painter, "-r", str(max(dpi, _LEAST_DPI)), "-gray", "-png", str(path), str(Path(folder) / "page")], path)
        return _recognised(sorted(Path(folder).glob("*.png")), path)


def _recognised(pictures: Sequence[Path], path: Path) -> tuple[str, ...]:
    reader = _program(("tesseract",), "notice_no_ocr", path)
    if "vie" not in _run([reader, "--list-langs"], path).split():
        raise NoticeError("notice_no_vietnamese", path=str(path))
    lines: list[str] = []
    for picture in pictures:
        lines += [*_run([reader, str(picture), "stdout", "-l", "vie", "--psm", "4"], path).splitlines(), "\f"]
    return tuple(lines)


def _program(names: Sequence[str], missing: str, path: Path) -> str:
    found = next((there for name in names if (there := shutil.which(name))), None)
    if not found:
        raise NoticeError(missing, path=str(path))
    return found


def _run(command: Sequence[str], path: Path) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PROGRAM_SECONDS, check=True)  # noqa: S603 # nosec
    except (subprocess.SubprocessError, OSError) as error:
        raise NoticeError(
            "notice_program_failed", path=str(path), program=Path(command[0]).name, why=type(error).__name__
        ) from error
    return done.stdout.decode("utf-8", "replace") + (
        done.stderr.decode("utf-8", "replace") if "--list-langs" in command else ""
    )

"""Containers: what is inside comes out under readable names, in order, counted; what cannot be unpacked stays whole."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.packages import zip_of
from tests.support.returns import codes, filled, look
from tests.support.zips import broken_part, overlapping, packed, patched, timed, with_password
from tracker.intake import zips
from tracker.intake.channel import Incoming
from tracker.intake.guard import open_package
from tracker.intake.unpack import MAX_DEPTH, MAX_PARTS, OPENERS, Unpacking, contents
from tracker.intake.zips import Stopped
from tracker.model import Verdict

MAX_BYTES = 20 * 1024**2
WHEN = datetime(2025, 3, 18, tzinfo=UTC)


@dataclass
class Tray:
    """A channel of files by name; remembers what was taken away."""

    files: dict[str, bytes]
    gone: list[str] = field(default_factory=list)
    name: str = "tray"

    def fetch(self) -> Iterator[Incoming]:
        return (Incoming(name, name, data, WHEN, "a@b", len(data)) for name, data in self.files.items())

    def done(self, incoming: Incoming) -> None:
        self.gone.append(incoming.key)

    def close(self) -> None:
        """Nothing is open."""


def unpacked(data: bytes) -> list[Incoming]:
    return list(Unpacking(Tray({"goi.zip": data}), MAX_BYTES).fetch())


def names(data: bytes) -> list[str]:
    """Names of what comes out, the container left away."""
    return [each.name for each in unpacked(data) if not each.holds]


def problem(data: bytes) -> tuple[str, object]:
    """Why the guard does not open it, and the variant of its sentence."""
    found = open_package(data, MAX_BYTES)
    assert isinstance(found, Stopped)
    return found.problem, found.facts.get("variant")


# --- what comes out ---------------------------------------------------------------------------------------------------


def test_a_container_comes_first_and_its_parts_after_it() -> None:
    data = packed({"b.xlsx": b"two", "thư mục/a.xlsx": b"one"})
    whole, *parts = unpacked(data)
    assert (whole.name, whole.data, whole.holds, whole.container) == ("goi.zip", data, 2, None)
    assert [(each.name, each.key, each.data, each.size) for each in parts] == [
        ("goi.zip/b.xlsx", "goi.zip!b.xlsx", b"two", 3),
        ("goi.zip/thư mục/a.xlsx", "goi.zip!thư mục/a.xlsx", b"one", 3),
    ]
    assert {each.sender for each in parts} == {"a@b"}
    assert [(each.modified_at - WHEN).microseconds for each in parts] == [0, 1], "the order inside decides"
    assert [each.container and each.container.inner_name for each in parts] == ["b.xlsx", "thư mục/a.xlsx"]


def test_the_zips_own_time_orders_its_files_then_the_name() -> None:
    data = timed(
        ("moi.xlsx", b"3", (2025, 3, 18, 10, 0, 0)),
        ("z cu.xlsx", b"1", (2025, 3, 17, 8, 0, 0)),
        ("b.xlsx", b"2", (2025, 3, 18, 9, 0, 0)),
        ("a.xlsx", b"2", (2025, 3, 18, 9, 0, 0)),
    )
    assert names(data) == ["goi.zip/z cu.xlsx", "goi.zip/a.xlsx", "goi.zip/b.xlsx", "goi.zip/moi.xlsx"]


def test_a_container_leaves_as_files_do() -> None:
    tray = Tray({"goi.zip": packed({"a": b"1", "b": b"2"}), "c.xlsx": b"3"})
    channel = Unpacking(tray, MAX_BYTES)
    whole, _, _, c = channel.fetch()
    for each in (c, whole):
        channel.done(each)
    assert tray.gone == ["c.xlsx", "goi.zip"]


def test_office_documents_are_no_containers() -> None:
    form = filled("hth")
    tray = Tray({"a.xlsx": form, "b.docx": zip_of({"word/document.xml": b"<a/>"}), "c": b"PK\x05\x06" + bytes(18)})
    assert [each.holds for each in Unpacking(tray, MAX_BYTES).fetch()] == [0, 0, 0]
    late = zip_of({"a.txt": b"", "[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
    assert [each.holds for each in unpacked(late)] == [0], "whatever stands first in it"


def test_stored_forms_are_found_too() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xlsx", filled("hth"))
    assert [each.data for each in unpacked(stream.getvalue()) if not each.holds] == [filled("hth")]


def test_litter_is_told_and_not_read() -> None:
    data = packed({"Thumbs.db": b"x", "__MACOSX/._a.xlsx": b"x", "c/~$a.xlsx": b"x", "a.xlsx": b"1"})
    assert {each.name: each.why for each in unpacked(data) if not each.holds} == {
        "goi.zip/Thumbs.db": "litter",
        "goi.zip/__MACOSX/._a.xlsx": "litter",
        "goi.zip/c/~$a.xlsx": "litter",
        "goi.zip/a.xlsx": "",
    }


def test_a_damaged_part_harms_no_other() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xlsx", b"the first part")
        archive.writestr("b.xlsx", b"the second part")
    parts = unpacked(broken_part(stream.getvalue(), b"the first part"))[1:]
    assert [(each.name, each.data, each.why) for each in parts] == [
        ("goi.zip/a.xlsx", None, "damaged"),
        ("goi.zip/b.xlsx", b"the second part", ""),
    ]


def test_a_part_above_the_cap_harms_no_other() -> None:
    parts = unpacked(packed({"a.xlsx": bytes(60 * 1024**2), "b.xlsx": b"1"}))[1:]
    assert [(each.why, each.data) for each in parts] == [("too_large", None), ("", b"1")]


def test_names_that_read_alike_have_keys_of_their_own() -> None:
    keys = [each.key for each in unpacked(packed({"a .xlsx": b"1", "a\u200b.xlsx": b"2", "a.xlsx": b"3"}))[1:]]
    assert len(set(keys)) == 3


# --- names ------------------------------------------------------------------------------------------------------------

NAME = "Báo cáo tháng 3 - Sở Tài chính.xlsx"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (NAME, NAME),
        (NAME.encode(), NAME),
        ("Báo cáo tháng 3.xlsx".encode("cp1258"), "Báo cáo tháng 3.xlsx"),
        ("Ba\u0301o ca\u0301o quy\u0301 I.xlsx".encode("cp1258"), "Báo cáo quý I.xlsx"),
        ("B¸o c¸o th¸ng 3.xls".encode("latin-1"), "Báo cáo tháng 3.xls"),
        ("KÕ ho¹ch th¸ng 3.xls".encode("latin-1"), "Kế hoạch tháng 3.xls"),
        ("Baùo caùo thaùng 3.xls".encode("latin-1"), "Báo cáo tháng 3.xls"),
        ("BC_stc.xlsx", "BC_stc.xlsx"),
        ("muc\\con\\a.xlsx", "muc/con/a.xlsx"),
        ("/etc/a.xlsx", "/etc/a.xlsx"),
        ("a\u202excod.xlsx", "axcod.xlsx"),
        (b"dong\r\nhai.xlsx", "dong hai.xlsx"),
        ("résumé.xlsx".encode("cp437"), "résumé.xlsx"),
        ("CON.xlsx", "CON.xlsx"),
    ],
)
def test_names_as_programs_wrote_them(written: str | bytes, read: str) -> None:
    assert names(packed({written: b"1"})) == [f"goi.zip/{read}"]


# --- nesting ----------------------------------------------------------------------------------------------------------


def nested(depth: int, data: bytes) -> bytes:
    """A file in so many zips, the outermost included."""
    for level in range(depth):
        data = packed({f"{level}.zip" if level else "a.xlsx": data})
    return data


def test_zips_in_zips() -> None:
    assert names(nested(3, b"1")) == ["goi.zip/2.zip/1.zip/a.xlsx"]
    assert names(nested(4, b"1")) == ["goi.zip/3.zip/2.zip/1.zip"], "goes on as it is"
    assert MAX_DEPTH == 3


@pytest.mark.parametrize(
    "inner", [with_password(packed({"a": b"1"})), packed({}), packed({"Thumbs.db": b""}), b"PK\x03\x04cut"]
)
def test_a_zip_inside_that_cannot_be_unpacked_is_a_file_like_others(inner: bytes) -> None:
    _, *parts = unpacked(packed({"x.zip": inner, "y.xlsx": b"1"}))
    assert [(each.name, each.data) for each in parts] == [("goi.zip/x.zip", inner), ("goi.zip/y.xlsx", b"1")]


def test_fifty_parts_and_no_more() -> None:
    assert len(names(packed({f"{n}.xlsx": b"1" for n in range(MAX_PARTS)}))) == MAX_PARTS
    many = packed({f"{n}.xlsx": b"1" for n in range(MAX_PARTS + 1)})
    assert [each.holds for each in unpacked(many)] == [0]
    assert problem(many) == ("too_large", "zip")
    inner = packed({f"{n}.xlsx": b"1" for n in range(26)})
    assert problem(packed({"a.zip": inner, "b.zip": inner})) == ("too_large", "zip")


def test_a_bomb_of_zips_in_zips() -> None:
    data = bytes(1024**2)
    for _ in range(4):
        data = packed({f"{n}.zip": data for n in range(16)})
    started = time.process_time()
    _, *parts = unpacked(data)
    assert [each.holds for each in parts] == [0] * 16, "65,536 files: one level is taken out, and no more"
    assert {problem(each.data or b"") for each in parts} == {("not_spreadsheet", "zip")}
    assert time.process_time() - started < 10, "a fraction of a second, more under coverage on a busy machine"


def test_many_zips_that_inflate_to_too_much_together() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xlsx", bytes(9 * 1024**2))
    inner = stream.getvalue()
    assert problem(packed({f"{n}.zip": inner for n in range(8)})) == ("too_large", "zip")


# --- not to be unpacked: one verdict on the whole ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "found", "code"),
    [
        (packed({}), ("not_spreadsheet", "zip"), "F01"),
        (packed({"a/": b""}), ("not_spreadsheet", "zip"), "F01"),
        (packed({"Thumbs.db": b"1", "__MACOSX/._a.xlsx": b"1"}), ("not_spreadsheet", "zip"), "F01"),
        (with_password(packed({"a.xlsx": b"1"})), ("password", "zip"), "F03"),
        (packed({"a.xlsx": b"1" * 999})[:-30], ("damaged", None), "F02"),
        (packed({"a.xlsx": b"1" * 999})[:60], ("damaged", None), "F02"),
        (packed({"a.xlsx": b"1", "A.XLSX": b"2"}), ("damaged", None), "F02"),
        (packed({"../a.xlsx": b"1"}), ("damaged", None), "F02"),
        (packed({"b\\..\\..\\a.xlsx": b"1"}), ("damaged", None), "F02"),
        (packed({"C:\\Users\\a.xlsx": b"1"}), ("damaged", None), "F02"),
        (packed({"a.xlsx:evil.exe": b"1"}), ("damaged", None), "F02"),
        (overlapping(), ("damaged", None), "F02"),
        (patched(packed({"a.xlsx": b"1"}), 10, zipfile.ZIP_LZMA), ("not_spreadsheet", "archive"), "F01"),
        (packed({f"{n}": b"" for n in range(10_000)}), ("too_large", None), "F04"),
        (packed({f"{n}": b"" for n in range(30_000)}), ("too_large", None), "F04"),
    ],
    ids=[
        "empty", "folder", "litter", "password", "cut", "cut early", "doubled", "parent", "backslash", "drive",
        "stream", "overlap", "lzma", "10000", "30000",
    ],
)  # fmt: skip
def test_not_to_be_unpacked(data: bytes, found: tuple[str, object], code: str) -> None:
    assert [(each.data, each.holds) for each in unpacked(data)] == [(data, 0)]
    started = time.process_time()
    assert problem(data) == found
    assert time.process_time() - started < 1
    examined = look(data, name="goi.zip")
    assert (codes(examined), examined.verdict) == ([code], Verdict.REFUSED)


def test_entries_are_counted_before_memory_is_spent_on_them() -> None:
    data = packed({f"{n}": b"" for n in range(30_000)})
    assert zips.opened(data) == Stopped("too_large", {"entries": 30_000, "limit": zips.MAX_ENTRIES})


@given(st.binary(max_size=400), st.integers(0, 300))
def test_any_bytes_in_a_zip(junk: bytes, place: int) -> None:
    """Whatever happens to a zip, it comes out whole or in parts, and nothing is raised."""
    data = packed({"a.xlsx": b"1" * 100, "b.zip": packed({"c.xlsx": b"2"})})
    changed = data[:place] + junk + data[place + len(junk) :]
    found = contents(changed)
    assert isinstance(found, Stopped) or len(found) <= 2
    assert all(each.data is not None or each.why for each in unpacked(changed))


def test_openers_never_raise() -> None:
    for opener in OPENERS:
        for data in (b"", b"PK", b"PK\x03\x04", b"PK\x03\x04" + bytes(100)):
            if opener.knows(data):
                assert isinstance(opener.parts(data), Stopped)

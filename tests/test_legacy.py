"""Legacy fonts: known texts convert, Unicode text is never touched."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.support.old_fonts import in_tcvn3, in_vni
from tests.support.returns import changed, codes, filled, look, said, sheet_of, table_in
from tracker import legacy
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.legacy import decode, encoding_of_font, encoding_of_text, is_syllable, to_unicode
from tracker.wording import sentence

SAMPLES = (
    (
        "Sở Thông tin và Truyền thông chủ trì, phối hợp các sở, ngành",
        "Së Th«ng tin vµ TruyÒn th«ng chñ tr×, phèi hîp c¸c së, ngµnh",
        "Sôû Thoâng tin vaø Truyeàn thoâng chuû trì, phoái hôïp caùc sôû, ngaønh",
    ),
    (
        "Ngân hàng Nhà nước Việt Nam chi nhánh tỉnh Hải Dương",
        "Ng©n hµng Nhµ n\u00adíc ViÖt Nam chi nh¸nh tØnh H¶i D\u00ad¬ng",
        "Ngaân haøng Nhaø nöôùc Vieät Nam chi nhaùnh tænh Haûi Döông",
    ),
    (
        "đạt trên 80%; trước ngày 31/3/2025",
        "®¹t trªn 80%; tr\u00adíc ngµy 31/3/2025",
        "ñaït treân 80%; tröôùc ngaøy 31/3/2025",
    ),
    (
        "nghiêng ngả, khuỷu tay, quỹ, kỹ, ký, kỳ, kỵ, xuyên suốt, thưở, khuya, hoặc, thỏa, lẫm",
        "nghiªng ng¶, khuûu tay, quü, kü, ký, kú, kþ, xuyªn suèt, th\u00adë, khuya, hoÆc, tháa, lÉm",
        "nghieâng ngaû, khuyûu tay, quyõ, kyõ, kyù, kyø, kî, xuyeân suoát, thöôû, khuya, hoaëc, thoûa, laãm",
    ),
)


@pytest.mark.parametrize(("text", "tcvn3", "vni"), SAMPLES)
def test_by_font(text: str, tcvn3: str, vni: str) -> None:
    assert to_unicode(tcvn3, ".VnTime") == text
    assert to_unicode(vni, "VNI-Times") == text
    assert to_unicode(tcvn3, ".VnTimeH") == text.upper()


@pytest.mark.parametrize(("text", "tcvn3", "vni"), SAMPLES)
def test_by_letters(text: str, tcvn3: str, vni: str) -> None:
    assert to_unicode(tcvn3) == text
    assert to_unicode(vni) == text


@pytest.mark.parametrize("text", [sample[0] for sample in SAMPLES])
@pytest.mark.parametrize("font", ["", "Times New Roman", ".VnTime", "VNI-Times"])
def test_unicode_is_never_touched(text: str, font: str) -> None:
    assert to_unicode(text, font) == ""


@pytest.mark.parametrize(
    "text", ["Báo cáo công tác", "hoàn thành", "Ông Bà", "café", "Số: 12/BC-UBND", "35 °C", "naïve", "25 µm", ""]
)
def test_text_without_telling_letters_stays(text: str) -> None:
    assert to_unicode(text) == ""


@pytest.mark.parametrize(
    ("font", "encoding"),
    [(".VnTime", "tcvn3"), (".VnArialH", "tcvn3_upper"), ("VNI-Times", "vni"), ("Times New Roman", ""), ("Vni", "")],
)
def test_fonts(font: str, encoding: str) -> None:
    assert encoding_of_font(font) == encoding


def test_capitals_of_vni() -> None:
    assert decode("ÑAÏI HOÏC QUOÁC GIA", "vni") == "ĐẠI HỌC QUỐC GIA"


@pytest.mark.parametrize("word", ["nghiêng", "khuỷu", "quỹ", "thuở", "của", "gì", "yêu", "ươm", "Đắk"])
def test_syllables(word: str) -> None:
    assert is_syllable(word) or word == "Đắk"


@pytest.mark.parametrize("word", ["tỏc", "cụngx", "bãác", "zô", "ngµnh"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


_PLAIN_WORDS = [
    "Báo",
    "cáo",
    "công",
    "tác",
    "hoàn",
    "thành",
    "Ông",
    "Bà",
    "và",
    "các",
    "xã",
    "kê",
    "khai",
    "là",
    "lô",
    "thôn",
]
_WORDS = ["các", "sở", "ngành", "địa", "phương", "thực", "hiện", "nhiệm", "vụ", "được", "giao", "đúng", "tiến", "độ"]


@given(st.lists(st.sampled_from(_WORDS), min_size=2))
def test_round_trip_of_words(words: list[str]) -> None:
    text = " ".join(words)
    backwards = str.maketrans(legacy._TCVN3_LETTERS, legacy._TCVN3_CODES)
    typed = text.translate(backwards)
    assert to_unicode(typed, ".VnTime") == (text if typed != text else "")


_VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậđeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
_SYLLABLES = st.text(_VIETNAMESE + "bcdghklmnpqrstvx" + _VIETNAMESE.upper(), min_size=1, max_size=7)


@given(
    st.lists(st.one_of(_SYLLABLES, st.sampled_from(_WORDS)), min_size=1, max_size=12), st.sampled_from(["NFC", "NFD"])
)
def test_any_vietnamese_text_in_unicode_stays(words: list[str], form: Literal["NFC", "NFD"]) -> None:
    """Whatever its letters and font: a text with one letter that only Unicode has is in Unicode altogether."""
    text = unicodedata.normalize(form, " ".join([*words, "được"]))
    for font in ("", ".VnTime", "VNI-Times", "Times New Roman"):
        assert to_unicode(text, font) == ""


@given(st.lists(st.sampled_from(_PLAIN_WORDS), min_size=1, max_size=12))
def test_unicode_whose_letters_old_fonts_have_too_stays(words: list[str]) -> None:
    assert to_unicode(" ".join(words)) == ""


_TABLES = json.loads(Path(__file__).with_name("charsets.json").read_text("utf-8"))


FRENCH = "Été comme hiver, à côté du théâtre, l'élève zélé préfère rêver; où êtes-vous allés après le dîner? "


@pytest.mark.parametrize("text", [FRENCH * 5, "Sở Tài chính " * 30, in_tcvn3("trước ngày"), "plain words " * 50, ""])
def test_a_whole_text_that_is_none_of_these(text: str) -> None:
    assert encoding_of_text(text) == ""


@pytest.mark.parametrize(("number", "encoding"), [(1, "tcvn3"), (2, "vni")])
def test_a_whole_text_of_these(number: int, encoding: str) -> None:
    assert encoding_of_text("\n".join(sample[number] for sample in SAMPLES)) == encoding


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_every_code_of_the_tables(encoding: str) -> None:
    assert {code: decode(code, encoding) for code in _TABLES[encoding]} == _TABLES[encoding]


def test_the_soft_hyphen_is_a_letter() -> None:
    """Whoever strips it makes "tríc" of "trước"."""
    assert to_unicode("tr\u00adíc ngµy") == "trước ngày"
    assert to_unicode("tr\u00adíc", ".VnTime") == "trước"


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni])
def test_a_whole_form_in_an_old_font(encode: Callable[[str], str]) -> None:
    """Labels, agency, headings, texts of tasks and answers, without a font that says so: by letters alone."""

    def retype(book: Workbook) -> None:
        for table in (REPORT_TABLE, INDICATOR_TABLE):
            for line in sheet_of(book, table).iter_rows():
                for cell in line:
                    if isinstance(cell.value, str) and cell.data_type == "s":
                        cell.value = encode(cell.value.lower() if encode is in_tcvn3 else cell.value)

    examined = look(changed(retype))
    untouched = look(filled())
    assert (examined.agency, examined.period) == (untouched.agency, untouched.period)
    assert set(codes(examined)) <= {"R18", "P05", "P07"}
    assert {k: v["status"] for k, v in said(examined).items() if "status" in v} == {
        k: v["status"] for k, v in said(untouched).items() if "status" in v
    }
    assert said(examined).keys() == said(untouched).keys()
    results = {k: v["result"].casefold() for k, v in said(untouched).items() if "result" in v}
    assert {k: v["result"].casefold() for k, v in said(examined).items() if "result" in v} == results


def test_the_head_and_the_indicators_say_what_was_converted() -> None:
    def retype(book: Workbook) -> None:
        sheet = sheet_of(book)
        agency = next(c for line in sheet.iter_rows(max_row=8) for c in line if c.value == "Sở Khoa học và Công nghệ")
        agency.value = in_tcvn3("Sở Khoa học và Công nghệ")
        table_in(book, INDICATOR_TABLE).put("27TB-4.b-CT1", "basis", in_vni("Hệ thống một cửa điện tử"))

    examined = look(changed(retype))
    assert (examined.agency, codes(examined)) == ("skhcn", ["R18", "R18"])
    head, basis = (sentence(finding, "") for finding in examined.findings)
    assert "“Sở Khoa học và Công nghệ”" in head
    assert "Tên cơ quan" in head
    assert "“Heä thoáng" in basis
    assert said(examined)["indicator", "27TB-4.b-CT1"]["basis"] == "Hệ thống một cửa điện tử"


def test_a_return_typed_in_legacy_fonts() -> None:
    """By its font where the letters alone would not tell; by its letters where the font is an innocent one."""

    def typed(book: Workbook) -> None:
        sheet = table_in(book)
        result, person = sheet.cell("27TB-4.a", "result"), sheet.cell("27TB-4.b", "person")
        result.value, result.font = "Së", Font(name=".VnTime")
        person.value = "NguyÔn V¨n An, chuyªn viªn"
        person.font = Font(name="Times New Roman")

    data = changed(typed, data=filled("hth"))
    examined = look(data)
    assert codes(examined) == ["R18", "R18"]
    values = {answer.task: answer.values for answer in examined.answers}
    assert values["27TB-4.a"]["result"] == "Sở"
    assert values["27TB-4.b"]["person"] == "Nguyễn Văn An, chuyên viên"
    facts = [(finding.facts["before"], finding.facts["after"]) for finding in examined.findings]
    assert facts == [("Së", "Sở"), ("NguyÔn V¨n An, chuyªn viªn", "Nguyễn Văn An, chuyên viên")]

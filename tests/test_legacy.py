"""Legacy fonts: known texts convert, Unicode text is never touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from tests.support.returns import changed, codes, filled, look, table_in
from tracker.legacy import decode, encoding_of_font, is_syllable, to_unicode

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


_WORDS = ["các", "sở", "ngành", "địa", "phương", "thực", "hiện", "nhiệm", "vụ", "được", "giao", "đúng", "tiến", "độ"]


@given(st.lists(st.sampled_from(_WORDS), min_size=2))
def test_round_trip_of_words(words: list[str]) -> None:
    from tracker import legacy

    text = " ".join(words)
    backwards = str.maketrans(legacy._TCVN3_LETTERS, legacy._TCVN3_CODES)
    typed = text.translate(backwards)
    assert to_unicode(typed, ".VnTime") == (text if typed != text else "")


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

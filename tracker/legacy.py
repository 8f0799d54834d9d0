"""Text typed in the fonts of before Unicode: TCVN3 (.VnTime, .VnArial …) and VNI (VNI-Times …).

Both reuse Latin-1 letters, so a string is converted only where its font says so, or where it makes no Vietnamese as it
stands and does once converted. Text that holds letters of Unicode Vietnamese is never touched. TCVN3's ư is U+00AD, the
soft hyphen: whoever strips those first destroys the word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TCVN3_CODES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_CODES, _TCVN3_LETTERS)

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_TONES = {"ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_CIRCUMFLEX = {"â": "", "á": _ACUTE, "à": _GRAVE, "å": _HOOK, "ã": _TILDE, "ä": _DOT}
_VNI_BREVE = {"ê": "", "é": _ACUTE, "è": _GRAVE, "ú": _HOOK, "ü": _TILDE, "ë": _DOT}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_UNICODE_VIETNAMESE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]"
)
_WORD = re.compile(r"[^\W\d_]+(?:[\u00ad\u0300-\u036f][^\W\d_]*)*")
_SYLLABLE = re.compile(
    r"(?:ngh?|kh|ph|th|tr|ch|gh|gi|nh|qu|[bcdđghklmnpqrstvx])?"
    r"(?:uye|uyê|uya|uyu|uay|uây|oay|oai|oao|oeo|uôi|ươi|ươu|iêu|yêu|uê|uơ|uy|uâ|uô|oa|oă|oe|oo|ia|iê|ya|yê|ua|ưa|ươ|"
    r"ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnptu])?\Z"
)
_TONES = str.maketrans("", "", _GRAVE + _ACUTE + _HOOK + _TILDE + _DOT)
_TELLING_LETTERS = 3
_TELLING_WORDS = 20
_FEW, _MOST = 0.7, 0.9
_STOPS = ("c", "ch", "p", "t")


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for letter in "aeouy":
        table |= {letter + mark: letter + tone for mark, tone in _VNI_TONES.items()}
    for letter in "aeo":
        table |= {letter + mark: letter + _CIRCUMFLEX + tone for mark, tone in _VNI_CIRCUMFLEX.items()}
    table |= {"a" + mark: "a" + _BREVE + tone for mark, tone in _VNI_BREVE.items()}
    for letter, base in (("ô", "o"), ("ö", "u")):
        table |= {letter + mark: base + _HORN + tone for mark, tone in _VNI_TONES.items()}
    composed = {code: unicodedata.normalize("NFC", letters) for code, letters in table.items()}
    return composed | {code.upper(): letters.upper() for code, letters in composed.items()}


_VNI = _vni_table()
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def encoding_of_font(font: str) -> str:
    """ "tcvn3", "tcvn3_upper" (the *H fonts show capitals), "vni", or "" for any other font."""
    if re.match(r"\.Vn", font, re.IGNORECASE):
        return "tcvn3_upper" if font.rstrip().endswith("H") else "tcvn3"
    return "vni" if re.match(r"VNI[- ]", font, re.IGNORECASE) else ""


def decode(text: str, encoding: str) -> str:
    """The text in Unicode (NFC); `encoding` as `encoding_of_font` names it."""
    if encoding.startswith("tcvn3"):
        letters = text.translate(_TCVN3)
        return letters.upper() if encoding == "tcvn3_upper" else letters
    return _VNI_CODE.sub(lambda found: _VNI[found[0]], text)


def to_unicode(text: str, font: str = "") -> str:
    """What a legacy text says; "" where the text is no legacy text and stays as it is."""
    if text.isascii() or _UNICODE_VIETNAMESE.search(text):
        return ""
    text = unicodedata.normalize("NFC", text)  # letters of these fonts are taken apart like any others
    if _UNICODE_VIETNAMESE.search(text):
        return ""
    if encoding := encoding_of_font(font):
        decoded = decode(text, encoding)
        return decoded if decoded != text else ""
    return _by_letters(text)


@lru_cache(maxsize=4096)
def _by_letters(text: str) -> str:
    """Converts where the text is no Vietnamese as it stands and every changed word is once converted.

    Short signs such as µm tell nothing: one word of three letters must change.
    """
    changed = [word for word in _WORD.findall(text) if not word.isascii()]
    if all(map(is_syllable, changed)) or max(map(len, changed)) < _TELLING_LETTERS:
        return ""
    for encoding in ("tcvn3", "vni"):
        decoded = decode(text, encoding)
        words = [word for word in _WORD.findall(decoded) if not word.isascii()]
        if words and all(is_syllable(word) for word in words):
            return decoded
    return ""


def encoding_of_text(text: str) -> str:
    """ "tcvn3" or "vni" where a whole text is typed so: its words make Vietnamese once decoded, but not before."""
    text = unicodedata.normalize("NFC", text)
    if _UNICODE_VIETNAMESE.search(text) or _share_of_syllables(text) > _FEW:
        return ""
    return next((each for each in ("tcvn3", "vni") if _share_of_syllables(decode(text, each)) > _MOST), "")


def _share_of_syllables(text: str) -> float:
    """Of the words with marks; 0 where there are too few to tell."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(is_syllable, words)) / len(words) if len(words) >= _TELLING_WORDS else 0.0


def is_syllable(word: str) -> bool:
    """Whether a word could be Vietnamese: its letters make a syllable, and a stop final bears a tone it can bear."""
    marks = unicodedata.normalize("NFD", word.casefold())
    bare = unicodedata.normalize("NFC", marks.translate(_TONES))
    tones = [mark for mark in marks if mark in (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)]
    if len(tones) > 1 or not _SYLLABLE.match(bare):
        return False
    return not (bare.endswith(_STOPS) and tones and tones[0] in (_GRAVE, _HOOK, _TILDE))

"""The sealed identity: what is read back, and that no change of it passes for ours."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.forms import stamp
from tracker.forms.stamp import Stamp
from tracker.model import Identity

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
SEAL = Stamp("BC", 1, "0" * 64, "skhcn", "2025-03", ("27TB-4.a", "27TB-4.đ"), "abc")
TOKEN, LINE = stamp.token(SEAL, KEY), stamp.line(SEAL, KEY)
OURS = Identity("sealed", "skhcn", "2025-03", "BC", 1, ("27TB-4.a", "27TB-4.đ"), labels=SEAL.labels)

codes = st.from_regex(r"[a-z0-9][a-z0-9_\-]{0,39}", fullmatch=True)
periods = st.from_regex(r"20[0-9]{2}-(0[1-9]|1[0-2])", fullmatch=True)
stamps = st.builds(
    Stamp,
    kind=st.from_regex(r"[A-Z]{1,4}", fullmatch=True),
    version=st.integers(1, 999),
    plan=st.text("0123456789abcdef", max_size=64),
    agency=codes,
    period=periods,
    tasks=st.lists(st.text(max_size=20), max_size=5).map(tuple),
    labels=st.text(max_size=16),
)


@given(stamps, st.binary(min_size=1, max_size=64))
def test_what_is_sealed_is_read_back(seal: Stamp, key: bytes) -> None:
    sealed = Identity("sealed", seal.agency, seal.period, seal.kind, seal.version, seal.tasks, labels=seal.labels)
    assert stamp.read_token(stamp.token(seal, key), key) == sealed
    assert stamp.read_line(stamp.line(seal, key), key) == replace(sealed, tasks=(), labels="")


def test_both_fit_their_places() -> None:
    """The token is plain ASCII; a text property holds 255 characters, and a printed line must not burst."""
    assert TOKEN.isascii()
    assert len(LINE) < 80
    assert LINE.isascii()


def test_the_line_is_found_in_other_text() -> None:
    assert stamp.read_line(f"Mã biểu: {LINE} (không sửa)", KEY) == replace(OURS, tasks=(), labels="")


@pytest.mark.parametrize("text", ["", "TDNV1", "TDNV1.x", "Mã biểu:", "BC.1/2025-03/skhcn", "tháng 3/2025"])
def test_no_identity_at_all(text: str) -> None:
    assert stamp.read_token(text, KEY) is None
    assert stamp.read_line(text, KEY) is None


def test_of_another_workspace() -> None:
    for read, text in ((stamp.read_token, TOKEN), (stamp.read_line, LINE)):
        found = read(text, OTHER_KEY)
        assert found is not None
        assert (found.state, found.agency, found.period) == ("foreign", "skhcn", "2025-03")


characters = st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_./ đ\x00\U0001f600")


@given(st.integers(0, len(TOKEN) - 1), characters)
def test_any_character_changed_in_the_token(place: int, char: str) -> None:
    _assert_harmless(stamp.read_token(TOKEN[:place] + char + TOKEN[place + 1 :], KEY), OURS)


@given(st.integers(0, len(LINE) - 1), characters)
def test_any_character_changed_in_the_line(place: int, char: str) -> None:
    _assert_harmless(stamp.read_line(LINE[:place] + char + LINE[place + 1 :], KEY), replace(OURS, tasks=(), labels=""))


def _assert_harmless(found: Identity | None, ours: Identity) -> None:
    """What still passes for sealed says what was sealed."""
    assert found is None or found.state in ("altered", "foreign") or found == ours


@pytest.mark.parametrize(
    "changed",
    [
        replace(SEAL, agency="stc"),
        replace(SEAL, period="2025-04"),
        replace(SEAL, kind="XX"),
        replace(SEAL, version=2),
    ],
)
def test_parts_exchanged_under_the_old_seal(changed: Stamp) -> None:
    other = stamp.token(changed, OTHER_KEY).split(".")
    mine = TOKEN.split(".")
    found = stamp.read_token(".".join((mine[0], mine[1], other[2], mine[3])), KEY)
    assert found is not None
    assert found.state == "altered"
    *_, seal = LINE.rpartition("/")
    body, *_ = stamp.line(changed, OTHER_KEY).rpartition("/")
    line = stamp.read_line(f"{body}/{seal}", KEY)
    assert line is not None
    assert line.state == "altered"


def test_the_seal_of_the_line_is_not_that_of_the_token() -> None:
    """The short seal proves the line only."""
    packed, seal = TOKEN.split(".")[2:]
    assert LINE.rpartition("-")[2] not in seal
    assert packed not in LINE


@pytest.mark.parametrize(
    "body",
    [[], 1, None, "text", {}, {"agency": "a"}, {"agency": [], "period": {}, "kind": 1, "version": "x", "tasks": 3}],
)
def test_a_token_with_another_body(body: object) -> None:
    packed = base64.urlsafe_b64encode(json.dumps(body).encode()).decode()
    found = stamp.read_token(f"TDNV1.{stamp.key_id(KEY)}.{packed}.00", KEY)
    assert found is not None
    assert (found.state, found.problem) == ("altered", "token")


@given(st.text())
def test_any_text(text: str) -> None:
    for found in (stamp.read_token(text, KEY), stamp.read_token(f"TDNV1.a.{text}.b", KEY), stamp.read_line(text, KEY)):
        assert found is None or found.state != "sealed"


def test_the_key_is_not_in_its_mark() -> None:
    assert KEY.hex() not in TOKEN + LINE
    assert stamp.key_id(KEY) != stamp.key_id(OTHER_KEY)
    assert stamp.key_id(KEY) != KEY.hex()[:6]

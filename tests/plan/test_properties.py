"""read(build(plan)) = plan, for plans nobody thought of."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tracker.model import Agency, DayOff, DeadlineKind, Group, Indicator, Plan, Task, TaskState, Waiver
from tracker.plan.build import build_master
from tracker.plan.sheet import read_plan
from tracker.vietnamese import clean_text, fold

_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậốồổỗộứừửữựỳỷỹ ABĐƯ0123456789"
_SIGNS = "=+-@'\"%&<>/,.:()[]{}#\\“”–…\n"
KINDS = ("Sở", "Ngành dọc", "UBND huyện, thị xã")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def _text(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=size).map(clean_text).filter(lambda text: fold(text) not in ("", "chon"))


WORDS = _text(_LETTERS, 30)
PROSE = _text(_LETTERS + _SIGNS, 120)
NAMES = _text(_LETTERS + ",&.", 25)
MAYBE_PROSE = st.one_of(st.just(""), PROSE)


def _distinct(names: list[str]) -> list[str]:
    return list({fold(name): name for name in names}.values())


@st.composite
def agencies(draw: st.DrawFn, names: list[str]) -> tuple[Agency, ...]:
    made: list[Agency] = []
    for number, name in enumerate(names):
        is_merged = draw(st.booleans()) if made else False
        merged = made[-1].code if is_merged else None
        ends = draw(DAYS)
        made.append(
            Agency(
                code=f"a{number}",
                name=name,
                short=name,
                aliases=(f"tên khác {number}x",) if draw(st.booleans()) else (),
                kind=draw(st.sampled_from(("", *KINDS))),
                emails=(f"a{number}@example.vn", f"b{number}@example.vn") if draw(st.booleans()) else (),
                phone=draw(st.sampled_from(("", "02203850001"))),
                valid_from=ends if draw(st.booleans()) else None,
                valid_to=ends if merged else None,
                successor=merged,
                note=draw(MAYBE_PROSE),
            )
        )
    return tuple(made)


def _dates(draw: st.DrawFn, kind: DeadlineKind) -> dict[str, Any]:
    due = draw(DAYS) if kind in (DeadlineKind.FIXED, DeadlineKind.WITHIN) else None
    if not draw(st.booleans()):
        return {"due_on": due}
    extended = draw(DAYS.filter(lambda day: due is None or day >= due))
    return {"due_on": due, "extended_to": extended, "extension_document": draw(PROSE)}


@st.composite
def tasks(draw: st.DrawFn, names: list[str], somebody: list[str], indicators: list[str]) -> tuple[Task, ...]:
    contents = _distinct(draw(st.lists(PROSE, max_size=4)))
    made = []
    for number, content in enumerate(contents):
        kind, state = draw(st.sampled_from(DeadlineKind)), draw(st.sampled_from(TaskState))
        note = draw(MAYBE_PROSE)
        made.append(
            Task(
                code=f"T-{number}.đ",
                item=draw(st.sampled_from(("", "1", "4.10", "01"))),
                content=content,
                document=draw(st.sampled_from(("27/TB-UBND", "Nghị quyết số 57-NQ/TW"))),
                document_date=draw(DAYS),
                leads=(draw(st.sampled_from(somebody)), *draw(st.lists(st.sampled_from(names), max_size=2))),
                coordinators=tuple(draw(st.lists(st.sampled_from(names), max_size=3))),
                receivers=tuple(draw(st.lists(NAMES.filter(lambda name: not name.startswith(",")), max_size=2))),
                category=draw(st.one_of(st.just(""), WORDS)),
                product=draw(MAYBE_PROSE),
                deadline_text=draw(MAYBE_PROSE),
                deadline_kind=kind,
                **_dates(draw, kind),
                indicators=tuple(draw(st.lists(st.sampled_from(indicators), max_size=2))) if indicators else (),
                state=state,
                note=f"{note} 5/UBND-VP".strip() if state is not TaskState.IN_FORCE else note,
            )
        )
    return tuple(made)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = _distinct(draw(st.lists(NAMES, min_size=1, max_size=5)))
    titles = [f"nhóm {number}, chung" for number in range(draw(st.integers(0, 2)))]
    members = draw(agencies(names))
    assume(not {fold(name) for name in names} & {fold(a.code) for a in members})
    kinds = {agency.kind for agency in members} - {""}
    groups = tuple(
        Group(title, tuple(sorted(kinds)), tuple(a.code for a in members if draw(st.booleans()))) for title in titles
    )
    targets = st.integers(-(10**6), 10**9).map(lambda number: number / 100)
    codes = [f"CT{number}" for number in range(draw(st.integers(0, 3)))]
    signs = st.sampled_from((">=", ">", "=", "<=", "<"))
    indicators = tuple(Indicator(c, draw(PROSE), "%", draw(signs), draw(targets), draw(MAYBE_PROSE)) for c in codes)
    made = draw(tasks([*names, *titles], names, codes))
    days = draw(st.lists(DAYS, max_size=3, unique=True))
    waived = [Waiver("R09", members[0].code, "", draw(PROSE), draw(PROSE), draw(DAYS)) for _ in range(len(days))]
    return Plan(
        tasks=made,
        agencies=members,
        groups=groups,
        indicators=indicators,
        leaders=tuple(draw(st.lists(WORDS, max_size=2))),
        days=tuple(DayOff(day, draw(st.booleans()), draw(MAYBE_PROSE)) for day in days),
        waivers=tuple(waived),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(plans())
def test_a_plan_is_read_as_it_was_built(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "master.xlsx"
        path.write_bytes(build_master(plan))
        assert replace(read_plan(path), sha256="") == plan

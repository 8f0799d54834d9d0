"""Whatever ends a run, the next one makes up for it: nothing is lost, nothing is there twice. The whole campaign:
`python -m tests.crash`."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.crash.__main__ import CALLS, FAILING, FAULTS, MOMENTS, points
from tests.crash.bench import (
    Bench,
    bench,
    can_trace,
    dying_at,
    killed_in_a_row,
    random_kills,
    started_at_once,
    unharmed,
)
from tests.crash.bugs import BUGS
from tests.crash.judge import state_of
from tests.crash.moments import judged, laid_aside, trial_of_new

_IN_A_ROW = 3
_MOST_STEPS = 160


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("crash")) as made:
        made.undisturbed()
        yield made


@pytest.fixture(autouse=True)
def without_bugs(there: Bench) -> Iterator[None]:
    yield
    there.bug = ""


def test_the_scene_has_everything(there: Bench) -> None:
    """Mails and files of all fates, every kind of letter, a report."""
    state = there.undisturbed()
    assert len(state.ledger["submission"]) == 6
    assert {row[2] for row in state.ledger["letter"]} == {"form", "receipt", "reminder", "report"}
    assert len(state.letters) == 8
    made = {name.rpartition(".")[2] for name in state.files if name.startswith("outputs/")}
    assert made == {"xlsx", "docx", "html", "json"}
    assert {name: len(held) for name, held in state.mailbox.items()} == {"INBOX": 0, "Done": 3}


def test_without_harm_all_is_the_same(there: Bench) -> None:
    assert there.trial(unharmed)[1] == []


@pytest.mark.parametrize("seed", range(10))
def test_killed_at_any_moment(there: Bench, seed: int) -> None:
    """Thirty kills, three in a row: of the process alone, or with all it started."""
    chance = random.Random(seed)
    moments = [(chance.uniform(0, there.seconds), chance.random() < 0.5) for _ in range(_IN_A_ROW)]
    assert there.trial(killed_in_a_row(moments))[1] == []


@pytest.mark.parametrize(("kind", "step"), [("commit", 14), ("rename", 20), ("send answered", 1), ("remove dinh", 1)])
def test_killed_at_a_step(there: Bench, kind: str, step: int) -> None:
    hurt, found = there.trial(dying_at(step, kind))
    assert (hurt.crashes, found) == (1, [])


def test_four_starts_at_once(there: Bench) -> None:
    assert there.trial(started_at_once(4))[1] == []


def test_a_clock_that_went_back_changes_nothing(there: Bench) -> None:
    place = there.set()
    assert there.starter.run(there.request(place)) == 0
    before = state_of(there.scene, place)
    for now in ("2025-03-18T09:00", "2025-02-01T09:00", "2025-03-20T17:31"):
        assert there.starter.run(there.request(place, now)) == 0
    assert state_of(there.scene, place) == before


@pytest.mark.parametrize("name", BUGS)
def test_a_sown_bug_is_seen(there: Bench, name: str) -> None:
    bug = BUGS[name]
    there.bug = name
    if bug.kind == "starts":
        assert there.trial(started_at_once(4))[1]
        return
    others = random.Random(7).sample(range(1, _MOST_STEPS), _MOST_STEPS - 1)
    assert any(there.trial(dying_at(step, bug.kind))[1] for step in (bug.at, *others))


@pytest.mark.long
@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace")
def test_killed_at_every_system_call(there: Bench) -> None:
    """All moments are laid aside first: the scene is one."""
    new = [moment for moment in list(laid_aside(there, MOMENTS, frozenset())) if moment]
    assert len(new) > 100
    assert {moment.told: found for moment in new if (found := judged(there, moment))} == {}


@pytest.mark.long
@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace")
@pytest.mark.parametrize("call", CALLS)
def test_killed_in_earnest(there: Bench, call: str) -> None:
    _until_unhurt(there, call, "signal=SIGKILL", later=False, every=25)


@pytest.mark.long
@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace")
@pytest.mark.parametrize(("name", "order"), [("moved before commit", 1), ("marked sent before sending", -1)])
def test_moments_show_a_sown_bug(there: Bench, name: str, order: int) -> None:
    """Letters go at the end of a run, so there it is looked for first."""
    there.bug = name
    new = [moment for moment in list(laid_aside(there, MOMENTS, frozenset())) if moment]
    assert any(judged(there, moment) for moment in new[::order])


@pytest.mark.long
@pytest.mark.skipif(not can_trace(), reason="strace is not installed, or may not trace")
@pytest.mark.parametrize(("fault", "call"), [(f, call) for f in FAULTS for call in FAILING.get(f, ("rename",))])
def test_every_system_call_fails(there: Bench, fault: str, call: str) -> None:
    _until_unhurt(there, call, f"error={fault}", later=True)


def _until_unhurt(there: Bench, call: str, fault: str, later: bool, every: int = 1) -> None:
    bad: dict[str, list[str]] = {}
    seen: set[str] = set()
    for harm in points(call, fault, every):
        hurt, found = trial_of_new(there, harm, seen, later)
        if hurt.is_unhurt:
            break
        bad |= {hurt.told: found} if found else {}
    assert bad == {}


@pytest.mark.long
@pytest.mark.parametrize("here", [True, False], ids=["alone", "with workers"])
def test_a_hundred_kills(there: Bench, here: bool) -> None:
    assert [found for harm in random_kills(there, 100, 1, here) if (found := there.trial(harm)[1])] == []


@pytest.mark.long
def test_fifty_times_four_starts(there: Bench) -> None:
    assert [found for _ in range(50) if (found := there.trial(started_at_once(4))[1])] == []

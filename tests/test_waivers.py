"""The office sets a rule aside in the master sheet, or lets it only warn: what then happens to the value."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import tracker
from tracker.demo.officer import Form, Officer
from tracker.model import Waiver
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan


def _collected(home: Path, waivers: tuple[Waiver, ...] = ()) -> dict[str, Any]:
    """A return of Sở Y tế that says done at 80 %, collected in a workspace with these waivers."""
    assert tracker("init", home, "--plan", "27-TB-UBND").status == 0
    plan = replace(packaged_plan(), waivers=waivers)
    (home / "workbooks" / "master.xlsx").write_bytes(build_master(plan))
    assert tracker("forms", "--home", home, "--now", "2025-03-03").status == 0
    form = Form((home / "workbooks/forms/2025-03/2025-03_syt.xlsx").read_bytes())
    Officer(plan, plan.agency_by_code["syt"], 3).fill(form)
    proof = {"product": "Báo cáo số 5/BC-SYT", "completed_on": "18/03/2025"}
    for key, value in {"status": "Hoàn thành", "percent": 80, **proof}.items():
        form.report.put("27TB-4.l", key, value)
    (home / "workbooks" / "inbox" / "syt.xlsx").write_bytes(form.save())
    collected = tracker("collect", "--home", home, "--now", "2025-03-19", "--json").json
    only: dict[str, Any] = collected[0]
    return only


def _values(home: Path) -> dict[str, Any]:
    rows = tracker("answers", "--home", home, "--period", "2025-03", "--json").json
    values: dict[str, Any] = next(row["values"] for row in rows if row["task"] == "27TB-4.l")
    return values


def _waiver(**changes: Any) -> Waiver:
    base = Waiver("R06", "syt", "27TB-4.l", "Văn phòng UBND tỉnh", "Đã xác nhận qua văn bản", date(2025, 12, 31))
    return replace(base, **changes)


def test_without_a_waiver_the_contradiction_is_not_used(tmp_path: Path) -> None:
    assert _collected(tmp_path)["codes"] == ["R06"]
    assert _values(tmp_path).keys().isdisjoint({"status", "percent"})


def test_a_waived_rule_lets_the_value_through_and_stays_on_record(tmp_path: Path) -> None:
    collected = _collected(tmp_path, (_waiver(),))
    assert (collected["verdict"], collected["codes"]) == ("accepted", [])
    assert _values(tmp_path)["status"] == "done"
    rows = tracker("findings", "--home", tmp_path, "--period", "2025-03", "--json").json
    assert [(row["code"], row["waived_by"]) for row in rows] == [("R06", "Văn phòng UBND tỉnh")]


@pytest.mark.parametrize(
    "changes", [{"agency": "snv"}, {"task": "27TB-4"}, {"rule": "R07"}, {"until": date(2025, 3, 18)}], ids=str
)
def test_a_waiver_covers_only_what_it_says(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert _collected(tmp_path, (_waiver(**changes),))["codes"] == ["R06"]


def test_a_rule_on_trial_only_warns(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text('[checks]\ntrial = ["R06"]\n', "utf-8")
    collected = _collected(tmp_path)
    assert (collected["verdict"], collected["codes"]) == ("accepted_with_findings", ["R06"])
    assert _values(tmp_path)["status"] == "done"
    rows = tracker("findings", "--home", tmp_path, "--period", "2025-03", "--json").json
    assert [(row["code"], row["severity"]) for row in rows] == [("R06", "W")]

"""What a draft gets right, counted against tasks read by hand: `item | leads | coordinators | deadline | targets`.

Run `python -m tests.notices.figures FOLDER` to see every difference and the sums.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.model import DraftTask
from tracker.vietnamese import fold

HERE = Path(__file__).parent
_TARGET = re.compile(r"(>=|<=|>|<|=)([\d.]+)\s*(\S.*)")
_PART_NAMES = ("leads", "coordinators", "deadline", "targets")


@dataclass(frozen=True, slots=True)
class Expected:
    """A task as a person reads it; names folded, the deadline as "day bound time" or the recurrence."""

    item: str
    leads: frozenset[str]
    coordinators: frozenset[str]
    deadline: str
    targets: tuple[tuple[str, float, str], ...]

    @property
    def parts(self) -> tuple[object, ...]:
        return self.leads, self.coordinators, self.deadline, self.targets


@dataclass(frozen=True)
class Figures:
    """Right parts and all parts by name, and every difference in words."""

    right: Counter[str]
    total: Counter[str]
    differences: tuple[str, ...]


def expected_tasks(path: Path) -> tuple[Expected, ...]:
    return tuple(_expected(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def _expected(line: str) -> Expected:
    item, leads, coordinators, deadline, targets = ([part.strip() for part in line.split("|")] + [""] * 5)[:5]
    found = tuple(match.groups() for each in targets.split(";") if (match := _TARGET.match(each.strip())))
    return Expected(
        item,
        _names(leads),
        _names(coordinators),
        deadline,
        tuple((op, float(value), unit.strip()) for op, value, unit in found),
    )


def _names(text: str) -> frozenset[str]:
    return frozenset(fold(name) for name in text.split(";") if name.strip())


def as_expected(task: DraftTask) -> Expected:
    when = task.deadline
    deadline = f"{when.due_on} {when.bound} {when.time}".strip() if when.due_on else when.recurrence
    if when.recurrence == "monthly" and when.day and not when.due_on:
        deadline = f"monthly {when.day}"
    return Expected(
        task.item,
        frozenset(map(fold, task.leads)),
        frozenset(map(fold, task.coordinators)),
        deadline,
        tuple((target.op, target.value, target.unit) for target in task.targets),
    )


def compare(folder: Path) -> Figures:
    """All notices of a folder, each text beside its tasks."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    differences = []
    for path in sorted(folder.glob("*.txt")):
        wanted = {task.item: task for task in expected_tasks(path.with_suffix(".tasks"))}
        drafted = {task.item: as_expected(task) for task in draft_notice(path.read_text("utf-8").splitlines()).tasks}
        right["tasks"] += len(wanted.keys() & drafted.keys())
        total["tasks"] += len(wanted.keys() | drafted.keys())
        differences += [f"{path.stem} {item}: missing" for item in wanted.keys() - drafted.keys()]
        differences += [f"{path.stem} {item}: not a task ({drafted[item]})" for item in drafted.keys() - wanted.keys()]
        for item in wanted.keys() & drafted.keys():
            pairs = zip(_PART_NAMES, wanted[item].parts, drafted[item].parts, strict=True)
            for name, ours, theirs in pairs:
                total[name] += 1
                right[name] += ours == theirs
                if ours != theirs:
                    differences.append(f"{path.stem} {item} {name}: {ours} expected, {theirs} read")
    return Figures(right, total, tuple(differences))


if __name__ == "__main__":
    figures = compare(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "seen")
    print("\n".join(sorted(figures.differences)))
    print(", ".join(f"{name} {figures.right[name]}/{figures.total[name]}" for name in ("tasks", *_PART_NAMES)))

"""The plans that come with the package, as TOML whose keys are fields of `tracker.model`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any, TypeVar

from tracker.errors import ConfigError
from tracker.model import Agency, DayOff, DeadlineKind, Group, Indicator, Plan, Task, TaskState

T = TypeVar("T")
_FOLDER = resources.files(__package__) / "data"


def empty_plan() -> Plan:
    """A plan without a row, for an office that starts from nothing."""
    return Plan(tasks=(), agencies=())


def packaged_plan(name: str = "27-TB-UBND") -> Plan:
    """The plan of a document that comes with the package; ConfigError where there is none of that name."""
    known = packaged_names()
    if name not in known:
        raise ConfigError("plan_unknown", name=name, known=known)
    plan = _read(name)
    register = _read(plan["register"])
    return Plan(
        tasks=tuple(_task({**plan["document"], **row}) for row in plan["tasks"]),
        agencies=_rows(Agency, register["agencies"]),
        groups=_rows(Group, register["groups"]),
        indicators=_rows(Indicator, plan["indicators"]),
        days=_rows(DayOff, register["days"]),
    )


def packaged_names() -> tuple[str, ...]:
    """Names of the packaged plans: files that have tasks."""
    files = sorted(entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    names = (name.removesuffix(".toml") for name in files)
    return tuple(name for name in names if "tasks" in _read(name))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def _rows(make: Callable[..., T], rows: Iterable[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(make(**_frozen(row)) for row in rows)


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _task(row: Mapping[str, Any]) -> Task:
    fields = _frozen(row)
    kind = DeadlineKind(fields.pop("deadline_kind", DeadlineKind.NONE))
    state = TaskState(fields.pop("state", TaskState.IN_FORCE))
    return Task(**fields, deadline_kind=kind, state=state)

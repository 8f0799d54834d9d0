"""Habits of the layout: who may import whom, where the clock is read, where Vietnamese lives."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tracker"
STAGES = ("plan", "forms", "intake", "checks", "ledger", "reports", "mail")
JOINERS = ("actions", "examine", "demo")
"""Shell modules that join stages: the verbs, the pure function of a worker, and the demo over both."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _home(path: Path) -> str:
    """First part below the package: a stage, or a module of the vocabulary or shell."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _stages_used(path: Path) -> set[str]:
    parts = (name.split(".") for name in _imports(path) if name.startswith("tracker."))
    return {part[1] for part in parts if part[1] in STAGES}


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_stages_do_not_import_each_other(path: Path) -> None:
    home = _home(path)
    if home in JOINERS or home == "cli":
        return
    allowed = {home} if home in STAGES else set()
    assert _stages_used(path) <= allowed


def test_the_habit_would_notice() -> None:
    """The joiners do import several stages: the test above sees imports."""
    assert len(_stages_used(PACKAGE / "examine.py")) >= 3


HEAVY = ("sqlalchemy", "pandas", "xlsxwriter", "matplotlib", "docx", "holidays", "imaplib", "smtplib", "typer")


def test_workers_load_little() -> None:
    """Every worker loads `examine`, at every run: what it does not need costs a second for nothing."""
    program = f"import sys, tracker.examine, tracker.intake.pool; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", [p for p in MODULES if _home(p) in STAGES], ids=_name)
def test_stages_do_not_read_the_clock(path: Path) -> None:
    calls = {"today", "now", "utcnow"}
    found = [
        node.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in calls
    ]
    assert not found


_VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
VIETNAMESE_HOMES = (
    "columns.py",
    "choices.py",
    "vietnamese.py",
    "legacy.py",
    "dates.py",
    "config.py",
    "demo/",
    "plan/notice/",
)
"""Headings, patterns, wording of dates, defaults of tracker.toml, the demo's stories, the grammar of notices; the
rest is in the catalogue."""

_NAMES_OF_OURS = frozenset({"Mã biểu:", "Kết quả kiểm tra"})


def _strings(path: Path) -> Iterator[str]:
    """String constants that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    firsts = (n.body[0] for n in ast.walk(tree) if isinstance(n, documented) and n.body)
    docs = {id(first.value) for first in firsts if isinstance(first, ast.Expr)}
    bare = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | bare:
            yield node.value


@pytest.mark.parametrize("path", [p for p in MODULES if not _name(p).startswith(VIETNAMESE_HOMES)], ids=_name)
def test_vietnamese_lives_in_the_catalogue(path: Path) -> None:
    assert [
        text for text in _strings(path) if _VIETNAMESE.search(text) and len(text) > 2 and text not in _NAMES_OF_OURS
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_are_not_too_long(path: Path) -> None:
    """Above 400 lines a module has usually absorbed a second subject."""
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_no_open_ends() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    assert [path for path in MODULES if words.search(path.read_text("utf-8"))] == []

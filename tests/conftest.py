"""Fixtures that several areas share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command import tracker
from tests.support.workspace import COLLECTING, Place, Post, copied, in_this_process, lay_ready

# The same examples at every run of `make test`: what lands is what was tried. `make long` searches further.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo month was played once. Read it; never write to it."""
    home = tmp_path_factory.mktemp("demo")
    played = tracker("demo", "--home", home, "--json")
    assert played.status == 0, played.err
    return home


@pytest.fixture(scope="session")
def ready_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Laid ready once; tests work on copies."""
    return lay_ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def place(ready_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A workspace of this test, collecting without workers."""
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    return copied(ready_place, tmp_path / "home")


@pytest.fixture
def guarded(ready_place: Place, tmp_path: Path) -> Place:
    """A workspace of this test, collecting with a real worker."""
    return copied(ready_place, tmp_path / "home")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """A channel with senders in place of the folder."""
    channel = Post()
    monkeypatch.setattr(COLLECTING, "channels", lambda place: (channel,))
    return channel

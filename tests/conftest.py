"""Fixtures that several areas share."""

from pathlib import Path

import pytest

from tests.support.command import tracker


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which the demo month was played once. Read it; never write to it."""
    home = tmp_path_factory.mktemp("demo")
    played = tracker("demo", "--home", home, "--json")
    assert played.status == 0, played.err
    return home

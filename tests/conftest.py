"""Fixtures that several areas share."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.command import tracker

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

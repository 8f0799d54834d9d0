# make run: builds its own environment from the lock file, then plays a whole month on the real plan.
# make test: everything that needs no other program; what needs LibreOffice is skipped by name where it is missing.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: install run test bench lint types long lock docs pictures clean

install: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $(READY)

run: install
	$(BIN)/python -m tracker demo --home .

test: install
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report=term:skip-covered

bench: install
	$(BIN)/python -m tests.bench

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy

long: install
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -m long

docs: install
	$(BIN)/python -m tracker.checks.table > docs/bang-quy-tac.md

pictures: install # those of the user guide; needs LibreOffice, Chromium and poppler
	$(BIN)/python -m tests.support.pictures

lock: # needs uv; run after changing dependencies in pyproject.toml
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

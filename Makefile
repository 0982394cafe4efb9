# Everything runs from .venv, filled from requirements.lock with hashes. Nothing needed but make and Python 3.11+.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PYTHONSAFEPATH = 1
export DO_NOT_TRACK = 1

.PHONY: setup spark check test fuzz demo docs sbom wheel clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("desirelines needs Python 3.11 or later; try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# PySpark is large, published as source only, and needs Java 17: only for who names it as the engine.
spark: $(VENV)/.spark

$(VENV)/.spark: requirements-spark.lock $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock
	touch $@

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 --dist worksteal tests/unit tests/properties

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist worksteal --durations 15

# Every reader of ours for SECONDS each; inputs that reach further are kept, so that the next run goes on from them.
SECONDS ?= 20
fuzz: setup
	$(BIN)/python -m tests.fuzz --all --seconds $(SECONDS) --keep .fuzz

demo: setup
	$(BIN)/desirelines demo demo

docs: setup
	$(BIN)/python -m tests.docs.reference

# What is installed, with hashes and licences, for whoever has to know.
sbom: setup
	$(BIN)/python -m tests.docs.sbom dist/desirelines.cdx.json

wheel: setup
	rm -rf dist
	$(BIN)/hatchling build --target wheel
	$(PYTHON) -m venv $(VENV)-wheel
	$(VENV)-wheel/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: -r requirements.lock
	$(VENV)-wheel/bin/pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	cd dist && ../$(VENV)-wheel/bin/python -P -m pytest -q -c /dev/null --rootdir . ../tests/packaging
	cd dist && ../$(VENV)-wheel/bin/desirelines --help > /dev/null

clean:
	rm -rf $(VENV) $(VENV)-wheel dist demo .fuzz

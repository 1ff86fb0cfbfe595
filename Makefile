# Everything a person or a machine asks of this checkout. Needs Python 3.11 or newer; nothing else has to be installed first.

PYTHON  ?= python3
# Workers of the tests. Three for two cores: tests often wait for other processes.
WORKERS ?= 3
KILLS   ?= 100
CUTS    ?= 200
INPUTS  ?= 20000
JOURNEYS ?=
CONNECTOR ?=
SEED    ?=

unexport PYTHONDONTWRITEBYTECODE   # compiled once, not in each of the many processes

BIN   := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format slow journeys bench chaos cuts fuzz docs lock clean

help:
	@echo "make setup   a virtual environment with everything pinned; then the command is $(BIN)/crossdock"
	@echo "make demo    play a whole company: orders in, paid invoices out"
	@echo "make test    the fast tests"
	@echo "make check   format, lint, types, layers, generated docs"
	@echo "make format  let the formatter and the linter mend what they can"
	@echo "make slow    the slow tests"
	@echo "make journeys  orders across real systems, installed once into a cache (JOURNEYS=all: also those that take long)"
	@echo "make chaos   kill hubs and cut connections, again and again (KILLS=100 CUTS=200, SEED= to repeat a run)"
	@echo "make cuts    cut the line to each connector at places of the conversation (CUTS=200, SEED= by chance, CONNECTOR= one)"
	@echo "make fuzz    damaged files against the readers (INPUTS=20000, SEED= as above)"
	@echo "make bench   measure speed"
	@echo "make docs    write the generated pages and schemas again"
	@echo "make lock    choose and pin the newest versions of what we depend on"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Crossdock needs Python 3.11 or newer; name one: make PYTHON=python3.13 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { echo "Python could not make a virtual environment; on Debian and Ubuntu, install python3-venv."; exit 1; }
	@echo "Installing into .venv; this takes a minute, once."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: $(BIN)/crossdock --help"

demo: setup
	@$(BIN)/crossdock demo

test: setup
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --least 5000

check: setup
	@echo "format"; $(BIN)/ruff format --quiet --diff . || { echo "run: make format"; exit 1; }
	@echo "lint";   $(BIN)/ruff check --quiet .
	@echo "types";  $(BIN)/mypy --no-error-summary
	@echo "layers"; $(BIN)/lint-imports --no-logo > .venv/layers.txt || { cat .venv/layers.txt; exit 1; }
	@echo "docs";   $(BIN)/python -m docs.generate --check
	@echo "All is well."

format: setup
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

slow: setup
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m slow --least 130

journeys: setup
	@JOURNEYS=$(JOURNEYS) $(BIN)/python -m pytest -q -m journeys --least 1 tests/journeys

chaos: setup
	@KILLS=$(KILLS) CUTS=$(CUTS) SEED=$(SEED) $(BIN)/python -m pytest -q -s -m chaos --least 2 tests/chaos

cuts: setup
	@CUTS=$(CUTS) SEED=$(SEED) $(BIN)/python -m pytest -q -s -m slow -k "$(CONNECTOR)" tests/test_cut_connectors.py

fuzz: setup
	@$(BIN)/python -m tests.fuzz --inputs $(INPUTS) --seed $(or $(SEED),1)

bench: setup
	@$(BIN)/python -m benchmarks

docs: setup
	@$(BIN)/python -m docs.generate

lock: setup
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra otel --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock
	@if grep -n '://' requirements.lock; then echo "The lock must not carry addresses."; exit 1; fi
	@echo "requirements.lock is new; run make test and make check with it."

clean:
	@rm -rf .venv dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

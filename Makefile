# Everything below needs Python 3.11 or newer, pip, git and make; the rest is set up here, in $(VENV).
#   make demo                      make test                      make PYTHON=python3.13 VENV=.venv-3.13 pytest

PYTHON ?= python3
VENV ?= .venv
TESTS ?=
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN = $(VENV)/bin

# Our own virtual environment, no user's or CI's Python settings.
unexport PYTHONPATH
unexport PYTHONHOME
unexport VIRTUAL_ENV

# Not compiled at once: most of what it installs is never imported.
PIP_INSTALL = "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-input --no-compile -c constraints.txt

.PHONY: help demo test lint docs pytest full format clean

help:  ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-8s %s\n", $$1, $$2 }'

demo: $(VENV)/.demo  ## set up what is missing and run `carveout demo` on the sample monolith
	"$(BIN)/carveout" demo

test: lint pytest  ## set up what is missing, then ruff, mypy, import-linter and the tests

lint: $(VENV)/.dev  ## the checks without the tests
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy"
	"$(BIN)/mypy" tests
	"$(BIN)/lint-imports" --no-logo
	"$(BIN)/carveout" check --strict --no-progress
	"$(BIN)/carveout" check --strict
	"$(BIN)/properdocs" build --strict

docs: $(VENV)/.dev  ## write the reference from the code and build the site to build/site
	"$(BIN)/python" tests/docs/reference.py
	"$(BIN)/python" tests/docs/pictures.py
	"$(BIN)/properdocs" build --strict

pytest: $(VENV)/.dev  ## the tests alone (TESTS=tests/cli: those of a folder)
	"$(BIN)/pytest" -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

full: test  ## test, plus what needs system packages, plus the benches
	@command -v dot >/dev/null || { echo "make full needs graphviz's dot: apt-get install graphviz" >&2; exit 1; }
	@command -v chromium >/dev/null || { echo "make full needs a browser: apt-get install chromium" >&2; exit 1; }
	"$(BIN)/pytest" -m full || test $$? -eq 5   # 5: nothing is marked so
	@status=0; for bench in tests/bench/bench_*.py; do \
	  echo "$(BIN)/python $$bench"; "$(BIN)/python" "$$bench" || status=1; \
	done; exit $$status

format: $(VENV)/.dev  ## ruff's formatter and its safe fixes
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

clean:  ## remove environments, builds and caches
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A machine without ensurepip (Debian without python3-venv) gets virtualenv in a folder beside the environment.
$(VENV)/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "carveout needs Python 3.11 or newer, $(PYTHON) is not: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "$(PYTHON) -m venv $(VENV)"
	@"$(PYTHON)" -m venv --clear "$(VENV)" || { \
	  echo "python -m venv does not work here: virtualenv instead"; \
	  rm -rf "$(VENV)" "$(VENV)-bootstrap"; \
	  "$(PYTHON)" -m pip install --quiet --disable-pip-version-check --no-input --target "$(VENV)-bootstrap" virtualenv; \
	  PYTHONPATH="$(VENV)-bootstrap" "$(PYTHON)" -m virtualenv --quiet "$(VENV)"; \
	  rm -rf "$(VENV)-bootstrap"; }

# Stamps: set up once, and again when what is to be installed changes.
$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -e '.[demo]'
	@touch "$@"

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -e '.[dev]'
	@touch "$(VENV)/.demo" "$@"

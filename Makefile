# make app    open the app in a browser
# make test   every check: format, lint, types, tests (needs Chromium for the browser tests)
# Both set up a virtual environment in .venv first, and again when the requirements change.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: app test lint types format screenshot bench

app: $(VENV)/app.done
	$(BIN)/streamlit run app.py

test: lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test.done
	$(BIN)/pyright

format: $(VENV)/test.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/test.done
	$(BIN)/python -m benchmarks.cards
	$(BIN)/python -m benchmarks.tracing
	$(BIN)/python -m benchmarks.live_units
	$(BIN)/python -m benchmarks.clusters
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.cluster
	$(BIN)/python -m benchmarks.tracks
	$(BIN)/python -m benchmarks.server
	$(BIN)/python -m benchmarks.classroom

screenshot: $(VENV)/test.done
	$(BIN)/python -m docs.screenshot

$(VENV)/app.done: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/test.done: requirements-dev.txt requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

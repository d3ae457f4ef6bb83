# Two commands for everyone: `make run` talks, `make test` proves. Both start from a bare clone.
PYTHON ?= python3
PORT ?= 5005
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test check bench train web clean

setup: $(VENV)/.serving
	@bash web/console/build.sh

$(VENV)/.serving: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.training: $(VENV)/.serving
	$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[train,dev]"
	touch $@

run: $(VENV)/.serving
	@bash web/console/build.sh --background
	$(BIN)/gridtalk run --demo --port $(PORT)

test: $(VENV)/.training
	PATH="$(CURDIR)/$(BIN):$$PATH" bash tests/run.sh

check: $(VENV)/.training
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/gridtalk validate

train: $(VENV)/.training
	$(BIN)/gridtalk train

bench: $(VENV)/.training
	$(BIN)/python -m bench

web:
	cd web/widget && npm ci --no-audit --no-fund && npm run build
	bash web/console/build.sh --required

clean:
	rm -rf $(VENV) var build *.egg-info

# scalewatch: `make help` lists what there is.
PORT ?= 8501
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint types arrows wheel results counts trust clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## open the dashboard on the shipped results (PORT=8501)
	$(BIN)/scalewatch serve --port $(PORT)

test: $(VENV)/.test ## run the test suite, on up to four cores
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

test-all: $(VENV)/.test ## run the test suite with its slow tests
	$(BIN)/python -m pytest --run-slow

lint: $(VENV)/.test ## ruff: style and format
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test ## mypy, strict
	$(BIN)/mypy

arrows: $(VENV)/.test ## who may import whom
	$(BIN)/lint-imports

wheel: $(VENV)/.test ## build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist .

results: $(VENV)/.demo ## rebuild the shipped sets from copies of their sources (DATA=folder)
	$(BIN)/python -m loaders.shipped.build $(DATA)

counts: $(VENV)/.demo ## recount the released evaluations (DATA=folder)
	$(BIN)/python -m loaders.evaluations.counts $(DATA)/anthropic-evals

trust: $(VENV)/.test ## measure the error rates anew (two minutes; the same figures on every run)
	$(BIN)/python -m benchmarks.trust --out benchmarks/trust.md --figures dashboard/results/error_rates.csv

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[models,api,ray,test]"
	touch $@ $(VENV)/.demo

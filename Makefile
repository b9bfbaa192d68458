SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
export STEWARD_DATA := $(abspath $(DATA))

help: ## Print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'
.PHONY: help

# How llama-cpp-python is compiled, which it always is: for any x86-64 with AVX2 and without what is not used (measured:
# 205 CPU seconds instead of 480).
LLAMA := CMAKE_ARGS="-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF -DCMAKE_PROJECT_INCLUDE_BEFORE=$(CURDIR)/deploy/llama.cmake"
TORCH := torch==2.13.0 tokenizers==0.23.3

# Set-up. A stamp stands for each environment; it is rebuilt when its lock or the contracts change.

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.8

CONTRACTS := $(shell find proto -name '*.proto' -o -path 'proto/*.py' -not -path 'proto/gen/*') proto/pyproject.toml

$(VENV)/run.stamp: $(BIN)/uv requirements/run.lock pyproject.toml $(CONTRACTS)
	$(LLAMA) $(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/run.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e proto -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock clients/python/pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e clients/python
	touch $@

# PyTorch stays out of the locks, which would pull gigabytes for it; only training the language model needs it.
$(VENV)/slm.stamp: $(VENV)/dev.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH)
	touch $@

setup: $(VENV)/dev.stamp ## Set up everything for development
.PHONY: setup

# Use

run: $(VENV)/run.stamp ## Serve the whole stack on this machine
	$(BIN)/python deploy/stack.py
.PHONY: run

remove-demo: $(VENV)/run.stamp ## Remove the demo plant; ATTACHED=1 also what was added to it
	$(BIN)/python deploy/stack.py services.maintenance.demo remove $(if $(ATTACHED),--attached)
.PHONY: remove-demo

train: $(VENV)/dev.stamp ## Train the models that ship, from the data in DATA=
	OMP_NUM_THREADS=1 $(BIN)/python -m services.prediction.training
.PHONY: train

train-slm: $(VENV)/slm.stamp ## Train the language model that ships, for MINUTES= (120)
	$(BIN)/python -m services.advice.training $(if $(MINUTES),--minutes $(MINUTES))
.PHONY: train-slm

eval-advice: $(VENV)/dev.stamp ## Evaluate advice, and write docs/models/advice-evaluation.md
	$(BIN)/python -m services.advice.training.evaluation
.PHONY: eval-advice

# Checks, in the order in which they run

check: $(VENV)/dev.stamp ## Lint, types, import rules and contract rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/buf lint proto/gen/steward/descriptors.binpb --config proto/buf.yaml
	cd proto && ../$(BIN)/buf format --diff --exit-code
	$(BIN)/buf breaking proto/gen/steward/descriptors.binpb --against proto/released.binpb --config proto/buf.yaml
	$(BIN)/lint-imports
	$(BIN)/mypy
.PHONY: check

test: check ## Run every check and test
	$(BIN)/pytest -n 2 --cov -m "not verify and not bench"
.PHONY: test

verify: $(VENV)/slm.stamp ## Run the soak, attack and scoreboard suites
	$(LLAMA) $(BIN)/pytest -m verify
.PHONY: verify

bench: $(VENV)/dev.stamp ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m tests.bench
.PHONY: bench

# Upkeep

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header \
  --no-emit-package steward-contracts pyproject.toml

lock: $(BIN)/uv ## Resolve the versions of all dependencies anew
	$(LOCK) --extra build -o requirements/run.lock
	$(LOCK) --extra build --extra dev --extra train -o requirements/dev.lock
.PHONY: lock

release-contracts: $(VENV)/dev.stamp ## Make the present contracts the ones that may not be broken
	$(BIN)/buf build proto/gen/steward/descriptors.binpb --exclude-source-info -o proto/released.binpb
.PHONY: release-contracts

clean: ## Remove everything that is built
	rm -rf $(VENV) proto/gen build dist .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
.PHONY: clean

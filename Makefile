# Everything a developer runs. `make` alone lists the targets.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup run hybrid microservices test test-services check proof bench docs lock clean

TEST_POSTGRESQL := $(or $(OMNIFY_TEST_DATABASE_URL),postgresql://postgres@127.0.0.1:5432/postgres)

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.stamp var/assets/vendor/.lock-hash ## Make the environment in .venv and fetch the assets

$(VENV)/.stamp: requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

var/assets/vendor/.lock-hash: package-lock.json deploy/scripts/assets.py $(VENV)/.stamp
	$(BIN)/python deploy/scripts/assets.py
	@touch $@

run: setup ## Run the monolith on 8000, with a demo organization
	$(BIN)/python manage.py topology up deploy/topologies/monolith.toml --after deploy/scripts/demo.py

hybrid: setup ## Run the hybrid fleet on 8000, 8002 and 8004
	$(BIN)/python manage.py topology up deploy/topologies/hybrid.toml --after deploy/scripts/demo.py

microservices: setup ## Run seven processes on 8001 to 8007
	$(BIN)/python manage.py topology up deploy/topologies/microservices.toml --after deploy/scripts/demo.py

test: setup ## Run the tests on the embedded default (SQLite, no broker)
	$(BIN)/python -m pytest -n auto --dist worksteal -q

test-services: setup ## Run the database half of the tests on PostgreSQL
	OMNIFY_TEST_DATABASE_URL=$(TEST_POSTGRESQL) \
	$(BIN)/python -m pytest -n auto --dist worksteal -q tests/apps tests/omnify tests/journeys

check: setup ## Everything that has to hold before a change lands
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python deploy/scripts/docs.py --check
	$(MAKE) test
	$(MAKE) test-services
	$(BIN)/python -m tests.kills.harness --kills 100 --events 1500

proof: setup ## The long proof: hundreds of kills on SQLite and PostgreSQL, and planted bugs
	$(BIN)/python -m tests.kills.harness --kills 300 --events 6000 --plants
	$(BIN)/python -m tests.kills.harness --kills 300 --events 6000 --plants --postgresql $(TEST_POSTGRESQL)

bench: setup ## Print the figures of the README, as ratios in one run
	$(BIN)/python -m benchmarks

docs: setup ## Write docs/openapi.json, docs/contracts.json and the generated tables
	$(BIN)/python deploy/scripts/docs.py

lock: $(VENV)/.stamp ## Resolve the requirements anew
	for name in base auth dev; do $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Remove the environment, the local database and everything that was made
	rm -rf $(VENV) var node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

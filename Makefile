# Everything a developer runs. `make` alone lists the targets.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# Hundreds of processes import the same modules: each module is compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run hybrid microservices test test-all test-services layouts contracts check lint documents kills proof bench authz security fuzz fuzz-monolith containers dev-infra status logs render docs gallery screenshot lock clean

TOPOLOGY ?= monolith
COMPOSE ?= $(shell docker compose version > /dev/null 2>&1 && echo docker compose || echo docker-compose)
# The servers of the tests; a suite that is given them fails where one does not answer.
TEST_POSTGRESQL := $(or $(OMNIFY_TEST_DATABASE_URL),postgresql://postgres@127.0.0.1:5432/postgres)
TEST_REDIS := $(or $(OMNIFY_TEST_REDIS_URL),redis://127.0.0.1:6379/0)
TEST_RABBITMQ := $(or $(OMNIFY_TEST_AMQP_URL),amqp://guest:guest@127.0.0.1:5672//)

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.stamp var/assets/vendor/.lock-hash ## Make the environment in .venv and fetch the assets

$(VENV)/.stamp: requirements/dev.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

var/assets/vendor/.lock-hash: package-lock.json deploy/scripts/assets.py $(VENV)/.stamp
	$(BIN)/python deploy/scripts/assets.py
	@touch $@

run: setup ## Run all services in one process on port 8000, with a demo organization and sample platforms
	$(BIN)/python -m deploy.sandbox -- $(BIN)/python manage.py topology up deploy/topologies/monolith.toml --after deploy/scripts/demo.py

hybrid: setup ## Run three slices on ports 8000, 8002 and 8004, with a demo organization
	$(BIN)/python manage.py topology up deploy/topologies/hybrid.toml --after deploy/scripts/demo.py

microservices: setup ## Run each service in its own process on ports 8001 to 8007, with a demo organization
	$(BIN)/python manage.py topology up deploy/topologies/microservices.toml --after deploy/scripts/demo.py

test: setup ## Run the tests on the embedded default (SQLite, no broker), without browsers and fleets
	OMNIFY_TEST_QUICK=yes $(BIN)/python -m pytest -n auto -q -m "not proof"

test-all: setup
	$(BIN)/python -m pytest -n auto -q -m "not proof"

test-services: setup ## Run the tests that need servers on PostgreSQL, Redis and RabbitMQ
	OMNIFY_TEST_DATABASE_URL=$(TEST_POSTGRESQL) OMNIFY_TEST_REDIS_URL=$(TEST_REDIS) \
	OMNIFY_TEST_AMQP_URL=$(TEST_RABBITMQ) \
	$(BIN)/python -m pytest -n auto --dist loadgroup -q -m "servers and not proof"

layouts: setup ## Compare every layout with the monolith, also under faults, and plant bugs
	$(BIN)/python -m tests.layouts

BEFORE ?= HEAD^
contracts: setup ## Name changes that break a fleet which also runs the version BEFORE (HEAD^)
	@mkdir -p var
	@git show $(BEFORE):docs/contracts.json > var/contracts-before.json 2>/dev/null \
	  || echo '{"contracts": {}, "events": {}, "messages": {}}' > var/contracts-before.json
	DEBUG=true $(BIN)/python manage.py contracts check --against var/contracts-before.json

# First what is cheap and most often wrong, then the suites, which use all cores themselves, then
# the long proofs, each alone, so that none waits for ports or processors of another.
check: setup ## Check everything that has to hold before a change lands
	$(MAKE) -j2 --output-sync=target lint documents
	$(MAKE) test-all
	$(MAKE) test-services
	$(MAKE) layouts kills fuzz-monolith

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djhtml --check --tabwidth 2 omnify apps tests
	$(BIN)/lint-imports
	$(BIN)/mypy

documents: setup contracts
	DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python deploy/scripts/docs.py --check
	for file in deploy/topologies/*.toml; do \
	  $(BIN)/python manage.py topology render $$file --check || exit 1; done

kills: setup
	$(BIN)/python -m tests.kills.harness --kills 100 --events 1500

proof: setup ## The long proof: outsiders' judgement, all faults, random layouts, hundreds of kills, planted bugs
	$(BIN)/python -m pytest -n auto -q -m proof
	$(BIN)/python -m tests.outside
	$(BIN)/python -m tests.layouts --random 15 --faults all
	$(MAKE) fuzz
	$(BIN)/python -m tests.fuzz auth_only monolith --phases fuzzing,stateful --max-examples 50
	$(BIN)/python -m tests.kills.harness --kills 170 --events 4000 --plants
	$(BIN)/python -m tests.kills.harness --kills 170 --events 4000 --postgresql --bus rabbitmq --restarts 4 --plants
	$(BIN)/python -m tests.kills.harness --kills 170 --events 4000 --postgresql --bus redis --restarts 4
	$(BIN)/python -m tests.kills.harness --events 4000 --pause 0.02 --postgresql --bus rabbitmq --outage 60
	$(BIN)/python -m tests.kills.syncs --kills 200 --plants
	$(BIN)/python -m tests.kills.syncs --kills 200 --plants --postgresql
	$(BIN)/python -m tests.kills.quotas --connections 1000
	$(BIN)/python -m tests.deploy.proof --plant
	$(BIN)/python -m tests.deploy.proof
	$(BIN)/python -m tests.deploy.proof --postgresql $(TEST_POSTGRESQL)
	$(BIN)/python -m tests.deploy.proof --full-disk

bench: setup ## Measure the figures of docs/figures.md, each beside its reference
	$(BIN)/python -m benchmarks

authz: setup ## Print who may do what: every route and role, with own rows and foreign ones
	$(BIN)/python -m tests.architecture.authz

security: setup ## Run the security checks and write their results into docs/security.md
	$(BIN)/python -m tests.architecture.security_page

fuzz-monolith: setup
	$(BIN)/python -m tests.fuzz monolith

fuzz: setup ## Fuzz every field of every endpoint, in the auth slice alone and in the monolith
	$(BIN)/python -m tests.fuzz auth_only monolith

containers: setup ## Build the image, start and verify the three Compose layouts (needs a container engine)
	$(BIN)/python deploy/scripts/containers.py

dev-infra: ## Start PostgreSQL, Redis and RabbitMQ in containers on their usual ports (ACTION=down stops them)
	$(COMPOSE) -p omnify-infra -f deploy/compose/docker-compose.infra.yml $(or $(ACTION),up -d)

status: setup ## Show the state of the fleet of TOPOLOGY (monolith)
	$(BIN)/python manage.py topology status deploy/topologies/$(TOPOLOGY).toml

logs: ## Follow the logs of the Compose layout TOPOLOGY (monolith)
	$(COMPOSE) --env-file deploy/compose/.env -p omnify -f deploy/compose/docker-compose.$(TOPOLOGY).yml logs -f

render: setup ## Write the Compose, Kubernetes and gateway files of the shipped topologies
	for file in deploy/topologies/*.toml; do $(BIN)/python manage.py topology render $$file || exit 1; done

docs: setup ## Write the generated documents: openapi.json, contracts.json, events.md, tables, decisions
	$(BIN)/python deploy/scripts/docs.py

gallery: setup ## Renew the kept HTML of all parts, which a test compares
	OMNIFY_KEEP_GALLERY=1 $(BIN)/python -m pytest -q tests/omnify/pages/test_gallery.py -k kept

screenshot: setup ## Take the README's picture of the dashboard (needs chromium-headless-shell)
	$(BIN)/python deploy/scripts/screenshot.py

lock: $(VENV)/.stamp ## Resolve requirements/*.in into pinned requirements/*.txt
	for name in base auth integrations assets consul dev proof; do $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; done
	cd tests/outside && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove the environment, the local database and all generated files
	rm -rf $(VENV) var node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

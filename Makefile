# Needed beforehand: Python 3.11+, Node.js 20.19+, make. `make` alone lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv/bin
PYTEST := $(VENV)/python -m pytest $(PYTEST_ARGS)
STEP := scripts/step.sh
UV_VERSION := 0.13.9

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: .make/venv .make/frontend ## install, build and serve with demo data on http://localhost:8000 (PORT)
	@exec scripts/run.sh

.PHONY: cluster
cluster: .make/venv .make/frontend ## the same with PostgreSQL, 2 web processes and 2 workers (PORT; keeps data/cluster)
	@exec scripts/cluster.sh

.PHONY: setup
setup: .make/venv .make/node .make/frontend ## install and build everything, start nothing

# --- tests

.PHONY: test
test: test-frontend e2e test-python test-fuzz test-chaos ## all tests

# Side by side: they wait more than they compute, and share nothing.
.PHONY: test-python
test-python: .make/venv ## Python tests on both databases (PYTEST_ARGS)
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going test-sqlite test-postgres

# One process for each: both dialects in one process break the ORM.
.PHONY: test-sqlite
test-sqlite: .make/venv ## Python tests on SQLite
	@$(STEP) 'Python tests on SQLite' env DIALTREE_TEST_DATABASE=sqlite $(PYTEST)

.PHONY: test-postgres
test-postgres: .make/venv ## Python tests on PostgreSQL (DATABASE_URL, else DIALTREE_TEST_PG=installed|wheel)
	@$(STEP) 'Python tests on PostgreSQL' env DIALTREE_TEST_DATABASE=postgres \
		$(VENV)/python -m tests.postgres -- $(PYTEST)

.PHONY: test-frontend
test-frontend: .make/node ## front-end unit tests
	@$(STEP) 'front-end tests' npm test

.PHONY: e2e
e2e: .make/venv .make/frontend ## browser tests (CHROMIUM_PATH)
	@$(STEP) 'browser tests' $(VENV)/python scripts/e2e.py npm run e2e

# Always the same operations, for as long as they are quick.
.PHONY: test-fuzz
test-fuzz: .make/venv
	@$(STEP) 'a short fuzz test' env FUZZ_SECONDS=25 FUZZ_SEED=1 $(VENV)/python scripts/fuzz.py

.PHONY: fuzz
fuzz: .make/venv ## ask the API all kinds of things at random (FUZZ_SECONDS, FUZZ_SEED)
	$(VENV)/python scripts/fuzz.py

# Always the same chances taken; what they meet depends on how quick the machine is.
.PHONY: test-chaos
test-chaos: .make/venv
	@$(STEP) 'a short chaos test' env KILLS=20 SEED=1 $(VENV)/python -m tests.chaos

.PHONY: chaos
chaos: .make/venv ## kill, stop and cut off everything under load, then count what is lost (KILLS, SEED)
	$(VENV)/python -m tests.chaos

.PHONY: bench
bench: .make/venv ## how fast it is, beside hand-written SQL (BENCH_DATABASE, BENCH_ROWS, BENCH_SECONDS)
	@$(STEP) 'benchmark' $(VENV)/python -m tests.bench

# --- checks and generated files

.PHONY: lint
lint: lint-python lint-format lint-types lint-security lint-schema lint-frontend ## all static checks

.PHONY: lint-python
lint-python: .make/venv
	@$(STEP) 'ruff check' $(VENV)/ruff check

.PHONY: lint-format
lint-format: .make/venv
	@$(STEP) 'ruff format' $(VENV)/ruff format --check

.PHONY: lint-types
lint-types: .make/venv
	@$(STEP) 'mypy' $(VENV)/mypy

.PHONY: lint-security
lint-security: .make/venv
	@$(STEP) 'bandit' $(VENV)/bandit --quiet --recursive --configfile pyproject.toml backend scripts

.PHONY: lint-schema
lint-schema: .make/venv
	@$(STEP) 'schema.graphql' scripts/check-schema.sh

.PHONY: lint-frontend
lint-frontend: .make/node
	@$(STEP) 'front-end checks' npm run check

.PHONY: format
format: .make/venv .make/node ## format the code and mend what can be mended
	$(VENV)/ruff check --fix
	$(VENV)/ruff format
	npm run fix

.PHONY: schema
schema: .make/venv .make/node ## write schema.graphql and what the front end derives from it
	$(VENV)/dialtree export-schema >.make/schema.graphql
	cp .make/schema.graphql schema.graphql
	npm run codegen

.PHONY: lock
lock: .make/uv ## write the lock files (UPGRADE=1: newest Python packages allowed)
	.make/uv/bin/uv pip compile --universal --generate-hashes --all-extras --no-emit-index-url \
		--no-emit-find-links --no-header --python-version 3.11 $(if $(UPGRADE),--upgrade) \
		pyproject.toml -o requirements.lock
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

.PHONY: clean
clean: ## remove all that make has made; data/ stays
	rm -rf .make .venv node_modules frontend/node_modules frontend/dist
	rm -rf frontend/test-results frontend/playwright-report
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find backend tests scripts -name __pycache__ -prune -exec rm -rf {} +

# --- what is installed and built: stamps under .make/, made anew when what they depend on changes

.PHONY: FORCE
FORCE:

# The venv notes where it was made: its programs do not work after the checkout was moved.
MOVED := $(filter-out $(CURDIR),$(shell cat .make/venv 2>/dev/null))
ifneq ($(MOVED)$(if $(wildcard $(VENV)/python),,absent),)
.make/venv: FORCE
endif
.make/venv: pyproject.toml requirements.lock scripts/setup-venv.sh
	@scripts/setup-venv.sh $(if $(MOVED),--clear)
	@mkdir -p .make && echo '$(CURDIR)' >$@

ifeq ($(wildcard node_modules),)
.make/node: FORCE
endif
.make/node: package.json package-lock.json frontend/package.json scripts/setup-node.sh
	@scripts/setup-node.sh
	@mkdir -p .make && touch $@

FRONTEND_FILES := $(shell find frontend \( -name node_modules -o -path frontend/dist \
	-o -path frontend/e2e -o -path frontend/test-results -o -path frontend/playwright-report \) \
	-prune -o -type f -print)

# A removed file changes no time stamp, but this list.
ifneq ($(sort $(FRONTEND_FILES)),$(if $(wildcard frontend/dist/index.html),$(shell cat .make/frontend 2>/dev/null)))
.make/frontend: FORCE
endif
.make/frontend: .make/node schema.graphql $(FRONTEND_FILES)
	npm run build
	@echo '$(sort $(FRONTEND_FILES))' >$@

.make/uv: .make/venv Makefile
	$(VENV)/python -m venv --clear $@
	$@/bin/python -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION)
	@touch $@

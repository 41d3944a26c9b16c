# Bidroom's commands. They need Python 3.11 to 3.13 and make; everything else is fetched by hash into this folder.
.POSIX:
.PHONY: help run test test-fast lint format types sealing-hash bench soak lock clean

# UTF-8 whatever the terminal's locale says: the programs speak Chinese too.
PYTHON = PYTHONUTF8=1 .venv/bin/python
PREPARE = py=$$(sh .ci/find-python) && PYTHONUTF8=1 "$$py" .ci/prepare.py

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# ARGS goes to `bidroom demo`: make run ARGS=--reset begins anew, ARGS=--fast shortens the rounds.
run: ## set everything up and serve the demo on http://127.0.0.1:8000 (another port: make run PORT=9000)
	@py=$$(sh .ci/find-python) && exec env PYTHONUTF8=1 "$$py" .ci/prepare.py run

test: ## every check: linters, types, contracts, tests on SQLite and PostgreSQL, browser (under an hour on 2 cores)
	@$(PREPARE) dev && $(PYTHON) .ci/check.py all

test-fast: ## linters, and the tests that need no PostgreSQL, no server and no browser
	@$(PREPARE) dev && $(PYTHON) .ci/check.py fast

lint: ## linters, types and import contracts only
	@$(PREPARE) dev && $(PYTHON) .ci/check.py lint

format: ## rewrite the Python files in the house's format
	@$(PREPARE) dev && $(PYTHON) -m ruff check --fix-only --quiet . ; $(PYTHON) -m ruff format .

types: ## write the API types of the pages again, after a change of routes or schemas
	@$(PREPARE) dev && $(PYTHON) .ci/check.py types

sealing-hash: ## build the pages and print the hashes of what seals, to compare with those a service names
	@$(PREPARE) dev && $(PYTHON) .ci/prepare.py pages && $(PYTHON) -m app.sealing_file

bench: ## measure floors and product in turn and print the table
	@$(PREPARE) dev && $(PYTHON) -m tests.performance

# SEEDS and FIRST say which seeds, SEED runs one again; MINUTES is for the replicas.
soak: ## simulated storms by the thousand (SEEDS=2000), then replicas killed for minutes (MINUTES=5)
	@$(PREPARE) dev && $(PYTHON) -m tests.simulation.soak && $(PYTHON) -m tests.replicas.soak

lock: ## developers: resolve the dependencies again (needs uv) and write the hashed locks
	@$(PREPARE) dev && $(PYTHON) .ci/lock.py

clean: ## remove everything that was made here; the data in var/ stays
	rm -rf .venv build frontend/dist frontend/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

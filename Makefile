# Everything a newcomer, a contributor or the checks need. `make help` lists the targets; there are at most twelve.
# Only Python 3.11 or later and make are needed: the rest is installed into .venv from files locked by hashes.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
UV := .venv/bin/uv pip
ARGS ?=
export PYTHONPATH := src
# Compiled modules are kept whatever the shell says: without them each of the many processes compiles for seconds.
export PYTHONDONTWRITEBYTECODE :=
export DJANGO_SETTINGS_MODULE ?= xueqiao.server.settings

.DEFAULT_GOAL := help
.PHONY: help up test check journey bench e2e docs messages migrations lock note clean

help: ## list the targets
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | grep -v '^help' | sed -E 's/^([a-z0-9]+):.*## /  \1|/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

up: .venv/.run ## start a demo region and print its address (ARGS="--no-demo" for real use)
	$(PY) -m xueqiao up $(ARGS)

test: .venv/.dev ## run the tests (ARGS="tests/server -k kill")
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.dev ## style, types, templates, layers, migrations
	.venv/bin/ruff check src tests bench
	.venv/bin/ruff format --check src tests bench
	.venv/bin/lint-imports --cache-dir .import_linter_cache
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet src/xueqiao/channels/web/templates
	$(PY) -m django makemigrations --check --dry-run

journey: .venv/.run ## walk one resident's whole way on a throwaway region (ARGS=--json)
	$(PY) -m xueqiao journey $(ARGS)

bench: .venv/.dev ## measure, against aims (NAME=pages for one)
	$(PY) -m bench $(NAME) $(ARGS)

e2e: .venv/.dev ## browser tests in chromium
	$(PY) -m pytest -m browser $(ARGS)

docs: .venv/.dev ## build the documentation into site/
	$(PY) -m xueqiao.server.reference
	.venv/bin/mkdocs build --strict $(ARGS)

messages: .venv/.dev ## collect and compile the texts for translation
	$(PY) -m xueqiao.server.messages $(ARGS)

migrations: .venv/.dev ## write migrations for changed models
	$(PY) -m django makemigrations $(ARGS)

lock: .venv/.uv ## resolve the dependencies anew and write the lock files
	UV="$(UV)" requirements/lock.sh $(ARGS)

note: ## start this change's note for users (NAME=area)
	@test -n "$(NAME)" || { echo 'say which: make note NAME=area'; exit 2; }
	@test -e changes/$(NAME).md || echo "What a user notices, in a few sentences." > changes/$(NAME).md
	@echo changes/$(NAME).md

clean: ## remove what was built here (no data: that is in the platform's folder)
	rm -rf .venv build dist site src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.uv: requirements/bootstrap.txt
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更高版本。  Python 3.11 or later is needed.'; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更高版本。  Python 3.11 or later is needed.'; exit 2; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

.venv/.run: .venv/.uv requirements/run.txt pyproject.toml
	$(UV) install --quiet --python $(PY) --require-hashes -r requirements/run.txt
	$(UV) install --quiet --python $(PY) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	$(UV) install --quiet --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

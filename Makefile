# The commands that people use are the commands that CI uses. `make up` and `make test` install what they need.

SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: help up test lint format bench schema lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(INSTALLED): requirements.lock pyproject.toml scripts/environment
	@scripts/environment

up: $(INSTALLED) ## Start everything: servers, demo world, worker, web. Ctrl-C stops it
	@exec $(BIN)/rookery up $(ARGS)

test: $(INSTALLED) ## Run all tests against real servers, with the coverage gate
	@scripts/system-packages
	@$(BIN)/python -m stack install
	@rm -f .coverage .coverage.*
	@scripts/run-tests $(ARGS)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report $(if $(ARGS),--fail-under=0)

lint: $(INSTALLED) ## Check style, types and the printed schema
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(BIN)/rookery schema --check

format: $(INSTALLED) ## Fix what can be fixed by itself
	@$(BIN)/ruff check --fix .

bench: $(INSTALLED) ## Measure every claim and rewrite docs/benchmarks.md
	@$(BIN)/rookery bench all --write docs/benchmarks.md $(ARGS)

schema: $(INSTALLED) ## Print the schema into schema.graphql
	@$(BIN)/rookery schema > schema.graphql.new && mv schema.graphql.new schema.graphql

lock: $(INSTALLED) ## Resolve the dependencies anew
	@scripts/lock

clean: ## Remove what was built, but no data
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* htmlcov

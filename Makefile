# What a developer and CI run; `make` alone explains it.
PYTHON ?= python3
WORKERS ?= 2
MINUTES ?= 30
export UV_CACHE_DIR ?= $(HOME)/.cache/uv

.PHONY: help install demo test test-faults soak bench bench-large lint types format lock clean

help: ## Show what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## Make .venv with the command shopmart in it, from the hashed lock file

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' || \
		{ echo "Shopmart needs Python 3.11 to 3.13; name one: make install PYTHON=python3.12" >&2; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null || test -x .venv/bin/uv || { \
		sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt && \
		.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt; }
	@echo "Installing the locked packages into .venv"
	@UV=$$(command -v uv || echo .venv/bin/uv); \
		$$UV pip install --quiet --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.lock && \
		$$UV pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## Start everything with three sandbox shops; Ctrl-C stops it
	@.venv/bin/shopmart demo

test: install ## Run the whole suite; it starts its own Postgres and sandbox
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

test-faults: install ## Kill, cut and starve every part; some minutes on two cores
	@.venv/bin/python -m pytest tests/faults -m faults -n $(WORKERS) --dist load

soak: install ## Webhooks and kills for half an hour; MINUTES=5 for five minutes
	@.venv/bin/python -m benchmarks.soak --minutes $(MINUTES)

bench: install ## Compare serving and landing with what they are held to; minutes
	@.venv/bin/python -m benchmarks

bench-large: install ## The same with a million orders and minutes of load
	@.venv/bin/python -m benchmarks --large

lint: install ## Check style, formatting and the layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports

types: install ## Check the types, strictly
	@.venv/bin/mypy

format: install ## Format the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: ## Resolve pyproject.toml into requirements.lock again
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock

clean: ## Remove the environment and caches; the data in .shopmart stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

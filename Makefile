# make run     start the desk with the demo workspace; gets Python and everything else by itself
# make check   lint, format, types, import order (a minute)
# make test    everything that CI runs
# make bench   measure; see bench/README.md
# make lock    choose library versions anew, after a change of pyproject.toml
# make messages   collect and compile the texts of the screen
.PHONY: run check test bench lock messages setup setup-dev
BIN = .venv/bin

run:
	@MADOGUCHI_DEMO="$${MADOGUCHI_DEMO-1}" exec bin/madoguchi run

check: setup-dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check
	bin/test-servers
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term $(ARGS)

bench: setup
	$(BIN)/python -m bench $(ARGS)

# No index is named in the files: they hold hashes, so it does not matter where the wheels come from.
LOCK = .tools/uv/bin/uv pip compile -q --universal --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --upgrade
lock: setup
	printf 'uv\nsetuptools\n' | $(LOCK) --python-version 3.9 -o requirements-tools.lock -
	$(LOCK) --python-version 3.12 --extra s3 -o requirements.lock pyproject.toml
	$(LOCK) --python-version 3.12 --extra s3 --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

messages: setup-dev
	$(BIN)/python scripts/messages.py

setup:
	@bin/setup

setup-dev:
	@bin/setup dev

# What the settings mean stands in the code; these files are printed from it.
.PHONY: reference
reference: setup
	env -i HOME=/home/desk PATH="$$PATH" bin/madoguchi settings > deploy/env.example
	$(BIN)/python scripts/settings_page.py

# The two commands that anyone needs; each does all of its own set-up in .venv.
#
#   make demo      index the samples and serve the page
#   make test      run every check: linters, types, layers, tests
#
# For those who change nutgraf:
#
#   make lint      the checks without the tests
#   make lock      bring the locks in line with pyproject.toml, changing as little as possible
#   make upgrade   the same, with the newest version of everything
#   make clean     remove what these commands made
#
# Another Python: make PYTHON=/path/to/python3 test

.PHONY: demo test lint pytest chromium lock upgrade clean
.DELETE_ON_ERROR:

MAKEFLAGS += --keep-going  # tests run even if a linter complains

export PIP_DISABLE_PIP_VERSION_CHECK = 1

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet

demo: .venv/requirements.installed
	$(BIN)/nutgraf demo

test: lint pytest

lint: .venv/requirements-test.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: .venv/requirements-test.installed chromium
	$(BIN)/python -m pytest --cov --numprocesses auto --dist worksteal

chromium:
	@command -v chromium >/dev/null || .ci/debian-packages chromium fonts-liberation \
	    || echo "There is no chromium, so the browser tests did not run." >&2

# What a lock pins, and nutgraf itself, in place; again only when the lock or pyproject.toml changes.
.venv/%.installed: %.lock pyproject.toml | .venv/bin/pip
	$(PIP) install --require-hashes --requirement $<
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Debian has venv in a package of its own.
.venv/bin/pip:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    $$python -c 'import ensurepip' 2>/dev/null || .ci/debian-packages $${python##*/}-venv; \
	    echo "Making .venv with $$($$python --version), $$(command -v $$python)"; \
	    exec $$python -m venv --clear .venv; \
	done; \
	echo "nutgraf needs Python 3.11 or newer. Where it has another name:" \
	    "make PYTHON=/path/to/python3 demo" >&2; exit 1

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command 'make lock' $(UPGRADE) pyproject.toml --group build

upgrade: UPGRADE := --upgrade
upgrade: lock

lock: | .venv/bin/pip
	$(PIP) install uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-test.lock
	$(COMPILE) --extra bench --constraint requirements-test.lock \
	    --output-file requirements-bench.lock

clean:
	rm -rf .venv build dist *.egg-info .coverage .hypothesis .*_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

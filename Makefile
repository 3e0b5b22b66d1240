# make demo | test | lint | serve | bench [ONLY=name] | lock | clean
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed
TESTS := $(VENV)/.installed-tests
WORKERS ?= 2

.PHONY: demo test lint serve bench lock clean

demo: $(RUN)
	$(BIN)/outreach demo $(if $(ONCE),--once --port 0)

serve: $(RUN)
	$(BIN)/outreach serve

test: $(TESTS)
	$(BIN)/python tests/run.py --workers $(WORKERS)

lint: $(TESTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet outreach/web/templates
	$(BIN)/python -m outreach.migrations.check

bench: $(TESTS)
	$(BIN)/python tests/benchmarks/run.py $(ONLY)

lock:
	.ci/lock

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "outreach needs Python 3.11 or newer on the PATH"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(TESTS): .ci/requirements-test.lock $(RUN)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .ci/requirements-test.lock
	touch $@

# Two commands: `make demo` shows what Hourglass does, `make test` runs every check that CI runs.
# They need Python 3.11 or newer and the package registries; everything lands in .venv and .hourglass.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Bytecode is a part of .venv: without it each of the many processes compiles all of its modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test lint typecheck unit sql cloud spark e2e sam conformance lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo  ## the main job on an embedded cloud: suspects with reasons and a report
	@$(BIN)/hourglass demo

test: lint typecheck unit sql cloud e2e sam  ## every check that CI runs, but for conformance

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: $(VENV)/.dev
	$(BIN)/mypy layers/hourglass/hourglass functions

unit: $(VENV)/.dev  ## pure code, handlers, template, state machines, model, simulator
	$(BIN)/pytest -n 2 --dist loadfile tests/unit

sql: $(VENV)/.dev  ## every SELECT on small cases
	$(BIN)/pytest -n 2 tests/sql

cloud: $(VENV)/.dev  ## the embedded cloud and its engines
	$(BIN)/pytest -n 2 --dist loadfile tests/localcloud

# SAM builds with the Python of the Lambdas: python3.13 on the PATH, or one of pyenv's.
sam: $(VENV)-sam/.done  ## validate the template with the SAM CLI, and build it where there is a Python 3.13
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(VENV)-sam/bin/sam validate --lint
	@export PATH="$$(ls -d $$HOME/.pyenv/versions/3.13*/bin 2>/dev/null | tail -1):$$PATH"; \
	if python3.13 -c pass 2>/dev/null; \
	then SAM_CLI_TELEMETRY=0 $(VENV)-sam/bin/sam build --cached >/dev/null && echo "sam build: done, see .aws-sam/build"; \
	else echo "sam build: NOT RUN, it needs python3.13 and this machine has none"; fi

spark: $(VENV)/.spark  ## Apache Spark for `hourglass run --engine spark`; needs Java and Maven

e2e: $(VENV)/.dev  ## the whole path from outside
	$(BIN)/pytest -n 2 --dist loadfile tests/e2e

# Needs a JDK, Apache Maven, Maven Central and `make spark`, which `make test` does not: where one is missing it fails and
# says so.
conformance: $(VENV)/.dev  ## Sqoop, Spark, Trino and Athena's clients themselves: the same must land and be answered
	@$(BIN)/python -m tests.conformance

lock: $(VENV)/.uv  ## resolve the requirements again
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-header requirements.in -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-header -c requirements.lock requirements-dev.in -o requirements-dev.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-header requirements-sam.in -o requirements-sam.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-header -c requirements.lock requirements-spark.in -o requirements-spark.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 -q --generate-hashes --no-header requirements-clients.in -o requirements-clients.lock

clean:  ## remove what the other commands made
	rm -rf $(VENV) $(VENV)-sam .hourglass .aws-sam hourglass-report.html

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit("Hourglass needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@echo "Installing into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@touch $@

$(VENV)/.demo: requirements.lock pyproject.toml | $(VENV)/.uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

$(VENV)/.spark: requirements-spark.lock maven/spark.lock | $(VENV)/.demo
	@echo "Installing Apache Spark into $(VENV) (once)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	@$(BIN)/python -m maven.spark
	@$(BIN)/python -m localcloud.engines.emr.spark.archive
	@touch $@

$(VENV)-sam/.done: requirements-sam.lock | $(VENV)/.uv
	@$(PYTHON) -m venv $(VENV)-sam
	@$(BIN)/uv pip install --quiet --python $(VENV)-sam/bin/python --require-hashes -r requirements-sam.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.demo
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

# Everything a clone needs: `make demo` shows the hall, `make test` proves it. `make help` lists the rest.

# The distribution's Python where it is new enough, for it is built with optimisation by profile, as one
# compiled at home mostly is not: the simulation is a fifth faster in it. Else the first of PATH.
PYTHON ?= $(shell for python in /usr/bin/python3 python3; do $$python -c "$(NEW_ENOUGH)" 2>/dev/null && break; done; echo $$python)
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Typings of the boards, one folder per port, since each port has its own `machine`.
PORTS    := rp2 esp32
TYPINGS  := build/typings
STUB_DIR  = $(TYPINGS)/$*

# Most tests wait for real processes, so more of them at once than a small machine has cores.
WORKERS ?= 3

STEP = @printf '\n== %s\n'

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup dev demo broker test lint format pins clean

help:
	@echo 'make setup    make $(VENV) with the hub and the virtual boards, from pinned hashes'
	@echo 'make demo     run a hall of virtual boards with visitors going through it'
	@echo 'make test     check everything: format, lint, types, tests on CPython and MicroPython'
	@echo 'make lint     the part of it that runs nothing'
	@echo 'make format   let ruff lay out the code'
	@echo 'make pins     renew requirements/*.txt from pyproject.toml'
	@echo 'make clean    remove everything that make made'

setup: $(VENV)/.setup
dev: $(VENV)/.dev

$(VENV)/.setup: requirements/build.txt requirements/virtual.txt pyproject.toml
	$(STEP) 'setup: $(VENV)'
	@$(PYTHON) -c 'import sys; sys.exit("Hallkit needs Python 3.11 or newer: make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/virtual.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.setup requirements/dev.txt
	$(STEP) 'setup: tools of the tests'
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(TYPINGS)/%/.done: $(VENV)/.setup requirements/typings-%.txt
	$(STEP) 'setup: typings of $*'
	@rm -rf $(STUB_DIR)
	@$(PIP) install --require-hashes --target $(STUB_DIR) -r requirements/typings-$*.txt
	@touch $@

demo: setup
	@$(BIN)/hallkit demo

# Checked first, for its tests come last.
broker:
	@PATH="$$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"; command -v mosquitto >/dev/null || { \
	  echo 'The tests also run on Mosquitto 2, which is not installed: apt-get install mosquitto'; exit 1; }

test: broker lint
	$(STEP) 'pytest'
	@# Real processes on a noisy machine: what failed has one second chance, alone, and both runs are shown.
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile || { \
	  printf '\n== pytest: what failed, once more\n'; \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }
	$(STEP) 'the same tests on MicroPython'
	@$(BIN)/python tests/run_micropython.py

lint: dev $(PORTS:%=$(TYPINGS)/%/.done)
	$(STEP) 'ruff format --check'
	@$(BIN)/ruff format --check --quiet . || { echo 'run: make format'; exit 1; }
	$(STEP) 'ruff check'
	@$(BIN)/ruff check --quiet .
	$(STEP) 'mypy: hub, protocol, and what flashes and emulates boards'
	@$(BIN)/mypy
	$(STEP) 'shellcheck'
	@command -v shellcheck >/dev/null || { echo 'shellcheck is missing: apt install shellcheck'; exit 1; }
	@shellcheck flash.sh .ci/run
	@for port in $(PORTS); do \
	  printf '\n== %s\n' "mypy: firmware on $$port"; \
	  MYPYPATH=$(TYPINGS)/$$port:firmware:. $(BIN)/mypy --config-file firmware/mypy.ini \
	    --custom-typeshed-dir $(TYPINGS)/$$port --cache-dir .mypy_cache/$$port || exit 1; \
	done

format: dev
	@$(BIN)/ruff check --quiet --fix --select I . ; $(BIN)/ruff format .

# Needs pip-tools; options that would name an index are left out of the files on purpose.
COMPILE = build/pins/bin/pip-compile --quiet --generate-hashes --no-emit-options --no-header \
          --strip-extras --allow-unsafe
pins:
	@$(PYTHON) -m venv build/pins && build/pins/bin/python -m pip install --quiet 'pip-tools==7.6.2'
	@cd requirements && for name in build typings-rp2 typings-esp32; do \
	  ../$(COMPILE) --output-file $$name.txt $$name.in || exit 1; done
	@$(COMPILE) --output-file requirements/run.txt pyproject.toml
	@$(COMPILE) --extra virtual --constraint requirements/run.txt \
	  --output-file requirements/virtual.txt pyproject.toml
	@$(COMPILE) --all-extras --constraint requirements/virtual.txt \
	  --output-file requirements/dev.txt pyproject.toml

clean:
	@rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +

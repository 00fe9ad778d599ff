# The verbs of this project. Python 3.11 and make are all they need.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(RUN)/pip --quiet
READY := $(VENV)/.ready
LOG := $(VENV)/setup.log
UNREACHED = { echo "kairan: the Python packages could not be fetched; $(LOG) says why. Check that this machine reaches its package index, then run the same command again."; exit 1; }
# uv reads none of pip's settings: it is told the index that pip was told, by the environment or by pip's own files.
INDEX = $${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$${PIP_INDEX_URL:-$$($(RUN)/pip config get global.index-url 2>/dev/null)}}}

.PHONY: demo test browser check fix bench soak lock
.DEFAULT_GOAL := demo

$(READY): locks/uv.lock locks/dev.lock pyproject.toml build_native.py kairan/_native.c
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kairan needs Python 3.11 or newer: name it with 'make PYTHON=python3.11 $(MAKECMDGOALS)'."; exit 1; }
	@echo "kairan: setting up Python packages in $(VENV) (once, about half a minute) …"
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --retries 2 --require-hashes -r locks/uv.lock >$(LOG) 2>&1 || $(UNREACHED)
	@index="$(INDEX)"; VIRTUAL_ENV=$(abspath $(VENV)) $(RUN)/uv pip sync --quiet $${index:+--default-index "$$index"} \
		--require-hashes locks/dev.lock >>$(LOG) 2>&1 || $(UNREACHED)
	@VIRTUAL_ENV=$(abspath $(VENV)) $(RUN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## brings up the stack and shows the bus at work
	@$(RUN)/kairan demo $(ARGS)

browser: ## Chromium and fonts of the machine, which a stamp of ours could not vouch for
	@mkdir -p $(VENV)
	@sh tests/browser/install.sh $(VENV)/browser.log

# Three side by side on two cores, for journeys wait; always in one order: ``make soak`` draws others.
test: $(READY) browser ## all tests but the long ones, on a real Kafka and a real PostgreSQL and in a real browser
	@HYPOTHESIS_PROFILE=test $(RUN)/python -m pytest --numprocesses 3 --dist loadscope --no-loadscope-reorder --randomly-seed 1 $(ARGS)

check: $(READY) ## lint, format, types, boundaries, contract
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports
	@$(RUN)/kairan contract check

fix: $(READY) ## what a machine can mend
	@$(RUN)/ruff check --fix .
	@$(RUN)/ruff format .

bench: $(READY) ## measures and writes bench/RESULTS.md
	@$(RUN)/python -m bench $(ARGS)

soak: $(READY) ## long and random runs; writes docs/reliability/RESULTS.md
	@HYPOTHESIS_PROFILE=soak $(RUN)/python -m pytest tests/unit tests/hostile tests/contract --quiet
	@$(RUN)/python -m pytest tests/integration tests/journeys --quiet
	@$(RUN)/python -m pytest tests/journeys tests/browser -m long
	@$(RUN)/python -m pytest tests/soak -s --ignore tests/soak/test_hostile.py $(ARGS)
	@$(RUN)/python -m pytest tests/soak/test_hostile.py -s

lock: $(READY) ## resolves the locks anew
	@$(RUN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml -o locks/runtime.lock
	@$(RUN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 --extra local --extra statistics --group dev pyproject.toml -o locks/dev.lock
	@echo 'uv==0.13.9' | $(RUN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 - -o locks/uv.lock
	@$(RUN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 locks/quixstreams.in -o locks/quixstreams.lock

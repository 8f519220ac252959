# make demo, make test: everything else follows from these two.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test check bench fuzz pins clean

setup: $(STAMP) sandbox

# The installation, made again when the pins change. Kernels are compiled here, once.
$(STAMP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "JointLab needs Python 3.11 or newer; say which with: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m trialbench.warm
	@touch $@

# bubblewrap is the one thing that pip cannot bring.
.PHONY: sandbox
sandbox:
	@command -v bwrap >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && { echo "installing bubblewrap"; apt-get -qq update && apt-get -qq install --yes --no-install-recommends bubblewrap >/dev/null; }; } \
	  || echo "bubblewrap is missing: install it (Debian: apt-get install bubblewrap). Until then recordings are read and formulas checked, but no artefact is run."

demo: setup
	@$(BIN)/python examples/demonstrate.py

# Formatting, lint, types, layers: what can be said without running the tests.
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_shape.py

test: check
	$(BIN)/python -m pytest -q -n 2 --cov --cov-report=
	$(BIN)/coverage report --fail-under=100 --include='src/trialbench/stl/*,src/trialbench/verdict.py,src/trialbench/protocol.py,src/trialbench/evidence.py'

bench: setup
	$(BIN)/python -m benchmarks

fuzz: setup
	$(BIN)/python -m benchmarks.fuzz

# Resolve the pins anew. Writes no index address.
pins:
	for name in base server dev; do uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	  --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) build

# make demo, make test: everything else follows from these two.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
comma := ,
PIP := $(BIN)/pip --disable-pip-version-check
PINS := $(VENV)/.pinned
STAMP := $(VENV)/.installed

.PHONY: setup demo trial-demo test check bench fuzz mutate pins wheel clean

setup: $(STAMP) sandbox paper

# What is pinned, made again when the pins change. They are complete, so nothing is resolved: an old
# pip would look beside them for a newer release, and stop for want of its hash.
$(PINS): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "JointLab needs Python 3.11 or newer; say which with: make setup PYTHON=python3.12"; exit 1; }
	$(call debian,$(PYTHON) -m ensurepip --version,python3-venv,Python makes no environment without it.)
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --no-deps --require-hashes -r requirements/dev.txt
	$(PIP) check
	@touch $@

# JointLab itself. Kernels are compiled here, once.
$(STAMP): $(PINS) pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	$(PIP) check
	$(BIN)/python -m trialbench.warm
	$(BIN)/python -m jointlab.common.catalogues
	@touch $@

# What pip cannot bring: bubblewrap for the sandbox, fonts for agreements on paper, and for the tests
# Chromium, a second reader of PDF, and programs that people sign with elsewhere.
# $(call debian,command or font,packages,what is missing without it)
define debian
	@$(1) >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && { echo "installing $(2)"; apt-get -qq update && apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends $(2) >/dev/null; }; } \
	  || echo "missing: $(2) (Debian: apt-get install $(2)). $(3)"
endef

.PHONY: sandbox paper browser reader programs
sandbox:
	$(call debian,command -v bwrap,bubblewrap,Until then recordings are read and formulas checked$(comma) but no artefact is run.)

paper:
	$(call debian,test -e /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc,fonts-noto-cjk,Until then no agreement is put on paper$(comma) and Chinese and Korean may not show.)
	$(call debian,test -e /usr/share/fonts/truetype/noto/NotoNaskhArabic-Regular.ttf,fonts-noto-core,Until then names in some scripts (Thai$(comma) Tamil) are refused on paper.)

browser:
	$(call debian,command -v chromium,chromium,The browser tests need it.)

reader:
	$(call debian,{ command -v pdfsig && command -v pk12util; },poppler-utils libnss3-tools,The tests of signed documents ask it for a second opinion.)

programs:
	$(call debian,{ command -v javac && test -e /usr/share/java/pdfbox.jar -a -e /usr/share/java/bcpkix.jar; },default-jdk-headless libpdfbox-java libbcpkix-java libcommons-logging-java,The tests of documents signed elsewhere sign with it.)
	$(call debian,{ command -v soffice && test -e /usr/lib/python3/dist-packages/uno.py; },libreoffice-draw-nogui python3-uno,The tests of documents signed elsewhere sign with it.)

# The platform with the one story told in it, until Ctrl-C. make demo ARGS="--port 8001 --fresh"
demo: setup
	@$(BIN)/jointlab demo $(ARGS)

# The bench alone: four trials, start to end.
trial-demo: setup
	@$(BIN)/python examples/demonstrate.py

# Formatting, lint, types, layers: what can be said without running the tests.
check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_shape.py

# The oldest pip that a supported Python brings, for the tests of the installation.
OLDEST_PIP := $(VENV)/oldest-pip
$(OLDEST_PIP): requirements/oldest-pip.txt $(PINS)
	$(PIP) download --quiet --no-deps --require-hashes -r $< --dest $@
	@touch $@

# Tracing slows down whatever runs: these tests alone cover what must be covered whole.
TRACED := tests/trialbench/stl $(addprefix tests/trialbench/test_,$(addsuffix .py,damage_told dsse editions evidence hostile_input judge notebook protocol vacuous verdict))
MEASURED := src/trialbench/stl/*,src/trialbench/verdict.py,src/trialbench/protocol/*,src/trialbench/evidence/*

test: check browser reader programs $(OLDEST_PIP)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --cov --cov-report= $(TRACED)
	$(BIN)/coverage report --fail-under=100 --include='$(MEASURED)'
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $(TRACED:%=--ignore=%)

bench: setup
	$(BIN)/python -m benchmarks

# Whatever is damaged or meant ill: make fuzz ARGS="losses --tries 500"
fuzz: setup
	$(BIN)/python -m benchmarks.fuzz $(ARGS)

# Whether a test fails where the code that decides is changed: make mutate ARGS="--only agreements --seed 2"
mutate: setup
	$(BIN)/python -m benchmarks.mutation $(ARGS)

# The distribution in dist/, catalogues compiled. It takes from the tree what the tree has now.
wheel: setup
	rm -rf build
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	rm -rf build

# Resolve the pins anew. Writes no index address.
pins:
	for name in base server s3 dev; do uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	  --generate-hashes --no-header requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) build dist

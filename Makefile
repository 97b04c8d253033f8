# Two commands matter: `make demo` runs the main job on the sample event, `make test` passes every check.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .cache/installed
export PYTHONHASHSEED := 0

.PHONY: demo test lint types imports unit doctest chromium postgresql pictures benchmark-quality benchmark-speed clean

demo: .venv/.ready
	@$(BIN)/matcher demo --out demo

test: lint types imports doctest unit
	@echo "all checks passed"

.venv/.ready: pyproject.toml constraints.txt
	@echo "Setting up .venv (once; a few minutes, most of it for torch) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt setuptools
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt -e '.[dev]'
	@touch $@

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Types, imports and docstring examples are checked on what gets installed, so a sub-package that pyproject.toml
# forgets is missed here and not by a user.
$(INSTALLED): .venv/.ready $(shell find matcher models service data -name '*.py' -o -name '*.toml' -o -name '*.html')
	@rm -rf $@ build *.egg-info/SOURCES.txt && $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-compile --target $@ .
	@rm -rf build && touch $@

types: $(INSTALLED)
	cd $(INSTALLED) && MYPYPATH=. ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../mypy -p matcher

imports: $(INSTALLED)
	cd $(INSTALLED) && PYTHONPATH=. ../../$(BIN)/lint-imports ../../.importlinter --no-cache

# Alembic runs env.py itself, inside a migration; it cannot be imported.
doctest: $(INSTALLED)
	cd $(INSTALLED) && ../../$(BIN)/python -m pytest -q -c ../../pyproject.toml --rootdir . -p no:cacheprovider matcher --ignore matcher/service/store/migrations/env.py

# A page is tested in a real browser; where it is missing and may be installed, it is.
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  { echo "Chromium is needed to test the pages: apt install chromium" >&2; exit 2; }

# The store is tested on a real PostgreSQL, which the tests start themselves; where it is missing and may be installed, it is.
postgresql:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
	  { echo "PostgreSQL is needed to test the store: apt install postgresql" >&2; exit 2; }

unit: .venv/.ready chromium postgresql
	$(BIN)/python -m pytest -q tests

pictures: demo chromium
	$(BIN)/python -m matcher.data.pictures demo data/pictures
	$(BIN)/python -m matcher.data.service_pictures data/pictures

benchmark-quality: .venv/.ready
	$(BIN)/python -m benchmarks.quality

benchmark-speed: .venv/.ready
	$(BIN)/python -m benchmarks.speed

clean:
	rm -rf .venv .cache build dist demo *.egg-info

# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv from the PATH, or installed into the environment by pip.
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
# Compiled once here, or each first start of a command compiles a thousand modules.
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python

.PHONY: demo test fuzz lint bench validate docs lock clean

demo: $(VENV)/.installed
	$(BIN)/honeycell demo

test: $(VENV)/.installed-dev lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m hypothesis --hypothesis-profile default

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

validate: $(VENV)/.installed-dev
	$(BIN)/python -m validation

docs: $(VENV)/.installed-dev
	$(BIN)/python -m docs.build
	$(BIN)/python -m docs.pictures

lock: $(VENV)/.installed-dev
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --group dev --output-file requirements-dev.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --quiet uv

# Whichever uv it is, it must be there before the environment is filled.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python $(UV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --build-constraint requirements-dev.lock --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python $(UV)
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist

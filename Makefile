# demo: light install, the main job on seeds/.  test: everything.  Both make .venv themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test check format messages size clean

demo: $(VENV)/.light
	$(BIN)/propvault demo

test: $(VENV)/.full
	$(BIN)/pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_architecture.py tests/test_messages.py tests/test_docs.py

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/.dev
	$(BIN)/pybabel compile -D propvault -d propvault/locale

size: $(VENV)/.light
	@du -sh $(VENV) | cut -f1

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-vault

# Each mark file says which extras are installed; an environment is rebuilt when pyproject changes.
$(VENV)/.light: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.light
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(VENV)/.full: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --editable '.[dev,clip]'
	touch $@

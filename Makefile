# Everything is done in .venv; nothing outside this folder is touched but the user's cache of spoken sentences.

PYTHON ?= python3
NAME ?= friend
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help install demo test check bench assets clean

help:
	@echo "make demo      install, then render loving-kindness for NAME ($(NAME)) to demo/"
	@echo "make install   install into .venv"
	@echo "make test      the tests: first those that run side by side, then those that need real time, alone"
	@echo "make check     ruff, mypy, and the direction of imports"
	@echo "make bench     how fast it is, against named baselines (BENCH=--json)"
	@echo "make assets    generate the bells and beds again"
	@echo "make clean     undo all of these"

install: $(READY)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	@touch $@

demo: $(READY)
	@mkdir -p demo
	@$(BIN)/metta render loving-kindness --name "$(NAME)" -o demo/loving-kindness.mp3

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not realtime"
	$(BIN)/python -m pytest -m realtime

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: $(READY)
	@$(BIN)/python tests/bench $(BENCH)

assets: $(READY)
	$(BIN)/python audio_assets/generate.py

clean:
	rm -rf .venv demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

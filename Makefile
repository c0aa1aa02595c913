# The one list of commands. Each does its own set-up on a bare machine: Python 3.11, git, make and a package
# registry are all it takes. PYTHON=… chooses another interpreter.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-vidpipe picture test test-all test-llama check bench bench-craft lock clean

BIN := .venv/bin
# Marks of finished set-up steps; each is made again when what it was made from changes.
PYTHON_READY := .venv/.python-ready
MEDIA_READY := .venv/.media-ready

export FILM SUBTITLES VIBE PYTHON PROMPT TOTAL STYLE

help: ## List these commands.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

setup: $(PYTHON_READY) $(MEDIA_READY) ## Install everything: .venv from pinned hashes, ffmpeg, a voice.
	@$(BIN)/cinecut doctor

$(PYTHON_READY): requirements/dev.txt pyproject.toml scripts/setup_python.sh
	@bash scripts/setup_python.sh
	@touch $@

$(MEDIA_READY): $(PYTHON_READY) requirements/ffmpeg.txt scripts/setup_media.sh
	@bash scripts/setup_media.sh
	@touch $@

picture: $(MEDIA_READY) ## Make the README's picture from the sample film's trailer.
	@bash scripts/demo.sh
	@mkdir -p docs/pictures
	$(BIN)/python -m samples.contact_sheet demo/trailer_$${VIBE:-thriller}.mp4 docs/pictures/trailer.jpg --every 0.95

demo: $(MEDIA_READY) ## A sample film and its trailer; or FILM=… SUBTITLES=… VIBE=… for your own.
	@bash scripts/demo.sh

demo-vidpipe: $(MEDIA_READY) ## A prompt and its video, offline; or PROMPT=… TOTAL=… STYLE=… of your own.
	@bash scripts/demo_vidpipe.sh

test: $(MEDIA_READY) ## Every test but the long sweeps: about half an hour on two cores.
	@bash scripts/setup_extras.sh
	@bash scripts/setup_llama.sh
	@bash scripts/setup_browser.sh
	$(BIN)/python -m pytest -m "not sweep" -n 2 --dist loadfile --no-loadscope-reorder

test-all: $(MEDIA_READY) ## The sweeps too: hours.
	@bash scripts/setup_extras.sh
	@bash scripts/setup_llama.sh
	@bash scripts/setup_browser.sh
	$(BIN)/python -m pytest

test-llama: $(MEDIA_READY) ## Tests with a real llama-server, which is built first where there is none: half an hour, once.
	@bash scripts/setup_llama.sh --build
	$(BIN)/python -m pytest tests/llama tests/test_inference.py

check: $(PYTHON_READY) ## Format, lint, types and import directions.
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/ruff check --no-cache .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(MEDIA_READY) ## Measure: each program in bench/ prints its own table.
	@for program in bench/[a-z]*.py; do \
	  [ -e "$$program" ] || continue; name="$$(basename "$$program" .py)"; echo "== $$name"; $(BIN)/python -m "bench.$$name"; done

bench-craft: $(MEDIA_READY) ## Measure the choice: 60 sample films' trailers held against what is known of the films.
	$(BIN)/python -m bench.craft

lock: $(PYTHON_READY) ## Pin the newest versions that fit pyproject.toml, with hashes and no registry's name.
	@bash scripts/lock.sh

clean: ## Remove what these commands made, the environment (.venv) kept.
	rm -rf demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

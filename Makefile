# Every target sets up what it needs first; a second time that takes no time.
# What they do is in portal/devstack/ (Python), so that this file stays a list of names.

PYTHON ?= python3
DEVSTACK = @exec $(PYTHON) portal/devstack/bootstrap.py

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check prove bench format locks translations

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name words; do printf '  make %-14s %s\n' "$$name" "$$words"; done

demo: ## set up and run the portal with sample data (PORT=8000); Ctrl-C stops it
	$(DEVSTACK) demo

demo-reset: ## the same, with the sample data made anew
	$(DEVSTACK) demo-reset

test: ## set up and run the whole suite (ARGS="-k demand" for a part)
	$(DEVSTACK) test $(ARGS)

check: ## style, types, layers, migrations, translations, deployment
	$(DEVSTACK) check $(ARGS)

prove: ## the full-size proofs; takes long, writes docs/proofs.md
	$(DEVSTACK) prove $(ARGS)

bench: ## the benchmark: figures with their ratios to a floor
	$(DEVSTACK) bench $(ARGS)

format: ## put code and templates into shape
	$(DEVSTACK) format

locks: ## pin the newest allowed versions by hash (requirements/, package-lock.json)
	$(DEVSTACK) locks

translations: ## bring locale/ up to date with the texts in the code
	$(DEVSTACK) translations

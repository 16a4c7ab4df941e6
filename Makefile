# Every task of this repository. CI calls `make check` and nothing else.

SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/tokenry/tokenry/internal/app.Version=$(VERSION)
LINT := .tools/golangci-lint
NODE_MODULES := web/node_modules/.package-lock.json
# Packages whose tests run with the race detector, too: those that share state
# between requests.
RACE := ./api/... ./client/... ./service/... ./internal/cache/... ./internal/serve/... ./internal/telemetry/...

## help: list the tasks
.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  %-12s %s\n", $$1, $$2 }'

## run: start the server with the sample catalog, some accounts and some tokens
.PHONY: run
run: console
	go run . serve --demo

## build: make ./tokenry, one static binary
.PHONY: build
build: console
	CGO_ENABLED=0 go build -buildvcs=auto -trimpath -ldflags '$(LDFLAGS)' -o tokenry .

## image: build the container image tokenry:VERSION
.PHONY: image
image:
	docker build --build-arg VERSION=$(VERSION) -t tokenry:$(VERSION) .

## test: run all tests
.PHONY: test
test: test-tools console
	cd web && npx vitest run
	go test ./...

## test-short: run the tests that take under a minute in all
.PHONY: test-short
test-short: test-tools
	go test -short ./...

## check: generated files, lint, the console, the guide's commands, all tests; CI runs this
.PHONY: check
check: generated lint web-check console test-tools docs
	go vet ./...
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o /dev/null .
	go test ./...
	@packages=$$(go list -e -f '{{if .GoFiles}}{{.ImportPath}}{{end}}' $(RACE) 2>/dev/null); \
		if [ "$$(go env CGO_ENABLED)" = 1 ]; then echo go test -race -short $$packages; go test -race -short $$packages; fi

## model: check the lease protocol with spin; takes minutes
.PHONY: model
model:
	@scripts/install-test-tools model
	@docs/decisions/lease-model/run.sh

## soak: prove for ten minutes (or SOAK=1h) that what is acknowledged is final, and that no notice is lost
SOAK ?= 10m
.PHONY: soak
soak: test-tools
	@mkdir -p .tools/soak
	go test ./internal/prooftest -run TestAcknowledgedIsFinal -count=1 -v -timeout 0 -artifacts -outputdir .tools/soak -args -for $(SOAK)
	go test ./internal/noticetest -count=1 -v -timeout 0 -args -notices 10000

## mutants: make sure that the proof finds what it is to find
.PHONY: mutants
mutants: test-tools
	go test ./internal/prooftest -run TestMutantsAreFound -count=1 -v -timeout 0 -args -mutants 5m

## docs: run the commands of the guide against a real server
.PHONY: docs
docs:
	@scripts/check-docs

## generate: write the files that follow from others
.PHONY: generate
generate: $(NODE_MODULES)
	go generate ./...
	cd web && npm run generate
	go test ./internal/config -run TestReferenceIsCurrent -update

# Fails if a generated file is not what its source says.
.PHONY: generated
generated:
	@before=$$(git status --porcelain && git diff | sha256sum); $(MAKE) generate || exit 1; \
		if [ "$$before" != "$$(git status --porcelain && git diff | sha256sum)" ]; then \
			git --no-pager diff --stat; echo "Generated files were out of date. Commit what 'make generate' has written."; exit 1; fi

## lint: look for faults without running anything
.PHONY: lint
lint: $(LINT)
	$(LINT) run ./...

## fmt: format all Go files
.PHONY: fmt
fmt: $(LINT)
	$(LINT) fmt ./...

## bench: measure Tokenry beside what it is compared with
.PHONY: bench
bench: test-tools
	go run ./bench

## bench-growth: measure it with ten million tokens; takes a quarter of an hour
.PHONY: bench-growth
bench-growth: test-tools
	go run ./bench -only growth

## tools: install what the tasks above need
.PHONY: tools
tools: $(LINT) test-tools

.PHONY: test-tools
test-tools:
	@scripts/install-test-tools

$(LINT): tools/go.mod tools/go.sum
	cd tools && go build -o ../.tools/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

## console: build the console into web/dist, from where it gets into the binary
.PHONY: console
console: $(NODE_MODULES)
	cd web && npm run build

## web-check: check the console's types, look for faults in it, run its tests
.PHONY: web-check
web-check: $(NODE_MODULES)
	cd web && npm run check

$(NODE_MODULES): web/package.json web/package-lock.json
	@scripts/install-test-tools node
	cd web && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json

## pictures: take the pictures of docs/images
.PHONY: pictures
pictures: console
	node scripts/pictures.mjs

## clean: remove what the tasks above have made
.PHONY: clean
clean:
	rm -rf tokenry .tools web/dist web/node_modules scripts/node_modules

# Sportello: everything that is done with this repository, one word each. `make help` lists the words.
# What differs between machines can be given: make run LISTEN=0.0.0.0:9000

LISTEN ?= 127.0.0.1:8080

# How many registrations bench-search makes; ten million take some 20 GB for each database.
PEOPLE ?= 10000000

# How many letters the print run of bench has; LETTERS=100000 measures a large one, in a few minutes for each database.
LETTERS ?= 10000

# How many acts a random walk takes on each database.
WALK ?= 100000

# Checkers run at a fixed version and are no dependency of the product.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Go reads node_modules too, and some npm packages carry Go files.
PACKAGES = $(shell go list -e ./... | grep -v /node_modules/)
GO_FILES = find . -name '*.go' -not -path './node_modules/*'

# The race detector runs where many are at work at once: the courier, the log-ins, and the whole house with the many visitors of package faults, in
# their short tests on PostgreSQL; of the store, on both databases, the tests in which many write and search at once. SQLite is Go too, and under the
# detector it takes ten times as long.
RACE ?= -race
RACED = ./mail ./access ./faults
CROWDED = Together|Hold|Reserve|CloseWhileActsArrive|SearchBesideWriters|SearchAfterRefusal|Deadlock|Erased

# What drives a browser or breaks things for minutes runs alone, for its tests wait for nobody.
SLOW = %/browser %/cmd/sportello %/faults

# What tells most in a second: every package but those whose tests draw, drive browsers or break things, and of the pages the stories and what holds for
# all of them.
TELLING = Story|EveryPage|Template|Problem|Texts|Route|Enumer
DRAWING = %/scan %/web

# The packages that have golden files.
GOLDEN = $(shell grep -rl --include='*_test.go' --exclude-dir=node_modules 'flag.Bool."update"' . | xargs -r -n1 dirname | sort -u)

STAMP = .cache/assets.stamp
PDFIUM = scan/pdfium/pdfium.wasm
ASSETS = $(STAMP) $(PDFIUM)

.DEFAULT_GOAL = help
.PHONY: help tools run build assets places wordlists test quick check bench bench-search walk golden screenshots clean

help: ## lists what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## builds and starts the demo on LISTEN (127.0.0.1:8080), with invented data
	bin/sportello demo --listen $(LISTEN)

build: $(ASSETS) ## builds bin/sportello, one static binary
	@[ -e bin/sportello ] || echo "Building: the first time takes some minutes."
	CGO_ENABLED=0 go build -trimpath -o bin/sportello ./cmd/sportello

assets: $(ASSETS) ## installs stylesheet, icons, fonts and PDFium, which are not kept in the repository

tools:
	@scripts/tools.sh

$(STAMP): package.json package-lock.json scripts/assets.sh | tools
	sh scripts/assets.sh
	@mkdir -p $(@D) && touch $@

# PDFium comes with a Go module, at the version that go.mod names.
$(PDFIUM): go.mod | tools
	go mod download github.com/klippa-app/go-pdfium
	cp "$$(go list -m -f '{{.Dir}}' github.com/klippa-app/go-pdfium)/webassembly/pdfium.wasm" $@
	@chmod u+w $@ && touch $@

places: ## makes the tables of comuni and foreign states again
	node scripts/places.mjs .cache/places

wordlists: ## makes the list of common passwords again
	npm install --prefix .cache/wordlists @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-it@3.0.2
	node scripts/wordlists.mjs .cache/wordlists credential/common.txt

# Tests write where it is quick, and spend memory rather than time.
test quick: export TMPDIR = $(shell scripts/scratch.sh)
test quick: export GOGC = 300

test: needs $(ASSETS) ## runs every test: units, both databases, stories, a real browser
	scripts/with-postgres.sh go test -timeout 18m $(filter-out $(SLOW),$(PACKAGES))
	TEST_ENGINE=postgres scripts/with-postgres.sh go test $(RACE) -short $(RACED)
	scripts/with-postgres.sh go test $(RACE) -short -run '$(CROWDED)' ./store
	scripts/with-postgres.sh go test -p 1 -timeout 18m $(filter $(SLOW),$(PACKAGES))

quick: reader $(ASSETS) ## before each commit: format, vet, build, and the tests that tell most in a minute
	@$(MAKE) --no-print-directory format
	go vet $(PACKAGES)
	go build $(PACKAGES)
	go test -short $(filter-out $(SLOW) $(DRAWING),$(PACKAGES))
	go test -short -run '$(TELLING)' ./web

.PHONY: needs reader
needs:
	@scripts/test-deps.sh

# The stories read what the desk prints.
reader:
	@scripts/test-deps.sh poppler-utils

.PHONY: format
format:
	@bad=$$($(GO_FILES) | xargs gofmt -l); [ -z "$$bad" ] || { echo "gofmt would change:"; echo "$$bad"; exit 1; }

check: $(ASSETS) ## format, vet, staticcheck, directions of imports, glossary
	@$(MAKE) --no-print-directory format
	go vet $(PACKAGES)
	go run $(STATICCHECK) $(PACKAGES)
	go test -count=1 .

bench: needs build ## measures on both databases, each figure beside its limit on this machine
	FSYNC=on scripts/with-postgres.sh sh -c 'bin/sportello bench --letters $(LETTERS) --postgres "$$TEST_POSTGRES"'
	go test -run '^$$' -bench . ./faults

bench-search: needs build ## measures the searches among PEOPLE (10000000) on both databases, into docs/performance.md
	FSYNC=on scripts/with-postgres.sh sh -c 'bin/sportello bench --search --people $(PEOPLE) --write docs/performance.md --postgres "$$TEST_POSTGRES"'

walk: needs $(ASSETS) ## has operators and citizens do WALK (100000) random acts on both databases, while the process is killed again and again
	WALK=$(WALK) scripts/with-postgres.sh go test -count=1 -timeout 3h -v -run TestRandomWalk ./faults

golden: $(ASSETS) ## writes the golden files anew; read what changed before you commit it
	@for package in $(GOLDEN); do go test -short -count=1 $$package -update || exit 1; done

screenshots: needs $(ASSETS) ## writes a picture of every screen, 1280 and 320 px wide, into screenshots/
	rm -rf screenshots
	SCREENSHOTS=$(CURDIR)/screenshots go test -count=1 -p 1 -run 'TestPages|TestSessionInABrowser' ./cmd/sportello ./web

clean: ## removes what make made
	rm -rf bin screenshots .cache node_modules web/static/vendor letter/fonts/*.ttf letter/fonts/LICENSE-* $(PDFIUM)

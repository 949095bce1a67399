# The commands of the project. Each first installs what is missing (tools/setup), then builds with CMake and Ninja.
#   make build | run | test | bench | fuzz | torture | demo | docs | deb | test-deb | clean
#   make install | uninstall [PREFIX=…] [DESTDIR=…]
PREFIX ?= /usr/local
DESTDIR ?=
BUILD_FOLDER ?= build
FUZZ_SECONDS ?= 60
TORTURE ?= 20

BUILD := cmake --build
CONFIGURE := cmake -G Ninja -S . -DCMAKE_INSTALL_PREFIX=$(PREFIX) -B

.PHONY: build run test bench fuzz torture demo docs deb test-deb install uninstall clean setup setup-test

build: setup
	$(CONFIGURE) build -DCMAKE_C_COMPILER=gcc
	$(BUILD) build --target products

setup:
	tools/setup

setup-test:
	tools/setup test

run: build
	build/mallardb serve

test: setup-test
	tools/run-tests

bench: setup-test build
	.deps/venv/bin/python bench/run

fuzz: setup-test
	$(CONFIGURE) build/fuzz -DCMAKE_C_COMPILER=clang -DMALLARDB_FUZZ=ON
	$(BUILD) build/fuzz --target fuzzers
	tools/run-fuzz build/fuzz $(FUZZ_SECONDS)

torture: setup-test build
	$(BUILD) build --target interposer
	MALLARDB_TORTURE=$(TORTURE) .deps/venv/bin/python -m pytest -v --durations=0 --junit-xml=build/torture.xml tests/torture

demo: setup-test build
	.deps/venv/bin/python tools/demo

install: build
	DESTDIR=$(DESTDIR) cmake --install build

docs:
	tools/setup docs
	NO_MKDOCS_2_WARNING=1 .deps/venv-docs/bin/mkdocs build --strict

deb:
	tools/setup deb
	packaging/build-deb build/deb

test-deb: deb
	packaging/test-deb build/deb

uninstall:
	sed 's|^|$(DESTDIR)|' $(BUILD_FOLDER)/install_manifest.txt | xargs -r -d '\n' rm -f

clean:
	rm -rf build

"""Reads a page of the documentation and runs its fenced blocks as a reader would, from top to bottom.

A block is run by its language: sh by bash, sql by psql, python, js, go, java and r by theirs; others (text, ini, c …) are
shown only. Words behind the language say more:

    file=NAME       nothing is run: the block is a file of that name in the reader's directory
    server          the command stays in the background: it is the page's server from now on
    server=PORT     the same for a program that is no mallardb: it is there when it listens on the port
    output          what the block before printed, exactly; `…` stands for anything
    fails           the block is expected to fail
    needs=PROGRAM   only where PROGRAM is installed
    shown           not run: the page says why in its text

Until a block starts one, the page's server is `mallardb` without any settings. The ports of the documentation, 5432,
50051 and 9187, are replaced by free ones.
"""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

import process

DOCS = process.ROOT / "docs"
CLIENTS = process.ROOT / ".deps/clients"
PGJDBC = CLIENTS / "jdbc/postgresql.jar"
FENCE = re.compile(r"^( *)```(\w+)((?: +[^\s`]+)*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
PATH = f"{process.PROGRAM.parent}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
PSQL = "psql -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 5432 -U mallard mallard -f"

# libairport as the compiler and the loader find it once it is installed.
LIBRARY = {"PKG_CONFIG_PATH": str(process.PROGRAM.parent), "CPATH": str(process.ROOT / "include"),
           "LIBRARY_PATH": str(process.PROGRAM.parent), "LD_LIBRARY_PATH": str(process.PROGRAM.parent)}

# What a reader who follows a page in that language has in the directory, and where its tools keep what they fetched.
PROJECT_FILES = [CLIENTS / "node/node_modules", CLIENTS / "pgx/go.mod", CLIENTS / "pgx/go.sum",
                 CLIENTS / "tokio-postgres/Cargo.toml", CLIENTS / "tokio-postgres/Cargo.lock"]
HOMES = {name: os.environ.get(name, str(pathlib.Path.home() / folder))
         for name, folder in (("GOPATH", "go"), ("GOCACHE", ".cache/go-build"), ("CARGO_HOME", ".cargo"),
                              ("RUSTUP_HOME", ".rustup"))}

# language: (the block's file, the command, what must be there)
LANGUAGES = {
    "sh": ("block.sh", "bash -eu block.sh", "bash"),
    "sql": ("block.sql", f"{PSQL} block.sql", "psql"),
    "python": ("block.py", f"{sys.executable} block.py", "python3"),
    "js": ("block.mjs", "node block.mjs", CLIENTS / "node/node_modules"),
    "go": ("main.go", "go run main.go", CLIENTS / "pgx/client"),
    "java": ("Main.java", f"java -cp {PGJDBC} Main.java", PGJDBC),
    "rust": ("main.rs", "cargo run --quiet", CLIENTS / "tokio-postgres/Cargo.lock"),
    "r": ("block.R", "Rscript block.R", "Rscript"),
}


@dataclass
class Block:
    line: int
    language: str
    words: list
    text: str

    def word(self, name):
        """The value of NAME=VALUE, True for a bare NAME, None without either."""
        for word in self.words:
            key, equals, value = word.partition("=")
            if key == name:
                return value if equals else True
        return None

    @property
    def runs(self):
        return self.language in LANGUAGES and not any(map(self.word, ("file", "output", "shown")))


def blocks(page):
    text = page.read_text()
    for fence in FENCE.finditer(text):
        body = re.sub(rf"^{fence[1]}", "", fence[4], flags=re.MULTILINE)
        yield Block(text.count("\n", 0, fence.start()) + 1, fence[2], fence[3].split(), body)


def missing(block):
    """What is not installed that the block needs; None when all is there."""
    for need in (LANGUAGES[block.language][2], block.word("needs")):
        if isinstance(need, pathlib.Path) and not need.exists() or isinstance(need, str) and not shutil.which(need, path=PATH):
            return need
    return None


class Reader:
    """Follows a page in a directory of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.ports = {port: str(process.free_port()) for port in ("5432", "50051", "9187")}
        self.server = None
        self.printed = None
        self.environment = process.environment(
            PATH=PATH, MALLARDB_PORT=self.ports["5432"], MALLARDB_AIRPORT_PORT=self.ports["50051"], HOME=str(directory),
            PGCONNECT_TIMEOUT="20", **HOMES, **LIBRARY)
        for path in PROJECT_FILES:
            if path.exists():
                (directory / path.name).symlink_to(path.resolve())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop()

    def _with_ports(self, text):
        return re.sub(r"\b(5432|50051|9187)\b", lambda port: self.ports[port[1]], text)

    def _stop(self):
        if self.server:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait(process.PATIENCE)
            self.server = None

    def _listens(self, port):
        with contextlib.suppress(OSError), socket.create_connection(("localhost", self.ports[port])):
            return True
        return False

    def _is_ready(self, port):
        if port:
            return self._listens(port)
        return subprocess.run([process.PROGRAM, "isready"], env=self.environment, capture_output=True).returncode == 0

    def _serve(self, command, port=None):
        self._stop()
        with open(self.directory / ".server-log", "w") as log:
            self.server = subprocess.Popen(["bash", "-eu", "-c", self._with_ports(command)], cwd=self.directory,
                                           env=self.environment, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + process.PATIENCE
        while not self._is_ready(port):
            said = (self.directory / ".server-log").read_text()
            assert self.server.poll() is None and time.monotonic() < deadline, f"no server:\n{said}"
            time.sleep(0.05)

    def _run(self, block):
        name, command, _ = LANGUAGES[block.language]
        (self.directory / name).write_text(self._with_ports(block.text))
        if not self.server:
            self._serve("exec mallardb")
        done = subprocess.run(self._with_ports(command), shell=True, cwd=self.directory, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        assert (done.returncode != 0) == bool(block.word("fails")), f"exit status {done.returncode}:\n{done.stdout}"
        self.printed = done.stdout

    def _compare(self, block):
        def plain(text):
            return "\n".join(line.rstrip() for line in text.strip().splitlines())

        pattern = ".*".join(map(re.escape, plain(self._with_ports(block.text)).split("…")))
        assert re.fullmatch(pattern, plain(self.printed), re.DOTALL), f"it printed:\n{self.printed}"

    def follow(self, block):
        if block.word("file"):
            path = self.directory / block.word("file")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._with_ports(block.text))
        elif block.word("output"):
            self._compare(block)
        elif block.word("server"):
            port = block.word("server")
            self._serve(block.text, None if port is True else port)
        elif block.runs:
            self._run(block)

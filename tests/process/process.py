"""Running the server's program as its users do."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("MALLARDB_BUILD", ROOT / "build")) / "mallardb"
PATIENCE = 30
# Whether the build is one of sanitizers, whose programs are neither installed nor shown to users.
IS_SANITIZED = "MALLARDB_SANITIZE:STRING=\n" not in (PROGRAM.parent / "CMakeCache.txt").read_text()


def _launcher():
    """Sanitized programs do not stand every layout of memory."""
    setarch = shutil.which("setarch")
    works = setarch and subprocess.run([setarch, "-R", "true"], capture_output=True).returncode == 0
    return [setarch, "-R"] if works else []


LAUNCHER = _launcher()


def environment(**variables):
    """Ours without settings of the server, with these variables."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("MALLARDB_", "POSTGRES_", "PG"))}
    clean["LSAN_OPTIONS"] = f"suppressions={ROOT}/tests/lsan.supp"
    clean["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0"
    clean["TSAN_OPTIONS"] = f"suppressions={ROOT}/tests/tsan.supp:ignore_noninstrumented_modules=1:second_deadlock_stack=1"
    return clean | variables


def run(*arguments, cwd=None, timeout=PATIENCE, **variables):
    """Runs the program to its end."""
    return subprocess.run([*LAUNCHER, PROGRAM, *arguments], cwd=cwd, env=environment(**variables), text=True,
                          capture_output=True, timeout=timeout)


def check(*arguments, **more):
    """check-config, on ports that are free unless the arguments say otherwise."""
    return run("check-config", "--port=0", "--airport-port=0", *arguments, **more)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in a directory of its own, on free ports, until the block ends."""

    def __init__(self, directory, *arguments, ready=True, **variables):
        self.directory = pathlib.Path(directory)
        self.arguments = arguments
        self.variables = variables
        self.wait = ready
        self.output = ""

    def __enter__(self):
        now = time.monotonic_ns()
        self.log_path, self.output_path = self.directory / f"stderr-{now}", self.directory / f"stdout-{now}"
        ports = [] if any(a.startswith("--port") for a in self.arguments) else ["--port", "0"]
        ports += [] if any(a.startswith("--airport-port") for a in self.arguments) else ["--airport-port", "0"]
        with open(self.log_path, "w") as log, open(self.output_path, "w") as output:
            self.process = subprocess.Popen([*LAUNCHER, PROGRAM, *ports, *self.arguments], cwd=self.directory,
                                            env=environment(**self.variables), stdout=output, stderr=log)
        if self.wait:
            self._read_announcement()
        return self

    def _read_announcement(self):
        deadline = time.monotonic() + PATIENCE
        while "ATTACH" not in self.output:
            ended = self.process.poll() is not None or time.monotonic() > deadline
            self.output = self.output_path.read_text()
            assert "ATTACH" in self.output or not ended, f"the server did not start:\n{self.output}{self.log()}"
            time.sleep(0.01)
        self.port = int(re.search(r"psql .*-p (\d+)", self.output)[1])
        self.airport_port = int(re.search(r"LOCATION 'grpc(?:\+tls)?://[^']*:(\d+)'", self.output)[1])

    def log(self):
        return self.log_path.read_text()

    def wait_for_log(self, text, count=1):
        deadline = time.monotonic() + PATIENCE
        while self.log().count(text) < count:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.log()}"
            time.sleep(0.02)

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        """Sends the signal and gives the exit status."""
        self.send(number)
        return self.process.wait(PATIENCE)

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        log = self.log()
        assert "Sanitizer" not in log and "runtime error" not in log, log

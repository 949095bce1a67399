"""Servers that run while a test lasts: ours, and a real PostgreSQL."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import process

POSTGRES_PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
POSTGRES_SETTINGS = {"fsync": "off", "timezone": "UTC", "lc_messages": "C", "listen_addresses": "127.0.0.1",
                     "unix_socket_directories": "", "max_prepared_transactions": "0", "shared_buffers": "16MB"}


class RunningServer(process.Server):
    """Our server, ready for clients; its end is checked: exit status 0, no sanitizer report, nothing left running."""

    def __init__(self, directory, *arguments, **settings):
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        super().__init__(directory, *flags, *(arguments or ["test.db"]))
        self.host, self.user, self.database = "127.0.0.1", settings.get("user", "mallard"), "postgres"
        self.password = settings.get("password")

    def __enter__(self):
        super().__enter__()
        deadline = time.monotonic() + process.PATIENCE
        while process.run("isready", "--port", str(self.port)).returncode != 0:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)
        return self

    def __exit__(self, *failure):
        status = self.stop(signal.SIGTERM) if self.process.poll() is None else self.process.returncode
        super().__exit__(*failure)
        if not failure[0]:
            assert status == 0, f"exit status {status}\n{self.log()}"

    def is_sanitized(self):
        """Sanitized programs use memory and time by measures of their own."""
        with open(f"/proc/{self.process.pid}/maps") as maps:
            return any("san.so" in line for line in maps)

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


class RealPostgres:
    """A freshly initialised PostgreSQL 15 on a free port."""

    def __init__(self):
        self.host, self.port = "127.0.0.1", process.free_port()
        self.user, self.database, self.password = "postgres", "postgres", None

    def _run(self, program, *arguments):
        as_postgres = [] if os.getuid() else ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        subprocess.run([*as_postgres, POSTGRES_PROGRAMS / program, *arguments], check=True, cwd="/",
                       stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest's are closed to other users
        self.data = self.directory / "data"
        if not os.getuid():
            shutil.chown(self.directory, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = " ".join(f"-c {name}='{value}'" for name, value in POSTGRES_SETTINGS.items())
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.directory / "log", "-o",
                  f"-p {self.port} {options}")
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.data)
        shutil.rmtree(self.directory)

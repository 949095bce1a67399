"""The servers that are measured: mallardb, a real PostgreSQL 15, pyarrow's Flight server, and the engine without a server."""
import os
import shutil
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.environ.get("MALLARDB_BUILD", os.path.join(ROOT, "build"))
TPCH = os.path.join(ROOT, ".deps/duckdb/extensions/v1.5.5/linux_amd64/tpch.duckdb_extension")
PG = "/usr/lib/postgresql/15/bin"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"bench: nothing listens on port {port}")


def make_certificate(folder):
    certificate, key = os.path.join(folder, "server.pem"), os.path.join(folder, "server.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, **QUIET)
    os.chmod(key, 0o600)
    return certificate, key


def memory_kib(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Postgres:
    name, user, database = "PostgreSQL 15", "postgres", "postgres"

    def __init__(self, folder, certificate, key):
        self.port, self.data = free_port(), os.path.join(folder, "pg")
        os.makedirs(self.data)
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(self.data, "postgres")
            os.chmod(folder, 0o755)
        subprocess.run([*self.as_user, f"{PG}/initdb", "-D", self.data, "-A", "trust", "-U", "postgres"], check=True, **QUIET)
        for source, name in ((certificate, "server.crt"), (key, "server.key")):
            target = os.path.join(self.data, name)
            shutil.copy(source, target)
            os.chmod(target, 0o600)
            if self.as_user:
                shutil.chown(target, "postgres")
        options = f"-p {self.port} -k {self.data} -c ssl=on -c max_connections=1100"
        subprocess.run([*self.as_user, f"{PG}/pg_ctl", "-w", "-D", self.data, "-o", options, "start"], check=True, **QUIET)

    def stop(self):
        subprocess.run([*self.as_user, f"{PG}/pg_ctl", "-D", self.data, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL)


class Mallardb:
    name, user, database = "mallardb", "mallard", "postgres"

    def __init__(self, path, **settings):
        self.port, self.airport_port = free_port(), free_port()
        settings.update(port=self.port, airport_port=self.airport_port, max_connections=1100)
        environment = {**os.environ, **{f"MALLARDB_{name.upper()}": str(value) for name, value in settings.items()}}
        self.log = open(f"{path}.log", "w")
        self.process = subprocess.Popen([f"{BUILD}/mallardb", "serve", path], env=environment, stdout=self.log, stderr=self.log)
        wait_for(self.port)
        wait_for(self.airport_port)

    def resident_kib(self):
        return memory_kib(self.process.pid)

    def peak_kib(self):
        return memory_kib(self.process.pid, "VmHWM")

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


class Program:
    """A server that is a program of its own, told its port and the rows to have."""

    def __init__(self, *command):
        self.port = free_port()
        self.process = subprocess.Popen([str(word).replace("PORT", str(self.port)) for word in command], stderr=subprocess.DEVNULL)
        wait_for(self.port, 120)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        self.process.kill()
        self.process.wait()


class FlightPeer(Program):
    """pyarrow's own server."""
    name = "pyarrow Flight"

    def __init__(self, rows):
        super().__init__(sys.executable, os.path.join(ROOT, "bench/flight_peer.py"), "PORT", rows)


class GoPeer(Program):
    """arrow-go's server, with the rows in memory."""
    name = "arrow-go Flight"

    def __init__(self, folder, rows):
        program = os.path.join(folder, "flight_go")
        subprocess.run(["go", "build", "-o", program], cwd=os.path.join(ROOT, "bench/flight_go"), check=True)
        super().__init__(program, "PORT", rows)


class AirportMemory(Program):
    """libairport with the rows in memory."""
    name = "libairport"

    def __init__(self, rows):
        super().__init__(f"{BUILD}/bench/airport_memory", "--port", "PORT", "--rows", rows)

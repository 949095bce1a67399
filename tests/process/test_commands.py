"""--help, --version, check-config and isready."""

import socket
import struct
import threading

import pytest

from process import Server, check, free_port, run


def test_version():
    result = run("--version")
    assert result.returncode == 0
    assert result.stdout.startswith("mallardb 0.")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["serve", "--help"], ["check-config", "-h"]])
def test_help_lists_every_setting(arguments):
    result = run(*arguments)
    assert result.returncode == 0
    for flag in ["--database", "--airport-port", "--tls-cert", "--shutdown-timeout-ms", "--airport-admin"]:
        assert f"{flag} " in result.stdout
    assert "{POSTGRES_USER}" in result.stdout


def test_sound_settings(tmp_path):
    result = check("--port", str(free_port()), cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "mallardb: the settings are sound\n")


def test_every_problem_at_once(tmp_path):
    (tmp_path / "conf").write_text("port = abc\ncolour = blue\n")
    result = run("check-config", "--airport-port=0", "--config=conf", "--prot=1", cwd=tmp_path, MALLARDB_THREADS="many",
                 MALLARDB_TLS_CERT="/no/such.pem")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "mallardb: --prot: there is no such flag; mallardb --help lists them",
        'mallardb: threads, from MALLARDB_THREADS: "many" is not a number; give one from 0 to 1024',
        'mallardb: port, from conf line 1: "abc" is not a number; give one from 0 to 65535',
        'mallardb: conf line 2: there is no setting "colour"; mallardb --help lists them',
        'mallardb: tls_cert, from MALLARDB_TLS_CERT: cannot read "/no/such.pem": No such file or directory',
    ]


def problems(result):
    assert result.returncode == 1
    return [line.removeprefix("mallardb: ") for line in result.stdout.splitlines()]


def test_what_a_start_would_stumble_over(tmp_path):
    (tmp_path / "init").mkdir()
    (tmp_path / "init/1.sql").write_text("SELECT 1;\nSELECT 'open")
    (tmp_path / "init/2.sql").write_text("SELECT 2; -- sound")
    (tmp_path / "file").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        result = check(f"--port={port}", "--initdb-dir=init", "--log-file=none/log", "file/inside.db", cwd=tmp_path)
    assert problems(result) == [
        'database, from the command line: cannot create "file/inside.db" in "file": Not a directory',
        'log_file, from --log-file: cannot create "none/log" in "none": No such file or directory',
        'initdb_dir, from --initdb-dir: script "init/1.sql" failed in line 2: unterminated quoted string at or near "\'open"',
        f"port, from --port: cannot listen on 127.0.0.1 port {port}: Address already in use; stop the program that has it, "
        "or give another port",
    ]
    assert problems(check("init", cwd=tmp_path)) == ['database, from the command line: "init" is a directory; give a file']
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "init"]


def test_the_ports_of_the_server_itself_are_no_problem(tmp_path):
    with Server(tmp_path, "a.db") as server:
        ports = [f"--port={server.port}", f"--airport-port={server.airport_port}"]
        assert check(*ports, "a.db", cwd=tmp_path).returncode == 0
        assert len(problems(check(*ports, "b.db", cwd=tmp_path))) == 2


@pytest.mark.parametrize("arguments", [["--host", "0.0.0.0"], ["--host", "*"], ["--host", "::"]])
def test_open_hosts_need_a_password(tmp_path, arguments):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 1
    assert "there is no password; set password, or host to 127.0.0.1" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


class OneAnswer:
    """A server that answers the first packet with these bytes, or with silence."""

    def __init__(self, answer):
        self.answer = answer

    def __enter__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def _serve(self):
        connection, _ = self.listening.accept()
        with connection:
            self.packet = connection.recv(1000)
            if self.answer is None:
                connection.recv(1)
            else:
                connection.sendall(self.answer)

    def __exit__(self, *_):
        self.thread.join()
        self.listening.close()


def error(sqlstate):
    body = b"SFATAL\0VFATAL\0C" + sqlstate + b"\0Mno\0\0"
    return b"E" + struct.pack("!I", len(body) + 4) + body


@pytest.mark.parametrize("answer, status, words", [
    (b"R\0\0\0\x08\0\0\0\0", 0, "accepting connections"),
    (b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0", 0, "accepting connections"),
    (error(b"57P03"), 1, "rejecting connections"),
    (error(b"28000"), 0, "accepting connections"),
    (error(b"53300"), 0, "accepting connections"),
    (b"", 2, "no response"),
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", 2, "no response"),
    (b"E\0\0\0\x05\0", 2, "no response"),
    (b"E\xff\xff\xff\xff" + b"C" * 5000, 2, "no response"),
    (b"E\0\0\0\0", 2, "no response"),
    (None, 2, "no response"),
])
def test_isready(answer, status, words):
    with OneAnswer(answer) as server:
        result = run("isready", "--port", str(server.port))
    assert (result.returncode, result.stdout) == (status, f"127.0.0.1:{server.port} - {words}\n")
    length, version = struct.unpack("!II", server.packet[:8])
    assert length == len(server.packet) and version == 0x30000
    assert server.packet[8:].startswith(b"user\0mallard\0")


def test_isready_without_a_server():
    port = free_port()
    result = run("isready", "--port", str(port))
    assert (result.returncode, result.stdout) == (2, f"127.0.0.1:{port} - no response\n")


def test_isready_with_wrong_flags():
    result = run("isready", "--port", "x")
    assert result.returncode == 3
    assert "is not a number" in result.stderr


def test_isready_asks_loopback_where_the_server_listens_everywhere():
    with OneAnswer(b"R\0\0\0\x08\0\0\0\0") as server:
        result = run("isready", MALLARDB_HOST="*", MALLARDB_PORT=str(server.port))
    assert result.returncode == 0

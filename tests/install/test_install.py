"""`make install` and `make uninstall`: what is put where works from there, for the server's users and the library's."""

import os
import pathlib
import shutil
import subprocess

import pyarrow.flight as flight
import pytest

import process

BUILD = process.PROGRAM.parent
TEMPLATE = process.ROOT / "examples/template/main.c"
PREFIX = pathlib.Path("usr/local")

pytestmark = pytest.mark.skipif(process.IS_SANITIZED, reason="sanitized builds are not installed")


def shell(*command, **more):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, **more).stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that stands for / in an installation."""
    root = tmp_path_factory.mktemp("root")
    shell("cmake", "--install", BUILD, env=os.environ | {"DESTDIR": str(root)})
    shutil.copy(BUILD / "install_manifest.txt", root)
    return root


def packages(root, *arguments):
    """What pkg-config says about the installed library; the libraries below it are the system's."""
    text = shell("pkg-config", *arguments, "libairport",
                 env=os.environ | {"PKG_CONFIG_PATH": str(root / PREFIX / "lib/pkgconfig")})
    return text.replace("/usr/local", str(root / PREFIX)).split()


def serves_numbers(program, root):
    """The program is the template example: it has one table."""
    port = process.free_port()
    environment = os.environ | {"LD_LIBRARY_PATH": str(root / PREFIX / "lib")}
    with subprocess.Popen([program, "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert "listening" in server.stderr.readline()
        with flight.connect(f"grpc://127.0.0.1:{port}") as client:
            actions = {action.type for action in client.list_actions()}
        server.terminate()
    assert server.returncode == 0
    return "list_schemas" in actions


def test_the_installed_server_runs(installed):
    program = installed / PREFIX / "bin/mallardb"
    assert shell(program, "--version").startswith("mallardb ")
    libraries = shell("ldd", program)
    assert str(installed / PREFIX / "lib/mallardb/libduckdb.so") in libraries.replace("bin/../", "")


@pytest.mark.parametrize("name, flags", [("shared", []), ("static", ["--static"])])
def test_pkg_config(installed, tmp_path, name, flags):
    libraries = packages(installed, *flags, "--cflags", "--libs")
    if name == "static":
        libraries = ["-l:libairport.a" if word == "-lairport" else word for word in libraries]
    shell("cc", "-Wall", "-Wextra", "-Werror", TEMPLATE, *libraries, "-o", tmp_path / name)
    assert ("libairport.so.1" in shell("readelf", "-d", tmp_path / name)) == (name == "shared")
    assert serves_numbers(tmp_path / name, installed)


def test_cmake_package(installed, tmp_path):
    shell("cmake", "-S", process.ROOT / "tests/install/consumer", "-B", tmp_path, f"-DTEMPLATE={TEMPLATE}",
          f"-DCMAKE_PREFIX_PATH={installed / PREFIX}", "-DCMAKE_C_FLAGS=-Wall -Wextra -Werror")
    shell("cmake", "--build", tmp_path)
    for name in ("shared", "static"):
        assert ("libairport.so.1" in shell("readelf", "-d", tmp_path / name)) == (name == "shared")
        assert serves_numbers(tmp_path / name, installed)


@pytest.mark.parametrize("page", ["mallardb.1", "mallardb.conf.5", "airport.h.3"])
def test_manual_pages(installed, page):
    """groff finds nothing to warn of, and every setting is there."""
    path = installed / PREFIX / f"share/man/man{page[-1]}" / page
    done = subprocess.run(["groff", "-mandoc", "-Tutf8", "-Kutf8", "-ww", "-z", path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    if page == "mallardb.1":
        text = path.read_text().replace(r"\-", "-")
        flags = [line.split()[0].lstrip("*") for line in process.run("--help").stdout.splitlines()
                 if line.strip().lstrip("*").startswith("--") and line[1] in " *"]
        assert flags and all(f"Fl -{flag[2:]}" in text for flag in flags if flag not in ("--help", "--version"))


def test_the_sample_configuration_is_sound(installed, tmp_path):
    sample = (installed / PREFIX / "share/doc/mallardb/examples/mallardb.conf").read_text()
    uncommented = [line[1:] for line in sample.splitlines() if line.startswith("#") and line[1:2].isalpha()]
    assert len(uncommented) > 20
    (tmp_path / "sample").write_text(sample)
    (tmp_path / "defaults").write_text("\n".join(line for line in uncommented if not line.endswith("''")))
    for name in ("sample", "defaults"):
        result = process.check("--config", name, cwd=tmp_path)
        assert (result.returncode, result.stdout) == (0, "mallardb: the settings are sound\n")


def test_uninstall_leaves_nothing(installed):
    shell("make", "--no-print-directory", "-C", process.ROOT, "uninstall", f"DESTDIR={installed}", f"BUILD_FOLDER={BUILD}")
    left = [path for path in (installed / "usr").rglob("*") if not path.is_dir()]
    assert left == []

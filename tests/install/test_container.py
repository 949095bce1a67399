"""The container image, as far as it can be judged without an engine: the linter, its packages, its variables, Compose."""

import re
import subprocess

import pytest

import process

PACKAGING = process.ROOT / "packaging"
DOCKERFILE = (PACKAGING / "Dockerfile").read_text()

pytestmark = pytest.mark.skipif(process.IS_SANITIZED, reason="sanitized builds are in no image")


def test_the_linter_is_content():
    hadolint = process.ROOT / ".deps/venv-docs/bin/hadolint"
    done = subprocess.run([hadolint, PACKAGING / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_has_the_libraries_that_the_server_needs():
    listed = subprocess.run(["ldd", process.PROGRAM], check=True, capture_output=True, text=True).stdout
    paths = {path for path in re.findall(r"=> (/\S+)", listed) if "/libduckdb.so" not in path}
    owners = set()
    for path in paths:
        found = subprocess.run(["dpkg", "-S", "*/" + "/".join(path.split("/")[-2:])], check=True, capture_output=True, text=True)
        owners |= {line.split(":")[0] for line in found.stdout.splitlines()}
    last_stage = DOCKERFILE.rsplit("FROM ", 1)[1]
    installed = set(re.search(r"--no-install-recommends ([^\\]+)", last_stage)[1].split())
    always_there = {"libc6", "libgcc-s1", "zlib1g"}
    assert {owner for owner in owners if not owner.endswith("-dev")} - always_there == installed


def test_its_variables_are_settings():
    help_text = process.run("--help").stdout
    names = re.findall(r"(MALLARDB_\w+)=", DOCKERFILE)
    assert names
    for name in names:
        assert "--" + name.removeprefix("MALLARDB_").lower().replace("_", "-") + " " in help_text
    compose = (PACKAGING / "compose.yaml").read_text()
    for twin in re.findall(r"^ +(POSTGRES_\w+):", compose, re.MULTILINE):
        assert f"{{{twin}}}" in help_text


def test_its_settings_are_sound(tmp_path):
    variables = dict(re.findall(r"(MALLARDB_\w+)=(\S+)", DOCKERFILE)) | {"MALLARDB_INITDB_DIR": str(tmp_path),
                                                                      "MALLARDB_DATABASE": str(tmp_path / "x.db")}
    assert process.check(cwd=tmp_path, POSTGRES_PASSWORD="secret", POSTGRES_USER="duck",
                       **variables).returncode == 0
    assert "set password" in process.check(cwd=tmp_path, **variables).stdout

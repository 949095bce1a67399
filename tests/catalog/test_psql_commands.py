"""Every backslash command of psql that looks at the catalog prints what it prints on PostgreSQL 15 with the same objects. What
must differ is listed in psql_differences.tsv, each with its reason; a difference that is gone must be struck off the list."""

import pathlib
import subprocess

import pytest

SETTINGS = {"user": "postgres"}
HERE = pathlib.Path(__file__).parent
OBJECTS = (HERE / "psql_objects.sql").read_text()
COMMANDS = (HERE / "psql_commands.txt").read_text().split("\n")[:-1]
DIFFERENCES = dict(line.split("\t") for line in (HERE / "psql_differences.tsv").read_text().splitlines()[1:])
MARK = "=== next command ==="


def run_psql(target, database, script):
    return subprocess.run(["psql", "-X", "-q", "-h", target.host, "-p", str(target.port), "-U", "postgres", "-d", database],
                          input=script, capture_output=True, text=True, timeout=120)


def make_objects(target, database):
    assert run_psql(target, database, OBJECTS).stderr == ""


def answers(target, database):
    """What psql says to each command, its error messages too."""
    script = "\\set VERBOSITY terse\n\\o /dev/stdout\n" + "".join(f"\\echo {MARK}\n{command}\n" for command in COMMANDS)
    run = subprocess.run(["psql", "-X", "-q", "-h", target.host, "-p", str(target.port), "-U", "postgres", "-d", database],
                         input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    parts = run.stdout.split(MARK + "\n")[1:]
    assert len(parts) == len(COMMANDS)
    return dict(zip(COMMANDS, parts))


@pytest.fixture(scope="module")
def both(server, postgres):
    run_psql(postgres, "postgres", "CREATE DATABASE commands")
    make_objects(server, "postgres")
    make_objects(postgres, "commands")
    yield answers(server, "postgres"), answers(postgres, "commands")
    run_psql(postgres, "postgres", "DROP DATABASE commands WITH (FORCE)")


@pytest.mark.parametrize("command", COMMANDS)
def test_prints_the_same(both, command):
    ours, real = (answer[command] for answer in both)
    if command in DIFFERENCES:
        assert ours != real, "no longer different: strike it off the list"
        assert "ERROR" not in ours
    else:
        assert ours == real


def test_every_listed_difference_is_one_of_a_command():
    assert set(DIFFERENCES) <= set(COMMANDS)

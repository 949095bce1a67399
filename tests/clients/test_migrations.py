"""Migration tools beside a real PostgreSQL 15: the same script of a tool finds the same on both."""

import difflib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
SETTINGS = {"user": "postgres"}

# Results of queries announce character varying as text: Django takes the types of columns from there, not from the catalog.
SAME = [(r'"CharField",(\s+)\d+,', r'"TextField",\1null,'), (r"max_length=\d+, ", ""), (r"(, )?max_length=\d+", ""),
        ("CharField", "TextField")]


def find(script, side):
    environment = dict(os.environ, PGHOST=side.host, PGPORT=str(side.port), PGUSER=side.user, PGDATABASE=side.database)
    result = subprocess.run([sys.executable, HERE / script], env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    found = result.stdout
    for pattern, replacement in SAME:
        found = re.sub(pattern, replacement, found)
    return found


@pytest.mark.parametrize("script", ["alembic_session.py", "django/session.py"])
def test_migrations(server, postgres, script):
    if server.is_sanitized():
        pytest.skip("hundreds of definitions, each with its catalog: minutes under the sanitizer")
    expected, ours = find(script, postgres), find(script, server)
    assert "failure" not in json.loads(expected)
    difference = list(difflib.unified_diff(expected.splitlines(), ours.splitlines(), "postgresql", "ours", lineterm=""))
    assert not difference, "\n".join(difference)

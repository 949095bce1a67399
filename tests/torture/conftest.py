"""How hard the torture is: MALLARDB_TORTURE multiplies the rounds of tests that can go on for longer (`make torture`)."""

import os
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent / "duckcat")]


@pytest.fixture(scope="session")
def scale():
    return int(os.environ.get("MALLARDB_TORTURE", "1"))

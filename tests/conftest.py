"""What all integration tests stand on: our server, a real PostgreSQL, and where to find the programs."""

import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).parent / folder) for folder in ("process", "pgdoor")]

from running import POSTGRES_PROGRAMS, RealPostgres, RunningServer  # noqa: E402


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    """Our server with a new database; the module's SETTINGS, if any, are its settings."""
    settings = getattr(request.module, "SETTINGS", {})
    with RunningServer(tmp_path_factory.mktemp("server"), **settings) as running:
        yield running


@pytest.fixture
def serve(tmp_path):
    """Starts a server with settings of one's own: serve(max_connections=3)."""
    started = []

    def start(*arguments, **settings):
        directory = tmp_path / f"server-{len(started)}"
        directory.mkdir()
        started.append(RunningServer(directory, *arguments, **settings).__enter__())
        return started[-1]

    yield start
    for running in started:
        running.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres():
    if not (POSTGRES_PROGRAMS / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not installed")
    with RealPostgres() as running:
        yield running

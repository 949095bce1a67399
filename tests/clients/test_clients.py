"""Clients in other languages: node-postgres, pgJDBC, pgx, tokio-postgres, each with a program of scenarios.

tools/setup installs and builds those whose toolchain is there, in .deps/clients. A program prints one line for each
scenario: its name, and `ok` or what went wrong.
"""

import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
INSTALLED = HERE.parent.parent / ".deps" / "clients"

CLIENTS = {
    "node": ([INSTALLED / "node/client.js"], ["node", INSTALLED / "node/client.js"],
             "values nulls binary prepared transactions errors several copying cursors cancelling pooling notices knex sequelize"),
    "jdbc": ([INSTALLED / "jdbc/postgresql.jar"], ["java", "-cp", INSTALLED / "jdbc/postgresql.jar", HERE / "jdbc/Client.java"],
             "values nulls arrays transactions batches fetching errors copying cancelling metadata simple"),
    "pgx": ([INSTALLED / "pgx/client"], [INSTALLED / "pgx/client"],
            "values nulls inferred transactions batches failures copying cancelling rows"),
    "tokio-postgres": ([INSTALLED / "tokio-postgres/client"], [INSTALLED / "tokio-postgres/client"],
                       "values prepared pipelined transactions portals failures copying cancelling"),
}


@pytest.fixture(scope="module")
def outcomes(server):
    """What each client's program said, run once: {scenario: words}."""
    said = {}

    def run(client):
        needed, command, _ = CLIENTS[client]
        if not all(path.exists() for path in needed):
            pytest.skip(f"{client} is not installed: its toolchain was missing when tools/setup ran")
        if client not in said:
            environment = os.environ | {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user,
                                        "PGDATABASE": server.database, "PGPASSWORD": server.password or ""}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
            said[client] = dict(line.split(" ", 1) for line in done.stdout.splitlines())
            said[client][""] = done.stderr
        return said[client]

    return run


@pytest.mark.parametrize("client, scenario", [(client, scenario) for client, (_, _, names) in CLIENTS.items() for scenario in names.split()])
def test_scenario(outcomes, client, scenario):
    said = outcomes(client)
    assert said.get(scenario, said[""]) == "ok"

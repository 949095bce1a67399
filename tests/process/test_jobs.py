"""Scheduled jobs: run in order, told in mallardb.job_runs, taken over when changed, refused when wrong or late."""

import time

import psycopg
import pytest

from metrics_page import value
from process import PATIENCE, Server, check


def connect(server, **settings):
    return psycopg.connect(host="127.0.0.1", port=server.port, user="mallard", dbname="postgres", autocommit=True,
                           **settings)


def write_job(directory, name, description, **scripts):
    folder = directory / "jobs" / name
    folder.mkdir(parents=True, exist_ok=True)
    for script, text in scripts.items():
        (folder / script.replace("__", ".")).write_text(text)
    (folder / "job.toml").write_text(description)
    return folder


def wait_for_rows(client, sql, accept):
    deadline = time.monotonic() + PATIENCE
    while not accept(rows := client.execute(sql).fetchall()):
        assert time.monotonic() < deadline, rows
        time.sleep(0.1)
    return rows


def runs(client, job, outcome=None):
    rows = wait_for_rows(client, f"SELECT outcome, sqlstate, error, ended_at >= started_at FROM mallardb.job_runs "
                                 f"WHERE job = '{job}' AND outcome <> 'running' ORDER BY started_at",
                         lambda rows: [row for row in rows if outcome in (None, row[0])])
    return [row for row in rows if outcome in (None, row[0])]


def test_jobs(tmp_path):
    write_job(tmp_path, "fill", 'schedule = "@every 1s"\n', b__sql="INSERT INTO filled SELECT max(i) + 1 FROM filled;\n"
              "SELECT 1;", a__sql="CREATE TABLE IF NOT EXISTS filled AS SELECT 0 AS i;", notes__txt="no SQL")
    write_job(tmp_path, "broken_sql", 'schedule = "@every 1s"', x__sql="SELECT 1;\nSELECT it's;\n")
    write_job(tmp_path, "wrong", 'schedule = "@every 1s"', x__sql="SELECT 1;\n\nSELECT nope;\n")
    write_job(tmp_path, "late", 'schedule = "@every 1s"\ntimeout = "300ms"',
              x__sql="SELECT 1; SELECT count(*) FROM range(1000000) a, range(1000000) b")
    write_job(tmp_path, "off", 'schedule = "@every 1s"\nenabled = false', x__sql="CREATE TABLE never(i INT)")
    write_job(tmp_path, "empty", 'schedule = "@every 1s"')
    write_job(tmp_path, "slow", 'schedule = "@every 1s"', x__sql="SELECT pg_sleep(3)")
    write_job(tmp_path, "bad_file", 'schedule = "@every 1s"\ncolour = "blue"', x__sql="CREATE TABLE never(i INT)")
    with Server(tmp_path, "--jobs-dir=jobs", "--metrics-port=0", "--log-connections", MALLARDB_PASSWORD="x",
                MALLARDB_AUTH="scram-sha-256") as server, connect(server, password="x") as client:
        assert runs(client, "fill", "ok")[0] == ("ok", None, None, True)
        wait_for_rows(client, "SELECT max(i) FROM filled", lambda rows: rows[0][0] >= 2)
        outcome, sqlstate, error, _ = runs(client, "wrong")[0]
        assert (outcome, sqlstate) == ("failed", "42703")
        assert error.startswith('script "jobs/wrong/x.sql" failed in line 3: Referenced column "nope"')
        assert runs(client, "broken_sql")[0][:2] == ("failed", "42601")
        assert runs(client, "late")[0][:2] == ("timeout", "57014")
        assert runs(client, "empty")[0][:3] == ("failed", "F0000", 'there is no .sql file in "jobs/empty"')
        assert runs(client, "slow", "overlap")[0][:3] == ("overlap", "55006", "the run before has not ended")
        assert runs(client, "slow", "ok")
        for job in ("off", "bad_file"):
            assert client.execute("SELECT count(*) FROM mallardb.job_runs WHERE job = %s", (job,)).fetchone() == (0,)
        log = server.log()
        assert 'the job bad_file is not run: "jobs/bad_file/job.toml" line 2: there is no key "colour"' in log
        assert log.count("the job bad_file is not run") == 1
        assert "the job has failed: script \"jobs/wrong/x.sql\" failed in line 3" in log and "job=wrong" in log
        assert "application=fill" in log  # a session like any other
        for outcome in ("ok", "failed", "timeout", "overlap"):
            assert value(server, "mallardb_job_runs_total", outcome=outcome) >= 1


def test_changes_are_taken_over(tmp_path):
    (tmp_path / "jobs").mkdir()
    with Server(tmp_path, "--jobs-dir=jobs") as server, connect(server) as client:
        folder = write_job(tmp_path, "new", 'schedule = "@every 1s"\nenabled = false', x__sql="SELECT 1")
        server.wait_for_log("the job new is not enabled")
        (folder / "job.toml").write_text("nonsense")
        server.wait_for_log('the job new is not run: "jobs/new/job.toml" line 1: this is no key with a value')
        (folder / "job.toml").write_text('schedule = "@every 1s"')
        server.wait_for_log("the job new is due at")
        assert runs(client, "new", "ok")
        (folder / "job.toml").unlink()
        server.wait_for_log("the job new has gone")
        count = client.execute("SELECT count(*) FROM mallardb.job_runs").fetchone()
        time.sleep(1.5)
        assert client.execute("SELECT count(*) FROM mallardb.job_runs").fetchone() == count


def test_a_stop_does_not_wait_for_a_job_for_ever(tmp_path):
    write_job(tmp_path, "long", 'schedule = "@every 1s"',
              x__sql="SELECT count(*) FROM range(10000000) a, range(10000000) b")
    with Server(tmp_path, "--jobs-dir=jobs", "--shutdown-timeout-ms=500", "test.db") as server:
        with connect(server) as client:
            wait_for_rows(client, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'long' AND state = 'active'",
                          lambda rows: rows == [(1,)])
        assert server.stop() == 0
    with Server(tmp_path, "test.db") as server, connect(server) as client:
        (outcome, sqlstate), = client.execute("SELECT outcome, sqlstate FROM mallardb.job_runs").fetchall()
        assert (outcome, sqlstate) == ("failed", "57P01")


def test_runs_that_were_cut_off_are_told(tmp_path):
    write_job(tmp_path, "cut", 'schedule = "@every 1s"', x__sql="SELECT pg_sleep(60)")
    with Server(tmp_path, "--jobs-dir=jobs", "test.db") as server:
        with connect(server) as client:
            wait_for_rows(client, "SELECT outcome FROM mallardb.job_runs", lambda rows: rows == [("running",)])
        server.process.kill()
        server.process.wait()
    (tmp_path / "jobs/cut/job.toml").unlink()
    with Server(tmp_path, "--jobs-dir=jobs", "test.db") as server, connect(server) as client:
        assert client.execute("SELECT job, outcome FROM mallardb.job_runs").fetchall()[0] == ("cut", "interrupted")


def test_check_config_reads_job_files(tmp_path):
    write_job(tmp_path, "one", 'schedule = "0 25 * * *"')
    write_job(tmp_path, "two", 'schedule = "@daily"\ntimeout = "soon"')
    write_job(tmp_path, "three", 'schedule = "@daily"')
    result = check("--jobs-dir=jobs", cwd=tmp_path)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert [line.split(": ", 3)[1] for line in lines] == ["jobs_dir, from --jobs-dir"] * 2
    assert '"jobs/one/job.toml" line 1: "25" is no hour' in lines[0]
    assert '"jobs/two/job.toml" line 2: "soon" is not a number' in lines[1]

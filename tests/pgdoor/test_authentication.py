"""Who gets in, and what the others are told."""

import ssl
import struct
import time

import psycopg
import pyarrow
import pyarrow.flight as flight
import pytest

import wire
from certificates import endpoint_hash, make_certificate
from running import RunningServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def started(tmp_path_factory, certificate, auth):
    return RunningServer(tmp_path_factory.mktemp(auth), auth=auth, password="sécret ＡＢ", readonly_user="reader",
                         authentication_failures_per_minute=0,
                         readonly_password="other", tls_cert=certificate.cert, tls_key=certificate.key)


@pytest.fixture(scope="module")
def scram(tmp_path_factory, certificate):
    with started(tmp_path_factory, certificate, "scram-sha-256") as running:
        yield running


@pytest.fixture(scope="module")
def md5(tmp_path_factory, certificate):
    with started(tmp_path_factory, certificate, "md5") as running:
        yield running


def attempt(server, user, secret):
    """The last message of a log-in: ReadyForQuery, or the error."""
    with wire.Connection(server, start=False) as connection:
        connection.send(wire.startup(user=user, database="postgres"))
        return connection.authenticate(user, secret)


def said(server, user, secret):
    return [str(m).replace(user, "USER") for m in attempt(server, user, secret)]


@pytest.mark.parametrize("user, secret", [("mallard", "sécret AB"), ("reader", "other")])
def test_scram(scram, user, secret):
    """Passwords are prepared (RFC 4013): full-width letters are plain ones."""
    assert str(attempt(scram, user, secret)[-1]) == "ReadyForQuery I"


@pytest.mark.parametrize("user, secret", [("mallard", "sécret ＡＢ"), ("reader", "other")])
def test_md5(md5, user, secret):
    assert str(attempt(md5, user, secret)[-1]) == "ReadyForQuery I"


@pytest.mark.parametrize("kind", ["scram", "md5"])
@pytest.mark.parametrize("secret", ["", "wrong", "sécret ＡＢ ", "x" * 5000])
def test_a_wrong_password_and_a_wrong_user_are_told_the_same(request, kind, secret):
    server = request.getfixturevalue(kind)
    known, unknown = said(server, "mallard", secret), said(server, "nobody", secret)
    assert known == unknown
    assert known[-1] == 'ErrorResponse FATAL | 28P01 | password authentication failed for user "USER"'


def test_an_unknown_user_has_the_same_salt_each_time(scram):
    def salt(user):
        with wire.Connection(scram, start=False) as connection:
            connection.send(wire.startup(user=user, database="postgres"))
            connection.read()
            connection.send(wire.Scram("x", "SCRAM-SHA-256", b"").first())
            return connection.read().body[4:].decode().split(",")[1:]

    assert salt("nobody") == salt("nobody") != salt("somebody")
    assert salt("mallard") == salt("mallard")
    assert len(salt("nobody")[0]) == len(salt("mallard")[0]) and salt("nobody")[1] == salt("mallard")[1]


def test_the_times_are_the_same(scram):
    def best(user):
        times = []
        for _ in range(30):
            start = time.perf_counter()
            attempt(scram, user, "wrong")
            times.append(time.perf_counter() - start)
        return sorted(times)[10]

    known, unknown = best("mallard"), best("nobody")
    assert known < 2.5 * unknown and unknown < 2.5 * known


def encrypted(server, certificate):
    connection = wire.Connection(server, start=False)
    connection.send(wire.request(80877103))
    assert connection.read_bytes(1) == b"S"
    made = ssl.create_default_context(cafile=str(certificate.cert))
    made.check_hostname = False
    connection.socket = made.wrap_socket(connection.socket)
    connection.send(wire.startup(user="mallard", database="postgres"))
    return connection


def test_scram_plus(scram, certificate):
    with encrypted(scram, certificate) as connection:
        came = connection.authenticate("mallard", "sécret AB", "SCRAM-SHA-256-PLUS", endpoint_hash(certificate))
        assert str(came[0]) == "AuthenticationSASL SCRAM-SHA-256-PLUS SCRAM-SHA-256"
        assert str(came[-1]) == "ReadyForQuery I"


def test_scram_plus_with_another_certificate(scram, certificate):
    with encrypted(scram, certificate) as connection:
        error = connection.authenticate("mallard", "sécret AB", "SCRAM-SHA-256-PLUS", b"\1" * 32)[-1].fields()
        assert (error["S"], error["C"]) == ("FATAL", "28000")


def test_a_stripped_offer_of_channel_binding_is_noticed(scram, certificate):
    """The client says that it supports channel binding and the server does not; the server does."""
    with encrypted(scram, certificate) as connection:
        connection.read()
        first = b"y,,n=,r=abcdefghijklmnopqrstuvwx"
        connection.send(wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!I", len(first)) + first))
        assert connection.read().fields()["C"] in ("28000", "08P01")


def test_without_tls_there_is_no_channel_binding(scram):
    with wire.Connection(scram, start=False) as connection:
        connection.send(wire.startup(user="mallard", database="postgres"))
        assert str(connection.read()) == "AuthenticationSASL SCRAM-SHA-256"


@pytest.mark.parametrize("answer", [
    wire.message(b"p"), wire.message(b"p", b"SCRAM-SHA-256"), wire.password("SCRAM-SHA-512"),
    wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!i", 100) + b"n,,"),
    wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!i", 3) + b"n,,"),
    wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!i", 8) + b"n,,n=,r="),
    wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!i", 12) + b"n,,m=x,n=,r="),
    wire.message(b"p", wire.text("SCRAM-SHA-256") + struct.pack("!i", 10) + b"n,,n=,r=\0\xff"),
    wire.query("SELECT 1"), wire.sync(), wire.message(b"\0"), wire.message(b"p", b"\xff" * 20000),
])
def test_nonsense_in_place_of_a_password(scram, answer):
    with wire.Connection(scram, start=False) as connection:
        connection.send(wire.startup(user="mallard", database="postgres"))
        connection.read()
        connection.send(answer)
        errors = connection.read_all()
        assert [m.tag for m in errors] == [b"E"] and errors[0].fields()["S"] == "FATAL"
    assert str(attempt(scram, "reader", "other")[-1]) == "ReadyForQuery I"


def test_without_a_password_everybody_is_let_in(server):
    assert str(attempt(server, "mallard", "any")[0]) == "AuthenticationOk"


def test_who_one_is(scram):
    with wire.Connection(scram, start=False) as connection:
        connection.send(wire.startup(user="reader", database="postgres"))
        connection.authenticate("reader", "other")
        assert connection.value("SHOW session_authorization") == "reader"
        assert connection.value("SHOW is_superuser") == "off"
        assert connection.value("SHOW default_transaction_read_only") == "on"

WRITES = [
    "CREATE TABLE w (a int)", "CREATE SCHEMA w", "CREATE VIEW w AS SELECT 1", "DROP TABLE kept", "DELETE FROM kept",
    "INSERT INTO kept VALUES (2)", "UPDATE kept SET a = 3", "TRUNCATE kept", "ALTER TABLE kept ADD COLUMN b int",
    "COPY kept FROM STDIN", "COPY kept TO '/tmp/mallardb-test-written.csv'", "ATTACH ':memory:' AS w",
    "INSTALL tpch", "LOAD tpch", "SET GLOBAL threads = 1", "EXPLAIN ANALYZE INSERT INTO kept VALUES (2)",
    "PREPARE w AS INSERT INTO kept VALUES (2); EXECUTE w", "BEGIN; DECLARE c CURSOR FOR INSERT INTO kept VALUES (2) RETURNING a",
    "COPY (INSERT INTO kept VALUES (2) RETURNING a) TO STDOUT", "WITH x AS (SELECT 5) INSERT INTO kept SELECT * FROM x",
    "BEGIN READ WRITE; INSERT INTO kept VALUES (2)", "SET default_transaction_read_only = off; INSERT INTO kept VALUES (2)",
    "SET transaction_read_only = off; INSERT INTO kept VALUES (2)", "CHECKPOINT", "CALL checkpoint()",
    "PRAGMA force_checkpoint", "EXPORT DATABASE '/tmp/mallardb-test-export'", "SET session_authorization = 'mallard'",
    "DETACH test", "VACUUM", "ANALYZE kept", "CREATE TYPE w AS ENUM ('a')", "CREATE SEQUENCE w", "CREATE MACRO w() AS 1",
    "COMMENT ON TABLE kept IS 'x'", "MERGE INTO kept USING (SELECT 1 AS a) s ON kept.a = s.a WHEN MATCHED THEN DELETE",
    "SELECT * FROM query('INSERT INTO kept VALUES (2)')",
]
REACHES_OUT = ["SELECT * FROM read_csv('/etc/passwd')", "SELECT content FROM read_text('/etc/hostname')", "SELECT * FROM glob('/etc/*')",
               "SELECT nextval('kept_sequence')"]


@pytest.fixture(scope="module")
def kept(scram):
    with wire.Connection(scram, start=False) as owner:
        owner.send(wire.startup(user="mallard", database="postgres"))
        owner.authenticate("mallard", "sécret AB")
        owner.rows("CREATE TABLE kept (a int); INSERT INTO kept VALUES (1); CREATE SEQUENCE kept_sequence")
        yield owner


@pytest.mark.parametrize("sql", [*WRITES, *REACHES_OUT])
def test_a_reader_reads_only(scram, kept, sql):
    with wire.Connection(scram, start=False) as reader:
        reader.send(wire.startup(user="reader", database="postgres"))
        reader.authenticate("reader", "other")
        reader.send(wire.query(sql))
        came = reader.read_until([b"Z", b"G"])
        assert b"E" in [m.tag for m in came], [str(m) for m in came]
        error = next(m for m in came if m.tag == b"E").fields()
        assert error["C"] in ("42501", "25006", "0A000", "42601", "42000"), error
    assert kept.rows("SELECT a FROM kept") == [[b"1"]]


def test_a_reader_reads(scram, kept):
    with wire.Connection(scram, start=False) as reader:
        reader.send(wire.startup(user="reader", database="postgres"))
        reader.authenticate("reader", "other")
        for sql in ["SELECT a FROM kept", "TABLE kept", "FROM kept", "COPY kept TO STDOUT", "EXPLAIN SELECT * FROM kept",
                    "BEGIN; DECLARE c CURSOR FOR SELECT a FROM kept; FETCH c; COMMIT",
                    "PREPARE r AS SELECT a FROM kept; EXECUTE r; DEALLOCATE r", "SET TimeZone = 'UTC'", "SHOW ALL",
                    "DESCRIBE kept", "SUMMARIZE kept", "WITH x AS (SELECT 1 AS a) SELECT * FROM x JOIN kept USING (a)"]:
            reader.rows(sql)


def test_guessing_is_slow(serve):
    """Further logins from the address are refused unseen, the right password too, at both doors, until a minute's share is back."""
    server = serve(password="right", authentication_failures_per_minute=20)

    def log_in(password):
        try:
            psycopg.connect(host=server.host, port=server.port, user="mallard", password=password, dbname="postgres").close()
            return "in"
        except psycopg.OperationalError as failure:
            return "unseen" if "too many failed logins from your address" in str(failure) else "wrong"

    assert log_in("right") == "in"
    answers = [log_in("guess") for _ in range(30)]
    assert 20 <= answers.count("wrong") <= 22 and answers[-1] == "unseen"  # one comes back every three seconds
    assert log_in("right") == "unseen"
    call = flight.FlightCallOptions(headers=[(b"authorization", b"Bearer right")])
    with flight.FlightClient(f"grpc://127.0.0.1:{server.airport_port}") as client:
        with pytest.raises(pyarrow.ArrowInvalid, match="too many failed logins"):
            list(client.list_flights(options=call))
        deadline = time.monotonic() + 10
        while log_in("right") == "unseen":
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert list(client.list_flights(options=call)) == []
    assert "guess" not in server.log()

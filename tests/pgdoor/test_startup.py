"""Start-up: versions, encryption requests, parameters, the database, cancel requests."""

import socket
import ssl
import struct

import pytest

import wire
from certificates import make_certificate
from running import RunningServer

SSL_REQUEST, GSSENC_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificate):
    """A server with TLS and a password."""
    with RunningServer(tmp_path_factory.mktemp("secure"), password="secret", tls_cert=certificate.cert,
                       tls_key=certificate.key) as running:
        yield running


def raw(server):
    return wire.Connection(server, start=False)


def test_the_first_answer_has_all_parameters(server):
    with wire.Connection(server) as connection:
        status = connection.status
    expected = {"server_version": "15.0", "server_encoding": "UTF8", "client_encoding": "UTF8", "application_name": "",
                "default_transaction_read_only": "off", "in_hot_standby": "off", "is_superuser": "on",
                "session_authorization": "mallard", "DateStyle": "ISO, MDY", "IntervalStyle": "postgres",
                "integer_datetimes": "on", "standard_conforming_strings": "on"}
    assert status == {**expected, "TimeZone": status["TimeZone"]}
    assert len(connection.key) == 8


def test_the_parameters_are_those_of_postgresql(server, postgres):
    with wire.Connection(server) as us, wire.Connection(postgres) as them:
        assert us.status.keys() == them.status.keys()


@pytest.mark.parametrize("minor, options, answer", [
    (0, {}, "AuthenticationOk"),
    (2, {}, "NegotiateProtocolVersion 196608"),
    (9999, {}, "NegotiateProtocolVersion 196608"),
    (0, {"_pq_.wonder": "1"}, "NegotiateProtocolVersion 196608 _pq_.wonder"),
    (1, {"_pq_.a": "1", "_pq_.b": "2"}, "NegotiateProtocolVersion 196608 _pq_.a _pq_.b"),
])
def test_newer_minor_versions_are_negotiated(server, postgres, minor, options, answer):
    for each in (server, postgres):
        with raw(each) as connection:
            connection.send(wire.startup(0x30000 + minor, user=each.user, database="postgres", **options))
            assert str(connection.read()) == answer
            assert str(connection.read_until([b"Z"])[-1]) == "ReadyForQuery I"


@pytest.mark.parametrize("version", [0x20000, 0x40000, 0, 0x12345678])
def test_other_major_versions_are_refused(server, version):
    with raw(server) as connection:
        connection.send(wire.startup(version, user="mallard"))
        error = connection.read().fields()
        assert (error["S"], error["C"]) == ("FATAL", "0A000")
        assert "unsupported frontend protocol" in error["M"]
        assert connection.is_closed()


@pytest.mark.parametrize("code", [SSL_REQUEST, GSSENC_REQUEST])
def test_encryption_that_is_not_there_is_refused_and_the_session_goes_on(server, code):
    with raw(server) as connection:
        for _ in range(2):
            connection.send(wire.request(code))
            assert connection.read_bytes(1) == b"N"
        connection.start()
        assert connection.value("SELECT 1") == "1"


def test_requests_and_start_up_may_come_in_single_bytes(server):
    with raw(server) as connection:
        packet = wire.request(SSL_REQUEST) + wire.startup(user="mallard", database="postgres") + wire.query("SELECT 1")
        for i in range(len(packet)):
            connection.send(packet[i:i + 1])
        assert connection.read_bytes(1) == b"N"
        connection.read_until([b"Z"])
        assert [str(m) for m in connection.read_until([b"Z"])][-2] == "CommandComplete SELECT 1"


def test_the_user_is_needed(server):
    with raw(server) as connection:
        connection.send(wire.startup(database="postgres"))
        assert connection.read().fields()["C"] == "28000"
        assert connection.is_closed()


@pytest.mark.parametrize("name", ["postgres", "test"])
def test_databases(server, name):
    with wire.Connection(server, database=name) as connection:
        assert connection.value("SELECT 1") == "1"


def test_the_database_defaults_to_the_name_of_the_user(serve):
    running = serve(db="mallard")
    with wire.Connection(running, start=False) as connection:
        connection.send(wire.startup(user="mallard"))
        assert str(connection.read_until([b"Z", b"E"])[-1]) == "ReadyForQuery I"


@pytest.mark.parametrize("name", ["nope", "system", "temp", "x" * 200, "te\"st", "';--"])
def test_unknown_databases(server, name):
    with raw(server) as connection:
        connection.send(wire.startup(user="mallard", database=name))
        error = connection.read_until([b"E"])[-1].fields()
        assert (error["S"], error["C"], error["M"]) == ("FATAL", "3D000", f'database "{name}" does not exist')
        assert connection.is_closed()


def test_an_attached_database(server):
    with wire.Connection(server) as connection:
        connection.rows("ATTACH ':memory:' AS side")
        connection.rows("CREATE TABLE side.main.t AS SELECT 42 AS a")
        with wire.Connection(server, database="side") as other:
            assert other.value("SELECT a FROM t") == "42"
        connection.rows("DETACH side")


@pytest.mark.parametrize("options, setting, value", [
    ("-c statement_timeout=5000", "statement_timeout", "5s"),
    ("-cstatement_timeout=7", "statement_timeout", "7ms"),
    ("--statement-timeout=1min", "statement_timeout", "1min"),
    (r"-c application_name=a\ b", "application_name", "a b"),
    ("-c search_path=main -c TimeZone=Europe/Berlin", "TimeZone", "Europe/Berlin"),
    ("-c a.b=own", "a.b", "own"),
])
def test_options(server, options, setting, value):
    with wire.Connection(server, options=options) as connection:
        assert connection.value(f"SHOW {setting}") == value


@pytest.mark.parametrize("options, sqlstate", [("-c no_such=1", "42704"), ("-c statement_timeout=x", "22023"),
                                               ("nonsense", "42601"), ("-c", "42601")])
def test_wrong_options(server, options, sqlstate):
    with raw(server) as connection:
        error = connection.start(options=options)[-1].fields()
        assert (error["S"], error["C"]) == ("FATAL", sqlstate)


def test_start_up_parameters_are_what_reset_goes_back_to(server):
    with wire.Connection(server, application_name="first", DateStyle="ISO, DMY") as connection:
        assert connection.status["application_name"] == "first"
        assert connection.status["DateStyle"] == "ISO, DMY"
        connection.rows("SET application_name = 'second'")
        connection.rows("RESET ALL")
        assert connection.value("SHOW application_name") == "first"
        connection.rows("SET DateStyle = 'ISO, MDY'")
        connection.rows("DISCARD ALL")
        assert connection.value("SHOW DateStyle") == "ISO, DMY"


@pytest.mark.parametrize("encoding", ["UTF8", "utf-8", "unicode", "'utf8'"])
def test_client_encodings(server, encoding):
    with wire.Connection(server, client_encoding=encoding) as connection:
        assert connection.status["client_encoding"] == "UTF8"


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "no such"])
def test_other_client_encodings_are_refused(server, encoding):
    with raw(server) as connection:
        error = connection.start(client_encoding=encoding)[-1].fields()
        assert (error["S"], error["C"]) == ("FATAL", "22023")


# ---- TLS ----

def context(certificate, *alpn):
    made = ssl.create_default_context(cafile=str(certificate.cert))
    made.check_hostname = False
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


def test_tls_asked_for(secure, certificate):
    with raw(secure) as connection:
        connection.send(wire.request(SSL_REQUEST))
        assert connection.read_bytes(1) == b"S"
        connection.socket = context(certificate).wrap_socket(connection.socket)
        assert connection.socket.version() in ("TLSv1.2", "TLSv1.3")
        connection.start()
        assert connection.value("SELECT 1") == "1"
        big = connection.rows("SELECT repeat('x', 100000) FROM range(20)")
        assert len(big) == 20 and {len(row[0]) for row in big} == {100000}


def test_tls_at_once_with_alpn(secure, certificate):
    with raw(secure) as connection:
        connection.socket = context(certificate, "postgresql").wrap_socket(connection.socket)
        assert connection.socket.selected_alpn_protocol() == "postgresql"
        connection.start()
        assert connection.value("SELECT 1") == "1"


@pytest.mark.parametrize("alpn", [[], ["h2"]])
def test_tls_at_once_needs_alpn(secure, certificate, alpn):
    with raw(secure) as connection, pytest.raises((OSError, wire.Closed)):
        connection.socket = context(certificate, *alpn).wrap_socket(connection.socket)
        connection.start()


def test_tls_at_once_where_there_is_none(server):
    with raw(server) as connection:
        connection.send(bytes.fromhex("160301002a010000260303") + bytes(32))
        assert connection.is_closed()


def test_bytes_behind_the_request_for_tls_are_not_taken(secure):
    with raw(secure) as connection:
        connection.send(wire.request(SSL_REQUEST) + wire.startup(user="mallard"))
        came = connection.read()
        assert came.tag in (b"E", b"S")
        assert came.tag == b"E" and "unencrypted data after SSL request" in came.fields()["M"]
        assert connection.is_closed()


def test_tls_once_only(secure, certificate):
    with raw(secure) as connection:
        connection.send(wire.request(SSL_REQUEST))
        assert connection.read_bytes(1) == b"S"
        connection.socket = context(certificate).wrap_socket(connection.socket)
        connection.send(wire.request(SSL_REQUEST))
        assert connection.read_bytes(1) == b"N"
        connection.start()
        assert connection.value("SELECT 1") == "1"


def test_tls_required(serve, certificate):
    running = serve(password="secret", tls_cert=certificate.cert, tls_key=certificate.key, tls_mode="require")
    with raw(running) as connection:
        connection.send(wire.startup(user="mallard", database="postgres"))
        error = connection.read().fields()
        assert (error["S"], error["C"]) == ("FATAL", "28000") and "no encryption" in error["M"]
    with raw(running) as connection:
        connection.send(wire.request(SSL_REQUEST))
        assert connection.read_bytes(1) == b"S"
        connection.socket = context(certificate).wrap_socket(connection.socket)
        connection.start()
        assert connection.value("SELECT 1") == "1"


def test_old_tls_is_refused(secure, certificate):
    old = context(certificate)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with raw(secure) as connection, pytest.raises((OSError, wire.Closed)):
        connection.send(wire.request(SSL_REQUEST))
        assert connection.read_bytes(1) == b"S"
        old.wrap_socket(connection.socket)


def test_a_handshake_that_never_ends_holds_nobody_up(secure):
    with raw(secure) as stuck:
        stuck.send(wire.request(SSL_REQUEST))
        assert stuck.read_bytes(1) == b"S"
        stuck.send(bytes.fromhex("1603010200"))
        with wire.Connection(secure) as connection:
            assert connection.value("SELECT 1") == "1"


# ---- CancelRequest ----

def send_cancel(server, key):
    with socket.create_connection((server.host, server.port)) as sent:
        sent.sendall(wire.request(CANCEL_REQUEST, key))
        assert sent.recv(10) == b""


@pytest.mark.parametrize("change", [lambda key: key[:4] + b"\0\0\0\0", lambda key: b"\0\0\xff\xff" + key[4:],
                                    lambda key: key + b"x", lambda key: key[:6]])
def test_a_cancel_request_with_a_wrong_key_does_nothing(server, change):
    with wire.Connection(server) as connection:
        connection.send(wire.query("SELECT count(*) FROM range(300000000) a(i) WHERE i % 3 = 0"))
        with socket.create_connection((server.host, server.port)) as sent:
            sent.sendall(wire.request(CANCEL_REQUEST, change(connection.key)))
            sent.recv(200)
        assert str(connection.read_until([b"Z"])[-2]) == "CommandComplete SELECT 1"


def test_a_cancel_request_for_an_idle_session_does_nothing(server):
    with wire.Connection(server) as connection:
        send_cancel(server, connection.key)
        assert connection.value("SELECT 1") == "1"


def test_length_of_the_first_packet(server):
    for length in (0, 3, 4, 7, 10005, 0x7FFFFFFF, 0xFFFFFFFF):
        with raw(server) as connection:
            connection.send(struct.pack("!I", length) + b"\0\3\0\0")
            came = connection.read_all()
            assert [m.fields()["C"] for m in came] in ([], ["08P01"])

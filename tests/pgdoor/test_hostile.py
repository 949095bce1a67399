"""Bad input: it gets PostgreSQL's own error, or the end of the connection, and the server lives on."""

import random
import struct

import pytest

import wire

SETTINGS = {"max_message_bytes": "1MB"}


@pytest.fixture(autouse=True)
def alive(server):
    yield
    with wire.Connection(server) as connection:
        assert connection.value("SELECT 1") == "1"


def errors(came):
    return [(m.fields()["S"], m.fields()["C"]) for m in came if m.tag == b"E"]


def header(tag, length):
    return tag + struct.pack("!I", length)


@pytest.mark.parametrize("tag", [b"Q", b"P", b"B", b"E", b"D", b"C", b"S", b"H", b"X", b"d", b"c", b"f", b"p", b"F"])
@pytest.mark.parametrize("length", [0, 1, 3, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFF, 2 << 20])
def test_impossible_lengths(server, tag, length):
    with wire.Connection(server) as connection:
        connection.send(header(tag, length) + b"xxxx")
        connection.socket.shutdown(1)
        came = connection.read_all()
        assert errors(came) in ([("FATAL", "08P01")], [("FATAL", "54000")], [("ERROR", "54000")]), [str(m) for m in came]


@pytest.mark.parametrize("tag", [bytes([b]) for b in range(256) if bytes([b]) not in b"QPBEDCSHXdcfpF"])
def test_unknown_messages(server, tag):
    with wire.Connection(server) as connection:
        connection.send(wire.message(tag, b"abc"))
        assert errors(connection.read_all()) == [("FATAL", "08P01")]


def whole_messages():
    return {"query": wire.query("SELECT 1"), "parse": wire.parse("s", "SELECT $1", [23, 25]),
            "bind": wire.bind("p", "s", ["1", None], [0, 1], [1]), "describe": wire.describe("S", "s"),
            "execute": wire.execute("p", 5), "close": wire.close("P", "p"), "copy_fail": wire.copy_fail("why")}


@pytest.mark.parametrize("name", whole_messages())
def test_truncations_with_a_true_length(server, name):
    """Each message cut short at every byte, its length telling the truth: an error, and the session goes on."""
    whole = whole_messages()[name]
    with wire.Connection(server) as connection:
        for cut in range(5, len(whole)):
            connection.send(header(whole[:1], cut - 1) + whole[5:cut] + (b"" if whole[:1] == b"Q" else wire.sync()))
            came = connection.read_until([b"Z"])
            if name != "copy_fail":  # which means nothing here
                assert len(errors(came)) == 1 and errors(came)[0][0] == "ERROR", (cut, [str(m) for m in came])
        assert connection.value("SELECT 1") == "1"


@pytest.mark.parametrize("name", whole_messages())
def test_truncations_with_a_lying_length(server, name):
    whole = whole_messages()[name]
    for cut in range(1, len(whole)):
        with wire.Connection(server) as connection:
            connection.send(whole[:cut])
            connection.socket.shutdown(1)
            assert connection.is_closed()


@pytest.mark.parametrize("name", whole_messages())
def test_bytes_left_over(server, name):
    whole = whole_messages()[name]
    with wire.Connection(server) as connection:
        connection.send(wire.message(whole[:1], whole[5:] + b"extra"), b"" if whole[:1] == b"Q" else wire.sync())
        came = connection.read_until([b"Z"])
        if name != "copy_fail":
            assert errors(came) == [("ERROR", "08P01")]


@pytest.mark.parametrize("sql", [b"SELECT '\xff'", b"SELECT '\xc3'", b"\xed\xa0\x80", b"SELECT '\xf4\x90\x80\x80'", b"SELECT '\xc0\x80'"])
def test_invalid_utf8(server, sql):
    with wire.Connection(server) as connection:
        connection.send(wire.query(sql))
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.send(wire.parse("", sql), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.send(wire.parse("", "SELECT $1::text"), wire.bind("", "", [b"\xff\xfe"]), wire.execute(), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.send(wire.parse("", "SELECT $1::text"), wire.bind("", "", [b"\xff"], [1]), wire.execute(), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.rows("CREATE TEMP TABLE bad_text (t text)")
        connection.send(wire.query("COPY bad_text FROM STDIN"))
        connection.read_until([b"G"])
        connection.send(wire.copy_data(b"ok\n\xff\n"), wire.copy_done())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]


@pytest.mark.parametrize("parameter", ["user", "database", "application_name"])
def test_invalid_utf8_at_the_start(server, parameter):
    with wire.Connection(server, start=False) as connection:
        named = {"user": "mallard", "database": "postgres", parameter: b"\xff\xfe"}
        connection.send(wire.startup(**named))
        came = connection.read_until([b"Z", b"E"])
        assert errors(came)[:1] and errors(came)[0][0] == "FATAL"


def test_a_nul_inside(server):
    with wire.Connection(server) as connection:
        connection.send(wire.message(b"Q", b"SELECT 1\0; DROP TABLE x\0"))
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "08P01")]
        connection.send(wire.parse("", "SELECT $1::text"), wire.bind("", "", [b"a\0b"]), wire.execute(), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.send(wire.parse("", "SELECT $1::text"), wire.bind("", "", [b"a\0b"], [1]), wire.execute(), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "22021")]
        connection.send(wire.parse("", "SELECT octet_length($1::bytea)"), wire.bind("", "", [b"a\0b"], [1]), wire.execute(), wire.sync())
        assert [m.values() for m in connection.read_until([b"Z"]) if m.tag == b"D"] == [[b"3"]]


def test_passwords_after_the_start(server):
    with wire.Connection(server) as connection:
        connection.send(wire.password("x"))
        assert errors(connection.read_all()) == [("FATAL", "08P01")]


def test_a_second_start_up(server):
    with wire.Connection(server) as connection:
        connection.send(wire.startup(user="mallard"))
        assert errors(connection.read_all()) == [("FATAL", "08P01")]


@pytest.mark.parametrize("formats, results, sqlstate", [
    ([0, 1, 0], [], "08P01"), ([], [0, 0], "08P01"), ([2], [], "22023"), ([0xFFFF], [], "22023"), ([], [7], "22023"),
])
def test_wrong_formats(server, formats, results, sqlstate):
    with wire.Connection(server) as connection:
        connection.send(wire.parse("", "SELECT $1::int + $2::int"), wire.bind("", "", ["1", "2"], formats, results), wire.execute(), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", sqlstate)]


def test_counts_that_lie(server):
    bodies = [b"\0\0" + struct.pack("!H", 65535), b"\0\0" + struct.pack("!HH", 0, 65535), b"\0\0" + struct.pack("!HHi", 0, 1, 0x7FFFFFFF),
              b"\0\0" + struct.pack("!HHi", 0, 1, -2), b"\0\0" + struct.pack("!HHi", 0, 1, -0x80000000), b"\0\0" + struct.pack("!HHH", 0, 0, 65535)]
    with wire.Connection(server) as connection:
        for body in bodies:
            connection.send(wire.parse("", "SELECT $1"), wire.message(b"B", body), wire.sync())
            assert errors(connection.read_until([b"Z"])) == [("ERROR", "08P01")]
        connection.send(wire.message(b"P", b"\0SELECT 1\0" + struct.pack("!H", 65535)), wire.sync())
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "08P01")]


def test_as_many_parameters_as_there_can_be(server):
    count = 65535
    sql = "SELECT " + " + ".join(f"${i}::int" for i in range(1, 101)) + f", ${count}::int"
    with wire.Connection(server) as connection:
        connection.send(wire.parse("", sql, [23] * count), wire.bind("", "", ["1"] * count), wire.execute(), wire.sync())
        came = connection.read_until([b"Z"])
        assert [m.values() for m in came if m.tag == b"D"] == [[b"100", b"1"]] or errors(came)
        assert connection.value("SELECT 1") == "1"
    with wire.Connection(server) as connection:
        for sql in ["SELECT $65536", "SELECT $0", "SELECT $99999999999999999999"]:
            connection.send(wire.parse("", sql), wire.bind(), wire.execute(), wire.sync())
            assert len(errors(connection.read_until([b"Z"]))) == 1


def test_a_message_larger_than_allowed(server):
    with wire.Connection(server) as connection:
        connection.send(header(b"Q", (1 << 20) + 100))
        assert errors(connection.read_all()) in ([("FATAL", "08P01")], [("FATAL", "54000")])


def test_a_large_statement(server):
    with wire.Connection(server) as connection:
        text = "x" * 1_000_000
        assert connection.value(f"SELECT length('{text}')") == "1000000"


def test_a_query_of_a_gibibyte_is_refused_before_it_is_sent(serve):
    running = serve(max_message_bytes="1073741823")
    with wire.Connection(running) as connection:
        before = running.resident_kib()
        connection.send(header(b"Q", 1 << 30) + b"SELECT 1")
        assert errors(connection.read_all())[0][0] == "FATAL"
        assert running.resident_kib() - before < 100 * 1024


@pytest.mark.parametrize("deep", ["(" * 20000 + "1" + ")" * 20000, "SELECT " + "-" * 1 + "(" * 5000 + "1" + ")" * 5000,
                                  "SELECT " + "NOT " * 20000 + "true", "SELECT " + "[" * 5000 + "]" * 5000,
                                  "SELECT '" + "{" * 20000 + "'::int[]", "SELECT '" + "[" * 20000 + "'::json",
                                  "/*" * 50000, "SELECT $" + "a" * 60 + "$ never closed", ";" * 100000, "SELECT 1;" * 2000,
                                  "CASE " * 5000, "SELECT " + "1+" * 20000 + "1", "SELECT U&'\\", "SELECT E'\\", "SELECT B'", "COPY (" * 1000])
def test_deep_and_odd_statements(server, deep):
    with wire.Connection(server) as connection:
        connection.send(wire.query(deep))
        assert connection.read_until([b"Z"])[-1].tag == b"Z"
        connection.send(wire.parse("", deep), wire.sync())
        assert connection.read_until([b"Z"])[-1].tag == b"Z"


@pytest.mark.parametrize("copy", ["COPY hostile FROM STDIN", "COPY hostile FROM STDIN (FORMAT csv)", "COPY hostile FROM STDIN (FORMAT binary)"])
def test_noise_in_copy(server, copy):
    noise = random.Random(7)
    with wire.Connection(server) as connection:
        connection.rows("CREATE OR REPLACE TABLE hostile (a int, b text, c date)")
        for _ in range(60):
            connection.send(wire.query(copy))
            connection.read_until([b"G"])
            start = b"PGCOPY\n\xff\r\n\0" + struct.pack("!II", 0, 0) if "binary" in copy else b""
            data = start + bytes(noise.choice(b"0123456789,\t\n\\\"N.\0\1\2\xff\xc3") for _ in range(noise.randrange(200)))
            for at in range(0, len(data), 7):
                connection.send(wire.copy_data(data[at:at + 7]))
            connection.send(wire.copy_done())
            assert connection.read_until([b"Z"])[-1].tag == b"Z"


def test_noise(server):
    """Sessions of random, well-framed messages."""
    noise = random.Random(11)
    names, texts = ["", "a", "b"], ["SELECT 1", "SELECT $1", "BEGIN", "COMMIT", "nonsense", "", "COPY noise FROM STDIN", "COPY noise TO STDOUT",
                                    "CREATE TEMP TABLE IF NOT EXISTS noise (a int)", "SELECT 1; SELECT 2", "DECLARE a CURSOR FOR SELECT 5", "FETCH a",
                                    "ROLLBACK", "DEALLOCATE ALL", "DISCARD ALL", "SELECT * FROM range(5000)"]

    def one():
        return noise.choice([
            lambda: wire.query(noise.choice(texts)), lambda: wire.parse(noise.choice(names), noise.choice(texts), noise.choice([[], [23], [25, 25], [0]])),
            lambda: wire.bind(noise.choice(names), noise.choice(names), noise.choice([[], ["1"], [None]]), noise.choice([[], [0], [1]]), noise.choice([[], [0], [1], [1, 1]])),
            lambda: wire.describe(noise.choice("SPX"), noise.choice(names)), lambda: wire.execute(noise.choice(names), noise.choice([0, 1, 3, -1])),
            lambda: wire.close(noise.choice("SP"), noise.choice(names)), wire.sync, wire.sync, wire.flush, lambda: wire.copy_data("1\n"),
            wire.copy_done, lambda: wire.copy_fail("no"), lambda: wire.message(b"F", b"abc")])()

    for _ in range(80):
        with wire.Connection(server) as connection:
            try:
                connection.send(b"".join(one() for _ in range(60)))
                connection.send(wire.copy_fail("end"), wire.sync(), wire.terminate())
            except (BrokenPipeError, ConnectionResetError):
                pass
            connection.read_all()


@pytest.mark.parametrize("name", ["sync", "terminate", "flush", "function call"])
def test_malformed_while_skipping(server, name):
    """After an error, in the messages that are still read and in those that are dropped."""
    bad = {"sync": b"S", "terminate": b"X", "flush": b"H", "function call": b"F"}[name]
    with wire.Connection(server) as connection:
        connection.send(wire.parse("", "SELEC"), wire.message(bad, b"extra"), wire.sync())
        if name == "terminate":
            assert errors(connection.read_all()) == [("ERROR", "42601"), ("FATAL", "08P01")]
            return
        came = connection.read_until([b"Z"])
        if name == "sync":  # it ends the skipping all the same
            assert errors(came).pop() == ("ERROR", "08P01")
            came = came[:1] + connection.read_until([b"Z"])
        assert errors(came) == [("ERROR", "42601")]
        assert connection.value("SELECT 2") == "2"


@pytest.mark.parametrize("extended", [False, True])
@pytest.mark.parametrize("bad", [wire.message(b"c", b"extra"), wire.message(b"f", b"no end")])
def test_malformed_ends_of_copy(server, bad, extended):
    with wire.Connection(server) as connection:
        connection.rows("CREATE TEMP TABLE malformed (t text)")
        copy = "COPY malformed FROM STDIN"
        connection.send(*([wire.parse("", copy), wire.bind(), wire.execute()] if extended else [wire.query(copy)]))
        if extended:
            connection.send(wire.flush())
        connection.read_until([b"G"])
        connection.send(wire.copy_data("row\n"), bad, wire.sync() if extended else b"")
        assert errors(connection.read_until([b"Z"])) == [("ERROR", "08P01")]
        assert connection.value("SELECT count(*) FROM malformed") == "0"
        connection.send(wire.query(copy), wire.copy_data("row\n"), wire.copy_done())
        assert not errors(connection.read_until([b"Z"]))
        assert connection.value("SELECT count(*) FROM malformed") == "1"

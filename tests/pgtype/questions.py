"""The program tests/pgtype/probe/probe.c and a PostgreSQL, asked the same questions."""

import os
import pathlib
import subprocess

import psycopg

BUILD = pathlib.Path(os.environ.get("MALLARDB_BUILD", pathlib.Path(__file__).parents[2] / "build"))


class Failure(Exception):
    """An error: its SQLSTATE and message; equal to another one with the same."""

    def __init__(self, sqlstate, message):
        super().__init__(sqlstate, message.replace("\n", " "))

    def __eq__(self, other):
        return isinstance(other, Failure) and self.args == other.args


class Probe:
    """Our encoders and decoders. Values are bytes, NULL is None, errors are returned as Failure."""

    def __init__(self):
        self.process = subprocess.Popen([BUILD / "tests" / "pgtype_probe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0

    def _ask(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().removesuffix("\n")

    @staticmethod
    def _value(text):
        if text.startswith("!"):
            return Failure(text[1:6], text[7:])
        return None if text == "\\N" else bytes.fromhex(text)

    def set(self, name, value):
        return self._ask("s", name, str(value))

    def encode(self, sql, binary):
        return [self._value(text) for text in self._ask("e", "tb"[binary], sql).split("\t")]

    def decode(self, oid, value, binary=False):
        return self._value(self._ask("d", "tb"[binary], str(oid), value.hex()))

    def copy_value(self, duckdb_type, value, binary=False):
        return self._value(self._ask("c", "tb"[binary], duckdb_type, value.hex()))

    def read_copy(self, kind, columns, data):
        rows = self._ask("r", kind, str(columns), data.hex()).split("\t")
        if rows[-1].startswith("!"):
            return self._value(rows[-1])
        return [tuple(self._value(field) for field in row.split(",")) for row in rows[:-1]]


class Postgres:
    """The same questions to PostgreSQL."""

    def __init__(self, postgres):
        self.connection = psycopg.connect(host=postgres.host, port=postgres.port, user=postgres.user,
                                          dbname=postgres.database, autocommit=True)

    def close(self):
        self.connection.close()

    def set(self, name, value):
        self.connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))

    def encode(self, sql, binary):
        result = self.connection.pgconn.exec_params(sql.encode(), [], result_format=int(binary))
        assert result.status == psycopg.pq.ExecStatus.TUPLES_OK, result.error_message
        return [result.get_value(row, 0) for row in range(result.ntuples)]

    def decode(self, oid, value, binary_result=False):
        """A text parameter, given back in one of the formats."""
        result = self.connection.pgconn.exec_params(b"SELECT $1", [value], [oid], [0], int(binary_result))
        if result.status == psycopg.pq.ExecStatus.TUPLES_OK:
            return result.get_value(0, 0)
        fields = psycopg.pq.DiagnosticField
        return Failure(result.error_field(fields.SQLSTATE).decode(), result.error_field(fields.MESSAGE_PRIMARY).decode())

    def read_copy(self, options, columns, data):
        names = "abc"[:columns]
        self.connection.execute("DROP TABLE IF EXISTS t")
        self.connection.execute(f"CREATE TEMP TABLE t (n serial, {', '.join(f'{name} text' for name in names)})")
        try:
            with self.connection.cursor().copy(f"COPY t ({', '.join(names)}) FROM STDIN ({options})") as copy:
                copy.write(data)
        except psycopg.Error as error:
            return Failure(error.diag.sqlstate, error.diag.message_primary)
        rows = self.connection.execute(f"SELECT {', '.join(names)} FROM t ORDER BY n").fetchall()
        return [tuple(field if field is None else field.encode() for field in row) for row in rows]

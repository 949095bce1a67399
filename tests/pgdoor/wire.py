"""The PostgreSQL protocol 3, spoken byte by byte: what a test sends, and what comes back as readable lines."""

import base64
import hashlib
import hmac
import os
import socket
import struct

PATIENCE = 20
AUTHENTICATION = {0: "Ok", 3: "CleartextPassword", 5: "MD5Password", 10: "SASL", 11: "SASLContinue", 12: "SASLFinal"}
REPORTED = {"D": "DETAIL", "P": "POSITION", "W": "CONTEXT", "t": "TABLE", "c": "COLUMN", "n": "CONSTRAINT"}
BARE = {b"1": "ParseComplete", b"2": "BindComplete", b"3": "CloseComplete", b"n": "NoData", b"I": "EmptyQueryResponse",
        b"s": "PortalSuspended", b"c": "CopyDone"}


# ---- what a client says ----

def text(value):
    return value.encode() + b"\0" if isinstance(value, str) else value + b"\0"


def message(tag, body=b""):
    return tag + struct.pack("!I", len(body) + 4) + body


def startup(version=0x30000, **parameters):
    body = struct.pack("!I", version) + b"".join(text(k) + text(v) for k, v in parameters.items()) + b"\0"
    return struct.pack("!I", len(body) + 4) + body


def request(code, body=b""):
    """SSLRequest (80877103), GSSENCRequest (80877104), CancelRequest (80877102)."""
    return struct.pack("!II", len(body) + 8, code) + body


def query(sql):
    return message(b"Q", text(sql))


def parse(name, sql, types=()):
    return message(b"P", text(name) + text(sql) + struct.pack(f"!H{len(types)}I", len(types), *types))


def value_bytes(value):
    if value is None:
        return struct.pack("!i", -1)
    value = value.encode() if isinstance(value, str) else value
    return struct.pack("!i", len(value)) + value


def bind(portal="", statement="", values=(), formats=(), results=()):
    return message(b"B", text(portal) + text(statement) + struct.pack(f"!H{len(formats)}H", len(formats), *formats) +
                   struct.pack("!H", len(values)) + b"".join(map(value_bytes, values)) +
                   struct.pack(f"!H{len(results)}H", len(results), *results))


def describe(kind, name=""):
    return message(b"D", kind.encode() + text(name))


def execute(portal="", rows=0):
    return message(b"E", text(portal) + struct.pack("!i", rows))


def close(kind, name=""):
    return message(b"C", kind.encode() + text(name))


def sync():
    return message(b"S")


def flush():
    return message(b"H")


def copy_data(data):
    return message(b"d", data.encode() if isinstance(data, str) else data)


def copy_done():
    return message(b"c")


def copy_fail(reason):
    return message(b"f", text(reason))


def password(secret):
    return message(b"p", text(secret))


def terminate():
    return message(b"X")


# ---- what a server says ----

class Message:
    def __init__(self, tag, body):
        self.tag, self.body = tag, body

    def fields(self):
        """Of an ErrorResponse or NoticeResponse."""
        return {part[:1].decode(): part[1:].decode() for part in self.body.split(b"\0") if part}

    @property
    def sqlstate(self):
        return self.fields()["C"]

    def values(self):
        """Of a DataRow."""
        count, at, found = struct.unpack_from("!H", self.body)[0], 2, []
        for _ in range(count):
            (length,) = struct.unpack_from("!i", self.body, at)
            at += 4
            found.append(None if length < 0 else self.body[at:at + length])
            at += max(length, 0)
        assert at == len(self.body)
        return found

    def columns(self):
        """Of a RowDescription: (name, type, length, modifier, format)."""
        count, at, found = struct.unpack_from("!H", self.body)[0], 2, []
        for _ in range(count):
            end = self.body.index(b"\0", at)
            name, at = self.body[at:end].decode(), end + 1
            _, _, oid, length, modifier, form = struct.unpack_from("!IhIhih", self.body, at)
            at += 18
            found.append((name, oid, length, modifier, form))
        assert at == len(self.body)
        return found

    def __str__(self):
        if self.tag in BARE:
            assert not self.body
            return BARE[self.tag]
        return getattr(self, NAMES[self.tag])()

    def authentication(self):
        (kind,) = struct.unpack_from("!I", self.body)
        rest = self.body[4:].decode().split("\0") if kind == 10 else []
        return " ".join(["Authentication" + AUTHENTICATION[kind], *filter(None, rest)])

    def parameter_status(self):
        name, value, _ = self.body.decode().split("\0")
        return f"ParameterStatus {name}={value}"

    def backend_key_data(self):
        return "BackendKeyData"

    def negotiate(self):
        minor, count = struct.unpack_from("!II", self.body)
        names = self.body[8:].decode().split("\0")[:-1]
        assert len(names) == count
        return f"NegotiateProtocolVersion {minor} {' '.join(names)}".rstrip()

    def ready(self):
        return f"ReadyForQuery {self.body.decode()}"

    def row_description(self):
        return "RowDescription " + ", ".join(
            f"{name}:{oid}" + (f":{modifier}" if modifier >= 0 else "") + ("" if form == 0 else ":binary")
            for name, oid, _, modifier, form in self.columns())

    def parameter_description(self):
        (count,) = struct.unpack_from("!H", self.body)
        return "ParameterDescription " + " ".join(map(str, struct.unpack_from(f"!{count}I", self.body, 2)))

    def data_row(self):
        return "DataRow " + ", ".join("NULL" if v is None else readable(v) for v in self.values())

    def command_complete(self):
        return "CommandComplete " + self.body[:-1].decode()

    def error(self):
        return "ErrorResponse " + self.report()

    def notice(self):
        return "NoticeResponse " + self.report()

    def report(self):
        fields = self.fields()
        shown = [fields["V"], fields["C"], fields["M"]]
        shown += [f"{word} {fields[key]}" for key, word in REPORTED.items() if key in fields]
        return " | ".join(shown)

    def copy_response(self):
        form, count = struct.unpack_from("!bH", self.body)
        formats = struct.unpack_from(f"!{count}H", self.body, 3)
        name = {b"G": "CopyInResponse", b"H": "CopyOutResponse"}[self.tag]
        return f"{name} {form} {' '.join(map(str, formats))}"

    def copy_out(self):
        return "CopyData " + readable(self.body)


NAMES = {b"R": "authentication", b"S": "parameter_status", b"K": "backend_key_data", b"v": "negotiate", b"Z": "ready",
         b"T": "row_description", b"t": "parameter_description", b"D": "data_row", b"C": "command_complete",
         b"E": "error", b"N": "notice", b"G": "copy_response", b"H": "copy_response", b"d": "copy_out"}


def readable(value):
    try:
        return repr(value.decode()) if value.decode().isprintable() or set(value) <= set(range(9, 127)) else repr(value)
    except UnicodeDecodeError:
        return repr(value)


class Closed(Exception):
    """The server has closed the connection."""


class Connection:
    """A connection to a server: bytes out, messages in."""

    def __init__(self, server, start=True, **parameters):
        self.socket = socket.create_connection((server.host, server.port), timeout=PATIENCE)
        self.server = server
        self.buffer = b""
        self.status = {}
        self.key = None
        if start:
            self.start(**parameters)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def start(self, **parameters):
        """From the start-up packet to the first ReadyForQuery; gives what came in between."""
        named = {"user": self.server.user, "database": self.server.database, **parameters}
        self.send(startup(**named))
        came = self.authenticate(named["user"], self.server.password)
        for each in came:
            if each.tag == b"S":
                name, value, _ = each.body.decode().split("\0")
                self.status[name] = value
            elif each.tag == b"K":
                self.key = each.body
        return came

    def authenticate(self, user, secret, mechanism="SCRAM-SHA-256", binding=b""):
        came = []
        while True:
            came.append(self.read())
            if came[-1].tag in (b"Z", b"E"):
                return came
            kind = struct.unpack_from("!I", came[-1].body)[0] if came[-1].tag == b"R" else 0
            if kind == 5:
                inner = hashlib.md5(secret.encode() + user.encode()).hexdigest().encode()
                self.send(password("md5" + hashlib.md5(inner + came[-1].body[4:]).hexdigest()))
            elif kind == 10:
                scram = Scram(secret, mechanism, binding)
                self.send(scram.first())
            elif kind == 11:
                self.send(scram.final(came[-1].body[4:]))
            elif kind == 12:
                scram.verify(came[-1].body[4:])

    def send(self, *parts):
        self.socket.sendall(b"".join(parts))

    def read_bytes(self, count):
        while len(self.buffer) < count:
            got = self.socket.recv(65536)
            if not got:
                raise Closed(self.buffer)
            self.buffer += got
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def read(self):
        tag, length = struct.unpack("!cI", self.read_bytes(5))
        return Message(tag, self.read_bytes(length - 4))

    def read_until(self, tags):
        """Messages to the first with one of these tags, which is the last given."""
        came = []
        while not came or came[-1].tag not in tags:
            came.append(self.read())
        return came

    def read_all(self):
        """Everything to the end of the connection."""
        came = []
        try:
            while True:
                came.append(self.read())
        except (Closed, ConnectionResetError):
            return came

    def is_closed(self):
        """The server closes without another word."""
        return self.read_all() == []

    def lines(self, *parts, until=b"Z"):
        """What comes back, as lines, to the first ReadyForQuery."""
        self.send(*parts)
        return [str(each) for each in self.read_until([bytes([b]) for b in until])]

    def query(self, sql):
        self.send(query(sql))
        return self.read_until([b"Z"])

    def rows(self, sql):
        came = self.query(sql)
        errors = [str(each) for each in came if each.tag == b"E"]
        assert not errors, errors
        return [each.values() for each in came if each.tag == b"D"]

    def value(self, sql):
        ((value,),) = self.rows(sql)
        return None if value is None else value.decode()

    def error(self, sql):
        """The fields of the error that the statement ends with."""
        (found,) = [each.fields() for each in self.query(sql) if each.tag == b"E"]
        return found


class Scram:
    """The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677)."""

    def __init__(self, secret, mechanism, binding):
        self.secret, self.mechanism = secret.encode(), mechanism
        self.header = b"p=tls-server-end-point,," if mechanism.endswith("PLUS") else b"n,,"
        self.binding = binding
        self.bare = b"n=,r=" + base64.b64encode(os.urandom(18))

    def first(self):
        said = self.header + self.bare
        return message(b"p", text(self.mechanism) + struct.pack("!I", len(said)) + said)

    def final(self, server_first):
        nonce, salt, rounds = (part[2:] for part in server_first.split(b","))
        salted = hashlib.pbkdf2_hmac("sha256", self.secret, base64.b64decode(salt), int(rounds))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        bound = b"c=" + base64.b64encode(self.header + self.binding) + b",r=" + nonce
        said = b",".join([self.bare, server_first, bound])
        signature = hmac.digest(hashlib.sha256(client_key).digest(), said, "sha256")
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self.expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), said, "sha256")
        return message(b"p", bound + b",p=" + base64.b64encode(proof))

    def verify(self, server_final):
        assert base64.b64decode(server_final[2:]) == self.expected

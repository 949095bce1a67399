"""What the airport extension says on the wire, message by message: raw gRPC, and answers in a form that can be compared.

An answer in that form has no descriptors, tickets, checksums and version numbers, which every server chooses for itself,
no empty members, and of scans only the columns that were asked for.
"""
import datetime
import decimal
import sys
import pathlib
import threading
import queue
import uuid

import grpc
import pyarrow as pa
import pyarrow.flight as flight

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "duckcat"))

from airport_client import ROWID, as_bytes, unpack, unzip  # noqa: E402

SERVICE = "/arrow.flight.protocol.FlightService/"
END = object()


# ---- protobuf (protobuf.dev/programming-guides/encoding): fields of length-delimited and varint kind

def read_varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def read_fields(data):
    """(number, value) in order; bytes or int."""
    fields, at = [], 0
    while at < len(data):
        key, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        fields.append((key >> 3, value))
    return fields


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def write_fields(fields):
    return b"".join(varint(number << 3 | (2 if isinstance(value, bytes) else 0)) +
                    (varint(len(value)) + value if isinstance(value, bytes) else varint(value)) for number, value in fields)


# ---- Arrow

def encapsulate(header, body=b""):
    return b"\xff\xff\xff\xff" + len(header).to_bytes(4, "little") + header + body


def plain_field(field):
    metadata = field.metadata or {}
    text = f"{field.name}: {field.type}{'' if field.nullable or b'is_rowid' in metadata else ' not null'}"
    for key, value in sorted(metadata.items()):
        text += f" {key.decode()}={value.decode()}"
    return text


def plain_schema(schema):
    lines = [plain_field(f) for f in schema]
    for key, value in sorted((schema.metadata or {}).items()):
        lines.append(f"{key.decode()}={unpack(value) if key == b'check_constraints' else value.decode()}")
    return lines


def plain_value(value):
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [plain_value(v) for v in value]
    if isinstance(value, dict):
        return {k: plain_value(v) for k, v in value.items()}
    return value


def plain_rows(table):
    return [plain_value(list(row.values())) for row in table.to_pylist()]


def without_empty(value):
    return {k: v for k, v in value.items() if v not in (None, "", {}, [])}


def read_schema(data):
    data = as_bytes(data)
    return plain_schema(pa.ipc.read_schema(pa.py_buffer(data)))


# ---- answers to actions and listings

def plain_info(info):
    info = info if isinstance(info, flight.FlightInfo) else flight.FlightInfo.deserialize(as_bytes(info))
    meta = unpack(info.app_metadata) if info.app_metadata else {}
    for name in ("input_schema",):
        if meta.get(name):
            meta[name] = read_schema(meta[name])
    if meta.get("extra_data"):
        meta["extra_data"] = unpack(as_bytes(meta["extra_data"]))
        if meta["extra_data"] == {"stability": "volatile"}:  # what the client takes for nothing
            meta["extra_data"] = None
    return {"columns": plain_schema(info.schema), **without_empty(meta)}


def plain_objects(container):
    """Functions have no columns before they are bound."""
    objects = [plain_info(i) for i in unzip(as_bytes(container))] if container else []
    for o in objects:
        if o.get("type") == "table_function":
            o.pop("columns")
    return sorted(objects, key=lambda o: (o["type"], o["name"]))


def plain_schemas(body):
    """Contents may stand in each schema, or all together in the root, by their checksums."""
    root = unzip(body)
    together = dict(unpack(as_bytes(root["contents"]["serialized"]))) if root["contents"]["serialized"] else {}
    return {s["name"]: without_empty({
        "description": s["description"], "tags": s["tags"],
        "objects": plain_objects(s["contents"]["serialized"] or together.get(s["contents"]["sha256"]))})
        for s in root["schemas"]}


def plain_statistics(body):
    row = pa.ipc.open_stream(body).read_all()
    found = dict(zip(row.schema.names, plain_rows(row)[0]))
    types = {name: str(row.schema.field(name).type) for name in row.schema.names}
    texts_only = () if types["min"] == "string" else ("max_string_length", "contains_unicode")
    return {name: [types[name], value] for name, value in sorted(found.items()) if name not in texts_only}


ACTIONS = {
    "list_schemas": plain_schemas,
    "catalog_version": lambda body: {"is_fixed": unpack(body)["is_fixed"]},
    "create_transaction": lambda body: list(unpack(body)),  # the identifier may be nil
    "endpoints": lambda body: {"endpoints": len(unpack(body))},
    "column_statistics": plain_statistics,
    "create_schema": lambda body: {"objects": plain_objects(unpack(body)["serialized"])},
}


def plain_result(action, message):
    body = dict(read_fields(message)).get(1, b"")
    return ACTIONS.get(action, plain_info)(body)


class Rows:
    """FlightData messages of one direction, in order."""

    def __init__(self, wanted=None):
        self.schema, self.head, self.wanted = None, None, None if wanted is None else list(dict.fromkeys(wanted))

    def columns(self):
        """The places of the columns that count."""
        names = [f.name for f in self.schema]
        is_row_id = [b"is_rowid" in (f.metadata or {}) or f.name == "rowid" for f in self.schema]
        if self.wanted is None:
            return range(len(names))
        data = [i for i in range(len(names)) if not is_row_id[i]]
        return [is_row_id.index(True) if c == ROWID else data[c] for c in self.wanted if c != ROWID or True in is_row_id]

    def table(self, message):
        fields = dict(read_fields(message))
        stream = self.head + encapsulate(fields[2], fields.get(1000, b"")) + b"\xff\xff\xff\xff\0\0\0\0"
        return pa.ipc.open_stream(pa.py_buffer(stream)).read_all()

    def read(self, message):
        fields = dict(read_fields(message))
        note = fields.get(3)
        if not fields.get(2):
            return {"total_changed": unpack(note)["total_changed"]} if note else {}
        if self.schema is None:
            self.head = encapsulate(fields[2])
            self.schema = pa.ipc.read_schema(pa.py_buffer(self.head))
            return {"columns": plain_schema(pa.schema([self.schema.field(i) for i in self.columns()]))}
        answer = {"rows": plain_rows(self.table(message).select(list(self.columns())))}
        if note:
            answer["mark"] = note.decode() if note.startswith(b"chunk_") else "progress"
        return answer


def plain_scan(messages, wanted):
    """All batches of a scan as one."""
    if not messages:
        return {}
    rows = Rows(wanted)
    answer = rows.read(messages[0])
    tables = [rows.table(m).select(list(rows.columns())) for m in messages[1:]]
    answer["rows"] = plain_rows(pa.concat_tables(tables)) if tables else []
    return answer


def plain_exchange(messages):
    rows = Rows()
    return [rows.read(m) for m in messages]


# ---- calls

class Call:
    """A bidirectional call whose messages are given and taken one by one."""

    def __init__(self, channel, method, headers):
        self.requests, self.failure = queue.Queue(), None
        stub = channel.stream_stream(SERVICE + method)
        self.answers = stub(iter(self.requests.get, END), metadata=headers, timeout=10)

    def send(self, message):
        self.requests.put(message)

    def half_close(self):
        self.requests.put(END)

    def receive(self):
        """The next message; None when the server has ended the call."""
        try:
            return next(self.answers)
        except StopIteration:
            return None
        except grpc.RpcError as failure:
            self.failure = failure
            return None

    def status(self):
        while self.receive() is not None:
            pass
        return self.answers.code().name

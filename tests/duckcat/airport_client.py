"""A client of the Airport protocol on pyarrow.flight: what DuckDB's extension says on the wire, call by call."""
import json
import struct

import pyarrow as pa
import pyarrow.flight as flight

ROWID = 0xFFFFFFFFFFFFFFFF


def pack(value):
    """MessagePack (github.com/msgpack/msgpack/blob/master/spec.md); bytes are packed as str, as the extension does."""
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return bytes([value]) if 0 <= value < 128 else b"\xcf" + struct.pack(">Q", value)
    if isinstance(value, (str, bytes)):
        data = value.encode() if isinstance(value, str) else value
        return b"\xdb" + struct.pack(">I", len(data)) + data
    if isinstance(value, (list, tuple)):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(map(pack, value))
    return b"\xdf" + struct.pack(">I", len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())


class Unpacker:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def text(self, count):
        data = self.take(count)
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data

    def read(self):
        b = self.take(1)[0]
        if b < 0x80:
            return b
        if b < 0x90:
            return {self.read(): self.read() for _ in range(b & 15)}
        if b < 0xA0:
            return [self.read() for _ in range(b & 15)]
        if b < 0xC0:
            return self.text(b & 31)
        if b >= 0xE0:
            return b - 256
        simple = {0xC0: None, 0xC2: False, 0xC3: True}
        if b in simple:
            return simple[b]
        numbers = {0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q"}
        if b in numbers:
            return self.number(numbers[b])
        sizes = {0xC4: "B", 0xC5: "H", 0xC6: "I", 0xD9: "B", 0xDA: "H", 0xDB: "I"}
        if b in sizes:
            count = self.number(sizes[b])
            return self.take(count) if b < 0xD0 else self.text(count)
        count = self.number("H" if b in (0xDC, 0xDE) else "I")
        if b in (0xDC, 0xDD):
            return [self.read() for _ in range(count)]
        return {self.read(): self.read() for _ in range(count)}


def unpack(data):
    return Unpacker(bytes(data)).read()


def unzip(container):
    length, data = unpack(container) if isinstance(container, (bytes, bytearray)) else container
    data = data if isinstance(data, bytes) else data.encode()
    return unpack(pa.decompress(data, decompressed_size=length, codec="zstd").to_pybytes())


def as_bytes(value):
    return value.encode() if isinstance(value, str) else value


def comparison(kind, name, duckdb_type, constant):
    """The filter `name kind constant` as the client writes it."""
    null = {"expression_class": "", "alias": "", "query_location": 0}
    column = {**null, "expression_class": "BOUND_COLUMN_REF", "type": "BOUND_COLUMN_REF",
              "return_type": {"id": duckdb_type, "type_info": None}, "binding": {"table_index": 0, "column_index": 0},
              "depth": 0}
    value = {**null, "expression_class": "BOUND_CONSTANT", "type": "VALUE_CONSTANT",
             "value": {"type": {"id": duckdb_type, "type_info": None}, "is_null": False, "value": constant}}
    node = {**null, "expression_class": "BOUND_COMPARISON", "type": kind, "left": column, "right": value}
    return json.dumps({"filters": [node], "column_binding_names_by_index": [name]})


class Table:
    def __init__(self, client, info):
        self.client, self.info = client, info
        self.schema, self.descriptor = info.schema, info.descriptor
        self.meta = unpack(info.app_metadata) if info.app_metadata else {}
        self.columns = [f for f in self.schema if not (f.metadata or {}).get(b"is_rowid")]

    def field(self, name):
        return self.schema.field(name)

    def endpoints(self, columns=None, filters=None, at=("", ""), arguments=b""):
        names = [f.name for f in self.columns]
        ids = range(len(names)) if columns is None else [ROWID if c == "rowid" else names.index(c) for c in columns]
        parameters = {"json_filters": filters or "", "column_ids": list(ids), "table_function_parameters": arguments,
                      "table_function_input_schema": b"", "at_unit": at[0], "at_value": at[1]}
        reply = self.client.action("endpoints", {"descriptor": self.descriptor.serialize(), "parameters": parameters})
        return [flight.FlightEndpoint.deserialize(as_bytes(e)) for e in unpack(reply)]

    def scan(self, columns=None, **more):
        tables = [self.client.flight.do_get(e.ticket, self.client.options()).read_all()
                  for e in self.endpoints(columns, **more)]
        table = pa.concat_tables(tables)
        return table if columns is None else table.select([c for c in columns])

    def exchange(self, operation, schema, batches, returning=False):
        """Returns (changed rows, answers). What `batches` iterates over may scan for the row ids: they stay as they are
        from here on."""
        options = self.client.options(("airport-operation", operation), ("return-chunks", "1" if returning else "0"))
        writer, reader = self.client.flight.do_exchange(self.descriptor, options)
        answers = []
        with writer:
            writer.begin(schema)
            reader.schema  # has come when the server is ready
            for batch in batches:
                writer.write_batch(batch)
                if returning:
                    answers.append(reader.read_chunk().data)
            writer.done_writing()
            while True:
                try:
                    chunk = reader.read_chunk()
                except StopIteration:
                    return None, answers
                if chunk.app_metadata is not None:
                    return unpack(chunk.app_metadata.to_pybytes())["total_changed"], answers

    def insert(self, rows, returning=False, schema=None, batch_rows=2048):
        schema = schema or pa.schema([f.remove_metadata() for f in self.columns])
        schema = pa.schema([pa.field(f.name, f.type) for f in schema])
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows, schema=schema)
        return self.exchange("insert", table.schema, table.to_batches(batch_rows), returning)

    def update(self, rows, columns, returning=False):
        names = list(columns)
        if returning:
            names += [f.name for f in self.columns if f.name not in names]
        schema = pa.schema([pa.field(n, self.field(n).type) for n in names] + [pa.field("rowid", pa.int64())])
        table = pa.Table.from_pylist(rows, schema=schema)
        return self.exchange("update", schema, table.to_batches(2048), returning)

    def delete(self, row_ids, returning=False):
        return self.change_where(lambda: ({"rowid": i} for i in row_ids), [], returning)

    def change_where(self, choose, columns=(), returning=False):
        """Changes, or without columns deletes, the rows that `choose()` finds: it is called when the server is ready, as
        DuckDB's client scans only then."""
        schema = pa.schema([pa.field(n, self.field(n).type) for n in columns] + [pa.field("rowid", pa.int64())])

        def batches():
            yield from pa.Table.from_pylist(list(choose()), schema=schema).to_batches(2048)

        return self.exchange("update" if columns else "delete", schema, batches(), returning)


class Client:
    def __init__(self, location, catalog="", token=None):
        self.location, self.flight = location, flight.FlightClient(location)
        self.catalog, self.token = catalog, token
        self.transaction = None

    def options(self, *headers):
        all_headers = [("airport-catalog", self.catalog)] if self.catalog else []
        if self.token:
            all_headers.append(("authorization", "Bearer " + self.token))
        all_headers += headers
        return flight.FlightCallOptions(headers=[(k.encode(), v.encode()) for k, v in all_headers])

    def action(self, name, body):
        body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else pack(body)
        results = list(self.flight.do_action(flight.Action(name, body), self.options()))
        return results[0].body.to_pybytes() if results else b""

    def version(self):
        return unpack(self.action("catalog_version", {"catalog_name": self.catalog}))["catalog_version"]

    def schemas(self):
        return {s["name"]: s for s in unzip(self.action("list_schemas", {"catalog_name": self.catalog}))["schemas"]}

    def infos(self, schema):
        serialized = self.schemas()[schema]["contents"]["serialized"]
        return [flight.FlightInfo.deserialize(as_bytes(i)) for i in unzip(as_bytes(serialized))]

    def tables(self, schema):
        found = [Table(self, i) for i in self.infos(schema)]
        return {t.meta["name"]: t for t in found if t.meta["type"] == "table"}

    def take(self, *path):
        """What airport_take_flight(location, path) reads."""
        return Table(self, self.flight.get_flight_info(flight.FlightDescriptor.for_path(*path), self.options()))

    def table(self, schema, name):
        return self.tables(schema)[name]

    def functions(self, schema):
        found = [Table(self, i) for i in self.infos(schema)]
        return {t.meta["name"]: t for t in found if t.meta["type"] != "table"}

    def at(self, table, unit, value):
        """The table as it was."""
        reply = self.action("flight_info", {"descriptor": table.descriptor.serialize(), "at_unit": unit, "at_value": value})
        return Table(self, flight.FlightInfo.deserialize(reply))

    def call(self, function, arguments):
        """The rows of a table function; `arguments` are arrays of one value."""
        sink = pa.BufferOutputStream()
        row = pa.record_batch(arguments)
        with pa.ipc.new_stream(sink, row.schema) as stream:
            stream.write_batch(row)
        packed = sink.getvalue().to_pybytes()
        reply = self.action("table_function_flight_info", {
            "descriptor": function.descriptor.serialize(), "parameters": packed, "table_input_schema": b"",
            "at_unit": "", "at_value": ""})
        info = flight.FlightInfo.deserialize(reply)
        endpoints = Table(self, info).endpoints(arguments=packed)
        return pa.concat_tables([self.flight.do_get(e.ticket, self.options()).read_all() for e in endpoints])

    def create_schema(self, name):
        self.action("create_schema", {"catalog_name": self.catalog, "schema": name, "comment": None, "tags": {}})

    def drop_schema(self, name, if_exists=False):
        self.action("drop_schema", {"type": "schema", "catalog_name": self.catalog, "schema_name": "", "name": name,
                                    "ignore_not_found": if_exists})

    def create_table(self, schema, name, arrow, on_conflict="error", not_null=(), checks=(), primary_key=(), unique=(),
                     extra=()):
        reply = self.action("create_table", {
            "catalog_name": self.catalog, "schema_name": schema, "table_name": name,
            "arrow_schema": arrow.serialize().to_pybytes(), "on_conflict": on_conflict,
            "not_null_constraints": list(not_null), "unique_constraints": [], "check_constraints": list(checks),
            "primary_key_columns": list(primary_key) if len(primary_key) == 1 else [],
            "unique_columns": list(unique),
            "multi_key_primary_keys": list(primary_key) if len(primary_key) > 1 else [],
            "extra_constraints": list(extra)})
        return Table(self, flight.FlightInfo.deserialize(reply))

    def drop_table(self, schema, name, if_exists=False):
        self.action("drop_table", {"type": "table", "catalog_name": self.catalog, "schema_name": schema, "name": name,
                                   "ignore_not_found": if_exists})

    def alter(self, action, schema, name, **members):
        body = {"catalog": self.catalog, "schema": schema, "name": name, "ignore_not_found": False, **members}
        return Table(self, flight.FlightInfo.deserialize(self.action(action, body)))

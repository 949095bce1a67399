"""libairport from Python by ctypes: a server of pyarrow tables. All that a binding needs is a few structs."""
import ctypes as c

import pyarrow as pa

ARROW_SCHEMA_BYTES = 72


class Error(c.Structure):
    _fields_ = [("kind", c.c_int), ("message", c.c_char * 2044)]


class Handle(c.Structure):
    _fields_ = [("methods", c.c_void_p), ("self", c.c_void_p)]


SCAN = c.CFUNCTYPE(c.c_bool, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p, c.POINTER(Error))


class ScanOptions(c.Structure):
    _fields_ = [("size", c.c_size_t), ("columns", c.POINTER(c.c_char_p)), ("column_indexes", c.POINTER(c.c_int32)),
                ("column_count", c.c_int32), ("filter_json", c.c_char_p), ("filter", c.c_void_p), ("limit", c.c_int64),
                ("batch_rows", c.c_int64)]


class SimpleTable(c.Structure):
    _fields_ = [("size", c.c_size_t), ("name", c.c_char_p), ("comment", c.c_char_p), ("fields", c.c_void_p),
                ("field_count", c.c_int32), ("schema", c.c_void_p), ("check_constraints", c.c_void_p),
                ("check_constraint_count", c.c_size_t), ("scan", SCAN), ("self", c.c_void_p)]


class ServerConfig(c.Structure):
    """airport_server_config up to the port; the rest counts as zero."""
    _fields_ = [("size", c.c_size_t), ("catalog", Handle), ("catalogs", c.c_void_p), ("catalog_count", c.c_size_t),
                ("find_catalog", c.c_void_p), ("find_catalog_self", c.c_void_p), ("host", c.c_char_p), ("port", c.c_int32)]


class Server:
    """Serves {name: (schema, function(columns) -> batches)} as the schema `demo` on a free port."""

    def __init__(self, library, tables):
        self.library = c.CDLL(str(library))
        for name in ("airport_catalog_builder_create", "airport_server_create"):
            getattr(self.library, name).restype = c.c_void_p
        self.kept, self.error = [], Error()
        builder = c.c_void_p(self.library.airport_catalog_builder_create())
        self.library.airport_builder_schema(builder, b"demo", None)
        for name, (schema, batches) in tables.items():
            self._add(builder, name, schema, batches)
        config = ServerConfig(size=c.sizeof(ServerConfig), port=-1)
        self._check(self.library.airport_catalog_builder_finish(builder, c.byref(config.catalog), c.byref(self.error)))
        self.catalog = config.catalog
        self.server = c.c_void_p(self.library.airport_server_create(c.byref(config), c.byref(self.error)))
        self._check(self.server.value)
        self._check(self.library.airport_server_start(self.server, c.byref(self.error)))
        self.location = f"grpc://127.0.0.1:{self.library.airport_server_port(self.server)}"

    def _check(self, ok):
        if not ok:
            raise RuntimeError(self.error.message.decode())

    def _add(self, builder, name, schema, batches):
        def scan(_self, _call, options, out, error):
            try:
                asked = c.cast(options, c.POINTER(ScanOptions)).contents
                columns = [asked.columns[i].decode() for i in range(asked.column_count)]
                source = batches(columns)
                source_schema, rows = source if isinstance(source, tuple) else (schema, source)
                pa.RecordBatchReader.from_batches(source_schema, rows)._export_to_c(out)
                return True
            except Exception as failure:  # noqa: BLE001
                return self.library.airport_fail(error, 2, b"%s", str(failure).encode())

        exported = c.create_string_buffer(ARROW_SCHEMA_BYTES)
        schema._export_to_c(c.addressof(exported))
        table = SimpleTable(size=c.sizeof(SimpleTable), name=name.encode(), schema=c.addressof(exported), scan=SCAN(scan))
        self.library.airport_builder_simple_table(builder, c.byref(table))
        pa.Schema._import_from_c(c.addressof(exported))  # releases it: the builder has copied
        self.kept.append(table)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.airport_server_destroy(self.server)
        self.library.airport_catalog_release(self.catalog)

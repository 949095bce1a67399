"""pyarrow's Flight server: flight_peer.py PORT ROWS. The ticket "memory" is answered from record batches that are ready, any
other is a query for DuckDB, in the same process."""
import sys

import duckdb
import pyarrow as pa
import pyarrow.compute
import pyarrow.flight as flight


def numbers(rows):
    """The columns of the table that the other server has."""
    a = pa.array(range(1, rows + 1), pa.int32())
    wide = a.cast(pa.int64())
    b = pa.compute.multiply(wide, 7)
    c = pa.compute.divide(a.cast(pa.float64()), 3.0)
    d = pa.compute.binary_join_element_wise("row number ", wide.cast(pa.string()), "")
    e = pa.compute.subtract(a, pa.compute.multiply(pa.compute.divide(a, pa.scalar(1000, pa.int32())), pa.scalar(1000, pa.int32())))
    e = e.cast(pa.int32()).cast(pa.date32())
    return pa.table({"a": a, "b": b, "c": c, "d": d, "e": e}).combine_chunks()


class Server(flight.FlightServerBase):
    def __init__(self, location, table):
        super().__init__(location)
        self.table = table
        self.database = duckdb.connect()
        self.database.from_arrow(table).create("numbers")

    def do_get(self, context, ticket):
        if ticket.ticket == b"memory":
            batches = pa.RecordBatchReader.from_batches(self.table.schema, self.table.to_batches(16384))
        else:
            batches = self.database.cursor().execute(ticket.ticket.decode()).to_arrow_reader(122880)
        return flight.RecordBatchStream(batches)

    def do_action(self, context, action):
        yield action.body


if __name__ == "__main__":
    Server(f"grpc://127.0.0.1:{sys.argv[1]}", numbers(int(sys.argv[2]))).serve()

"""Which operation of a server is to fail: tables of counters that the test and the server both map."""

import errno
import mmap
import struct

import process

LIBRARY = process.PROGRAM.parent / "tests" / "libinterposer.so"


class Table:
    """A row for each kind of operation, a column of eight bytes for each field."""

    KINDS = FIELDS = ()

    def __init__(self, directory):
        self.path = directory / "faults"
        self.path.write_bytes(bytes(8 * len(self.KINDS) * len(self.FIELDS)))
        with open(self.path, "r+b") as file:
            self.table = mmap.mmap(file.fileno(), 0)

    def _place(self, kind, field):
        return 8 * (self.KINDS.index(kind) * len(self.FIELDS) + self.FIELDS.index(field))

    def get(self, kind, field="seen"):
        return struct.unpack_from("=q", self.table, self._place(kind, field))[0]

    def _set(self, kind, field, value):
        struct.pack_into("=q", self.table, self._place(kind, field), value)

    def arm(self, kind, nth):
        """The nth operation from now on fails."""
        self._set(kind, "struck", 0)
        self._set(kind, "armed", self.get(kind) + nth)

    def disarm(self, kind):
        """Returns how many operations have failed."""
        self._set(kind, "armed", 0)
        return self.get(kind, "struck")


class Faults(Table):
    """File operations of any server, by the preloaded interposer.c."""

    KINDS = ("write", "sync", "truncate", "read", "thread")
    FIELDS = ("seen", "armed", "times", "error", "struck")

    def variables(self):
        return {"LD_PRELOAD": str(LIBRARY), "MALLARDB_FAULT_TABLE": str(self.path)}

    def arm(self, kind, nth, times=1, error=errno.EIO):
        """And with `times` those behind it."""
        self._set(kind, "times", times)
        self._set(kind, "error", error)
        super().arm(kind, nth)


class InnerFaults(Table):
    """What src/base/fault.h counts in a server that was built with MALLARDB_FAULTS."""

    KINDS = ("allocate", "read", "write", "thread", "engine")
    FIELDS = ("seen", "armed", "struck")
    ARE_BUILT_IN = b"MALLARDB_FAULT_TABLE" in process.PROGRAM.read_bytes()

    def variables(self):
        return {"MALLARDB_FAULT_TABLE": str(self.path)}

"""The test's side of interposer.c: which file operation of the server is to fail."""

import errno
import mmap
import struct

import process

KINDS = ("write", "sync", "truncate", "read", "thread")
FIELDS = ("seen", "armed", "times", "error", "struck")
LIBRARY = process.PROGRAM.parent / "tests" / "libinterposer.so"


class Faults:
    """A table that a server started with `variables()` looks into at every file operation."""

    def __init__(self, directory):
        self.path = directory / "faults"
        self.path.write_bytes(bytes(8 * len(KINDS) * len(FIELDS)))
        with open(self.path, "r+b") as file:
            self.table = mmap.mmap(file.fileno(), 0)

    def variables(self):
        return {"LD_PRELOAD": str(LIBRARY), "MALLARDB_FAULT_TABLE": str(self.path)}

    def _place(self, kind, field):
        return 8 * (KINDS.index(kind) * len(FIELDS) + FIELDS.index(field))

    def get(self, kind, field="seen"):
        return struct.unpack_from("=q", self.table, self._place(kind, field))[0]

    def _set(self, kind, field, value):
        struct.pack_into("=q", self.table, self._place(kind, field), value)

    def arm(self, kind, nth, times=1, error=errno.EIO):
        """The nth operation from now on fails, and with `times` those behind it."""
        self._set(kind, "struck", 0)
        self._set(kind, "times", times)
        self._set(kind, "error", error)
        self._set(kind, "armed", self.get(kind) + nth)

    def disarm(self, kind):
        """Returns how many operations have failed."""
        self._set(kind, "armed", 0)
        return self.get(kind, "struck")

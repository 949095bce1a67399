/* What the files that load snapshots share. */
#ifndef DUCKCAT_SNAPSHOT_LOADER_H
#define DUCKCAT_SNAPSHOT_LOADER_H

#include "duckcat/snapshot.h"

/* Makes room for one more of an array of memory_allocate(); `items` points to the pointer. False when memory is out. */
bool snapshot_make_room(void *items, int32_t count, int32_t *capacity, size_t bytes);

/* snapshot_functions.c: macros, into the schemas of a snapshot that has them. */
bool snapshot_load_functions(struct snapshot *snapshot, struct lease *lease, struct error *err);

#endif

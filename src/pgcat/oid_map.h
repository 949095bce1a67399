/* OIDs of what a DuckDB database holds: stable across statements, sessions, ALTER, RENAME and restarts.
 *
 * DuckDB numbers its catalog entries too; those numbers survive ALTER and RENAME, but only until the database is closed. So
 * an object is known by that number while the process runs, and found again by its path (schema and name) at the next
 * start. Each object owns a block of PGCAT_OID_BLOCK consecutive OIDs: a table's is followed by those of its row type and
 * of that type's array type. An OID is never given out twice: the file says up to where they may have been used.
 *
 * The file is a log of lines, one for each object, rewritten at each start. Where it cannot be written (a read-only place)
 * OIDs live as long as the process. Any thread.
 */
#ifndef PGCAT_OID_MAP_H
#define PGCAT_OID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PGCAT_OID_FIRST = 16384, PGCAT_OID_BLOCK = 4 };

struct pgcat_oid_map;

struct pgcat_oid_key {
    const char *database;
    const char *kind; /* "relation", "type" … */
    int64_t engine_oid; /* DuckDB's number; for parts, the OID of what they belong to */
    const char *part; /* "" for the object itself; a constraint's columns, an ENUM's label … */
    const char *path; /* where to find it after a restart */
    size_t database_length, kind_length, part_length, path_length;
};

/* Reads the file if it is there; `path` NULL keeps nothing. Owned, free with pgcat_oid_map_destroy. */
struct pgcat_oid_map *pgcat_oid_map_create(const char *path, struct error *err);
void pgcat_oid_map_destroy(struct pgcat_oid_map *map);
/* DuckDB's numbers mean nothing any more: the instance was opened anew. */
void pgcat_oid_map_forget_engine(struct pgcat_oid_map *map);
/* The object's OID, a new one if it has none; 0 when memory or OIDs are out. */
uint32_t pgcat_oid_map_get(struct pgcat_oid_map *map, const struct pgcat_oid_key *key);
/* The object has a second number of the engine's now: a rebuilt table, of which the transaction that rebuilt it sees the new one
 * and all others the old. `key` names the old number and the path of the new one. False when memory is out. */
bool pgcat_oid_map_alias(struct pgcat_oid_map *map, const struct pgcat_oid_key *key, int64_t engine_oid);

#endif

/* What a database holds, as clients are told of it: read from DuckDB's catalog functions in a few queries, then
 * immutable and counted, shared by every call until a statement may have changed a catalog. Its functions are read when
 * somebody asks for them, for DuckDB lists all its own with them, which takes longer than a few hundred tables.
 * Databases of other kinds than DuckDB's own files may change behind our back and are read anew for each call.
 */
#ifndef DUCKCAT_SNAPSHOT_H
#define DUCKCAT_SNAPSHOT_H

#include <pthread.h>

#include "airport.h"
#include "base/log.h"
#include "duckcat/lease.h"

struct snapshot_column {
    const char *name;
    const struct engine_type *type; /* DuckDB's, or what it is cast to */
    bool is_cast;                   /* its own type (VARIANT) has no form in Arrow: it is read as a JSON */
    const char *default_sql;        /* NULL: none */
    const char *comment;            /* NULL: none */
    bool is_not_null;
    bool is_generated; /* then default_sql is its expression */
    /* A default that only this server can evaluate (a sequence's next value): the client is told neither of it nor
     * of NOT NULL, and a null that it inserts becomes the default. */
    bool has_own_default;
};

enum snapshot_kind { SNAPSHOT_TABLE, SNAPSHOT_VIEW };

struct snapshot_table {
    const char *database, *schema, *name; /* DuckDB's names */
    const char *comment;
    enum snapshot_kind kind;
    bool has_row_id;
    int64_t estimated_rows;
    struct snapshot_column *columns; /* those that have a form in Arrow */
    int32_t column_count;
    const char **checks;
    int32_t check_count;
    struct ArrowSchema arrow; /* the columns, then the row id */
};

struct snapshot_function {
    const char *database, *schema, *name, *comment;
    bool is_table;
    const char **parameters;
    const char **parameter_types; /* SQL; NULL: any type */
    int32_t parameter_count;
    const struct engine_type *result; /* of a scalar function */
};

struct snapshot_schema {
    const char *name; /* as offered */
    const char *real_name;
    const char *comment;
    bool is_default;
    struct snapshot_table *tables;
    int32_t table_count;
    struct snapshot_function *functions; /* once snapshot_need_functions() has been asked */
    int32_t function_count;
};

struct snapshot {
    _Atomic int32_t references;
    uint64_t version;
    struct arena arena;
    const char *database;
    bool is_read_only;
    bool is_native; /* a DuckDB file or memory */
    struct snapshot_schema *schemas;
    int32_t schema_count;
    pthread_mutex_t lock; /* of the functions, which are read when they are first wanted */
    bool has_functions;
};

struct snapshot_cache;

/* Owned, free with snapshot_cache_destroy. */
struct snapshot_cache *snapshot_cache_create(struct engine_database *database, struct lease_pool *leases,
                                             struct log *log);
void snapshot_cache_destroy(struct snapshot_cache *cache);
/* The current snapshot of an attached database; NULL with ERROR_NOT_FOUND when there is none of that name. Owned,
 * free with snapshot_release. */
struct snapshot *snapshot_get(struct snapshot_cache *cache, struct airport_call *call, const char *database,
                              struct error *err);
struct snapshot *snapshot_retain(struct snapshot *snapshot);
void snapshot_release(struct snapshot *snapshot);
/* NULL when there is none. Names are compared as DuckDB does, without case. */
const struct snapshot_schema *snapshot_find_schema(const struct snapshot *snapshot, const char *name);
/* By its very name; NULL when there is none. */
const struct snapshot_column *snapshot_find_column(const struct snapshot_table *table, const char *name);

/* Fills in the schemas' functions. Any thread. */
bool snapshot_need_functions(struct snapshot *snapshot, struct lease_pool *leases, struct airport_call *call,
                             struct error *err);

/* snapshot_load.c: fills an empty snapshot whose database is set. */
bool snapshot_load(struct snapshot *snapshot, struct lease *lease, struct log *log, struct error *err);
/* The Arrow schema of a table with these columns, as the client wants it. `out` is owned, free with its release. */
bool snapshot_describe(const struct snapshot_table *table, struct ArrowSchema *out, struct error *err);

#endif

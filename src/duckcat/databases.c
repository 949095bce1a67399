/* The list of databases that ATTACH 'name' can name, which SELECT * FROM airport_databases(location) reads. */
#include <string.h>

#include "duckcat/catalog.h"
#include "duckcat/failure.h"
#include "duckcat/scan.h"
#include "duckcat/sql.h"

/* The path by which the client asks for it (the extension's airport_take_flight.cpp). */
static const char list_path[] = "__databases";

static const struct airport_field fields[] = {
    {.size = sizeof(struct airport_field), .name = "name", .format = "u"},
    {.size = sizeof(struct airport_field), .name = "description", .format = "u"},
    {.size = sizeof(struct airport_field), .name = "type", .format = "u"},
    {.size = sizeof(struct airport_field), .name = "read_only", .format = "b"},
};

static const char list_sql[] =
    " FROM (SELECT database_name AS \"name\", comment AS description, type AS \"type\", readonly AS read_only "
    "FROM duckdb_databases() WHERE NOT internal) ORDER BY ALL";

static bool describe(void *self, struct airport_call *call, const struct airport_time_point *at,
                     struct airport_table_info *out, struct airport_error *err) {
    (void)self;
    (void)call;
    if (at)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "the list of databases has no past");
    out->name = list_path;
    return airport_schema_from_fields(fields, sizeof fields / sizeof fields[0], &out->schema, err);
}

static bool open_list(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    struct duckcat *owner = self;
    struct writer sql = {0};
    struct error why;
    writer_text(&sql, "SELECT ");
    scan_write_columns(&sql, options->columns, options->column_count);
    writer_text(&sql, list_sql);
    const char *text = sql_finish(&sql, &why);
    struct lease *lease = text ? scan_take_lease(owner, call, &why) : NULL;
    struct engine_statement *statement = lease ? engine_statement_prepare(lease_connection(lease), text, &why) : NULL;
    writer_destroy(&sql);
    if (statement)
        return scan_stream(lease, statement, options->columns, options->column_count, options->batch_rows, out, err);
    lease_return(lease);
    return failure_tell(&why, err);
}

static const struct airport_scan_methods scan_methods = {.size = sizeof scan_methods, .open = open_list};
static const struct airport_table_methods list_methods = {
    .size = sizeof list_methods, .describe = describe, .scan = &scan_methods};

bool databases_find(void *self, struct airport_call *call, const struct airport_flight *flight,
                    struct airport_table *out, struct airport_error *err) {
    const struct catalog *catalog = self;
    (void)call;
    (void)err;
    if (flight->path_count == 1 && strcmp(flight->path[0], list_path) == 0)
        *out = (struct airport_table){&list_methods, catalog->owner};
    return true;
}

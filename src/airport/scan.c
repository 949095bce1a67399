/* From what was asked for to a source of rows, and its plan. */
#include "airport/scan.h"

#include <ctype.h>
#include <string.h>

#include "airport/endpoints.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/filter.h"
#include "airport/function.h"
#include "airport/server.h"
#include "flight/ipc.h"
#include "flight/msgpack.h"

static const uint64_t ROW_ID_COLUMN = UINT64_MAX; /* DuckDB's number of the row id */

const struct airport_time_point *scan_time_point(struct airport_call *call, const char *unit, const char *value,
                                                 struct airport_time_point *storage) {
    if (!*unit)
        return NULL;
    char *lower = airport_call_copy_string(call, unit);
    for (char *c = lower; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    *storage = (struct airport_time_point){lower ? lower : "", value};
    return storage;
}

/* Asks a catalog about a descriptor that names no object of it. */
static bool find_flight(struct airport_call *call, const struct flight_name *name,
                        const struct airport_time_point *at, struct found_table *out, struct airport_error *err) {
    const struct airport_flight flight = {
        .size = sizeof flight,
        .command = {name->descriptor.command.bytes, name->descriptor.command.length},
        .path = name->descriptor.path,
        .path_count = name->descriptor.path_count,
    };
    struct airport_catalog catalog;
    struct airport_table table = {NULL, NULL};
    if (!lookup_catalog(call, call->catalog_name, &catalog, err))
        return false;
    if (METHOD(catalog.methods, find_flight) && !catalog.methods->find_flight(catalog.self, call, &flight, &table, err))
        return false;
    if (!table.methods)
        return airport_fail(err, AIRPORT_NOT_FOUND, "this server knows no such flight");
    return call_keep(call, METHOD(table.methods, release), table.self, err) && describe_table(call, table, at, out, err);
}

bool scan_find_table(struct airport_call *call, const struct flight_name *name, const struct airport_time_point *at,
                     struct found_table *out, struct airport_error *err) {
    if (!name->schema)
        return find_flight(call, name, at, out, err);
    struct airport_catalog catalog;
    struct found_schema schema;
    if (!lookup_catalog(call, name->catalog, &catalog, err) || !lookup_schema(call, catalog, name->schema, &schema, err) ||
        !lookup_table(call, schema.handle, name->name, at, out, err))
        return false;
    /* The client takes types and places of columns from what it was told when it attached. */
    if (name->has_fingerprint && !at && name->fingerprint != out->fingerprint)
        return airport_fail(err, AIRPORT_FAILED_PRECONDITION,
                            "the columns of table \"%s\" have changed since this client attached the catalog: "
                            "DETACH it and ATTACH it again",
                            name->name);
    return true;
}

/* ---- options ---- */

/* The schema's index of a column that the client numbers without the row id; -1 when there is none. */
static int32_t column_index(const struct ArrowSchema *schema, int32_t row_id, uint64_t id) {
    if (id == ROW_ID_COLUMN)
        return row_id;
    if (id >= (uint64_t)schema->n_children)
        return -1;
    int32_t index = (int32_t)id;
    if (row_id >= 0 && index >= row_id)
        index++;
    return index < schema->n_children ? index : -1;
}

static bool add_column(struct airport_scan_options *options, int32_t *indexes, const char **names,
                       const struct ArrowSchema *schema, int32_t index) {
    for (int32_t i = 0; i < options->column_count; i++)
        if (indexes[i] == index)
            return true;
    indexes[options->column_count] = index;
    names[options->column_count++] = schema->children[index]->name;
    return true;
}

static bool set_columns(struct airport_call *call, struct scan_source *source, const struct scan_request *request,
                        struct airport_error *err) {
    const struct ArrowSchema *schema = &source->schema->schema;
    struct airport_scan_options *options = &source->options;
    size_t count = (size_t)schema->n_children + 1;
    int32_t *indexes = airport_call_allocate(call, count * sizeof *indexes);
    const char **names = airport_call_allocate(call, count * sizeof *names);
    if (!indexes || !names)
        return airport_fail_no_memory(err);
    options->column_indexes = indexes;
    options->columns = names;
    int32_t row_id = source->is_table ? airport_find_rowid_column(schema) : -1;
    for (int32_t i = 0; i < request->column_ids.count; i++) {
        int32_t index = column_index(schema, row_id, request->column_ids.values[i]);
        if (index >= 0)
            add_column(options, indexes, names, schema, index);
        else if (request->column_ids.values[i] != ROW_ID_COLUMN)
            return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "column number %llu is out of range",
                                (unsigned long long)request->column_ids.values[i]);
    }
    for (int32_t i = 0; request->column_ids.count == 0 && i < schema->n_children; i++)
        add_column(options, indexes, names, schema, i);
    return true;
}

static void destroy_filter(void *self) {
    airport_filter_destroy(self);
}

static bool set_filter(struct airport_call *call, struct scan_source *source, const struct scan_request *request,
                       struct airport_error *err) {
    if (!*request->json_filters)
        return true;
    struct airport_filter *filter = airport_filter_parse(request->json_filters, strlen(request->json_filters), NULL);
    if (filter && !filter->conjunct_count) {
        airport_filter_destroy(filter);
        return true;
    }
    source->options.filter_json = request->json_filters;
    source->options.filter = filter;
    return !filter || call_keep(call, destroy_filter, filter, err);
}

static bool set_options(struct airport_call *call, struct scan_source *source, const struct scan_request *request,
                        struct airport_error *err) {
    enum { MIN_ROWS = 2048, MAX_ROWS = 122880 }; /* DuckDB's vector and row group */
    struct airport_scan_options *options = &source->options;
    options->size = sizeof *options;
    options->limit = -1;
    options->state = (struct airport_bytes){request->state.bytes, request->state.length};
    options->time_point = scan_time_point(call, request->at_unit, request->at_value, &source->time_point);
    if (!set_columns(call, source, request, err) || !set_filter(call, source, request, err))
        return false;
    int64_t rows = (int64_t)(call->server->config.batch_bytes / (8 * (size_t)(options->column_count + 1)));
    options->batch_rows = rows < MIN_ROWS ? MIN_ROWS : rows > MAX_ROWS ? MAX_ROWS : rows;
    return true;
}

/* ---- sources ---- */

static bool resolve_table(struct airport_call *call, const struct flight_name *name,
                          const struct scan_request *request, struct scan_source *source, struct airport_error *err) {
    struct found_table table;
    struct airport_time_point storage;
    const struct airport_time_point *at = scan_time_point(call, request->at_unit, request->at_value, &storage);
    if (!scan_find_table(call, name, at, &table, err))
        return false;
    source->methods = METHOD(table.handle.methods, scan);
    source->self = table.handle.self;
    source->schema = table.schema;
    source->is_table = true;
    return source->methods || airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "table \"%s\" cannot be read", table.info.name);
}

static bool resolve_function(struct airport_call *call, const struct flight_name *name,
                             const struct scan_request *request, struct scan_source *source,
                             struct airport_error *err) {
    struct found_function function;
    if (!function_find(call, name, &function, err) ||
        !function_read_arguments(call, &request->arguments, &source->arguments, err))
        return false;
    if (!function.table)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "\"%s\" is not a table function", name->name);
    source->methods = function.table->scan;
    source->self = function.handle.self;
    source->schema = function_bind(call, &function, &source->arguments, NULL, err);
    source->options.arguments = &source->arguments;
    return source->schema != NULL;
}

struct scan_source *scan_resolve(struct airport_call *call, const struct scan_request *request,
                                 struct airport_error *err) {
    struct flight_name name;
    struct scan_source *source = arena_allocate_zeroed(&call->arena, 1, sizeof *source);
    if (!source) {
        airport_fail_no_memory(err);
        return NULL;
    }
    if (!naming_read(call, request->descriptor.bytes, request->descriptor.length, &name, err))
        return NULL;
    bool is_function = name.schema && strcmp(name.kind, NAMING_TABLE_FUNCTION) == 0;
    bool ok = is_function ? resolve_function(call, &name, request, source, err)
                          : resolve_table(call, &name, request, source, err);
    return ok && REQUIRE(call, source->methods, open, err) && set_options(call, source, request, err) ? source : NULL;
}

/* ---- the plan ---- */

bool scan_write_endpoints(struct writer *w, struct airport_call *call, struct scan_request *request,
                          struct airport_error *err) {
    struct scan_source *source = scan_resolve(call, request, err);
    if (!source)
        return false;
    struct airport_endpoints list = {.call = call};
    const struct airport_endpoint whole = {.size = sizeof whole};
    bool ok = METHOD(source->methods, plan) ? source->methods->plan(source->self, call, &source->options, &list, err)
                                    : airport_endpoints_add(&list, &whole, err);
    return ok && endpoints_write(w, &list, request, err);
}

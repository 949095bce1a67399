#include "airport/function.h"

#include <string.h>

#include "airport/failure.h"
#include "airport/schema.h"
#include "flight/ipc.h"

static bool is_wanted(const struct flight_name *name, const struct found_function *f) {
    bool wants_scalar = strcmp(name->kind, NAMING_SCALAR) == 0;
    return strcmp(f->info.name, name->name) == 0 && wants_scalar == (f->scalar != NULL) &&
           (!name->has_fingerprint || name->fingerprint == f->fingerprint);
}

bool function_find(struct airport_call *call, const struct flight_name *name, struct found_function *out,
                   struct airport_error *err) {
    struct airport_catalog catalog;
    struct found_schema schema;
    struct airport_functions list;
    if (!lookup_catalog(call, name->catalog, &catalog, err) || !lookup_schema(call, catalog, name->schema, &schema, err) ||
        !lookup_functions(call, schema.handle, name->name, &list, err))
        return false;
    for (int32_t i = 0; i < list.count; i++) {
        if (!describe_function(call, list.items[i], out, err))
            return false;
        if (is_wanted(name, out))
            return true;
    }
    return airport_fail(err, AIRPORT_NOT_FOUND, "there is no function \"%s\" with these parameters", name->name);
}

struct kept_arguments {
    struct ArrowSchema schema;
    struct ArrowArray row;
};

static void release_arguments(void *self) {
    struct kept_arguments *kept = self;
    schema_release(&kept->schema);
    if (kept->row.release)
        kept->row.release(&kept->row);
}

bool function_read_arguments(struct airport_call *call, const struct request_bytes *bytes,
                             struct airport_arguments *out, struct airport_error *err) {
    struct error inner = {0};
    struct kept_arguments *kept = arena_allocate_zeroed(&call->arena, 1, sizeof *kept);
    if (!kept)
        return airport_fail_no_memory(err);
    if (!bytes->length)
        kept->row.length = 1;
    else if (!ipc_read_stream(bytes->bytes, bytes->length, &kept->schema, &kept->row, &inner))
        return failure_from_error(err, &inner);
    if (!call_keep(call, release_arguments, kept, err))
        return false;
    if (kept->row.length != 1)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the arguments of a function must be one row");
    *out = (struct airport_arguments){&kept->schema, &kept->row};
    return true;
}

struct ipc_schema *function_bind(struct airport_call *call, const struct found_function *function,
                                 const struct airport_arguments *arguments, const struct ArrowSchema *input,
                                 struct airport_error *err) {
    void *self = function->handle.self;
    struct ArrowSchema schema = {.release = NULL};
    bool ok;
    if (function->in_out)
        ok = input ? function->in_out->bind(self, call, arguments, input, &schema, err)
                   : airport_fail(err, AIRPORT_INVALID_ARGUMENT, "function \"%s\" needs a table", function->info.name);
    else if (function->table)
        ok = function->table->bind(self, call, arguments, &schema, err);
    else
        ok = airport_fail(err, AIRPORT_INVALID_ARGUMENT, "function \"%s\" gives no table", function->info.name);
    struct ipc_schema *kept = ok ? keep_schema(call, &schema, err) : NULL;
    schema_release(&schema);
    return kept;
}

/* ---- what functions read ---- */

/* The parameter's place; -1 when there is none of that name, or its argument is null. */
static int32_t given(const struct airport_arguments *arguments, const char *parameter) {
    int32_t at = airport_schema_find(arguments->schema, parameter);
    return at < 0 || at >= arguments->row->n_children ||
                   airport_array_is_null(arguments->schema->children[at], arguments->row->children[at],
                                         arguments->row->offset)
               ? -1
               : at;
}

int64_t airport_argument_int64(const struct airport_arguments *arguments, const char *parameter, int64_t otherwise) {
    int32_t at = given(arguments, parameter);
    return at < 0 ? otherwise
                  : airport_array_int64(arguments->schema->children[at], arguments->row->children[at],
                                        arguments->row->offset);
}

struct airport_bytes airport_argument_bytes(const struct airport_arguments *arguments, const char *parameter) {
    int32_t at = given(arguments, parameter);
    return at < 0 ? (struct airport_bytes){NULL, 0}
                  : airport_array_bytes(arguments->schema->children[at], arguments->row->children[at],
                                        arguments->row->offset);
}

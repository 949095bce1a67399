/* Finding what a request names: catalog, schema, table, function. Every handle that is found is kept until the call ends,
 * then released. Worker side.
 */
#ifndef AIRPORT_LOOKUP_H
#define AIRPORT_LOOKUP_H

#include "airport.h"
#include "airport/call.h"
#include "flight/ipc.h"
#include "flight/request.h"

struct airport_schemas {
    struct airport_call *call;
    struct airport_schema *items;
    int32_t count, capacity;
};

struct airport_tables {
    struct airport_call *call;
    struct airport_table *items;
    int32_t count, capacity;
};

struct airport_functions {
    struct airport_call *call;
    struct airport_function *items;
    int32_t count, capacity;
};

/* As airport_tables_add and airport_functions_add, for handles that outlive the call. */
bool tables_add_borrowed(struct airport_tables *out, struct airport_table table, struct airport_error *err);
bool functions_add_borrowed(struct airport_functions *out, struct airport_function function, struct airport_error *err);

/* A schema with its own description. */
struct found_schema {
    struct airport_schema handle;
    struct airport_schema_info info;
};

/* A table as the client shall see it. */
struct found_table {
    struct airport_table handle;
    struct airport_table_info info; /* its schema has been moved away */
    struct ipc_schema *schema;      /* with all metadata; the call's, or the static catalog's */
    uint64_t fingerprint;
};

struct found_function {
    struct airport_function handle;
    struct airport_function_info info; /* its schemas have been moved away */
    /* its groups, of which one is not NULL */
    const struct airport_scalar_methods *scalar;
    const struct airport_table_function_methods *table;
    const struct airport_in_out_methods *in_out;
    struct ipc_schema *parameters;     /* the call's */
    struct ipc_schema *result;         /* the call's; NULL when not known */
    uint64_t fingerprint;              /* of the parameters: tells overloads apart */
};

/* Frees `self` by `release` when the call ends, or at once if memory is out. */
bool call_keep(struct airport_call *call, void (*release)(void *self), void *self, struct airport_error *err);

/* The catalog of that name, if the caller may use it. */
bool lookup_catalog(struct airport_call *call, const char *name, struct airport_catalog *out, struct airport_error *err);
bool lookup_schemas(struct airport_call *call, struct airport_catalog catalog, const char *name,
                    struct airport_schemas *out, struct airport_error *err);
bool lookup_schema(struct airport_call *call, struct airport_catalog catalog, const char *name, struct found_schema *out,
                   struct airport_error *err);
bool lookup_tables(struct airport_call *call, struct airport_schema schema, const char *name, struct airport_tables *out,
                   struct airport_error *err);
bool lookup_functions(struct airport_call *call, struct airport_schema schema, const char *name,
                      struct airport_functions *out, struct airport_error *err);
bool lookup_table(struct airport_call *call, struct airport_schema schema, const char *name,
                  const struct airport_time_point *at, struct found_table *out, struct airport_error *err);

/* Asks a handle for its description and checks it. */
bool describe_schema(struct airport_call *call, struct airport_schema schema, struct airport_schema_info *out,
                     struct airport_error *err);
bool describe_table(struct airport_call *call, struct airport_table table, const struct airport_time_point *at,
                    struct found_table *out, struct airport_error *err);
bool describe_function(struct airport_call *call, struct airport_function function, struct found_function *out,
                       struct airport_error *err);
/* An ipc_schema that the call owns; `schema` is released. */
struct ipc_schema *keep_schema(struct airport_call *call, struct ArrowSchema *schema, struct airport_error *err);
/* A schema that came in a request, of any types, views too; the call's. NULL with the error set. */
const struct ArrowSchema *read_request_schema(struct airport_call *call, const struct request_bytes *bytes,
                                              struct airport_error *err);

#endif

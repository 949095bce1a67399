/* FlightInfo messages of tables and functions, and the contents of schemas made of them. Worker side. */
#ifndef AIRPORT_INFO_H
#define AIRPORT_INFO_H

#include "airport/lookup.h"
#include "airport/naming.h"

/* Appends the FlightInfo of a table. `descriptor` is what the client asked by; NULL: ours. With `endpoints` it has one, whose
 * ticket reads everything: for Flight clients that are not DuckDB. */
bool info_write_table(struct writer *w, struct airport_call *call, const char *schema, const struct found_table *table,
                      const struct proto_bytes *descriptor, bool endpoints, struct airport_error *err);
/* Appends the FlightInfo of a function; `result` is its output, asked for these arguments (NULL: as described). */
bool info_write_function(struct writer *w, struct airport_call *call, const char *schema,
                         const struct found_function *function, const struct ipc_schema *result,
                         const struct proto_bytes *descriptor, struct airport_error *err);

/* Calls `each` with every table's and function's FlightInfo of a schema. */
typedef bool (*info_each_fn)(void *self, const void *info, size_t length, struct airport_error *err);
bool info_each(struct airport_call *call, struct airport_schema schema, const char *schema_name, bool endpoints,
               info_each_fn each, void *self, struct airport_error *err);

/* Appends a schema's contents, as msgpack map {sha256, url, serialized}. */
bool info_write_contents(struct writer *w, struct airport_call *call, struct airport_schema schema,
                         const char *schema_name, struct airport_error *err);
/* Appends the answer to list_schemas. */
bool info_write_catalog(struct writer *w, struct airport_call *call, struct airport_catalog catalog,
                        struct airport_error *err);
bool info_catalog_version(struct airport_call *call, struct airport_catalog catalog,
                          struct airport_catalog_version *out, struct airport_error *err);

#endif

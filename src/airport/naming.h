/* What a Flight descriptor means.
 *
 * Ours are paths [catalog, schema, kind, name, fingerprint], whose names are percent-encoded as grpc-message is: the client puts
 * paths into a header, and dies when they are not printable ASCII. The fingerprint tells the overloads of a function apart, and a
 * table from what it was when the client attached: the client would read new rows by the old schema and crash. People write
 * shorter ones: [schema, table], [catalog, schema, table], or one element with slashes. Worker side.
 */
#ifndef AIRPORT_NAMING_H
#define AIRPORT_NAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "airport/call.h"
#include "flight/proto.h"

#define NAMING_TABLE "table"
#define NAMING_SCALAR "scalar_function"
#define NAMING_TABLE_FUNCTION "table_function"

struct flight_name {
    struct proto_bytes serialized; /* the descriptor as it came; in the call's arena */
    struct proto_descriptor descriptor;
    const char *catalog, *schema, *kind, *name; /* NULL schema: it names no object of a catalog */
    bool has_fingerprint;
    uint64_t fingerprint;
};

bool naming_read(struct airport_call *call, const void *bytes, size_t length, struct flight_name *out,
                 struct airport_error *err);
/* Appends our own descriptor. */
void naming_write(struct writer *w, const char *catalog, const char *schema, const char *kind, const char *name,
                  uint64_t fingerprint);

#endif

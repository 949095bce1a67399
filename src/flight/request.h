/* The requests of the Airport client: msgpack maps with string keys, read into one struct by the table of
 * data/airport_requests.def. Absent keys leave their zero, unknown keys are skipped. Any thread.
 *
 * `parameters` is the one key with two meanings: a nested map (endpoints) or bytes (functions).
 */
#ifndef FLIGHT_REQUEST_H
#define FLIGHT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct request_bytes {
    const char *bytes; /* NUL-terminated behind its length; "" when absent */
    size_t length;
};

struct request_texts {
    const char **values;
    int32_t count;
};

struct request_numbers {
    uint64_t *values;
    int32_t count;
};

struct request_tags {
    const char **keys, **values;
    int32_t count;
};

#define REQUEST_TYPE_TEXT const char *
#define REQUEST_TYPE_BYTES struct request_bytes
#define REQUEST_TYPE_FLAG bool
#define REQUEST_TYPE_TEXTS struct request_texts
#define REQUEST_TYPE_NUMBERS struct request_numbers
#define REQUEST_TYPE_TAGS struct request_tags

struct flight_request {
#define REQUEST_FIELD(name, kind) REQUEST_TYPE_##kind name;
#include "airport_requests.def"
#undef REQUEST_FIELD
    struct request_bytes parameters; /* when it came as bytes */
};

/* Texts are never NULL: "" when absent. Everything lives in the arena. */
bool flight_request_read(struct arena *arena, const void *bytes, size_t length, struct flight_request *out,
                         struct error *err);

#endif

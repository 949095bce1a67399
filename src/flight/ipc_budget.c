/* Reads flatbuffers as flatbuffers.dev/internals describes them, every offset against the length; slots of Message.fbs and
 * Schema.fbs (arrow.apache.org). */
#include "flight/ipc_budget.h"

#include <stdint.h>
#include <string.h>

enum {
    MESSAGE_HEADER_TYPE = 1,
    MESSAGE_HEADER = 2,
    HEADER_IS_SCHEMA = 1,
    SCHEMA_FIELDS = 1,
    FIELD_CHILDREN = 5,
    FIELD_BYTES_MIN = 8, /* a table's offset in its vector, and its own to its layout */
    DEPTH_MAX = 64,
};

struct walk {
    const uint8_t *bytes;
    size_t length;
    size_t fields_left;
};

static uint32_t read_u32(const struct walk *w, size_t at) {
    uint32_t value = 0;
    if (at <= w->length && w->length - at >= sizeof value)
        memcpy(&value, w->bytes + at, sizeof value);
    return value;
}

static uint32_t read_u16(const struct walk *w, size_t at) {
    uint16_t value = 0;
    if (at <= w->length && w->length - at >= sizeof value)
        memcpy(&value, w->bytes + at, sizeof value);
    return value;
}

/* Where a member of the table lies; 0: it has none, or lies outside. */
static size_t member(const struct walk *w, size_t table, uint32_t slot) {
    int64_t layout = (int64_t)table - (int32_t)read_u32(w, table);
    if (!table || layout < 0 || (uint64_t)layout >= w->length || 4 + 2 * slot >= read_u16(w, (size_t)layout))
        return 0;
    uint32_t offset = read_u16(w, (size_t)layout + 4 + 2 * slot);
    return offset && table + offset < w->length ? table + offset : 0;
}

/* What an offset at this place points to; 0: nothing, or outside. */
static size_t follow(const struct walk *w, size_t at) {
    size_t target = at ? at + read_u32(w, at) : 0;
    return target > at && target < w->length ? target : 0;
}

static bool count_fields(struct walk *w, size_t vector, int depth) {
    uint32_t count = vector ? read_u32(w, vector) : 0;
    if (count > w->fields_left || (count && depth == DEPTH_MAX))
        return false;
    w->fields_left -= count;
    for (uint32_t i = 0; i < count; i++) {
        size_t field = follow(w, vector + 4 + 4 * (size_t)i);
        if (!count_fields(w, follow(w, member(w, field, FIELD_CHILDREN)), depth + 1))
            return false;
    }
    return true;
}

bool ipc_fields_are_few(const void *flatbuffer, size_t length) {
    struct walk w = {.bytes = flatbuffer, .length = length, .fields_left = length / FIELD_BYTES_MIN};
    size_t message = read_u32(&w, 0), type = member(&w, message, MESSAGE_HEADER_TYPE);
    if (!type || w.bytes[type] != HEADER_IS_SCHEMA)
        return true;
    size_t schema = follow(&w, member(&w, message, MESSAGE_HEADER));
    return count_fields(&w, follow(&w, member(&w, schema, SCHEMA_FIELDS)), 0);
}

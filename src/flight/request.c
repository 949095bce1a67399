#include "flight/request.h"

#include <string.h>

#include "flight/msgpack.h"

enum field_kind { FIELD_TEXT, FIELD_BYTES, FIELD_FLAG, FIELD_TEXTS, FIELD_NUMBERS, FIELD_TAGS };

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
};

static const struct field fields[] = {
#define REQUEST_FIELD(name, kind) {#name, FIELD_##kind, offsetof(struct flight_request, name)},
#include "airport_requests.def"
#undef REQUEST_FIELD
};

enum { MAX_NESTING = 2 };

static const char *read_text(struct arena *arena, struct reader *r, size_t *length) {
    const uint8_t *bytes;
    msgpack_read_bytes(r, &bytes, length);
    char *text = arena_copy_string_n(arena, (const char *)bytes, *length);
    if (!text)
        r->failed = true;
    return text ? text : "";
}

static void *read_array(struct arena *arena, struct reader *r, size_t size, int32_t *count) {
    *count = (int32_t)msgpack_read_array(r);
    void *values = arena_allocate(arena, (size_t)*count * size + 1);
    if (!values)
        r->failed = true;
    return values;
}

static void read_texts(struct arena *arena, struct reader *r, struct request_texts *out) {
    size_t length;
    out->values = read_array(arena, r, sizeof *out->values, &out->count);
    for (int32_t i = 0; i < out->count && !r->failed; i++)
        out->values[i] = read_text(arena, r, &length);
}

static void read_numbers(struct arena *arena, struct reader *r, struct request_numbers *out) {
    out->values = read_array(arena, r, sizeof *out->values, &out->count);
    for (int32_t i = 0; i < out->count && !r->failed; i++)
        out->values[i] = msgpack_read_unsigned(r);
}

static void read_tags(struct arena *arena, struct reader *r, struct request_tags *out) {
    size_t length;
    out->count = (int32_t)msgpack_read_map(r);
    out->keys = arena_allocate(arena, (size_t)out->count * sizeof *out->keys + 1);
    out->values = arena_allocate(arena, (size_t)out->count * sizeof *out->values + 1);
    if (!out->keys || !out->values)
        r->failed = true;
    for (int32_t i = 0; i < out->count && !r->failed; i++) {
        out->keys[i] = read_text(arena, r, &length);
        out->values[i] = read_text(arena, r, &length);
    }
}

static void read_field(struct arena *arena, struct reader *r, enum field_kind kind, void *member) {
    size_t length;
    struct request_bytes *bytes = member;
    switch (kind) {
    case FIELD_TEXT: *(const char **)member = read_text(arena, r, &length); break;
    case FIELD_BYTES: bytes->bytes = read_text(arena, r, &bytes->length); break;
    case FIELD_FLAG: *(bool *)member = msgpack_read_boolean(r); break;
    case FIELD_TEXTS: read_texts(arena, r, member); break;
    case FIELD_NUMBERS: read_numbers(arena, r, member); break;
    case FIELD_TAGS: read_tags(arena, r, member); break;
    }
}

static void read_map(struct arena *arena, struct reader *r, struct flight_request *out, int depth);

/* A map is read on into the same struct. */
static void read_parameters(struct arena *arena, struct reader *r, struct flight_request *out, int depth) {
    struct reader ahead = *r;
    if (msgpack_read(&ahead).type == MSGPACK_MAP)
        read_map(arena, r, out, depth + 1);
    else
        out->parameters.bytes = read_text(arena, r, &out->parameters.length);
}

static void read_member(struct arena *arena, struct reader *r, struct flight_request *out, int depth) {
    const uint8_t *key;
    size_t length;
    msgpack_read_bytes(r, &key, &length);
    if (length == strlen("parameters") && memcmp(key, "parameters", length) == 0) {
        read_parameters(arena, r, out, depth);
        return;
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strlen(fields[i].name) == length && memcmp(fields[i].name, key, length) == 0) {
            read_field(arena, r, fields[i].kind, (char *)out + fields[i].offset);
            return;
        }
    }
    msgpack_skip(r);
}

static void read_map(struct arena *arena, struct reader *r, struct flight_request *out, int depth) {
    uint32_t count = msgpack_read_map(r);
    if (depth > MAX_NESTING)
        r->failed = true;
    for (uint32_t i = 0; i < count && !r->failed; i++)
        read_member(arena, r, out, depth);
}

bool flight_request_read(struct arena *arena, const void *bytes, size_t length, struct flight_request *out,
                         struct error *err) {
    *out = (struct flight_request){.parameters = {"", 0}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].kind == FIELD_TEXT)
            *(const char **)(void *)((char *)out + fields[i].offset) = "";
        else if (fields[i].kind == FIELD_BYTES)
            ((struct request_bytes *)(void *)((char *)out + fields[i].offset))->bytes = "";
    }
    struct reader r = reader_over(bytes, length);
    read_map(arena, &r, out, 0);
    if (!reader_finished(&r))
        return error_set(err, ERROR_PROTOCOL, "the request's msgpack is malformed");
    return true;
}

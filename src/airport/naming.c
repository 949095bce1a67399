#include "airport/naming.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "airport/failure.h"

enum { MAX_PARTS = 5, FINGERPRINT_DIGITS = 16 };

/* An element of our own paths, in the arena; NULL when memory is out. */
static const char *encode(struct arena *arena, const char *name) {
    return grpc_percent_encode(arena, name, 3 * strlen(name));
}

static int hex_value(char c) {
    const char digits[] = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static const char *decode(struct arena *arena, const char *element) {
    char *name = arena_copy_string(arena, element), *out = name;
    for (const char *at = name; name && *at; at++) {
        int high = *at == '%' ? hex_value(at[1]) : -1, low = high >= 0 ? hex_value(at[2]) : -1;
        *out++ = low >= 0 ? (char)(high << 4 | low) : *at;
        at += low >= 0 ? 2 : 0;
    }
    if (name)
        *out = '\0';
    return name;
}

/* "a/b/c" as three parts; 0 when there are more than fit. */
static int32_t split(char *text, const char **parts) {
    int32_t count = 0;
    for (char *at = text;; at++) {
        if (count == MAX_PARTS)
            return 0;
        parts[count++] = at;
        at = strchr(at, '/');
        if (!at)
            return count;
        *at = '\0';
    }
}

static void read_fingerprint(const char *text, struct flight_name *out) {
    char *end;
    out->fingerprint = strtoull(text, &end, 16);
    out->has_fingerprint = *end == '\0' && strlen(text) == FINGERPRINT_DIGITS;
}

static void read_parts(struct airport_call *call, const char *const *parts, int32_t count, struct flight_name *out) {
    if (count == 2) {
        out->catalog = call->catalog_name;
        out->schema = parts[0];
        out->name = parts[1];
    } else if (count >= 3) {
        out->catalog = parts[0];
        out->schema = parts[1];
        out->kind = count == 3 ? NAMING_TABLE : parts[2];
        out->name = parts[count == 3 ? 2 : 3];
    }
    if (count == MAX_PARTS)
        read_fingerprint(parts[4], out);
}

static bool decode_names(struct arena *arena, struct flight_name *out) {
    return (out->catalog = decode(arena, out->catalog)) && (out->schema = decode(arena, out->schema)) &&
           (out->name = decode(arena, out->name));
}

bool naming_read(struct airport_call *call, const void *bytes, size_t length, struct flight_name *out,
                 struct airport_error *err) {
    struct error inner = {0};
    uint8_t *copy = arena_allocate(&call->arena, length);
    if (!copy)
        return airport_fail_no_memory(err);
    if (length)
        memcpy(copy, bytes, length);
    *out = (struct flight_name){.serialized = {copy, length}, .kind = NAMING_TABLE};
    struct proto_descriptor *d = &out->descriptor;
    if (!proto_read_descriptor(&call->arena, copy, length, d, &inner))
        return failure_from_error(err, &inner);
    if (d->path_count == 1) {
        const char *parts[MAX_PARTS];
        char *text = arena_copy_string(&call->arena, d->path[0]);
        if (!text)
            return airport_fail_no_memory(err);
        int32_t count = split(text, parts);
        read_parts(call, parts, count, out);
    } else if (d->path_count <= MAX_PARTS) {
        read_parts(call, d->path, d->path_count, out);
    }
    if (out->has_fingerprint && !decode_names(&call->arena, out))
        return airport_fail_no_memory(err);
    roster_tell_object(call, out->schema, out->name);
    return true;
}

void naming_write(struct writer *w, const char *catalog, const char *schema, const char *kind, const char *name,
                  uint64_t fingerprint) {
    char digits[FINGERPRINT_DIGITS + 1];
    struct arena arena = {0};
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)fingerprint);
    const char *const path[] = {encode(&arena, catalog), encode(&arena, schema), kind, encode(&arena, name), digits};
    if (path[0] && path[1] && path[3])
        proto_write_descriptor(w, path, MAX_PARTS);
    else
        w->failed = true;
    arena_destroy(&arena);
}

/* Views of DuckDB's vectors and data chunks: borrowed memory that encoders read without any call.
 *
 * A chunk holds at most 2,048 rows; every vector in it is flat (no dictionary, no constant vectors).
 */
#ifndef ENGINE_VECTOR_H
#define ENGINE_VECTOR_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "engine/type.h"

enum { ENGINE_VECTOR_ROWS = 2048, ENGINE_STRING_INLINE_BYTES = 12 };

/* DuckDB's string_t: up to 12 bytes stand inside, longer ones behind the pointer. */
struct engine_string {
    union {
        struct {
            uint32_t length;
            char inlined[ENGINE_STRING_INLINE_BYTES];
        };
        struct {
            uint32_t length;
            char prefix[4];
            const char *bytes;
        } pointed;
    };
};
static_assert(sizeof(struct engine_string) == 16, "as DuckDB lays out a string_t");

struct engine_hugeint {
    uint64_t lower;
    int64_t upper;
};

struct engine_interval {
    int32_t months;
    int32_t days;
    int64_t micros;
};

/* A row's place in the child vector of a LIST or MAP. */
struct engine_list {
    uint64_t offset;
    uint64_t length;
};

struct engine_vector {
    const struct engine_type *type;
    void *data;         /* borrowed; slots of type->value_bytes; NULL when the type has none */
    uint64_t *validity; /* borrowed; bit (row % 64) of word (row / 64) is 1 for a value; NULL: no NULLs */
    /* LIST, MAP, ARRAY: one child. STRUCT: a child per member. UNION: the tag, then a child per member. VARIANT: lists of keys,
     * of children (key and value indexes) and of values (kind and place), then the data. */
    struct engine_vector *children;
    int32_t child_count;
    void *handle; /* the engine's */
};

struct engine_chunk {
    int64_t row_count;
    int32_t column_count;
    struct engine_vector *columns;
    void *handle; /* the engine's */
};

static inline bool engine_vector_is_null(const struct engine_vector *vector, int64_t row) {
    return vector->validity && !(vector->validity[row / 64] >> (row % 64) & 1);
}

/* Borrowed from the vector. */
static inline const char *engine_string_bytes(const struct engine_string *string) {
    return string->length <= ENGINE_STRING_INLINE_BYTES ? string->inlined : string->pointed.bytes;
}

/* Writing, for chunks that the engine made for writing (appender.h, function.h). `row` is below ENGINE_VECTOR_ROWS. */
void engine_vector_set_null(struct engine_vector *vector, int64_t row);
/* VARCHAR, BLOB, BIT, BIGNUM, GEOMETRY; the bytes are copied. VARCHAR must be valid UTF-8: the caller checked. */
void engine_vector_set_bytes(struct engine_vector *vector, int64_t row, const void *bytes, size_t length);
/* LIST, MAP: makes room for `child_rows` child rows in all and sets the child's size; child pointers are refreshed. */
bool engine_vector_resize_child(struct engine_vector *vector, int64_t child_rows, struct error *err);

#endif

/* Logical types of the engine: a tree that is read once from DuckDB and then immutable. Any thread. */
#ifndef ENGINE_TYPE_H
#define ENGINE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum engine_type_id {
#define ENGINE_TYPE(id, number, bytes, sql) ENGINE_TYPE_##id = number,
#include "engine_types.def"
#undef ENGINE_TYPE
};

struct engine_type;

/* A member of an ENUM (type NULL), a field of a STRUCT, an alternative of a UNION. */
struct engine_member {
    const char *name; /* UTF-8, NUL-terminated */
    size_t name_bytes;
    const struct engine_type *type;
};

struct engine_type {
    enum engine_type_id id;
    uint8_t value_bytes;  /* of one slot of a vector's data; 0 when there is no data of its own */
    uint8_t width, scale; /* DECIMAL */
    const char *alias;    /* the name of a registered or user-defined type, "" when none */
    int64_t array_size;   /* ARRAY */
    /* LIST, ARRAY: the element. MAP: STRUCT(key, value). Otherwise NULL. */
    const struct engine_type *child;
    int32_t member_count; /* ENUM, STRUCT, UNION */
    const struct engine_member *members;
};

/* A deep copy in the arena; NULL when memory is out. */
const struct engine_type *engine_type_copy(struct arena *arena, const struct engine_type *type);
bool engine_type_equal(const struct engine_type *a, const struct engine_type *b);
/* A simple type (no DECIMAL, ENUM or nested one), static. */
const struct engine_type *engine_type_simple(enum engine_type_id id);
const char *engine_type_id_name(enum engine_type_id id);
/* The type as SQL that DuckDB reads back, e.g. `STRUCT(a INTEGER, "b c" DECIMAL(10,2))[]`; in the arena, NULL when memory is out. */
const char *engine_type_to_sql(struct arena *arena, const struct engine_type *type);

#endif

/* Inside of the encoder: how one column's values are written. Built once by codec.c, then only read.
 *
 * A codec appends the bytes of one value that is not NULL, without a length; what stands around it (DataRow, array,
 * COPY) is the caller's.
 */
#ifndef PGTYPE_CODEC_H
#define PGTYPE_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"
#include "engine/vector.h"
#include "pgtype/settings.h"

/* What a text may contain, as far as anybody has to quote it. */
enum pgtype_charset {
    PGTYPE_CHARS_PLAIN,  /* letters, digits, signs, points, colons */
    PGTYPE_CHARS_SPACED, /* spaces, too: quoted in arrays and records */
    PGTYPE_CHARS_ANY,
};

struct pgtype_codec;

typedef bool pgtype_write_function(const struct pgtype_codec *codec, const struct engine_vector *vector, int64_t row,
                                   struct writer *w, struct error *err);

struct pgtype_codec {
    pgtype_write_function *write;
    const struct engine_type *type;
    const struct pgtype_settings *settings;
    uint32_t oid;
    enum pgtype_charset charset; /* of the text */
    bool binary;
    struct pgtype_codec *children; /* as the vector's; a UNION's first is its tag's and empty */
    int32_t child_count;
};

bool pgtype_codec_init(struct pgtype_codec *codec, struct arena *arena, const struct engine_type *type, bool binary,
                       const struct pgtype_settings *settings, struct error *err);

/* The writers of types without children; NULL for the others. */
struct pgtype_scalar {
    pgtype_write_function *text;
    pgtype_write_function *binary;
    enum pgtype_charset charset;
};

const struct pgtype_scalar *pgtype_scalar_of(enum engine_type_id id);

/* Writers of aliased types and of nested ones. */
pgtype_write_function pgtype_write_oid_text, pgtype_write_oid_binary, pgtype_write_object_text, pgtype_write_jsonb_binary,
    pgtype_write_no_binary;
pgtype_write_function pgtype_write_list_text, pgtype_write_list_binary, pgtype_write_vector_text;
pgtype_write_function pgtype_write_record_text, pgtype_write_record_binary, pgtype_write_union_text, pgtype_write_json,
    pgtype_write_variant;

static inline bool pgtype_is_list(const struct engine_type *type) {
    return type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY;
}

/* A row's children: rows first … first + count - 1 of the child vector. */
struct pgtype_range {
    int64_t first;
    int64_t count;
};

static inline struct pgtype_range pgtype_list_range(const struct engine_vector *vector, int64_t row) {
    if (vector->type->id == ENGINE_TYPE_ARRAY)
        return (struct pgtype_range){row * vector->type->array_size, vector->type->array_size};
    const struct engine_list *list = (const struct engine_list *)vector->data + row;
    return (struct pgtype_range){(int64_t)list->offset, (int64_t)list->length};
}

#endif

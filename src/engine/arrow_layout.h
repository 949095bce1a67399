/* How types are laid out in Arrow: the rows of data/engine_arrow.def. Only inside the engine. */
#ifndef ENGINE_ARROW_LAYOUT_H
#define ENGINE_ARROW_LAYOUT_H

#include "engine/arrow.h"

enum engine_arrow_layout {
    ENGINE_ARROW_FIXED,    /* values as they stand in the vector */
    ENGINE_ARROW_BITS,     /* a byte becomes a bit */
    ENGINE_ARROW_BYTES,    /* struct engine_string; offsets and data */
    ENGINE_ARROW_ENUM,     /* the member's text; offsets and data */
    ENGINE_ARROW_UUID,     /* sixteen bytes in the order of the text */
    ENGINE_ARROW_DECIMAL,  /* widened to 128 bits */
    ENGINE_ARROW_INTERVAL, /* microseconds become nanoseconds */
    ENGINE_ARROW_NULLS,    /* nothing but nulls */
    ENGINE_ARROW_LIST,     /* offsets; one child */
    ENGINE_ARROW_ARRAY,    /* one child */
    ENGINE_ARROW_STRUCT,   /* children */
    ENGINE_ARROW_UNION,    /* type ids; children; no validity */
};

struct engine_arrow_row {
    enum engine_arrow_layout layout;
    uint8_t bytes;
    const char *format;
    const char *extension, *extension_metadata;
};

/* NULL for types that cannot travel. Static. */
const struct engine_arrow_row *engine_arrow_row(const struct engine_type *type);
/* The field metadata that names a type's extension, in the arena; NULL when memory is out. */
const char *engine_arrow_metadata(struct arena *arena, const struct engine_type *type);

#endif

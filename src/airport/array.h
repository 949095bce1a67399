/* Arrays that we make: buffers of our own, freed with the array. Any thread. */
#ifndef AIRPORT_ARRAY_H
#define AIRPORT_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "airport.h"

/* How values of a format stand in memory. */
enum array_storage {
    ARRAY_UNSUPPORTED,
    ARRAY_NULLS,
    ARRAY_BITS,
    ARRAY_FIXED,
    ARRAY_BYTES32, /* 32-bit offsets */
    ARRAY_BYTES64,
    ARRAY_BYTES_VIEW,
    ARRAY_LIST32, /* also maps */
    ARRAY_LIST64,
    ARRAY_FIXED_LIST,
    ARRAY_STRUCT,
};

struct array_format {
    enum array_storage storage;
    int32_t width_bytes; /* ARRAY_FIXED */
    int64_t list_size;   /* ARRAY_FIXED_LIST */
    char kind;           /* ARRAY_FIXED: 'i' signed, 'u' unsigned, 'f' floating, 'd' decimal, 'x' other */
    int32_t scale;       /* of decimals */
};

struct array_format array_format_of(const char *format);

/* An array with this many buffers (NULL, to be filled with memory from memory_allocate) and zeroed children. */
bool array_make(struct ArrowArray *out, int64_t length, int64_t buffer_count, int64_t child_count);
void array_release(struct ArrowArray *array); /* any; released ones are left alone */

#endif

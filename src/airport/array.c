#include "airport/array.h"

#include <stdlib.h>
#include <string.h>

#include "airport/schema.h"
#include "base/memory.h"

/* ---- formats (arrow.apache.org/docs/format/CDataInterface.html, "Data type description") ---- */

static struct array_format fixed(int32_t width, char kind) {
    return (struct array_format){.storage = ARRAY_FIXED, .width_bytes = width, .kind = kind};
}

static struct array_format plain(enum array_storage storage) {
    return (struct array_format){.storage = storage};
}

static struct array_format time_format(const char *format) {
    switch (format[1]) {
    case 'd': return fixed(format[2] == 'm' ? 8 : 4, 'i');                     /* date */
    case 't': return fixed(format[2] == 's' || format[2] == 'm' ? 4 : 8, 'i'); /* time */
    case 's':
    case 'D': return fixed(8, 'i'); /* timestamp, duration */
    case 'i': return fixed(format[2] == 'M' ? 4 : format[2] == 'D' ? 8 : 16, 'x');
    default: return plain(ARRAY_UNSUPPORTED);
    }
}

static struct array_format nested_format(const char *format) {
    struct array_format f = plain(ARRAY_UNSUPPORTED);
    switch (format[1]) {
    case 'l':
    case 'm': f.storage = ARRAY_LIST32; break;
    case 'L': f.storage = ARRAY_LIST64; break;
    case 's': f.storage = ARRAY_STRUCT; break;
    case 'w':
        f.storage = ARRAY_FIXED_LIST;
        f.list_size = strtoll(format[2] ? format + 3 : "0", NULL, 10);
        break;
    default: break;
    }
    return f;
}

/* "d:precision,scale" and "d:precision,scale,bits". */
static struct array_format decimal_format(const char *format) {
    char *end;
    strtol(format + 2, &end, 10);
    int32_t scale = *end == ',' ? (int32_t)strtol(end + 1, &end, 10) : 0;
    int32_t bits = *end == ',' ? (int32_t)strtol(end + 1, &end, 10) : 128;
    struct array_format f = fixed(bits / 8, 'd');
    f.scale = scale;
    return f;
}

struct array_format array_format_of(const char *format) {
    switch (format[0]) {
    case 'n': return plain(ARRAY_NULLS);
    case 'b': return plain(ARRAY_BITS);
    case 'c': return fixed(1, 'i');
    case 'C': return fixed(1, 'u');
    case 's': return fixed(2, 'i');
    case 'S': return fixed(2, 'u');
    case 'i': return fixed(4, 'i');
    case 'I': return fixed(4, 'u');
    case 'l': return fixed(8, 'i');
    case 'L': return fixed(8, 'u');
    case 'f': return fixed(4, 'f');
    case 'g': return fixed(8, 'f');
    case 'u':
    case 'z': return plain(ARRAY_BYTES32);
    case 'U':
    case 'Z': return plain(ARRAY_BYTES64);
    case 'v': return plain(ARRAY_BYTES_VIEW);
    case 'w': return fixed((int32_t)strtol(format[1] ? format + 2 : "0", NULL, 10), 'x');
    case 'd': return decimal_format(format);
    case 't': return time_format(format);
    case '+': return nested_format(format);
    default: return plain(ARRAY_UNSUPPORTED);
    }
}

/* ---- arrays of our own ---- */

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_buffers; i++)
        memory_free((void *)array->buffers[i]);
    for (int64_t i = 0; i < array->n_children; i++) {
        array_release(array->children[i]);
        memory_free(array->children[i]);
    }
    if (array->dictionary)
        array_release(array->dictionary);
    memory_free(array->dictionary);
    memory_free(array->children);
    memory_free(array->buffers);
    array->release = NULL;
}

void array_release(struct ArrowArray *array) {
    if (array->release)
        array->release(array);
}

static bool make_children(struct ArrowArray *array, int64_t count) {
    array->children = memory_allocate_zeroed((size_t)count, sizeof *array->children);
    if (!array->children)
        return false;
    for (; array->n_children < count; array->n_children++) {
        array->children[array->n_children] = memory_allocate_zeroed(1, sizeof **array->children);
        if (!array->children[array->n_children])
            return false;
    }
    return true;
}

bool array_make(struct ArrowArray *out, int64_t length, int64_t buffer_count, int64_t child_count) {
    struct ArrowArray made = {.length = length, .release = release_array};
    made.buffers = memory_allocate_zeroed((size_t)buffer_count, sizeof *made.buffers);
    made.n_buffers = made.buffers ? buffer_count : 0;
    if (made.buffers && make_children(&made, child_count)) {
        *out = made;
        return true;
    }
    release_array(&made);
    return false;
}

/* ---- reading values ---- */

struct view {
    int32_t length;
    union {
        char inlined[12];
        struct {
            char prefix[4];
            int32_t buffer, offset;
        } elsewhere;
    } at;
};

static bool has_row(const struct ArrowArray *column, int64_t row) {
    return row >= 0 && row < column->length + column->offset && column->length > 0;
}

static bool bit_at(const void *bits, int64_t at) {
    return ((const uint8_t *)bits)[at / 8] >> (at % 8) & 1;
}

bool airport_array_is_null(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row) {
    row += column->offset;
    if (type->format[0] == 'n' || !has_row(column, row))
        return true;
    return column->null_count != 0 && column->n_buffers > 0 && strncmp(type->format, "+u", 2) != 0 &&
           column->buffers[0] && !bit_at(column->buffers[0], row);
}

/* The integer at `place`, of any width up to 8 bytes. */
static int64_t integer_at(const void *values, int64_t row, int32_t width, bool is_signed) {
    const uint8_t *place = (const uint8_t *)values + row * width;
    uint64_t bits = 0;
    memcpy(&bits, place, (size_t)(width < 8 ? width : 8));
    if (!is_signed || width >= 8)
        return (int64_t)bits;
    int shift = 64 - 8 * width;
    return (int64_t)(bits << shift) >> shift;
}

int64_t airport_array_int64(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row) {
    if (airport_array_is_null(type, column, row))
        return 0;
    row += column->offset;
    struct array_format f = array_format_of(type->format);
    if (f.storage == ARRAY_BITS)
        return bit_at(column->buffers[1], row);
    if (f.storage != ARRAY_FIXED || f.kind == 'f' || f.kind == 'x' || f.width_bytes < 1)
        return 0;
    return integer_at(column->buffers[1], row, f.width_bytes, f.kind != 'u');
}

static double decimal_at(const void *values, int64_t row, const struct array_format *f) {
    const uint8_t *place = (const uint8_t *)values + row * f->width_bytes;
    uint64_t lower = 0;
    int64_t upper = 0;
    if (f->width_bytes < 16) {
        upper = integer_at(values, row, f->width_bytes, true) < 0 ? -1 : 0;
        lower = (uint64_t)integer_at(values, row, f->width_bytes, true);
    } else {
        memcpy(&lower, place, sizeof lower);
        memcpy(&upper, place + 8, sizeof upper);
    }
    double value = (double)upper * 18446744073709551616.0 + (double)lower;
    for (int32_t i = 0; i < f->scale; i++)
        value /= 10;
    return value;
}

double airport_array_double(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row) {
    struct array_format f = array_format_of(type->format);
    if (airport_array_is_null(type, column, row))
        return 0;
    int64_t at = row + column->offset;
    if (f.storage == ARRAY_FIXED && f.kind == 'd')
        return decimal_at(column->buffers[1], at, &f);
    if (f.storage == ARRAY_FIXED && f.kind == 'u' && f.width_bytes == 8)
        return (double)(uint64_t)airport_array_int64(type, column, row);
    if (f.storage != ARRAY_FIXED || f.kind != 'f')
        return (double)airport_array_int64(type, column, row);
    if (f.width_bytes == 8)
        return ((const double *)column->buffers[1])[at];
    return ((const float *)column->buffers[1])[at];
}

static struct airport_bytes view_at(const struct ArrowArray *column, int64_t row) {
    const struct view *view = (const struct view *)column->buffers[1] + row;
    if (view->length <= 12)
        return (struct airport_bytes){view->at.inlined, (size_t)view->length};
    const char *buffer = column->buffers[2 + view->at.elsewhere.buffer];
    return (struct airport_bytes){buffer + view->at.elsewhere.offset, (size_t)view->length};
}

struct airport_bytes airport_array_bytes(const struct ArrowSchema *type, const struct ArrowArray *column, int64_t row) {
    const struct airport_bytes none = {NULL, 0};
    if (airport_array_is_null(type, column, row))
        return none;
    if (type->dictionary && column->dictionary)
        return airport_array_bytes(type->dictionary, column->dictionary, airport_array_int64(type, column, row));
    row += column->offset;
    struct array_format f = array_format_of(type->format);
    const char *data = f.storage == ARRAY_BYTES32 || f.storage == ARRAY_BYTES64 ? column->buffers[2] : NULL;
    switch (f.storage) {
    case ARRAY_BYTES32: {
        const int32_t *offsets = column->buffers[1];
        return (struct airport_bytes){data ? data + offsets[row] : "", (size_t)(offsets[row + 1] - offsets[row])};
    }
    case ARRAY_BYTES64: {
        const int64_t *offsets = column->buffers[1];
        return (struct airport_bytes){data ? data + offsets[row] : "", (size_t)(offsets[row + 1] - offsets[row])};
    }
    case ARRAY_BYTES_VIEW: return view_at(column, row);
    case ARRAY_FIXED:
        return (struct airport_bytes){(const char *)column->buffers[1] + row * f.width_bytes, (size_t)f.width_bytes};
    default: return none;
    }
}

bool airport_read_row_ids(const struct ArrowSchema *schema, const struct ArrowArray *batch, int64_t *row_ids,
                          struct airport_error *err) {
    int32_t at = airport_find_rowid_column(schema);
    if (at < 0)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "there is no row id column");
    const struct ArrowSchema *type = schema->children[at];
    const struct ArrowArray *column = batch->children[at];
    struct array_format f = array_format_of(type->format);
    if (f.storage != ARRAY_FIXED || (f.kind != 'i' && f.kind != 'u'))
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "the row ids are no integers");
    for (int64_t row = 0; row < batch->length; row++) {
        if (airport_array_is_null(type, column, batch->offset + row))
            return airport_fail(err, AIRPORT_NULL_ROW_ID, "null rowid value not allowed");
        row_ids[row] = airport_array_int64(type, column, batch->offset + row);
    }
    return true;
}

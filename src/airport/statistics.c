#include "airport/statistics.h"

#include <endian.h>
#include <string.h>

#include "airport/array.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/schema.h"

/* Bounds for text whose minimum or maximum is unknown: the client takes no null there. DuckDB compares the first eight bytes;
 * no valid UTF-8 is above two U+10FFFF. */
#define TEXT_MAXIMUM "\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf"
#define BLOB_MAXIMUM "\xff\xff\xff\xff\xff\xff\xff\xff"

/* The extension's airport_flight_statistics.cpp knows all numbers, dates, times, texts, blobs and nested types; intervals,
 * enumerations and BIT make it fail. */
static bool is_possible(const struct ArrowSchema *column) {
    struct airport_bytes extension = airport_schema_metadata(column, "ARROW:extension:name");
    struct airport_bytes metadata = airport_schema_metadata(column, "ARROW:extension:metadata");
    bool is_opaque = extension.size == strlen("arrow.opaque") && memcmp(extension.data, "arrow.opaque", extension.size) == 0;
    if (is_opaque && metadata.size && memmem(metadata.data, metadata.size, "\"bit\"", 5))
        return false;
    bool is_geometry = extension.size >= 8 && memcmp(extension.data, "geoarrow", 8) == 0;
    return !column->dictionary && !is_geometry && column->format[0] != 'n' && strncmp(column->format, "ti", 2) != 0 &&
           strncmp(column->format, "tD", 2) != 0 && strncmp(column->format, "+u", 2) != 0;
}

bool statistics_are_possible(const struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++)
        if (!is_possible(schema->children[i]))
            return false;
    return true;
}

/* ---- minima and maxima ---- */

static void append_hugeint(struct airport_batch_builder *b, int32_t at, struct airport_hugeint value, int32_t width) {
    uint8_t bytes[32];
    memset(bytes, value.upper < 0 ? 0xff : 0, sizeof bytes);
    memcpy(bytes, &value.lower, 8);
    memcpy(bytes + 8, &value.upper, 8);
    airport_batch_append_bytes(b, at, bytes, (size_t)width);
}

/* The sixteen bytes of a UUID in their order. */
static void append_uuid(struct airport_batch_builder *b, int32_t at, struct airport_hugeint value) {
    uint64_t halves[] = {htobe64((uint64_t)value.upper), htobe64(value.lower)};
    airport_batch_append_bytes(b, at, halves, sizeof halves);
}

/* A decimal may come as an integer of its unscaled value. */
static struct airport_hugeint unscaled_of(const struct airport_value *v) {
    enum airport_type_id id = v->type->id;
    if (id == AIRPORT_TYPE_DECIMAL || id == AIRPORT_TYPE_HUGEINT || id == AIRPORT_TYPE_UHUGEINT)
        return v->as.hugeint;
    return (struct airport_hugeint){(uint64_t)v->as.int64, v->as.int64 < 0 ? -1 : 0};
}

static bool is_unsigned(enum airport_type_id id) {
    return id == AIRPORT_TYPE_UTINYINT || id == AIRPORT_TYPE_USMALLINT || id == AIRPORT_TYPE_UINTEGER ||
           id == AIRPORT_TYPE_UBIGINT;
}

static void append_fixed(struct airport_batch_builder *b, int32_t at, const struct array_format *f,
                         const struct airport_value *v) {
    enum airport_type_id id = v->type->id;
    if (f->kind == 'f')
        airport_batch_append_double(b, at, id == AIRPORT_TYPE_FLOAT || id == AIRPORT_TYPE_DOUBLE ? v->as.float64
                                                                                               : (double)v->as.int64);
    else if (f->kind == 'd')
        append_hugeint(b, at, unscaled_of(v), f->width_bytes);
    else if (id == AIRPORT_TYPE_UUID)
        append_uuid(b, at, v->as.hugeint);
    else if (f->kind == 'x')
        airport_batch_append_bytes(b, at, v->as.bytes.data, v->as.bytes.size);
    else if (is_unsigned(id) && f->width_bytes == 8)
        airport_batch_append_bytes(b, at, &v->as.uint64, 8);
    else
        airport_batch_append_int64(b, at, id == AIRPORT_TYPE_BOOLEAN ? v->as.boolean : v->as.int64);
}

/* `v` is of the column's type, as far as the user did right; what does not fit fails in the builder. */
static void append_bound(struct airport_batch_builder *b, int32_t at, const struct ArrowSchema *column,
                         const struct airport_value *v, const char *text_default, size_t text_default_size) {
    struct array_format f = array_format_of(column->format);
    bool is_bytes = f.storage == ARRAY_BYTES32 || f.storage == ARRAY_BYTES64;
    if (!v->type || v->is_null) {
        if (is_bytes)
            airport_batch_append_bytes(b, at, text_default, text_default_size);
        else
            airport_batch_append_null(b, at);
    } else if (is_bytes) {
        airport_batch_append_bytes(b, at, v->as.bytes.data, v->as.bytes.size);
    } else if (f.storage == ARRAY_BITS) {
        airport_batch_append_int64(b, at, v->as.boolean);
    } else if (f.storage == ARRAY_FIXED) {
        append_fixed(b, at, &f, v);
    } else {
        airport_batch_append_null(b, at); /* nested: the client does not look */
    }
}

/* ---- the answer ---- */

enum { STATISTICS_COLUMNS = 7 };

/* Columns by name; min and max have the column's own type, with its metadata. */
static bool make_schema(const struct ArrowSchema *column, struct ArrowSchema *out, struct airport_error *err) {
    static const char *const names[] = {"min", "max", "has_not_null", "has_null", "distinct_count",
                                        "max_string_length", "contains_unicode"};
    static const char *const formats[] = {NULL, NULL, "b", "b", "L", "L", "b"};
    if (!schema_make(out, "+s", "", 0, STATISTICS_COLUMNS))
        return airport_fail_no_memory(err);
    for (int i = 0; i < STATISTICS_COLUMNS; i++) {
        bool ok = formats[i] ? schema_make(out->children[i], formats[i], names[i], ARROW_FLAG_NULLABLE, 0)
                             : schema_copy(column, out->children[i]) && schema_set_name(out->children[i], names[i]);
        if (!ok) {
            schema_release(out);
            return airport_fail_no_memory(err);
        }
        out->children[i]->flags |= ARROW_FLAG_NULLABLE;
    }
    return true;
}

static bool make_row(const struct ArrowSchema *schema, const struct airport_column_statistics *s, struct ArrowArray *out,
                     struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_create(schema, err);
    if (!b)
        return false;
    const struct ArrowSchema *column = schema->children[0];
    bool is_blob = column->format[0] == 'z' || column->format[0] == 'Z';
    append_bound(b, 0, column, &s->min, "", 0);
    append_bound(b, 1, column, &s->max, is_blob ? BLOB_MAXIMUM : TEXT_MAXIMUM, 8);
    airport_batch_append_int64(b, 2, s->has_not_null);
    airport_batch_append_int64(b, 3, s->has_null);
    airport_batch_append_int64(b, 4, (int64_t)s->distinct_count);
    /* Unknown: longer than any text. */
    airport_batch_append_int64(b, 5, s->max_string_length ? (int64_t)s->max_string_length : UINT32_MAX);
    airport_batch_append_int64(b, 6, s->contains_unicode);
    bool ok = airport_batch_finish(b, out, err);
    airport_batch_builder_destroy(b);
    return ok;
}

static bool write_row(struct writer *w, struct ArrowSchema *schema, const struct ArrowArray *row,
                      struct airport_error *err) {
    struct error inner = {0};
    struct ipc_schema *ipc = ipc_schema_create(schema, &inner);
    const struct ipc_rows rows = {(const struct ArrowArray *const *)row->children, 0, 1};
    bool ok = ipc && ipc_write_stream(ipc, &rows, w, &inner);
    ipc_schema_destroy(ipc);
    return ok || failure_from_error(err, &inner);
}

bool statistics_write(struct writer *w, struct airport_call *call, const struct found_table *table, const char *column,
                      const char *type, struct airport_error *err) {
    const struct airport_statistics_methods *m = METHOD(table->handle.methods, statistics);
    int32_t at = airport_schema_find(&table->schema->schema, column);
    if (!m)
        return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "table \"%s\" has no statistics", table->info.name);
    if (at < 0)
        return airport_fail(err, AIRPORT_NOT_FOUND, "there is no column \"%s\"", column);
    struct airport_column_statistics statistics = {
        .size = sizeof statistics, .has_null = true, .has_not_null = true, .contains_unicode = true};
    struct ArrowSchema schema = {.release = NULL};
    struct ArrowArray row = {.release = NULL};
    bool ok = REQUIRE(call, m, column, err) && m->column(table->handle.self, call, column, type, &statistics, err) &&
              make_schema(table->schema->schema.children[at], &schema, err) && make_row(&schema, &statistics, &row, err) &&
              write_row(w, &schema, &row, err);
    schema_release(&schema);
    array_release(&row);
    return ok;
}

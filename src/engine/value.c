/* Values for parameters: DuckDB's own, behind an opaque name. */
#include "engine/value.h"

#include "base/memory.h"
#include "engine/internal.h"

static struct engine_value *wrap(duckdb_value value) {
    return (struct engine_value *)value;
}

struct engine_value *engine_value_null(void) {
    return wrap(duckdb_create_null_value());
}

struct engine_value *engine_value_boolean(bool value) {
    return wrap(duckdb_create_bool(value));
}

struct engine_value *engine_value_int64(enum engine_type_id id, int64_t value) {
    switch (id) {
    case ENGINE_TYPE_TINYINT:
        return wrap(duckdb_create_int8((int8_t)value));
    case ENGINE_TYPE_SMALLINT:
        return wrap(duckdb_create_int16((int16_t)value));
    case ENGINE_TYPE_INTEGER:
        return wrap(duckdb_create_int32((int32_t)value));
    case ENGINE_TYPE_UTINYINT:
        return wrap(duckdb_create_uint8((uint8_t)value));
    case ENGINE_TYPE_USMALLINT:
        return wrap(duckdb_create_uint16((uint16_t)value));
    case ENGINE_TYPE_UINTEGER:
        return wrap(duckdb_create_uint32((uint32_t)value));
    case ENGINE_TYPE_UBIGINT:
        return wrap(duckdb_create_uint64((uint64_t)value));
    case ENGINE_TYPE_DATE:
        return wrap(duckdb_create_date((duckdb_date){(int32_t)value}));
    case ENGINE_TYPE_TIME:
        return wrap(duckdb_create_time((duckdb_time){value}));
    case ENGINE_TYPE_TIME_NS:
        return wrap(duckdb_create_time_ns((duckdb_time_ns){value}));
    case ENGINE_TYPE_TIME_TZ:
        return wrap(duckdb_create_time_tz_value((duckdb_time_tz){(uint64_t)value}));
    case ENGINE_TYPE_TIMESTAMP:
        return wrap(duckdb_create_timestamp((duckdb_timestamp){value}));
    case ENGINE_TYPE_TIMESTAMP_TZ:
        return wrap(duckdb_create_timestamp_tz((duckdb_timestamp){value}));
    case ENGINE_TYPE_TIMESTAMP_S:
        return wrap(duckdb_create_timestamp_s((duckdb_timestamp_s){value}));
    case ENGINE_TYPE_TIMESTAMP_MS:
        return wrap(duckdb_create_timestamp_ms((duckdb_timestamp_ms){value}));
    case ENGINE_TYPE_TIMESTAMP_NS:
        return wrap(duckdb_create_timestamp_ns((duckdb_timestamp_ns){value}));
    default:
        return wrap(duckdb_create_int64(value));
    }
}

struct engine_value *engine_value_hugeint(enum engine_type_id id, struct engine_hugeint value) {
    duckdb_uhugeint bits = {.lower = value.lower, .upper = (uint64_t)value.upper};
    if (id == ENGINE_TYPE_UHUGEINT)
        return wrap(duckdb_create_uhugeint(bits));
    if (id == ENGINE_TYPE_UUID) { /* the C API takes the printed order of bits, a vector holds the top bit flipped */
        bits.upper ^= (uint64_t)1 << 63;
        return wrap(duckdb_create_uuid(bits));
    }
    return wrap(duckdb_create_hugeint((duckdb_hugeint){.lower = value.lower, .upper = value.upper}));
}

struct engine_value *engine_value_decimal(uint8_t width, uint8_t scale, struct engine_hugeint unscaled) {
    duckdb_hugeint bits = {.lower = unscaled.lower, .upper = unscaled.upper};
    return wrap(duckdb_create_decimal((duckdb_decimal){.width = width, .scale = scale, .value = bits}));
}

struct engine_value *engine_value_float(float value) {
    return wrap(duckdb_create_float(value));
}

struct engine_value *engine_value_double(double value) {
    return wrap(duckdb_create_double(value));
}

struct engine_value *engine_value_interval(struct engine_interval value) {
    return wrap(duckdb_create_interval((duckdb_interval){value.months, value.days, value.micros}));
}

struct engine_value *engine_value_bytes(enum engine_type_id id, const void *bytes, size_t length) {
    if (id == ENGINE_TYPE_BLOB)
        return wrap(duckdb_create_blob(bytes, length));
    if (id == ENGINE_TYPE_BIT)
        return wrap(duckdb_create_bit((duckdb_bit){.data = (uint8_t *)(uintptr_t)bytes, .size = length}));
    return wrap(duckdb_create_varchar_length(bytes, length));
}

struct engine_value *engine_value_list(const struct engine_type *element, struct engine_value *const *values,
                                       int64_t count) {
    duckdb_logical_type type = engine_type_handle(element);
    duckdb_value list = type ? duckdb_create_list_value(type, (duckdb_value *)(uintptr_t)values, (idx_t)count) : NULL;
    duckdb_destroy_logical_type(&type);
    return wrap(list);
}

struct engine_value *engine_value_struct(const struct engine_type *type, struct engine_value *const *values) {
    duckdb_logical_type handle = engine_type_handle(type);
    duckdb_value value = handle ? duckdb_create_struct_value(handle, (duckdb_value *)(uintptr_t)values) : NULL;
    duckdb_destroy_logical_type(&handle);
    return wrap(value);
}

void engine_value_destroy(struct engine_value *value) {
    duckdb_value handle = (duckdb_value)value;
    duckdb_destroy_value(&handle);
}

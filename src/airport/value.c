/* Types and values that users make. */
#include <string.h>

#include "airport/filter.h"

static const struct airport_type simple_types[] = {
    {.id = AIRPORT_TYPE_UNKNOWN, .name = "", .alias = ""},
#define AIRPORT_TYPE(type_id, type_name, duckdb, postgresql)                                                           \
    {.id = AIRPORT_TYPE_##type_id, .name = type_name, .alias = ""},
#include "airport_types.def"
#undef AIRPORT_TYPE
};

enum { TYPE_COUNT = sizeof simple_types / sizeof *simple_types };

const struct airport_type *airport_type_simple(enum airport_type_id id) {
    bool has_parameters = id == AIRPORT_TYPE_DECIMAL || id == AIRPORT_TYPE_ENUM ||
                          (id >= AIRPORT_TYPE_LIST && id <= AIRPORT_TYPE_UNION);
    return (unsigned)id < TYPE_COUNT && !has_parameters ? &simple_types[id] : NULL;
}

enum airport_type_id filter_type_id(const char *name) {
    for (size_t i = 1; i < TYPE_COUNT; i++)
        if (strcmp(simple_types[i].name, name) == 0)
            return simple_types[i].id;
    return AIRPORT_TYPE_UNKNOWN;
}

const char *filter_type_name(enum airport_type_id id) {
    return (unsigned)id < TYPE_COUNT ? simple_types[id].name : "";
}

static struct airport_value value_of(enum airport_type_id id) {
    const struct airport_type *type = airport_type_simple(id);
    return (struct airport_value){.type = type ? type : &simple_types[0]};
}

struct airport_value airport_value_null(void) {
    struct airport_value value = value_of(AIRPORT_TYPE_SQLNULL);
    value.is_null = true;
    return value;
}

struct airport_value airport_value_boolean(bool boolean) {
    struct airport_value value = value_of(AIRPORT_TYPE_BOOLEAN);
    value.as.boolean = boolean;
    return value;
}

struct airport_value airport_value_int64(enum airport_type_id id, int64_t integer) {
    struct airport_value value = value_of(id);
    value.as.int64 = integer;
    return value;
}

struct airport_value airport_value_uint64(enum airport_type_id id, uint64_t integer) {
    struct airport_value value = value_of(id);
    value.as.uint64 = integer;
    return value;
}

struct airport_value airport_value_double(double number) {
    struct airport_value value = value_of(AIRPORT_TYPE_DOUBLE);
    value.as.float64 = number;
    return value;
}

struct airport_value airport_value_text(const char *text) {
    struct airport_value value = value_of(AIRPORT_TYPE_VARCHAR);
    value.as.bytes = (struct airport_bytes){text, strlen(text)};
    return value;
}

struct airport_value airport_value_blob(const void *data, size_t size) {
    struct airport_value value = value_of(AIRPORT_TYPE_BLOB);
    value.as.bytes = (struct airport_bytes){data, size};
    return value;
}

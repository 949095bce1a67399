#include "pgtype/type.h"

#include <string.h>
#include <strings.h>

#include "engine/vector.h"
#include "pgtype/numeric.h"

static const struct pgtype types[] = {
#define PG_TYPE(id, oid, name, length, category, element, array, by_alias)                                             \
    {oid, name, length, category, element, array, by_alias},
#include "pg_types.def"
#undef PG_TYPE
};

enum { TYPE_COUNT = sizeof types / sizeof types[0] };

const struct pgtype *pgtype_find(uint32_t oid) {
    size_t low = 0, high = TYPE_COUNT;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (types[middle].oid < oid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < TYPE_COUNT && types[low].oid == oid ? &types[low] : NULL;
}

const struct pgtype *pgtype_find_name(const char *name) {
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (strcasecmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

static bool contains(const uint32_t *oids, size_t count, uint32_t oid) {
    for (size_t i = 0; i < count; i++)
        if (oids[i] == oid)
            return true;
    return false;
}

bool pgtype_is_text_like(uint32_t oid) {
    static const uint32_t oids[] = {PGTYPE_NONE, PGTYPE_CHAR,    PGTYPE_NAME,    PGTYPE_TEXT,         PGTYPE_VARCHAR,
                                    PGTYPE_JSON, PGTYPE_XML,     PGTYPE_VOID,    PGTYPE_PG_NODE_TREE, PGTYPE_BPCHAR,
                                    PGTYPE_CSTRING, PGTYPE_UNKNOWN, PGTYPE_REFCURSOR};
    return contains(oids, sizeof oids / sizeof oids[0], oid);
}

bool pgtype_is_object_type(uint32_t oid) {
    static const uint32_t oids[] = {PGTYPE_REGPROC,      PGTYPE_REGPROCEDURE, PGTYPE_REGOPER,     PGTYPE_REGOPERATOR,
                                    PGTYPE_REGCLASS,     PGTYPE_REGTYPE,      PGTYPE_REGCONFIG,   PGTYPE_REGDICTIONARY,
                                    PGTYPE_REGNAMESPACE, PGTYPE_REGROLE,      PGTYPE_REGCOLLATION};
    return contains(oids, sizeof oids / sizeof oids[0], oid);
}

/* The types that the catalog registers, some under names that PostgreSQL does not use. */
static const struct registered_type {
    const char *alias;
    uint32_t oid;
} registered_types[] = {
#define PGCAT_TYPE(name, engine, oid, casts) {#name, oid},
#include "pgcat_types.def"
#undef PGCAT_TYPE
};

static const struct pgtype *find_alias(const char *alias) {
    const struct pgtype *found = alias && *alias ? pgtype_find_name(alias) : NULL;
    for (size_t i = 0; !found && alias && *alias && i < sizeof registered_types / sizeof registered_types[0]; i++)
        if (strcmp(registered_types[i].alias, alias) == 0)
            return pgtype_find(registered_types[i].oid);
    return found && found->by_alias ? found : NULL;
}

/* The engine's types that always are the same type of PostgreSQL; 0 for those that depend on more. */
static uint32_t simple_oid(enum engine_type_id id) {
    static const uint32_t oids[] = {
        [ENGINE_TYPE_BOOLEAN] = PGTYPE_BOOL,
        [ENGINE_TYPE_TINYINT] = PGTYPE_INT2,
        [ENGINE_TYPE_SMALLINT] = PGTYPE_INT2,
        [ENGINE_TYPE_INTEGER] = PGTYPE_INT4,
        [ENGINE_TYPE_BIGINT] = PGTYPE_INT8,
        [ENGINE_TYPE_UTINYINT] = PGTYPE_INT2,
        [ENGINE_TYPE_USMALLINT] = PGTYPE_INT4,
        [ENGINE_TYPE_UINTEGER] = PGTYPE_INT8,
        [ENGINE_TYPE_UBIGINT] = PGTYPE_NUMERIC,
        [ENGINE_TYPE_HUGEINT] = PGTYPE_NUMERIC,
        [ENGINE_TYPE_UHUGEINT] = PGTYPE_NUMERIC,
        [ENGINE_TYPE_BIGNUM] = PGTYPE_NUMERIC,
        [ENGINE_TYPE_DECIMAL] = PGTYPE_NUMERIC,
        [ENGINE_TYPE_FLOAT] = PGTYPE_FLOAT4,
        [ENGINE_TYPE_DOUBLE] = PGTYPE_FLOAT8,
        [ENGINE_TYPE_DATE] = PGTYPE_DATE,
        [ENGINE_TYPE_TIME] = PGTYPE_TIME,
        [ENGINE_TYPE_TIME_NS] = PGTYPE_TIME,
        [ENGINE_TYPE_TIME_TZ] = PGTYPE_TIMETZ,
        [ENGINE_TYPE_TIMESTAMP] = PGTYPE_TIMESTAMP,
        [ENGINE_TYPE_TIMESTAMP_S] = PGTYPE_TIMESTAMP,
        [ENGINE_TYPE_TIMESTAMP_MS] = PGTYPE_TIMESTAMP,
        [ENGINE_TYPE_TIMESTAMP_NS] = PGTYPE_TIMESTAMP,
        [ENGINE_TYPE_TIMESTAMP_TZ] = PGTYPE_TIMESTAMPTZ,
        [ENGINE_TYPE_INTERVAL] = PGTYPE_INTERVAL,
        [ENGINE_TYPE_BLOB] = PGTYPE_BYTEA,
        [ENGINE_TYPE_UUID] = PGTYPE_UUID,
        [ENGINE_TYPE_BIT] = PGTYPE_VARBIT,
        [ENGINE_TYPE_MAP] = PGTYPE_JSON,
        [ENGINE_TYPE_VARIANT] = PGTYPE_JSON,
        [ENGINE_TYPE_STRUCT] = PGTYPE_RECORD,
    };
    return id < sizeof oids / sizeof oids[0] && oids[id] ? oids[id] : PGTYPE_TEXT;
}

static uint32_t array_over(uint32_t oid, const struct pgtype_resolver *resolver) {
    const struct pgtype *known = pgtype_find(oid);
    uint32_t array = known ? known->array : 0;
    if (!known && resolver && resolver->array_oid)
        array = resolver->array_oid(resolver->self, oid);
    return array ? array : PGTYPE_TEXT_ARRAY;
}

/* int2vector and oidvector are lists whose element carries the alias; an element alone is what the vector is made
 * of. */
static bool is_vector(const struct pgtype *type) {
    return type && (type->oid == PGTYPE_INT2VECTOR || type->oid == PGTYPE_OIDVECTOR);
}

static uint32_t list_oid(const struct engine_type *type, const struct pgtype_resolver *resolver) {
    while (type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY)
        type = type->child;
    const struct pgtype *alias = find_alias(type->alias);
    return is_vector(alias) ? alias->oid : array_over(pgtype_of(type, resolver).oid, resolver);
}

static uint32_t oid_of(const struct engine_type *type, const struct pgtype_resolver *resolver) {
    const struct pgtype *alias = find_alias(type->alias);
    if (alias)
        return is_vector(alias) && type->id != ENGINE_TYPE_LIST ? alias->element : alias->oid;
    if (type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY)
        return list_oid(type, resolver);
    bool is_users = type->id == ENGINE_TYPE_ENUM || type->id == ENGINE_TYPE_STRUCT;
    uint32_t own = is_users && resolver && resolver->type_oid ? resolver->type_oid(resolver->self, type) : 0;
    return own ? own : simple_oid(type->id);
}

struct pgtype_reference pgtype_of(const struct engine_type *type, const struct pgtype_resolver *resolver) {
    struct pgtype_reference reference = {.oid = oid_of(type, resolver), .length = -1, .modifier = -1};
    const struct pgtype *known = pgtype_find(reference.oid);
    if (known)
        reference.length = known->length;
    else if (type->id == ENGINE_TYPE_ENUM)
        reference.length = 4; /* enums are stored as OIDs */
    while (type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY)
        type = type->child;
    if (type->id == ENGINE_TYPE_DECIMAL && !pgtype_is_open_numeric(type)) /* make_numeric_typmod() in numeric.c */
        reference.modifier = ((int32_t)type->width << 16 | type->scale) + 4;
    return reference;
}

struct engine_choice {
    uint32_t oid;
    struct engine_type type;
};

#define CHOICE(pg, engine, bytes) {PGTYPE_##pg, {.id = ENGINE_TYPE_##engine, .value_bytes = bytes, .alias = ""}}

static const struct engine_choice choices[] = {
    CHOICE(BOOL, BOOLEAN, 1),
    CHOICE(BYTEA, BLOB, 16),
    CHOICE(INT8, BIGINT, 8),
    CHOICE(INT2, SMALLINT, 2),
    CHOICE(INT4, INTEGER, 4),
    CHOICE(OID, BIGINT, 8),
    CHOICE(XID, BIGINT, 8),
    CHOICE(CID, BIGINT, 8),
    CHOICE(XID8, UBIGINT, 8),
    CHOICE(FLOAT4, FLOAT, 4),
    CHOICE(FLOAT8, DOUBLE, 8),
    CHOICE(DATE, DATE, 4),
    CHOICE(TIME, TIME, 8),
    CHOICE(TIMESTAMP, TIMESTAMP, 8),
    CHOICE(TIMESTAMPTZ, TIMESTAMP_TZ, 8),
    CHOICE(INTERVAL, INTERVAL, 16),
    CHOICE(TIMETZ, TIME_TZ, 8),
    CHOICE(BIT, BIT, 16),
    CHOICE(VARBIT, BIT, 16),
    CHOICE(UUID, UUID, 16),
    {PGTYPE_NUMERIC,
     {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 16, .width = PGTYPE_DECIMAL_DIGITS, .scale = PGTYPE_OPEN_SCALE, .alias = ""}},
};

const struct engine_type *pgtype_engine_type(uint32_t oid, const struct pgtype_resolver *resolver) {
    static const struct engine_type varchar = {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = ""};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (choices[i].oid == oid)
            return &choices[i].type;
    const struct pgtype *known = pgtype_find(oid);
    if (known && known->element)
        return NULL;
    const struct engine_type *own =
        !known && oid && resolver && resolver->engine_type ? resolver->engine_type(resolver->self, oid) : NULL;
    return own ? own : &varchar;
}

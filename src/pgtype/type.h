/* PostgreSQL's types, and which of them stands for a type of the engine.
 *
 * Owns the table (data/pg_types.def) and the mapping in both directions; the bytes are encode.h's and decode.h's.
 * Rules where the engine has more than PostgreSQL:
 *   - unsigned integers go to the next wider signed type, those of 64 bits and more to numeric;
 *   - TIMESTAMP_S, _MS, _NS are timestamp, TIME_NS is time, cut to microseconds;
 *   - VARCHAR is text, BIT is varbit, VARIANT and MAP are json (a MAP as an object whose keys are the keys' text), UNION
 *     is text (the text of its value), GEOMETRY is text: WKB in hexadecimal digits, as PostGIS prints it;
 *   - a list of lists is the array type of the innermost element, STRUCT is record unless a resolver knows better;
 *   - a registered type's alias that names a type of PostgreSQL means that type.
 * Immutable; any thread.
 */
#ifndef PGTYPE_TYPE_H
#define PGTYPE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"
#include "engine/type.h"

enum pgtype_oid {
    PGTYPE_NONE = 0,
#define PG_TYPE(id, oid, name, length, category, element, array, by_alias) PGTYPE_##id = oid,
#include "pg_types.def"
#undef PG_TYPE
};

struct pgtype {
    uint32_t oid;
    const char *name; /* pg_type.typname */
    int16_t length;   /* pg_type.typlen */
    char category;    /* pg_type.typcategory */
    uint32_t element; /* arrays and vectors: of what; 0 otherwise */
    uint32_t array;   /* the type of arrays of it; 0: none */
    bool by_alias;    /* a registered type of the engine with this alias means this type */
};

/* NULL when the table has no such row. */
const struct pgtype *pgtype_find(uint32_t oid);
const struct pgtype *pgtype_find_name(const char *name);

/* Whether values of the type are plain text in both formats. */
bool pgtype_is_text_like(uint32_t oid);
/* regclass and its kin: an OID inside that prints as the name of what it means. */
bool pgtype_is_object_type(uint32_t oid);

/* What only the catalog knows. Each function may be NULL; borrowed, with `self`, by whoever is given it. */
struct pgtype_resolver {
    void *self;
    /* The OID of a user's ENUM or composite type, 0 when it has none. */
    uint32_t (*type_oid)(void *self, const struct engine_type *type);
    /* The OID of the array type over that OID, 0 when it has none. */
    uint32_t (*array_oid)(void *self, uint32_t oid);
    /* The engine's type behind an OID that the table has not, NULL when there is none. */
    const struct engine_type *(*engine_type)(void *self, uint32_t oid);
    /* Writes what `oid` prints as in the type `type_oid` (regclass, regtype, regproc …); false: print the number. */
    bool (*write_object_name)(void *self, uint32_t type_oid, uint32_t oid, struct writer *w);
};

/* How a column is announced in RowDescription. */
struct pgtype_reference {
    uint32_t oid;
    int16_t length;
    int32_t modifier;
};

/* The resolver may be NULL. */
struct pgtype_reference pgtype_of(const struct engine_type *type, const struct pgtype_resolver *resolver);

/* The engine's type that a parameter of this OID is bound as; static or the resolver's. numeric gives DECIMAL(38,10)
 * here (values are bound with the width and scale they need); 0, unknown and types without a counterpart give
 * VARCHAR. Array types give NULL: ask for their element (struct pgtype). */
const struct engine_type *pgtype_engine_type(uint32_t oid, const struct pgtype_resolver *resolver);

#endif

/* Objects by name and names by OID. */
#include "pgcat/object.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pgcat/identifier.h"

static const struct object_row {
    const char *type, *sqlstate, *what;
} object_rows[] = {
#define PGCAT_OBJECT(kind, type, sqlstate, what) {type, sqlstate, what},
#include "pgcat_objects.def"
#undef PGCAT_OBJECT
};

/* Which facts know an object of a kind: PostgreSQL's own, and the database's. FACT_NONE: none do. */
enum { FACT_NONE = -1 };

static const struct object_facts {
    int constants, database;
    bool has_schema; /* the fact's schema is one, and part of the name */
} object_facts[] = {
    [PGCAT_OBJECT_FUNCTION] = {PGCAT_FACT_STATIC_FUNCTION, PGCAT_FACT_FUNCTION, true},
    [PGCAT_OBJECT_PROCEDURE] = {PGCAT_FACT_STATIC_FUNCTION, PGCAT_FACT_FUNCTION, true},
    [PGCAT_OBJECT_OPERATOR] = {PGCAT_FACT_STATIC_OPERATOR, FACT_NONE, true},
    [PGCAT_OBJECT_OPERATION] = {PGCAT_FACT_STATIC_OPERATOR, FACT_NONE, true},
    [PGCAT_OBJECT_RELATION] = {PGCAT_FACT_STATIC_RELATION, PGCAT_FACT_RELATION, true},
    [PGCAT_OBJECT_TYPE] = {PGCAT_FACT_STATIC_TYPE, PGCAT_FACT_TYPE, true},
    [PGCAT_OBJECT_ROLE] = {PGCAT_FACT_STATIC_ROLE, FACT_NONE, false},
    [PGCAT_OBJECT_SCHEMA] = {FACT_NONE, PGCAT_FACT_SCHEMA, false},
    [PGCAT_OBJECT_COLLATION] = {PGCAT_FACT_STATIC_COLLATION, FACT_NONE, true},
    [PGCAT_OBJECT_CONFIG] = {PGCAT_FACT_STATIC_CONFIG, FACT_NONE, true},
    [PGCAT_OBJECT_DICTIONARY] = {PGCAT_FACT_STATIC_DICTIONARY, FACT_NONE, true},
};

int pgcat_object_kind_named(const char *type) {
    for (int kind = 0; kind < PGCAT_OBJECT_KIND_COUNT; kind++)
        if (strcmp(object_rows[kind].type, type) == 0)
            return kind;
    return -1;
}

static bool is_function(enum pgcat_object_kind kind) {
    return kind == PGCAT_OBJECT_FUNCTION || kind == PGCAT_OBJECT_PROCEDURE;
}

/* Facts about PostgreSQL's own functions and operators hold the argument types where others hold the schema. */
static const char *schema_of(enum pgcat_object_kind kind, const struct pgcat_view *view, const struct pgcat_fact *fact) {
    bool is_constant = is_function(kind) || kind == PGCAT_OBJECT_OPERATOR || kind == PGCAT_OBJECT_OPERATION;
    if (is_constant && pgcat_view_fact(view, (enum pgcat_fact_kind)object_facts[kind].constants, fact->oid) == fact)
        return "pg_catalog";
    return fact->schema;
}

const struct pgcat_fact *pgcat_object_fact(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid) {
    const struct object_facts *facts = &object_facts[kind];
    const struct pgcat_fact *fact = NULL;
    if (facts->constants != FACT_NONE)
        fact = pgcat_view_fact(view, (enum pgcat_fact_kind)facts->constants, oid);
    if (!fact && facts->database != FACT_NONE)
        fact = pgcat_view_fact(view, (enum pgcat_fact_kind)facts->database, oid);
    return fact;
}

/* The object of this name in this schema. */
static const struct pgcat_fact *find_in(const struct pgcat_view *view, enum pgcat_object_kind kind, const char *schema,
                                        const char *name) {
    const struct object_facts *facts = &object_facts[kind];
    const struct pgcat_fact *fact = NULL;
    bool in_catalog = strcmp(schema, "pg_catalog") == 0;
    bool by_arguments = is_function(kind) || kind == PGCAT_OBJECT_OPERATOR || kind == PGCAT_OBJECT_OPERATION;
    if (facts->constants != FACT_NONE && (in_catalog || !by_arguments))
        fact = pgcat_view_fact_named(view, (enum pgcat_fact_kind)facts->constants, by_arguments ? NULL : schema, name);
    if (!fact && facts->database != FACT_NONE)
        fact = pgcat_view_fact_named(view, (enum pgcat_fact_kind)facts->database, schema, name);
    return fact;
}

static const struct pgcat_fact *find_visible(const struct pgcat_view *view, enum pgcat_object_kind kind, const char *name) {
    const char *schemas[PGCAT_SCHEMA_LIMIT];
    int32_t count = pgcat_visible_schemas(view, schemas, PGCAT_SCHEMA_LIMIT);
    const struct pgcat_fact *fact = NULL;
    for (int32_t i = 0; !fact && i < count; i++)
        fact = find_in(view, kind, schemas[i], name);
    return fact;
}

static uint32_t find_role(const struct pgcat_view *view, const char *name) {
    if (strcmp(name, atomic_load(&view->pgcat->writer)) == 0)
        return PGCAT_WRITER_OID;
    const char *reader = atomic_load(&view->pgcat->reader);
    if (reader && strcmp(name, reader) == 0)
        return PGCAT_READER_OID;
    const struct pgcat_fact *fact = pgcat_view_fact_named(view, PGCAT_FACT_STATIC_ROLE, NULL, name);
    return fact ? fact->oid : 0;
}

static uint32_t find_parsed(const struct pgcat_view *view, enum pgcat_object_kind kind, const struct pgcat_name *name) {
    const char *last = name->parts[name->count - 1];
    const struct pgcat_fact *fact;
    if (kind == PGCAT_OBJECT_ROLE)
        return find_role(view, last);
    if (!object_facts[kind].has_schema)
        fact = pgcat_view_fact_named(view, (enum pgcat_fact_kind)object_facts[kind].database, NULL, last);
    else if (name->count > 1)
        fact = find_in(view, kind, name->parts[name->count - 2], last);
    else
        fact = find_visible(view, kind, last);
    return fact ? fact->oid : 0;
}

static bool is_number(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return length > 0;
}

static bool not_found(enum pgcat_object_kind kind, const char *text, size_t length, struct error *err) {
    const struct object_row *row = &object_rows[kind];
    if (kind == PGCAT_OBJECT_OPERATOR || kind == PGCAT_OBJECT_OPERATION)
        return error_set_state(err, ERROR_NOT_FOUND, row->sqlstate, "operator does not exist: %.*s", (int)length, text);
    return error_set_state(err, ERROR_NOT_FOUND, row->sqlstate, "%s \"%.*s\" does not exist", row->what, (int)length, text);
}

/* The name in front of `(argument types)`: regprocedure and regoperator tell overloads apart by them. */
static size_t name_length(const char *text, size_t length) {
    const char *open = memchr(text, '(', length);
    return open ? (size_t)(open - text) : length;
}

static uint32_t find_number(const char *text, size_t length) {
    uint64_t oid = 0;
    for (size_t i = 0; i < length && oid <= UINT32_MAX; i++)
        oid = 10 * oid + (uint64_t)(text[i] - '0');
    return oid <= UINT32_MAX ? (uint32_t)oid : 0;
}

/* Whether the types of the constant's arguments are those in the parentheses. */
static bool same_arguments(const struct pgcat_view *view, const struct pgcat_fact *fact, const char *text, size_t length) {
    const char *list = fact->schema;
    for (const char *at = text, *end = text + length; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end;
        uint32_t type = pgcat_type_find(view, at, (size_t)(stop - at));
        char *after;
        if (type == 0 || strtoul(list, &after, 10) != type)
            return false;
        list = after;
        at = comma ? comma + 1 : end;
    }
    return *list == '\0';
}

static uint32_t find_overload(const struct pgcat_view *view, enum pgcat_object_kind kind, const char *name, const char *text,
                              size_t length) {
    enum pgcat_fact_kind facts = (enum pgcat_fact_kind)object_facts[kind].constants;
    const struct pgcat_fact *fact = pgcat_view_fact_named(view, facts, NULL, name);
    for (; fact; fact = pgcat_view_fact_next_named(view, facts, fact))
        if (same_arguments(view, fact, text, length))
            return fact->oid;
    const struct pgcat_fact *ours = find_visible(view, PGCAT_OBJECT_FUNCTION, name);
    return kind == PGCAT_OBJECT_PROCEDURE && ours && ours->schema && schema_of(kind, view, ours) == ours->schema ? ours->oid
                                                                                                               : 0;
}

bool pgcat_object_find(const struct pgcat_view *view, enum pgcat_object_kind kind, const char *text, size_t length,
                       uint32_t *oid, struct error *err) {
    uint32_t found = 0;
    struct arena arena = {0};
    struct pgcat_name name;
    size_t named = name_length(text, length);
    bool ok = true;
    if (length == 1 && *text == '-') {
        *oid = 0;
        return true;
    }
    if (is_number(text, length)) {
        *oid = find_number(text, length);
        return true;
    }
    if (kind == PGCAT_OBJECT_TYPE) {
        found = pgcat_type_find(view, text, length);
    } else if (kind == PGCAT_OBJECT_OPERATOR) {
        char *copy = arena_copy_string_n(&arena, text, length);
        const struct pgcat_fact *fact = copy ? find_visible(view, kind, copy) : NULL;
        found = fact ? fact->oid : 0;
    } else if ((ok = pgcat_name_parse(&arena, text, named, &name, err))) {
        found = named < length && text[length - 1] == ')'
                    ? find_overload(view, kind, name.parts[name.count - 1], text + named + 1, length - named - 2)
                    : find_parsed(view, kind, &name);
    }
    arena_destroy(&arena);
    if (ok && found == 0)
        return not_found(kind, text, length, err);
    if (ok)
        *oid = found;
    return ok;
}

/* A function or an operator that shares its name is not found by it. */
static bool is_alone(const struct pgcat_view *view, enum pgcat_object_kind kind, const struct pgcat_fact *fact) {
    if (kind != PGCAT_OBJECT_FUNCTION && kind != PGCAT_OBJECT_OPERATOR)
        return true;
    enum pgcat_fact_kind facts = (enum pgcat_fact_kind)object_facts[kind].constants;
    const struct pgcat_fact *first = pgcat_view_fact_named(view, facts, NULL, fact->text);
    return !first || !pgcat_view_fact_next_named(view, facts, first);
}

bool pgcat_object_is_visible(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid) {
    const struct pgcat_fact *fact = pgcat_object_fact(view, kind, oid);
    if (!fact || !object_facts[kind].has_schema)
        return fact != NULL;
    const char *schemas[PGCAT_SCHEMA_LIMIT], *schema = schema_of(kind, view, fact);
    int32_t count = pgcat_visible_schemas(view, schemas, PGCAT_SCHEMA_LIMIT);
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(schemas[i], schema) == 0)
            return true;
        if (!is_function(kind) && find_in(view, kind, schemas[i], fact->text))
            return false;
    }
    return false;
}

static void write_arguments(const struct pgcat_view *view, const struct pgcat_fact *fact, struct writer *w) {
    writer_u8(w, '(');
    const char *list = fact->schema;
    for (char *after; *list; list = after) {
        unsigned long type = strtoul(list, &after, 10);
        if (after == list)
            break;
        writer_text(w, list == fact->schema ? "" : ",");
        pgcat_type_write(view, (uint32_t)type, PGCAT_NO_MODIFIER, w);
    }
    writer_u8(w, ')');
}

static void write_role(const struct pgcat_view *view, uint32_t oid, struct writer *w) {
    const char *name = oid == PGCAT_WRITER_OID   ? atomic_load(&view->pgcat->writer)
                       : oid == PGCAT_READER_OID ? atomic_load(&view->pgcat->reader)
                                                 : NULL;
    const struct pgcat_fact *fact = name ? NULL : pgcat_view_fact(view, PGCAT_FACT_STATIC_ROLE, oid);
    if (fact)
        name = fact->text;
    if (name)
        pgcat_write_identifier(w, name, strlen(name));
    else
        writer_format(w, "%" PRIu32, oid);
}

void pgcat_object_write(const struct pgcat_view *view, enum pgcat_object_kind kind, uint32_t oid, struct writer *w) {
    const struct pgcat_fact *fact = pgcat_object_fact(view, kind, oid);
    if (kind == PGCAT_OBJECT_TYPE && fact) {
        pgcat_type_write(view, oid, PGCAT_NO_MODIFIER, w);
    } else if (kind == PGCAT_OBJECT_ROLE && oid != 0) {
        write_role(view, oid, w);
    } else if (!fact) {
        writer_format(w, oid ? "%" PRIu32 : "-", oid);
    } else {
        const char *schema = schema_of(kind, view, fact);
        bool is_operator = kind == PGCAT_OBJECT_OPERATOR || kind == PGCAT_OBJECT_OPERATION;
        if (object_facts[kind].has_schema && !(pgcat_object_is_visible(view, kind, oid) && is_alone(view, kind, fact))) {
            pgcat_write_identifier(w, schema, strlen(schema));
            writer_u8(w, '.');
        }
        if (is_operator)
            writer_text(w, fact->text);
        else
            pgcat_write_identifier(w, fact->text, strlen(fact->text));
        if ((kind == PGCAT_OBJECT_PROCEDURE || kind == PGCAT_OBJECT_OPERATION) && schema != fact->schema)
            write_arguments(view, fact, w);
    }
}

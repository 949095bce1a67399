/* Violations of constraints in PostgreSQL's words (src/backend/executor/execMain.c, nbtinsert.c and ri_triggers.c have its texts). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgddl/table.h"

struct constraint {
    char kind;
    const char *name, *schema, *table;
    const char *columns[32];
    int32_t column_count;
    const char *expression;
    const char *foreign_schema, *foreign_table;
    const char *foreign_columns[32];
    bool is_deferrable;
};

struct violation {
    struct pgddl ddl;
    struct arena arena;
    const char *schema, *table;
    struct constraint *constraints; /* of the table, and those that reference it */
    int32_t count;
    struct error *err;
};

static void set_name(char out[ERROR_NAME_BYTES], const char *name) {
    snprintf(out, ERROR_NAME_BYTES, "%s", name ? name : "");
}

static void set_fields(struct error *err, const struct constraint *constraint) {
    set_name(err->schema, constraint->schema);
    set_name(err->table, constraint->table);
    set_name(err->constraint, constraint->name);
}

bool violation_set_referenced(struct error *err, const struct pgsql_shape *referenced, const struct pgsql_shape *table,
                              const char *constraint, const char *columns, const char *values) {
    error_set_state(err, ERROR_CONSTRAINT, "23503",
                    "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\"", referenced->name, constraint,
                    table->name);
    error_set_detail(err, "Key (%s)=(%s) is still referenced from table \"%s\".", columns, values, table->name);
    set_name(err->schema, table->schema);
    set_name(err->table, table->name);
    set_name(err->constraint, constraint);
    return false;
}

bool violation_set_null(struct error *err, const struct pgsql_shape *table, const char *column) {
    error_set_state(err, ERROR_CONSTRAINT, "23502", "null value in column \"%s\" of relation \"%s\" violates not-null constraint",
                    column, table->name);
    set_name(err->schema, table->schema);
    set_name(err->table, table->name);
    set_name(err->column, column);
    return false;
}

/* ---- the constraints ---- */

/* Splits at the separator of the queries below. */
static int32_t split(char *text, const char **names, int32_t limit) {
    int32_t count = 0;
    for (char *name; text && text[0] && count < limit && (name = strsep(&text, "\x1f"));)
        names[count++] = name;
    return count;
}

static char *copy(struct violation *v, const char *text) {
    return text ? arena_copy_string(&v->arena, text) : NULL;
}

static const char *literal(struct violation *v, const char *text) {
    const char *quoted = text ? pgsql_quoted(&v->arena, text, '\'') : "NULL";
    return quoted ? quoted : "NULL";
}

/* The place of a schema in the search path, as an expression to sort by. */
static const char *path_order(struct violation *v) {
    const char *order = "[", *schema;
    for (int32_t n = 0; order && (schema = pgcat_session_schema(v->ddl.catalog, n)); n++)
        order = arena_format(&v->arena, "%s%s%s", order, n ? ", " : "", literal(v, schema));
    order = order ? arena_format(&v->arena, "coalesce(list_position(%s]::VARCHAR[], schema_name), 1000)", order) : NULL;
    return order ? order : "schema_name";
}

/* Unique indexes stand beside constraints: PostgreSQL speaks of both alike. */
static const char *constraints_query(struct violation *v) {
    const char *live = pgcat_session_live_catalog(v->ddl.catalog), *table = literal(v, v->table), *schema = literal(v, v->schema);
    return arena_format(
        &v->arena,
        "SELECT kind, name, schema_name, relation_name, array_to_string(columns, chr(31)), expression, foreign_schema, foreign_name, "
        "array_to_string(foreign_columns, chr(31)), is_deferrable::VARCHAR FROM ("
        "SELECT kind, name, schema_name, relation_name, columns, expression, foreign_schema, foreign_name, foreign_columns, "
        "is_deferrable, 0 AS place "
        "FROM %s.engine_constraint UNION ALL "
        "SELECT 'u', i.name, i.schema_name, i.relation_name, list(c.name ORDER BY i.place), NULL, NULL, NULL, NULL, false, 1 FROM "
        "(SELECT oid, name, schema_name, relation_name, relation_oid, unnest(numbers) AS number, generate_subscripts(numbers, 1) AS place "
        "FROM %s.engine_index WHERE is_unique AND constraint_oid = 0) i JOIN %s.engine_column c ON c.relation_oid = i.relation_oid AND "
        "c.number = i.number GROUP BY ALL) WHERE (lower(relation_name) = lower(%s) AND (%s IS NULL OR lower(schema_name) = lower(%s))) "
        "OR (kind = 'f' AND lower(foreign_name) = lower(%s) AND (%s IS NULL OR lower(foreign_schema) = lower(%s))) "
        "ORDER BY %s, place, kind <> 'p', name",
        live, live, live, table, schema, schema, table, schema, schema, path_order(v));
}

static bool load_constraints(struct violation *v) {
    enum { COLUMNS = 10 };
    const char **rows;
    struct error ignored;
    if (!v->ddl.connection || !v->table || !table_query(&v->ddl, constraints_query(v), COLUMNS, &rows, &v->count, &ignored))
        return false;
    v->constraints = arena_allocate_zeroed(&v->arena, (size_t)v->count + 1, sizeof *v->constraints);
    for (int32_t i = 0; v->constraints && i < v->count; i++) {
        const char **row = rows + i * COLUMNS;
        struct constraint *c = &v->constraints[i];
        *c = (struct constraint){row[0][0], row[1], row[2], row[3], {0}, 0, row[5], row[6], row[7], {0}, row[9][0] == 't'};
        c->column_count = split(copy(v, row[4]), c->columns, sizeof c->columns / sizeof *c->columns);
        split(copy(v, row[8]), c->foreign_columns, sizeof c->foreign_columns / sizeof *c->foreign_columns);
    }
    return v->constraints != NULL;
}

/* ---- keys: "a: 1, b: x" ---- */

/* The text between the first quote and the last that `tail` follows. */
static const char *quoted_part(struct violation *v, const char *message, const char *tail) {
    const char *start = strchr(message, '"'), *end = start ? strstr(start + 1, tail) : NULL;
    return end ? arena_copy_string_n(&v->arena, start + 1, (size_t)(end - start - 1)) : NULL;
}

/* The values of a key that names these columns, joined as PostgreSQL joins them; NULL when it names others. */
static const char *key_values(struct violation *v, const char *key, const char *const *columns, int32_t count) {
    const char *values = "";
    for (int32_t i = 0; i < count; i++) {
        size_t name = strlen(columns[i]);
        if (strncmp(key, columns[i], name) != 0 || strncmp(key + name, ": ", 2) != 0)
            return NULL;
        key += name + 2;
        const char *next = i + 1 < count ? arena_format(&v->arena, ", %s: ", columns[i + 1]) : NULL;
        const char *end = next ? strstr(key, next) : key + strlen(key);
        if (!end || !values)
            return NULL;
        values = arena_format(&v->arena, "%s%s%.*s", values, i ? ", " : "", (int)(end - key), key);
        key = end + (next ? 2 : 0);
    }
    return values;
}

static const char *join(struct violation *v, const char *const *columns, int32_t count) {
    const char *text = "";
    for (int32_t i = 0; text && i < count; i++)
        text = arena_format(&v->arena, "%s%s%s", text, i ? ", " : "", columns[i]);
    return text ? text : "";
}

static bool is_of_table(const struct violation *v, const struct constraint *c) {
    return v->table && c->table && strcasecmp(c->table, v->table) == 0;
}

/* ---- each kind ---- */

static bool tell_duplicate(struct violation *v, const struct constraint *c, const char *values) {
    error_set_state(v->err, ERROR_CONSTRAINT, "23505", "duplicate key value violates unique constraint \"%s\"", c->name);
    error_set_detail(v->err, "Key (%s)=(%s) already exists.", join(v, c->columns, c->column_count), values);
    set_fields(v->err, c);
    return true;
}

/* `Duplicate key "a: 1" violates …` and, within one statement's rows, `… violation: duplicate key "1"` */
static bool explain_duplicate(struct violation *v, const char *message) {
    const char *key = quoted_part(v, message, "\" violates"), *values = NULL;
    bool primary = strstr(message, "violates primary key") != NULL;
    for (int32_t i = 0; key && i < v->count; i++) {
        const struct constraint *c = &v->constraints[i];
        if (is_of_table(v, c) && c->kind == (primary ? 'p' : 'u') && (values = key_values(v, key, c->columns, c->column_count)))
            return tell_duplicate(v, c, values);
    }
    key = key ? NULL : quoted_part(v, message, "\"");
    int32_t commas = 0, fitting = 0, last = 0;
    for (const char *at = key; at && (at = strstr(at, ", ")); at += 2)
        commas++;
    for (int32_t i = 0; key && i < v->count; i++) {
        bool fits = is_of_table(v, &v->constraints[i]) && strchr("pu", v->constraints[i].kind) &&
                    v->constraints[i].column_count == commas + 1;
        fitting += fits;
        last = fits ? i : last;
    }
    return fitting == 1 && tell_duplicate(v, &v->constraints[last], key);
}

static bool explain_null(struct violation *v, const char *message) {
    char column[ERROR_NAME_BYTES];
    (void)message;
    set_name(column, v->err->column);
    if (!v->table || !column[0])
        return false;
    const char *schema = v->schema ? v->schema : v->count ? v->constraints[0].schema : "";
    violation_set_null(v->err, &(struct pgsql_shape){.schema = schema, .name = v->table}, column);
    return true;
}

static bool explain_check(struct violation *v, const char *message) {
    static const char before[] = "expression CHECK(";
    const char *start = strstr(message, before);
    if (!start)
        return false;
    start += sizeof before - 1;
    size_t length = strlen(start);
    for (int32_t i = 0; i < v->count; i++) {
        const struct constraint *c = &v->constraints[i];
        if (c->kind != 'c' || !is_of_table(v, c) || !c->expression || strlen(c->expression) + 1 != length ||
            strncmp(c->expression, start, length - 1) != 0)
            continue;
        error_set_state(v->err, ERROR_CONSTRAINT, "23514", "new row for relation \"%s\" violates check constraint \"%s\"", c->table,
                        c->name);
        set_fields(v->err, c);
        return true;
    }
    return false;
}

/* The check of a type's length fails with PostgreSQL's words for it. */
static bool explain_length(struct violation *v, const char *message) {
    const char *start = strstr(message, "(Error: "), *end = strrchr(message, ')');
    if (!start || !end)
        return false;
    start += sizeof "(Error: " - 1;
    const char *state = strstr(start, " too long for type ") ? "22001" : "22026";
    error_set_state(v->err, ERROR_CONSTRAINT, state, "%.*s", (int)(end - start), start);
    return true;
}

/* The foreign key that the engine's key fits; NULL where it fits none, or several: the engine does not tell which it was. */
static const struct constraint *find_reference(struct violation *v, const char *key, bool by_foreign, const char **values) {
    const struct constraint *found = NULL;
    for (int32_t i = 0; key && i < v->count; i++) {
        const struct constraint *c = &v->constraints[i];
        bool concerned = c->kind == 'f' && (by_foreign ? is_of_table(v, c) : v->table && strcasecmp(c->foreign_table, v->table) == 0);
        const char *fitting = concerned ? key_values(v, key, by_foreign ? c->foreign_columns : c->columns, c->column_count) : NULL;
        if (fitting && found)
            return NULL;
        found = fitting ? c : found;
        *values = fitting ? fitting : *values;
    }
    return found;
}

/* The key names the columns of the other table; PostgreSQL names those of the constraint. */
static bool explain_missing(struct violation *v, const char *message) {
    const char *values = "";
    const struct constraint *c = find_reference(v, quoted_part(v, message, "\" does not exist"), true, &values);
    if (!c)
        return false;
    error_set_state(v->err, ERROR_CONSTRAINT, "23503", "insert or update on table \"%s\" violates foreign key constraint \"%s\"", c->table,
                    c->name);
    error_set_detail(v->err, "Key (%s)=(%s) is not present in table \"%s\".", join(v, c->columns, c->column_count), values,
                     c->foreign_table);
    if (c->is_deferrable)
        error_set_hint(v->err, "The constraint is declared DEFERRABLE, but is checked at once.");
    set_fields(v->err, c);
    return true;
}

static bool explain_referenced(struct violation *v, const char *message) {
    const char *values = "";
    const struct constraint *c = find_reference(v, quoted_part(v, message, "\" is still referenced"), false, &values);
    if (!c)
        return false;
    const struct pgsql_shape referenced = {.schema = c->foreign_schema, .name = c->foreign_table};
    const struct pgsql_shape table = {.schema = c->schema, .name = c->table};
    violation_set_referenced(v->err, &referenced, &table, c->name, join(v, c->foreign_columns, c->column_count), values);
    return true;
}

static const char still_referenced[] = "is still referenced by a foreign key";

static const struct {
    const char *fragment; /* of the engine's message */
    bool (*explain)(struct violation *v, const char *message);
} explainers[] = {
    {"uplicate key \"", explain_duplicate},
    {"NOT NULL constraint failed", explain_null},
    {" too long for type ", explain_length},
    {" does not match type bit", explain_length},
    {"CHECK constraint failed", explain_check},
    {"does not exist in the referenced table", explain_missing},
    {still_referenced, explain_referenced},
};

bool pgddl_is_still_referenced(const struct error *err) {
    return err->kind == ERROR_CONSTRAINT && strstr(err->message, still_referenced);
}

void pgddl_explain_violation(struct engine_database *database, struct pgcat_session *catalog, const char *schema, const char *table,
                             struct error *err) {
    struct error ignored;
    struct violation v = {.schema = schema, .table = table, .err = err};
    v.ddl = (struct pgddl){.connection = engine_connection_create(database, &ignored), .catalog = catalog, .arena = &v.arena};
    if (!v.table && err->table[0])
        v.table = copy(&v, err->table);
    const char *message = copy(&v, err->message);
    int32_t position = err->position;
    load_constraints(&v);
    for (size_t i = 0; message && i < sizeof explainers / sizeof *explainers; i++)
        if (strstr(message, explainers[i].fragment)) {
            explainers[i].explain(&v, message);
            break;
        }
    err->position = position;
    engine_connection_destroy(v.ddl.connection);
    arena_destroy(&v.arena);
}

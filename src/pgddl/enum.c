/* ALTER TYPE of an enum: the engine's types cannot be changed, and its columns keep the labels, not the name, of theirs. So the type
 * is made anew, and the columns with the old labels are altered to the new ones; two types with the same labels cannot be told apart. */
#include <stdlib.h>
#include <string.h>

#include "pgddl/table.h"

struct enumeration {
    const struct pgddl *ddl;
    const struct pgsql_enum_change *change;
    const char *schema, *name; /* of the type */
    const char *qualified;     /* as SQL */
    int64_t engine_oid;
    const char **labels;
    int32_t count;
    const char *old_labels; /* as the engine prints the type */
};

static const char *quoted(const struct pgddl *ddl, const char *text, char mark) {
    const char *copy = pgsql_quoted(ddl->arena, text, mark);
    return copy ? copy : "";
}

static const char *literal(const struct pgddl *ddl, const char *text) {
    return text ? quoted(ddl, text, '\'') : "NULL";
}

/* The type, one row for each label. */
static bool load(struct enumeration *e, struct error *err) {
    enum { COLUMNS = 5 };
    const struct pgsql_enum_change *change = e->change;
    const char **rows, *schema = literal(e->ddl, change->schema);
    int32_t count;
    const char *sql = arena_format(
        e->ddl->arena,
        "SELECT schema_name, type_name, type_oid::VARCHAR, unnest(labels), twins::VARCHAR FROM "
        "(SELECT *, count(*) OVER (PARTITION BY labels) AS twins FROM duckdb_types() WHERE database_name = current_database() AND "
        "logical_type = 'ENUM') WHERE lower(type_name) = lower(%s) AND "
        "(schema_name = %s OR (%s IS NULL AND schema_name IN (SELECT unnest(system.main.current_schemas(false))))) "
        "ORDER BY list_position(system.main.current_schemas(false), schema_name)",
        literal(e->ddl, change->type), schema, schema);
    if (!table_query(e->ddl, sql, COLUMNS, &rows, &count, err))
        return false;
    if (!count)
        return error_set_state(err, ERROR_NOT_FOUND, "42704", "type \"%s\" does not exist", change->type);
    if (strcmp(rows[4], "1") != 0)
        return error_set(err, ERROR_UNSUPPORTED, "labels of an enum are not changed while another enum has the same labels");
    e->labels = arena_allocate(e->ddl->arena, (size_t)(count + 1) * sizeof *e->labels);
    e->schema = rows[0];
    e->name = rows[1];
    e->engine_oid = strtoll(rows[2], NULL, 10);
    e->qualified = arena_format(e->ddl->arena, "%s.%s", quoted(e->ddl, e->schema, '"'), quoted(e->ddl, e->name, '"'));
    if (!e->labels || !e->qualified)
        return error_set_no_memory(err);
    while (e->count < count && strcmp(rows[COLUMNS * e->count], e->schema) == 0) {
        e->labels[e->count] = rows[COLUMNS * e->count + 3];
        e->count++;
    }
    return true;
}

static int32_t position(const struct enumeration *e, const char *label) {
    int32_t i = 0;
    while (i < e->count && strcmp(e->labels[i], label) != 0)
        i++;
    return i;
}

static bool missing(const char *label, struct error *err) {
    return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "\"%s\" is not an existing enum label", label);
}

static bool taken(const char *label, struct error *err) {
    return error_set_state(err, ERROR_ALREADY_EXISTS, "42710", "enum label \"%s\" already exists", label);
}

static bool rename_label(struct enumeration *e, struct error *err) {
    int32_t at = position(e, e->change->value);
    if (at == e->count)
        return missing(e->change->value, err);
    if (position(e, e->change->new_value) < e->count)
        return taken(e->change->new_value, err);
    e->labels[at] = e->change->new_value;
    return true;
}

static bool add_label(struct enumeration *e, struct error *err) {
    const struct pgsql_enum_change *change = e->change;
    int32_t at = change->neighbour ? position(e, change->neighbour) : e->count;
    if (position(e, change->value) < e->count)
        return taken(change->value, err);
    if (change->neighbour && at == e->count)
        return missing(change->neighbour, err);
    at += change->neighbour && !change->before;
    memmove(e->labels + at + 1, e->labels + at, (size_t)(e->count - at) * sizeof *e->labels);
    e->labels[at] = change->value;
    e->count++;
    return true;
}

/* The type under its name, with its OID. */
static bool make_anew(const struct enumeration *e, struct error *err) {
    const char *list = "", *number;
    for (int32_t i = 0; list && i < e->count; i++)
        list = arena_format(e->ddl->arena, "%s%s%s", list, i ? ", " : "", literal(e->ddl, e->labels[i]));
    const char *path = arena_format(e->ddl->arena, "%s.%s", e->schema, e->name);
    const char *sql = arena_format(e->ddl->arena,
                                   "SELECT type_oid::VARCHAR FROM duckdb_types() WHERE database_name = current_database() AND "
                                   "schema_name = %s AND type_name = %s",
                                   literal(e->ddl, e->schema), literal(e->ddl, e->name));
    if (!list || !path || !sql)
        return error_set_no_memory(err);
    return table_run(e->ddl, err, "DROP TYPE %s", e->qualified) &&
           table_run(e->ddl, err, "CREATE TYPE %s AS ENUM (%s)", e->qualified, list) &&
           engine_connection_query_text(e->ddl->connection, e->ddl->arena, sql, &number, err) &&
           (!number || pgcat_session_keep_oid(e->ddl->catalog, "type", path, e->engine_oid, strtoll(number, NULL, 10)) ||
            error_set_no_memory(err));
}

/* Values of a column by their labels now. */
static const char *converted(const struct enumeration *e, const char *column, bool is_list) {
    const struct pgsql_enum_change *change = e->change;
    const char *name = quoted(e->ddl, column, '"');
    if (!change->new_value)
        return NULL;
    const char *from = literal(e->ddl, change->value), *to = literal(e->ddl, change->new_value);
    if (is_list)
        return arena_format(e->ddl->arena, "list_transform(%s::VARCHAR[], lambda x: CASE x WHEN %s THEN %s ELSE x END)::%s[]", name, from,
                            to, e->qualified);
    return arena_format(e->ddl->arena, "CASE %s::VARCHAR WHEN %s THEN %s ELSE %s::VARCHAR END::%s", name, from, to, name,
                        e->qualified);
}

static bool alter_column(const struct enumeration *e, const char *schema, const char *table, const char *column, bool is_list,
                         struct error *err) {
    const struct pgsql_alter alter = {
        .kind = PGSQL_ALTER_TYPE,
        .schema = schema,
        .table = table,
        .name = column,
        .column.type = is_list ? arena_format(e->ddl->arena, "%s[]", e->qualified) : e->qualified,
        .using = converted(e, column, is_list),
    };
    return alter.column.type ? pgddl_alter_table(e->ddl, &alter, err) : error_set_no_memory(err);
}

static bool alter_columns(const struct enumeration *e, struct error *err) {
    enum { COLUMNS = 4 };
    const char **rows, *labels = literal(e->ddl, e->old_labels);
    int32_t count;
    const char *sql = arena_format(e->ddl->arena,
                                   "SELECT schema_name, table_name, column_name, (data_type <> %s)::VARCHAR FROM duckdb_columns() "
                                   "JOIN duckdb_tables() USING (database_name, schema_name, table_name) WHERE "
                                   "database_name = current_database() AND data_type IN (%s, %s || '[]')",
                                   labels, labels, labels);
    if (!table_query(e->ddl, sql, COLUMNS, &rows, &count, err))
        return false;
    for (int32_t i = 0; i < count; i++, rows += COLUMNS)
        if (!alter_column(e, rows[0], rows[1], rows[2], rows[3][0] == 't', err))
            return false;
    return true;
}

bool pgddl_change_enum(const struct pgddl *ddl, const struct pgsql_enum_change *change, struct error *err) {
    struct enumeration e = {.ddl = ddl, .change = change};
    if (!load(&e, err))
        return false;
    if (change->if_not_exists && position(&e, change->value) < e.count) {
        const char *text = arena_format(ddl->arena, "enum label \"%s\" already exists, skipping", change->value);
        ddl->notice(ddl->self, false, text ? text : "");
        return true;
    }
    const char *sql = arena_format(ddl->arena, "SELECT typeof(NULL::%s)", e.qualified);
    if (!sql)
        return error_set_no_memory(err);
    return (change->new_value ? rename_label(&e, err) : add_label(&e, err)) &&
           engine_connection_query_text(ddl->connection, ddl->arena, sql, &e.old_labels, err) && make_anew(&e, err) &&
           alter_columns(&e, err);
}

/* Reading a table: its text from the engine, constraints and facts from the live catalog, which knows their names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgddl/table.h"
#include "pgsql/lexer.h"

/* Stands between the names of a list: no name that a client can send over the wire ends in it. */
#define BETWEEN "\x1f"
#define JOINED(list) "array_to_string(" list ", chr(31))"

static const char *literal(const struct pgddl *ddl, const char *text) {
    const char *quoted = pgsql_quoted(ddl->arena, text, '\'');
    return quoted ? quoted : "NULL";
}

static struct pgsql_name_list split(struct arena *arena, const char *text) {
    struct pgsql_name_list list = {0};
    char *copy = text && text[0] ? arena_copy_string(arena, text) : NULL;
    size_t count = 1;
    for (const char *at = copy; at && *at; at++)
        count += *at == BETWEEN[0];
    list.names = copy ? arena_allocate(arena, count * sizeof *list.names) : NULL;
    for (char *name; list.names && (name = strsep(&copy, BETWEEN));)
        list.names[list.count++] = name;
    return list;
}

struct pgsql_shape_column *table_column(const struct table *table, const char *name) {
    for (int32_t i = 0; i < table->shape.column_count; i++)
        if (strcasecmp(table->shape.columns[i].name, name) == 0)
            return &table->shape.columns[i];
    return NULL;
}

/* ---- what belongs to the table ---- */

static bool is_true(const char *text) {
    return text && text[0] == 't';
}

static bool load_comments(const struct pgddl *ddl, struct table *table, struct error *err) {
    const char **rows;
    int32_t count;
    const char *sql = arena_format(ddl->arena, "SELECT column_name, comment FROM duckdb_columns() WHERE table_oid = %lld AND "
                                               "comment IS NOT NULL AND database_name = %s",
                                   (long long)table->engine_oid, literal(ddl, table->shape.database));
    if (!table_query(ddl, sql, 2, &rows, &count, err))
        return false;
    for (int32_t i = 0; i < count; i++) {
        struct pgsql_shape_column *column = table_column(table, rows[2 * i]);
        if (column)
            column->comment = rows[2 * i + 1];
    }
    return true;
}

static bool load_column_facts(const struct pgddl *ddl, struct table *table, const char *key, struct error *err) {
    enum { COLUMNS = 5 };
    const char **rows;
    int32_t count;
    const char *sql = arena_format(ddl->arena, "SELECT column_name, type_oid::VARCHAR, type_modifier::VARCHAR, engine, identity "
                                               "FROM %s.engine_declared_column WHERE table_name = lower(%s)",
                                   pgcat_session_live_catalog(ddl->catalog), key);
    if (!table_query(ddl, sql, COLUMNS, &rows, &count, err))
        return false;
    for (int32_t i = 0; i < count; i++) {
        const char **row = rows + i * COLUMNS;
        struct pgsql_shape_column *column = table_column(table, row[0]);
        if (!column)
            continue;
        struct pgsql_declared *declared = &column->declared;
        if (row[1] && row[3] && strcmp(column->type, row[3]) == 0)
            *declared = (struct pgsql_declared){(uint32_t)strtoul(row[1], NULL, 10), row[2] ? atoi(row[2]) : -1, row[3], 0};
        declared->identity = row[4] ? row[4][0] : 0;
    }
    return true;
}

static void read_constraint(const struct pgddl *ddl, const char **row, struct pgsql_shape_constraint *constraint) {
    *constraint = (struct pgsql_shape_constraint){
        .kind = row[0][0],
        .shown = row[1],
        .name = is_true(row[2]) ? row[1] : NULL,
        .columns = split(ddl->arena, row[3]),
        .expression = row[4],
        .foreign_schema = row[5],
        .foreign_table = row[6],
        .foreign_columns = split(ddl->arena, row[7]),
        .on_update = row[8][0],
        .on_delete = row[9][0],
        .deferrable = is_true(row[10]),
        .deferred = is_true(row[11]),
        .unenforced = is_true(row[12]),
        .by_index = is_true(row[13]),
    };
}

static bool load_constraints(const struct pgddl *ddl, struct table *table, struct error *err) {
    enum { COLUMNS = 14 };
    const char **rows;
    const char *sql = arena_format(
        ddl->arena,
        "SELECT kind, name, is_named::VARCHAR, " JOINED("columns") ", expression, foreign_schema, foreign_name, "
        JOINED("foreign_columns") ", update_action, delete_action, is_deferrable::VARCHAR, is_deferred::VARCHAR, "
        "is_unenforced::VARCHAR, is_by_index::VARCHAR FROM %s.engine_constraint "
        "WHERE schema_name = %s AND relation_name = %s ORDER BY kind = 'c', kind = 'f', number_of_kind",
        pgcat_session_live_catalog(ddl->catalog), literal(ddl, table->shape.temporary ? "pg_temp_1" : table->shape.schema),
        literal(ddl, table->shape.name));
    int32_t count;
    if (!table_query(ddl, sql, COLUMNS, &rows, &count, err))
        return false;
    /* Room for those that an action adds. */
    table->shape.constraints = arena_allocate(ddl->arena, (size_t)(count + 16) * sizeof *table->shape.constraints);
    if (!table->shape.constraints)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        read_constraint(ddl, rows + i * COLUMNS, &table->shape.constraints[i]);
        table->references |= table->shape.constraints[i].kind == 'f' && !table->shape.constraints[i].unenforced;
    }
    table->shape.constraint_count = count;
    return true;
}

/* What stands behind the table's name in the engine's text of an index. */
static const char *index_keys(struct arena *arena, const char *sql) {
    struct pgsql_lexer lexer = pgsql_lexer_over(sql, strlen(sql));
    struct pgsql_token token;
    bool on = false;
    uint8_t before = PGSQL_DOT;
    while (pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END) {
        bool name = token.kind == PGSQL_WORD || token.kind == PGSQL_QUOTED_WORD;
        if (on && token.kind != PGSQL_DOT && !(name && before == PGSQL_DOT)) {
            size_t length = strlen(sql + token.start);
            return arena_copy_string_n(arena, sql + token.start, length - (length && sql[token.start + length - 1] == ';'));
        }
        before = on ? token.kind : PGSQL_DOT;
        on = on || token.keyword == KW_ON;
    }
    return NULL;
}

static bool load_indexes(const struct pgddl *ddl, struct table *table, struct error *err) {
    enum { COLUMNS = 4 };
    const char **rows;
    int32_t count;
    const char *sql = arena_format(ddl->arena, "SELECT index_name, is_unique::VARCHAR, sql, comment FROM duckdb_indexes() "
                                               "WHERE table_oid = %lld AND database_name = %s ORDER BY index_oid",
                                   (long long)table->engine_oid, literal(ddl, table->shape.temporary ? "temp" : table->shape.database));
    if (!table_query(ddl, sql, COLUMNS, &rows, &count, err))
        return false;
    table->indexes = arena_allocate(ddl->arena, (size_t)count * sizeof *table->indexes);
    if (!table->indexes)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        const char **row = rows + i * COLUMNS, *keys = row[2] ? index_keys(ddl->arena, row[2]) : NULL;
        if (!keys)
            return error_set(err, ERROR_INTERNAL, "the definition of index \"%s\" cannot be read", row[0]);
        table->indexes[table->index_count++] = (struct table_index){row[0], is_true(row[1]), keys, row[3]};
    }
    return true;
}

/* Sequences that fit the condition: a query over duckdb_sequences(). */
bool table_find_sequences(const struct pgddl *ddl, const char *condition, struct table_sequence **sequences, int32_t *count,
                          struct error *err) {
    enum { COLUMNS = 8 };
    const char **rows;
    /* The engine's own text tells the next value as START, and the name without its schema. */
    const char *sql = arena_format(
        ddl->arena,
        "SELECT database_name, schema_name, sequence_name, sequence_oid::VARCHAR, format('INCREMENT BY {} MINVALUE {} MAXVALUE {} {}', "
        "increment_by, min_value, max_value, CASE WHEN cycle THEN 'CYCLE' ELSE 'NO CYCLE' END), start_value::VARCHAR, "
        "regexp_extract(sql, ' START (-?[0-9]+)', 1), increment_by::VARCHAR FROM duckdb_sequences() WHERE %s",
        condition);
    if (!table_query(ddl, sql, COLUMNS, &rows, count, err))
        return false;
    struct table_sequence *found = arena_allocate_zeroed(ddl->arena, (size_t)*count + 1, sizeof *found);
    if (!found)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < *count; i++) {
        const char **row = rows + i * COLUMNS;
        found[i] = (struct table_sequence){row[0], row[1], row[2], row[4], strtoll(row[3], NULL, 10), strtoll(row[5], NULL, 10),
                                           strtoll(row[6], NULL, 10), strtoll(row[7], NULL, 10), false};
    }
    *sequences = found;
    return true;
}

static bool load_sequences(const struct pgddl *ddl, struct table *table, struct error *err) {
    const char *condition = arena_format(ddl->arena, "database_name = %s AND sequence_oid IN (SELECT objid FROM duckdb_dependencies() "
                                                     "WHERE refobjid = %lld)",
                                         literal(ddl, table->shape.database), (long long)table->engine_oid);
    return condition ? table_find_sequences(ddl, condition, &table->sequences, &table->sequence_count, err) : error_set_no_memory(err);
}

static bool note_references(const struct pgddl *ddl, struct table *table, struct error *err) {
    const char *count;
    const char *sql = arena_format(ddl->arena, "SELECT count(*)::VARCHAR FROM %s.engine_constraint WHERE kind = 'f' AND "
                                               "NOT is_unenforced AND foreign_name = %s AND foreign_schema = %s",
                                   pgcat_session_live_catalog(ddl->catalog), literal(ddl, table->shape.name),
                                   literal(ddl, table->shape.schema));
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(ddl->connection, ddl->arena, sql, &count, err))
        return false;
    table->is_referenced = strcmp(count, "0") != 0;
    return true;
}

/* ---- the table ---- */

static bool load(const struct pgddl *ddl, const char **row, struct table **loaded, struct error *err) {
    struct table *table = arena_allocate_zeroed(ddl->arena, 1, sizeof *table);
    if (!table)
        return error_set_no_memory(err);
    struct pgsql_shape *shape = &table->shape;
    shape->database = row[0];
    shape->schema = row[1];
    shape->name = row[2];
    shape->temporary = is_true(row[6]);
    table->engine_oid = strtoll(row[3], NULL, 10);
    table->comment = row[5];
    const char *key = arena_format(ddl->arena, "%s.%s", shape->schema, shape->name);
    table->name = pgsql_shape_name(ddl->arena, shape);
    if (!key || !table->name)
        return error_set_no_memory(err);
    bool ok = pgsql_shape_parse(ddl->arena, row[4], shape, err) && load_constraints(ddl, table, err) &&
              load_comments(ddl, table, err) && load_indexes(ddl, table, err) && load_sequences(ddl, table, err) &&
              note_references(ddl, table, err) &&
              (shape->temporary || load_column_facts(ddl, table, literal(ddl, key), err));
    table->facts = ok ? pgsql_shape_facts(ddl->arena, shape) : NULL;
    if (ok && !table->facts)
        return error_set_no_memory(err);
    *loaded = ok ? table : NULL;
    return ok;
}

static const char table_columns[] =
    "SELECT database_name, schema_name, table_name, table_oid::VARCHAR, sql, comment, temporary::VARCHAR FROM duckdb_tables() ";
enum { TABLE_COLUMNS = 7 };

/* Where the search path leads: a temporary table first, then the schemas in their order. */
/* Of the engine's list of tables or views: what the action's name leads to, the best first. */
static const char *place_condition(const struct pgddl *ddl, const struct pgsql_alter *alter, const char *name_column) {
    const char *schema = alter->schema ? literal(ddl, alter->schema) : "NULL";
    const char *database = alter->database ? literal(ddl, alter->database) : "current_database()";
    return arena_format(ddl->arena,
                        "WHERE NOT internal AND lower(%s) = lower(%s) AND database_name IN (%s, 'temp') AND database_name IN "
                        "(SELECT database_name FROM duckdb_databases() WHERE type = 'duckdb') AND "
                        "(lower(schema_name) = lower(%s) OR (%s IS NULL AND (temporary OR schema_name IN "
                        "(SELECT unnest(system.main.current_schemas(false)))))) ORDER BY temporary DESC, "
                        "list_position(system.main.current_schemas(false), schema_name) LIMIT 1",
                        name_column, literal(ddl, alter->table), database, schema, schema);
}

bool table_find(const struct pgddl *ddl, const struct pgsql_alter *alter, struct table **table, struct error *err) {
    const char **rows;
    int32_t count;
    const char *condition = place_condition(ddl, alter, "table_name");
    const char *sql = condition ? arena_format(ddl->arena, "%s%s", table_columns, condition) : NULL;
    *table = NULL;
    return table_query(ddl, sql, TABLE_COLUMNS, &rows, &count, err) && (!count || load(ddl, rows, table, err));
}

bool table_find_view(const struct pgddl *ddl, const struct pgsql_alter *alter, const char **name, struct error *err) {
    const char **row;
    int32_t count;
    const char *condition = place_condition(ddl, alter, "view_name");
    const char *sql = condition ? arena_format(ddl->arena, "SELECT database_name, schema_name, view_name FROM duckdb_views() %s", condition)
                                : NULL;
    *name = NULL;
    if (!table_query(ddl, sql, 3, &row, &count, err))
        return false;
    const struct pgsql_shape shape = {.database = count ? row[0] : "", .schema = count ? row[1] : "", .name = count ? row[2] : ""};
    return !count || (*name = pgsql_shape_name(ddl->arena, &shape)) || error_set_no_memory(err);
}

bool table_find_drawing(const struct pgddl *ddl, const struct table_sequence *sequence, struct table ***tables, int32_t *count,
                        struct error *err) {
    const char **rows;
    const char *sql = arena_format(ddl->arena, "%sWHERE database_name = %s AND table_oid IN (SELECT refobjid FROM duckdb_dependencies() "
                                               "WHERE objid = %lld)",
                                   table_columns, literal(ddl, sequence->database), (long long)sequence->engine_oid);
    if (!table_query(ddl, sql, TABLE_COLUMNS, &rows, count, err))
        return false;
    *tables = arena_allocate_zeroed(ddl->arena, (size_t)*count + 1, sizeof **tables);
    if (!*tables)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < *count; i++)
        if (!load(ddl, rows + i * TABLE_COLUMNS, &(*tables)[i], err))
            return false;
    return true;
}

static bool find_referencing(const struct pgddl *ddl, const struct table *table, const char ***rows, int32_t *count,
                             struct error *err) {
    const char *sql = arena_format(
        ddl->arena,
        "%sWHERE database_name = %s AND (schema_name, table_name) IN (SELECT schema_name, relation_name FROM %s.engine_constraint "
        "WHERE kind = 'f' AND NOT is_unenforced AND foreign_name = %s AND foreign_schema = %s) AND NOT (schema_name = %s AND table_name = %s)",
        table_columns, literal(ddl, table->shape.database), pgcat_session_live_catalog(ddl->catalog),
        literal(ddl, table->shape.name), literal(ddl, table->shape.schema), literal(ddl, table->shape.schema),
        literal(ddl, table->shape.name));
    return table_query(ddl, sql, TABLE_COLUMNS, rows, count, err);
}

static int32_t find_member(struct table *const *family, int32_t count, int64_t engine_oid) {
    int32_t i = 0;
    while (i < count && family[i]->engine_oid != engine_oid)
        i++;
    return i < count ? i : -1;
}

/* Breadth first; one that is met again moves to the end, and those behind it follow because it is looked at again. The engine
 * makes no cycles: a foreign key is made with its table. */
bool table_family(const struct pgddl *ddl, struct table *table, struct table ***family, int32_t *count, struct error *err) {
    enum { LIMIT = 1024 };
    struct table **members = arena_allocate(ddl->arena, LIMIT * sizeof *members);
    if (!members)
        return error_set_no_memory(err);
    members[0] = table;
    *count = 1;
    for (int32_t i = 0; i < *count; i++) {
        const char **rows;
        int32_t found;
        if (!members[i]->is_referenced)
            continue;
        if (!find_referencing(ddl, members[i], &rows, &found, err))
            return false;
        for (int32_t n = 0; n < found; n++) {
            const char **row = rows + n * TABLE_COLUMNS;
            int32_t at = find_member(members, *count, strtoll(row[3], NULL, 10));
            struct table *member = at < 0 ? NULL : members[at];
            if (!member && !load(ddl, row, &member, err))
                return false;
            if (at >= 0) {
                memmove(members + at, members + at + 1, (size_t)(*count - at - 1) * sizeof *members);
                --*count;
                i -= at < i;
            }
            if (*count == LIMIT)
                return error_set(err, ERROR_UNSUPPORTED, "more than %d tables reference \"%s\"", LIMIT, table->shape.name);
            members[(*count)++] = member;
        }
    }
    *family = members;
    return true;
}

/* Rebuilding tables: their rows wait in temporary tables while they are dropped and made anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "pgddl/table.h"

static const char *keep(const struct pgddl *ddl, struct writer *w) {
    const char *text = writer_ok(w) ? arena_copy_string_n(ddl->arena, (const char *)w->bytes, w->length) : NULL;
    writer_destroy(w);
    return text;
}

static const char *quoted(const struct pgddl *ddl, const char *text, char mark) {
    const char *copy = pgsql_quoted(ddl->arena, text, mark);
    return copy ? copy : "";
}

/* Columns whose values come from the old table; generated ones are computed again. */
static bool is_copied(const struct pgsql_shape_column *column) {
    return column->source && !column->generated;
}

/* "source AS name, …" to save rows, or "name, …" to give them back. */
static const char *column_list(const struct pgddl *ddl, const struct table *table, bool sources) {
    struct writer w = {0};
    bool first = true;
    for (int32_t i = 0; i < table->shape.column_count; i++) {
        const struct pgsql_shape_column *column = &table->shape.columns[i];
        if (!is_copied(column))
            continue;
        writer_text(&w, first ? "" : ", ");
        if (sources)
            writer_format(&w, "%s AS ", column->source);
        writer_text(&w, quoted(ddl, column->name, '"'));
        first = false;
    }
    return keep(ddl, &w);
}

void table_set_sources(const struct pgddl *ddl, struct table *table) {
    for (int32_t i = 0; i < table->shape.column_count; i++)
        table->shape.columns[i].source = quoted(ddl, table->shape.columns[i].name, '"');
}

/* A table that keeps none of its columns still has its rows. */
bool table_save_rows(const struct pgddl *ddl, struct table *table, struct error *err) {
    const char *columns = column_list(ddl, table, true);
    table->saved = arena_format(ddl->arena, "temp.main.\"pg_rebuilt_%lld\"", (long long)table->engine_oid);
    if (!columns || !table->saved)
        return error_set_no_memory(err);
    return table_run(ddl, err, "CREATE TEMPORARY TABLE %s AS SELECT %s FROM %s", table->saved, columns[0] ? columns : "1 AS x",
                     table->name);
}

static bool exists(const struct pgddl *ddl, const struct table *table, const struct table_sequence *sequence, bool *found,
                   struct error *err) {
    const char *count;
    const char *sql = arena_format(ddl->arena, "SELECT count(*)::VARCHAR FROM duckdb_sequences() WHERE database_name = %s AND "
                                               "schema_name = %s AND sequence_name = %s",
                                   quoted(ddl, table->shape.database, '\''), quoted(ddl, sequence->schema, '\''),
                                   quoted(ddl, sequence->name, '\''));
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(ddl->connection, ddl->arena, sql, &count, err))
        return false;
    *found = strcmp(count, "0") != 0;
    return true;
}

static bool draws_from(const struct table *table, const struct table_sequence *sequence) {
    for (int32_t i = 0; i < table->shape.column_count; i++) {
        const char *value = table->shape.columns[i].value;
        if (value && strstr(value, "nextval(") && strstr(value, sequence->name))
            return true;
    }
    return false;
}

/* Sequences that belonged to the table went down with it: the engine does not tell which those are before. */
static bool restore_sequence(const struct pgddl *ddl, const struct table *table, const struct table_sequence *sequence, bool *owned,
                             struct error *err) {
    bool found = false;
    *owned = false;
    if (!exists(ddl, table, sequence, &found, err))
        return false;
    *owned = !found && draws_from(table, sequence);
    if (found && sequence->is_moved)
        return table_run(ddl, err, "DROP SEQUENCE %s", table_sequence_name(ddl, sequence)) && table_create_sequence(ddl, sequence, err);
    return !*owned || table_create_sequence(ddl, sequence, err);
}

static bool own_sequence(const struct pgddl *ddl, const struct table *table, const struct table_sequence *sequence,
                         struct error *err) {
    const char *number;
    const char *path = arena_format(ddl->arena, "%s.%s", sequence->schema, sequence->name);
    const char *sql = arena_format(ddl->arena, "SELECT sequence_oid::VARCHAR FROM duckdb_sequences() WHERE database_name = %s AND "
                                               "schema_name = %s AND sequence_name = %s",
                                   quoted(ddl, table->shape.database, '\''), quoted(ddl, sequence->schema, '\''),
                                   quoted(ddl, sequence->name, '\''));
    if (!sql || !path)
        return error_set_no_memory(err);
    return table_run(ddl, err, "ALTER SEQUENCE %s OWNED BY %s.%s", table_sequence_name(ddl, sequence),
                     quoted(ddl, table->shape.schema, '"'), quoted(ddl, table->shape.name, '"')) &&
           engine_connection_query_text(ddl->connection, ddl->arena, sql, &number, err) &&
           (!number ||
            pgcat_session_keep_oid(ddl->catalog, "sequence", path, sequence->engine_oid, strtoll(number, NULL, 10)) ||
            error_set_no_memory(err));
}

static bool restore_indexes(const struct pgddl *ddl, const struct table *table, const char *name, struct error *err) {
    for (int32_t i = 0; i < table->index_count; i++) {
        const struct table_index *index = &table->indexes[i];
        const char *quoted_name = quoted(ddl, index->name, '"');
        if (!table_run(ddl, err, "CREATE %sINDEX %s ON %s %s", index->is_unique ? "UNIQUE " : "", quoted_name, name, index->keys))
            return false;
        if (index->comment && !table_run(ddl, err, "COMMENT ON INDEX %s.%s.%s IS %s", quoted(ddl, table->shape.database, '"'),
                                         quoted(ddl, table->shape.schema, '"'), quoted_name, quoted(ddl, index->comment, '\'')))
            return false;
    }
    return true;
}

static bool restore_comments(const struct pgddl *ddl, const struct table *table, const char *name, struct error *err) {
    if (table->comment && !table_run(ddl, err, "COMMENT ON TABLE %s IS %s", name, quoted(ddl, table->comment, '\'')))
        return false;
    for (int32_t i = 0; i < table->shape.column_count; i++) {
        const struct pgsql_shape_column *column = &table->shape.columns[i];
        if (column->comment && !table_run(ddl, err, "COMMENT ON COLUMN %s.%s IS %s", name, quoted(ddl, column->name, '"'),
                                          quoted(ddl, column->comment, '\'')))
            return false;
    }
    return true;
}

static bool keep_oid(const struct pgddl *ddl, const struct table *table, struct error *err) {
    const char *number;
    const struct pgsql_shape *shape = &table->shape;
    const char *path = arena_format(ddl->arena, "%s.%s", shape->schema, shape->name);
    const char *sql = arena_format(ddl->arena, "SELECT table_oid::VARCHAR FROM duckdb_tables() WHERE database_name = %s AND "
                                               "schema_name = %s AND table_name = %s",
                                   quoted(ddl, shape->database, '\''), quoted(ddl, shape->schema, '\''), quoted(ddl, shape->name, '\''));
    if (!path || !sql)
        return error_set_no_memory(err);
    return engine_connection_query_text(ddl->connection, ddl->arena, sql, &number, err) &&
           (!number || pgcat_session_keep_oid(ddl->catalog, "relation", path, table->engine_oid, strtoll(number, NULL, 10)) ||
            error_set_no_memory(err));
}

/* ---- rows of a table that references itself ---- */

static bool references_itself(const struct table *table) {
    for (int32_t i = 0; i < table->shape.constraint_count; i++)
        if (table_refers(table, &table->shape.constraints[i], table))
            return true;
    return false;
}

/* All that the row `saved` refers to in its own table is there. */
static const char *has_referenced(const struct pgddl *ddl, const struct table *table, const char *name) {
    const char *condition = "true";
    for (int32_t i = 0; condition && i < table->shape.constraint_count; i++) {
        const struct pgsql_shape_constraint *constraint = &table->shape.constraints[i];
        if (table_refers(table, constraint, table))
            condition = arena_format(ddl->arena, "%s AND (NOT (%s) OR EXISTS (FROM %s referenced WHERE %s))", condition,
                                     table_reference_present(ddl, constraint, "saved"), name,
                                     table_reference_condition(ddl, constraint, "saved", "referenced"));
    }
    return condition;
}

/* The rows that can be given back now; false in `*any` when there are none. */
static bool insert_level(const struct pgddl *ddl, const struct table *table, const char *name, const char *columns, bool *any,
                         struct error *err) {
#define LEVEL "temp.main.pg_rebuilt_level"
    const char *first, *condition = has_referenced(ddl, table, name);
    if (!condition)
        return error_set_no_memory(err);
    if (!table_run(ddl, err, "CREATE TEMPORARY TABLE " LEVEL " AS SELECT rowid AS number FROM %s saved WHERE %s", table->saved,
                   condition) ||
        !table_run(ddl, err, "INSERT INTO %s (%s) SELECT %s FROM %s WHERE rowid IN (SELECT number FROM " LEVEL ")", name, columns,
                   columns, table->saved) ||
        !table_run(ddl, err, "DELETE FROM %s WHERE rowid IN (SELECT number FROM " LEVEL ")", table->saved) ||
        !engine_connection_query_text(ddl->connection, ddl->arena, "SELECT 'x' FROM " LEVEL " LIMIT 1", &first, err))
        return false;
    *any = first != NULL;
    return table_run(ddl, err, "DROP TABLE " LEVEL);
#undef LEVEL
}

/* The engine wants to see what a row references before the statement that inserts the row. */
static bool insert_by_levels(const struct pgddl *ddl, const struct table *table, const char *name, const char *columns,
                             struct error *err) {
    const char *left = NULL;
    for (bool any = true; any;)
        if (!insert_level(ddl, table, name, columns, &any, err))
            return false;
    const char *sql = arena_format(ddl->arena, "SELECT 'x' FROM %s LIMIT 1", table->saved);
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(ddl->connection, ddl->arena, sql, &left, err))
        return false;
    return !left || error_set(err, ERROR_UNSUPPORTED, "rows of table \"%s\" reference each other in a circle", table->shape.name);
}

static bool give_rows_back(const struct pgddl *ddl, const struct table *table, const char *name, struct error *err) {
    const char *columns = column_list(ddl, table, false);
    if (!columns)
        return error_set_no_memory(err);
    if (columns[0] && references_itself(table))
        return insert_by_levels(ddl, table, name, columns, err);
    return !columns[0] || table_run(ddl, err, "INSERT INTO %s (%s) SELECT %s FROM %s", name, columns, columns, table->saved);
}

bool table_create(const struct pgddl *ddl, const struct table *table, struct error *err) {
    const char *sql = pgsql_shape_create(ddl->arena, &table->shape), *name = pgsql_shape_name(ddl->arena, &table->shape);
    bool *owned = arena_allocate_zeroed(ddl->arena, (size_t)table->sequence_count + 1, sizeof *owned);
    if (!sql || !name || !owned)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < table->sequence_count; i++)
        if (!restore_sequence(ddl, table, &table->sequences[i], &owned[i], err))
            return false;
    bool ok = table_run(ddl, err, "%s", sql) && give_rows_back(ddl, table, name, err) &&
              table_run(ddl, err, "DROP TABLE %s", table->saved) && restore_indexes(ddl, table, name, err) &&
              restore_comments(ddl, table, name, err) && keep_oid(ddl, table, err);
    for (int32_t i = 0; ok && i < table->sequence_count; i++)
        ok = !owned[i] || own_sequence(ddl, table, &table->sequences[i], err);
    return ok;
}

bool table_rebuild(const struct pgddl *ddl, struct table **family, int32_t count, struct error *err) {
    bool ok = true;
    for (int32_t i = 0; ok && i < count; i++)
        ok = table_save_rows(ddl, family[i], err);
    for (int32_t i = count; ok && i-- > 0;)
        ok = table_run(ddl, err, "DROP TABLE %s", family[i]->name);
    for (int32_t i = 0; ok && i < count; i++)
        ok = table_create(ddl, family[i], err);
    return ok;
}

bool table_keep_facts(const struct pgddl *ddl, const struct table *table, struct error *err) {
    const char *facts = pgsql_shape_facts(ddl->arena, &table->shape);
    if (table->shape.temporary || (facts && strcmp(facts, table->facts) == 0))
        return true;
    const char *script = facts ? pgsql_shape_keep(ddl->arena, &table->shape, facts) : NULL;
    return script ? table_run(ddl, err, "%s", script) : error_set_no_memory(err);
}

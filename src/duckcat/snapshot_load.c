/* Reading a database's contents from duckdb_schemas(), duckdb_tables(), duckdb_views(), duckdb_columns(),
 * duckdb_constraints() and duckdb_functions().
 *
 * Columns tell their type as text; one statement that casts NULL to each of the different texts gives the types
 * themselves.
 */
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "duckcat/rows.h"
#include "duckcat/sql.h"
#include "duckcat/snapshot_loader.h"
#include "engine/arrow.h"

static const char database_sql[] =
    "SELECT database_name, type, readonly FROM duckdb_databases() WHERE lower(database_name) = lower(?) "
    "AND NOT internal";

/* The schema pg_declared holds facts for PostgreSQL's clients. */
static const char schemas_sql[] =
    "SELECT schema_name, comment FROM duckdb_schemas() WHERE database_name = ? "
    "AND schema_name NOT IN ('information_schema', 'pg_catalog', 'pg_declared') ORDER BY schema_name";

static const char relations_sql[] =
    "SELECT schema_name, table_name AS name, comment, estimated_size, false AS is_view, "
    "coalesce(contains(sql, 'GENERATED ALWAYS AS'), false) FROM duckdb_tables() WHERE database_name = $1 AND NOT internal "
    "UNION ALL SELECT schema_name, view_name, comment, 0, true, false FROM duckdb_views() "
    "WHERE database_name = $1 AND NOT internal AND schema_name <> 'pg_declared' ORDER BY schema_name, name";

static const char columns_sql[] =
    "SELECT schema_name, table_name, column_name, data_type, column_default, comment, NOT is_nullable, "
    "dense_rank() OVER (ORDER BY data_type) - 1 FROM duckdb_columns() WHERE database_name = ? AND NOT internal "
    "AND schema_name <> 'pg_declared' "
    "ORDER BY schema_name, table_name, column_index";

static const char checks_sql[] =
    "SELECT schema_name, table_name, expression FROM duckdb_constraints() WHERE database_name = ? "
    "AND constraint_type = 'CHECK' ORDER BY schema_name, table_name, constraint_index";

/* A column as it was read, before its type is known. */
struct staged {
    struct snapshot_column column;
    int32_t table, type;
};

struct loader {
    struct snapshot *snapshot;
    struct lease *lease;
    struct log *log;
    struct error *err;
    bool has_row_ids; /* the database's tables */
    struct snapshot_table *tables;
    bool *may_generate; /* beside the tables */
    int32_t table_count, table_capacity, flag_capacity;
    struct staged *columns;
    int32_t column_count, column_capacity;
    const char **type_texts;
    const struct engine_type **types;
    int32_t type_count, type_capacity;
};

bool snapshot_make_room(void *items, int32_t count, int32_t *capacity, size_t bytes) {
    void **place = items;
    if (count < *capacity)
        return true;
    int32_t grown = *capacity ? 2 * *capacity : 64;
    while (grown <= count)
        grown *= 2;
    void *memory = memory_resize(*place, (size_t)grown * bytes);
    if (!memory)
        return false;
    *place = memory;
    *capacity = grown;
    return true;
}

static bool load_database(struct loader *loader) {
    struct snapshot *snapshot = loader->snapshot;
    const char *asked = snapshot->database, *type = NULL;
    struct rows rows;
    rows_open(&rows, loader->lease, &snapshot->arena, database_sql, asked, loader->err);
    while (rows_next(&rows)) {
        snapshot->database = rows_text(&rows, 0);
        type = rows_text(&rows, 1);
        snapshot->is_read_only = rows_boolean(&rows, 2);
    }
    if (!rows_close(&rows))
        return false;
    if (!type)
        return error_set_state(loader->err, ERROR_NOT_FOUND, "3D000", "database \"%s\" does not exist", asked);
    snapshot->is_native = strcmp(type, "duckdb") == 0;
    loader->has_row_ids = snapshot->is_native || strcmp(type, "ducklake") == 0;
    return true;
}

static bool load_schemas(struct loader *loader) {
    struct snapshot *snapshot = loader->snapshot;
    struct snapshot_schema *schemas = NULL;
    int32_t capacity = 0, count = 0;
    bool has_public = false, fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &snapshot->arena, schemas_sql, snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        const char *name = rows_text(&rows, 0);
        fits = name && snapshot_make_room(&schemas, count, &capacity, sizeof *schemas);
        if (!fits)
            break;
        schemas[count++] = (struct snapshot_schema){.name = name, .real_name = name, .comment = rows_text(&rows, 1)};
        has_public |= strcasecmp(name, "public") == 0;
    }
    bool ok = rows_close(&rows) && (fits || error_set_no_memory(loader->err));
    snapshot->schemas = arena_allocate_zeroed(&snapshot->arena, (size_t)count, sizeof *schemas);
    ok = ok && (snapshot->schemas || error_set_no_memory(loader->err));
    for (int32_t i = 0; ok && i < count; i++) {
        /* DuckDB's client lists a schema called main but cannot query it. */
        if (!has_public && strcmp(schemas[i].name, "main") == 0)
            schemas[i].name = "public";
        schemas[i].is_default = strcasecmp(schemas[i].name, "public") == 0;
        snapshot->schemas[snapshot->schema_count++] = schemas[i];
    }
    memory_free(schemas);
    return ok;
}

static bool load_relations(struct loader *loader) {
    struct snapshot *snapshot = loader->snapshot;
    bool fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &snapshot->arena, relations_sql, snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        int32_t at = loader->table_count;
        fits = snapshot_make_room(&loader->tables, at, &loader->table_capacity, sizeof *loader->tables) &&
               snapshot_make_room(&loader->may_generate, at, &loader->flag_capacity, sizeof *loader->may_generate);
        if (!fits)
            break;
        loader->may_generate[at] = rows_boolean(&rows, 5);
        loader->tables[loader->table_count++] = (struct snapshot_table){
            .database = snapshot->database,
            .schema = rows_text(&rows, 0),
            .name = rows_text(&rows, 1),
            .comment = rows_text(&rows, 2),
            .estimated_rows = rows_int64(&rows, 3),
            .kind = rows_boolean(&rows, 4) ? SNAPSHOT_VIEW : SNAPSHOT_TABLE,
        };
    }
    return rows_close(&rows) && (fits || error_set_no_memory(loader->err));
}

/* Relations and what belongs to them are read in the same order: the cursor only moves forward. -1 for what belongs
 * to none, which came into being between two of the queries. */
static int32_t find_table(const struct loader *loader, int32_t *cursor, const char *schema, const char *name) {
    for (; *cursor < loader->table_count; ++*cursor) {
        const struct snapshot_table *table = &loader->tables[*cursor];
        int order = strcmp(table->schema, schema);
        order = order ? order : strcmp(table->name, name);
        if (order >= 0)
            return order == 0 ? *cursor : -1;
    }
    return -1;
}

/* A default that says the same wherever it is evaluated can be told to the client. */
static bool is_portable(const char *expression) {
    return !strcasestr(expression, "nextval(") && !strcasestr(expression, "currval(");
}

static bool note_type(struct loader *loader, int32_t type, const char *text) {
    if (type < loader->type_count)
        return true;
    if (!snapshot_make_room(&loader->type_texts, type, &loader->type_capacity, sizeof *loader->type_texts))
        return false;
    for (; loader->type_count <= type; loader->type_count++)
        loader->type_texts[loader->type_count] = NULL;
    loader->type_texts[type] = text;
    return true;
}

static bool stage_column(struct loader *loader, struct rows *rows, int32_t table) {
    const char *text = rows_text(rows, 3);
    int32_t type = (int32_t)rows_int64(rows, 7);
    struct snapshot_column column = {
        .name = rows_text(rows, 2),
        .default_sql = rows_text(rows, 4),
        .comment = rows_text(rows, 5),
        .is_not_null = rows_boolean(rows, 6),
    };
    /* Types come in no order: the array must reach every number. */
    if (type >= loader->type_count && !note_type(loader, type, NULL))
        return false;
    loader->type_texts[type] = text;
    bool has_default = column.default_sql && strcmp(column.default_sql, "NULL") != 0;
    if (loader->tables[table].kind == SNAPSHOT_VIEW || !has_default)
        column.default_sql = NULL;
    column.has_own_default = column.default_sql && !is_portable(column.default_sql);
    if (!snapshot_make_room(&loader->columns, loader->column_count, &loader->column_capacity, sizeof *loader->columns))
        return false;
    loader->columns[loader->column_count++] = (struct staged){column, table, type};
    return column.name && text;
}

static bool load_columns(struct loader *loader) {
    int32_t cursor = 0;
    bool fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &loader->snapshot->arena, columns_sql, loader->snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        const char *schema = rows_text(&rows, 0), *name = rows_text(&rows, 1);
        int32_t table = schema && name ? find_table(loader, &cursor, schema, name) : -1;
        if (table >= 0)
            fits = stage_column(loader, &rows, table);
    }
    return rows_close(&rows) && (fits || error_set_no_memory(loader->err));
}

static bool load_checks(struct loader *loader) {
    int32_t cursor = 0, capacity = 0;
    const char **checks = NULL;
    bool fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &loader->snapshot->arena, checks_sql, loader->snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        const char *schema = rows_text(&rows, 0), *name = rows_text(&rows, 1), *text = rows_text(&rows, 2);
        int32_t index = schema && name && text ? find_table(loader, &cursor, schema, name) : -1;
        if (index < 0)
            continue;
        struct snapshot_table *table = &loader->tables[index];
        if (!table->check_count)
            capacity = 0; /* an array of its own for each table */
        checks = (const char **)table->checks;
        if (table->check_count == capacity) {
            capacity = capacity ? 2 * capacity : 4;
            const char **grown = arena_allocate(&loader->snapshot->arena, (size_t)capacity * sizeof *grown);
            if (!(fits = grown != NULL))
                break;
            if (table->check_count)
                memcpy(grown, checks, (size_t)table->check_count * sizeof *grown);
            table->checks = grown;
        }
        table->checks[table->check_count++] = text;
    }
    return rows_close(&rows) && (fits || error_set_no_memory(loader->err));
}

/* Types of a statement's columns, from number `first` on. */
static bool take_types(struct loader *loader, const char *sql, int32_t first, int32_t count) {
    struct error ignored;
    struct engine_statement *statement =
        engine_statement_prepare(lease_connection(loader->lease), sql, &ignored);
    bool ok = statement && engine_statement_column_count(statement) == count;
    for (int32_t i = 0; ok && i < count; i++) {
        const struct engine_type *type = engine_statement_column_type(statement, i);
        loader->types[first + i] = engine_type_copy(&loader->snapshot->arena, type);
    }
    engine_statement_destroy(statement);
    return ok;
}

static bool cast_types(struct loader *loader, int32_t first, int32_t count) {
    struct writer sql = {0};
    writer_text(&sql, "SELECT ");
    for (int32_t i = first; i < first + count; i++) {
        const char *type = loader->type_texts[i] ? loader->type_texts[i] : "\"NULL\"";
        writer_format(&sql, "%sCAST(NULL AS %s)", i > first ? ", " : "", type);
    }
    const char *text = sql_finish(&sql, NULL);
    bool ok = text && take_types(loader, text, first, count);
    writer_destroy(&sql);
    return ok;
}

/* A user's type cannot be named from everywhere; a column that has it can. */
static void ask_column(struct loader *loader, int32_t type) {
    for (int32_t i = 0; i < loader->column_count; i++) {
        const struct staged *staged = &loader->columns[i];
        const struct snapshot_table *table = &loader->tables[staged->table];
        if (staged->type != type)
            continue;
        struct writer sql = {0};
        writer_text(&sql, "SELECT ");
        sql_identifier(&sql, staged->column.name);
        writer_text(&sql, " FROM ");
        sql_path(&sql, table->database, table->schema, table->name);
        const char *text = sql_finish(&sql, NULL);
        bool ok = text && take_types(loader, text, type, 1);
        writer_destroy(&sql);
        if (ok)
            return;
    }
}

static bool load_types(struct loader *loader) {
    loader->types = memory_allocate_zeroed((size_t)loader->type_count, sizeof *loader->types);
    if (!loader->types)
        return error_set_no_memory(loader->err);
    if (!loader->type_count || cast_types(loader, 0, loader->type_count))
        return true;
    for (int32_t i = 0; i < loader->type_count; i++)
        if (!cast_types(loader, i, 1))
            ask_column(loader, i);
    return true;
}

/* Nothing lists which columns are generated; an INSERT that names one is refused when it is prepared. */
static bool is_generated(struct loader *loader, const struct snapshot_table *table, const char *column) {
    struct writer sql = {0};
    struct error refusal;
    writer_text(&sql, "INSERT INTO ");
    sql_path(&sql, table->database, table->schema, table->name);
    writer_text(&sql, " (");
    sql_identifier(&sql, column);
    writer_text(&sql, ") SELECT NULL");
    error_clear(&refusal);
    const char *text = sql_finish(&sql, NULL);
    struct engine_statement *statement =
        text ? engine_statement_prepare(lease_connection(loader->lease), text, &refusal) : NULL;
    bool is_refused = !statement && strstr(refusal.message, "generated column");
    engine_statement_destroy(statement);
    writer_destroy(&sql);
    return is_refused;
}

static bool holds_variant(const struct engine_type *type) {
    if (type->id == ENGINE_TYPE_VARIANT || (type->child && holds_variant(type->child)))
        return true;
    for (int32_t i = 0; i < type->member_count; i++)
        if (type->members[i].type && holds_variant(type->members[i].type))
            return true;
    return false;
}

/* What a column is offered as; NULL when it cannot be. */
static const struct engine_type *offered_type(struct arena *arena, const struct engine_type *type) {
    if (!type || engine_arrow_supports(type))
        return type;
    struct engine_type *json = holds_variant(type) ? arena_allocate(arena, sizeof *json) : NULL;
    if (json) {
        *json = *engine_type_simple(ENGINE_TYPE_VARCHAR);
        json->alias = "JSON";
    }
    return json;
}

/* Gives a table the columns staged for it that can travel. */
static bool place_columns(struct loader *loader, int32_t index, int32_t first, int32_t count) {
    struct snapshot_table *table = &loader->tables[index];
    table->columns = arena_allocate_zeroed(&loader->snapshot->arena, (size_t)count, sizeof *table->columns);
    if (!table->columns)
        return error_set_no_memory(loader->err);
    table->has_row_id = loader->has_row_ids && table->kind == SNAPSHOT_TABLE;
    for (int32_t i = first; i < first + count; i++) {
        struct snapshot_column column = loader->columns[i].column;
        const struct engine_type *type = loader->types[loader->columns[i].type];
        column.type = offered_type(&loader->snapshot->arena, type);
        column.is_cast = column.type != type;
        if (strcasecmp(column.name, "rowid") == 0)
            table->has_row_id = false; /* the name means the column now */
        if (!column.type) {
            log_write(loader->log, LOG_LEVEL_WARNING, &(struct log_identity){.door = "airport"},
                      "column \"%s\" of \"%s\".\"%s\".\"%s\" is not offered: %s has no form in Arrow", column.name,
                      table->database, table->schema, table->name, loader->type_texts[loader->columns[i].type]);
            continue;
        }
        if (loader->may_generate[index] && column.default_sql)
            column.is_generated = is_generated(loader, table, column.name);
        table->columns[table->column_count++] = column;
    }
    return snapshot_describe(table, &table->arrow, loader->err);
}

static bool place_all_columns(struct loader *loader) {
    int32_t first = 0;
    for (int32_t i = 0; i < loader->table_count; i++) {
        int32_t count = 0;
        while (first + count < loader->column_count && loader->columns[first + count].table == i)
            count++;
        if (!place_columns(loader, i, first, count))
            return false;
        first += count;
    }
    return true;
}

/* Both lists are in the order of schema names. A relation without columns (a view whose tables are gone) is not
 * offered. */
static bool place_tables(struct loader *loader) {
    struct snapshot *snapshot = loader->snapshot;
    struct snapshot_table *tables =
        arena_allocate_zeroed(&snapshot->arena, (size_t)loader->table_count, sizeof *tables);
    if (!tables)
        return error_set_no_memory(loader->err);
    for (int32_t i = 0, next = 0; i < snapshot->schema_count; i++) {
        struct snapshot_schema *schema = &snapshot->schemas[i];
        schema->tables = tables;
        for (; next < loader->table_count && strcmp(loader->tables[next].schema, schema->real_name) <= 0; next++) {
            struct snapshot_table *table = &loader->tables[next];
            if (!table->column_count || strcmp(table->schema, schema->real_name) != 0)
                continue;
            schema->tables[schema->table_count++] = *table;
            table->arrow.release = NULL; /* moved */
        }
        tables += schema->table_count;
    }
    return true;
}

bool snapshot_load(struct snapshot *snapshot, struct lease *lease, struct log *log, struct error *err) {
    struct loader loader = {.snapshot = snapshot, .lease = lease, .log = log, .err = err};
    bool ok = load_database(&loader) && load_schemas(&loader) && load_relations(&loader) && load_columns(&loader) &&
              load_checks(&loader) && load_types(&loader) && place_all_columns(&loader) && place_tables(&loader) &&
              snapshot_load_functions(snapshot, lease, err);
    for (int32_t i = 0; i < loader.table_count; i++)
        if (loader.tables[i].arrow.release)
            loader.tables[i].arrow.release(&loader.tables[i].arrow);
    memory_free(loader.tables);
    memory_free(loader.may_generate);
    memory_free(loader.columns);
    memory_free(loader.type_texts);
    memory_free(loader.types);
    return ok;
}

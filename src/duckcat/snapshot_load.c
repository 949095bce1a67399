/* Reading a database's contents from duckdb_schemas(), duckdb_tables(), duckdb_views(), duckdb_columns() and
 * duckdb_constraints(): each makes rows for all that there is, so each is asked once at most, and ordering is done
 * here.
 *
 * Columns tell their type as text; one statement that casts NULL to each of the different texts gives the types
 * themselves.
 */
#include <stdlib.h>
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
    "SELECT schema_name, table_name, comment, estimated_size, false, "
    "coalesce(contains(sql, 'GENERATED ALWAYS AS'), false), coalesce(contains(sql, 'CHECK'), false) "
    "FROM duckdb_tables() WHERE database_name = $1 AND NOT internal "
    "UNION ALL SELECT schema_name, view_name, comment, 0, true, false, false FROM duckdb_views() "
    "WHERE database_name = $1 AND NOT internal AND schema_name <> 'pg_declared'";

static const char columns_sql[] =
    "SELECT schema_name, table_name, column_name, data_type, column_default, comment, NOT is_nullable "
    "FROM duckdb_columns() WHERE database_name = ? AND NOT internal AND schema_name <> 'pg_declared'";

static const char checks_sql[] =
    "SELECT schema_name, table_name, expression FROM duckdb_constraints() WHERE database_name = ? "
    "AND constraint_type = 'CHECK' ORDER BY schema_name, table_name, constraint_index";

/* A relation as it was read, and which of the loader's columns are its own. */
struct staged_table {
    struct snapshot_table table;
    bool may_generate, may_check; /* by the words in its definition */
    int32_t first_column, column_count;
};

/* A column as it was read, before its type is known. */
struct staged_column {
    struct snapshot_column column;
    int32_t table, type;
};

struct loader {
    struct snapshot *snapshot;
    struct lease *lease;
    struct log *log;
    struct error *err;
    bool has_row_ids; /* the database's tables */
    struct staged_table *tables; /* by schema and name */
    int32_t table_count, table_capacity;
    struct staged_column *columns;
    int32_t column_count, column_capacity;
    const char **type_texts; /* each different one */
    const struct engine_type **types;
    int32_t type_count, type_capacity;
    int32_t *type_slots; /* a hash table of their numbers plus one; 0: free. Twice the capacity of the texts */
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

/* In the order of their keys, as strcmp has it. */
static int compare_names(const char *schema, const char *name, const struct snapshot_table *table) {
    int order = strcmp(schema, table->schema);
    return order ? order : strcmp(name, table->name);
}

static int compare_tables(const void *a, const void *b) {
    const struct staged_table *left = a;
    return compare_names(left->table.schema, left->table.name, &((const struct staged_table *)b)->table);
}

static bool stage_table(struct loader *loader, struct rows *rows) {
    if (!snapshot_make_room(&loader->tables, loader->table_count, &loader->table_capacity, sizeof *loader->tables))
        return false;
    struct staged_table *staged = &loader->tables[loader->table_count];
    *staged = (struct staged_table){.may_generate = rows_boolean(rows, 5), .may_check = rows_boolean(rows, 6)};
    staged->table = (struct snapshot_table){
        .database = loader->snapshot->database,
        .schema = rows_text(rows, 0),
        .name = rows_text(rows, 1),
        .comment = rows_text(rows, 2),
        .estimated_rows = rows_int64(rows, 3),
        .kind = rows_boolean(rows, 4) ? SNAPSHOT_VIEW : SNAPSHOT_TABLE,
    };
    bool ok = staged->table.schema && staged->table.name;
    loader->table_count += ok;
    return ok;
}

static bool load_relations(struct loader *loader) {
    bool fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &loader->snapshot->arena, relations_sql, loader->snapshot->database, loader->err);
    while (fits && rows_next(&rows))
        fits = stage_table(loader, &rows);
    if (loader->table_count)
        qsort(loader->tables, (size_t)loader->table_count, sizeof *loader->tables, compare_tables);
    return rows_close(&rows) && (fits || error_set_no_memory(loader->err));
}

/* -1 for what came into being between two of the queries. `hint` is the one found last. */
static int32_t find_table(const struct loader *loader, int32_t hint, const char *schema, const char *name) {
    if (hint >= 0 && compare_names(schema, name, &loader->tables[hint].table) == 0)
        return hint;
    for (int32_t low = 0, high = loader->table_count; low < high;) {
        int32_t middle = low + (high - low) / 2;
        int order = compare_names(schema, name, &loader->tables[middle].table);
        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

/* A default that says the same wherever it is evaluated can be told to the client. */
static bool is_portable(const char *expression) {
    return !strcasestr(expression, "nextval(") && !strcasestr(expression, "currval(");
}

static int32_t *find_type_slot(const struct loader *loader, const char *text) {
    uint32_t hash = 2166136261u, mask = 2 * (uint32_t)loader->type_capacity - 1; /* FNV-1a */
    for (const char *c = text; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619u;
    int32_t *slot = &loader->type_slots[hash & mask];
    while (*slot && strcmp(loader->type_texts[*slot - 1], text) != 0)
        slot = &loader->type_slots[++hash & mask];
    return slot;
}

/* Makes room for one more text, and the hash table anew for all there are. */
static bool grow_types(struct loader *loader) {
    int32_t capacity = loader->type_capacity;
    if (!snapshot_make_room(&loader->type_texts, loader->type_count, &loader->type_capacity,
                            sizeof *loader->type_texts))
        return false;
    if (capacity == loader->type_capacity)
        return true;
    memory_free(loader->type_slots);
    loader->type_slots = memory_allocate_zeroed(2 * (size_t)loader->type_capacity, sizeof *loader->type_slots);
    for (int32_t i = 0; loader->type_slots && i < loader->type_count; i++)
        *find_type_slot(loader, loader->type_texts[i]) = i + 1;
    return loader->type_slots != NULL;
}

/* The number of a type's text; -1 when memory is out. */
static int32_t note_type(struct loader *loader, const char *text) {
    if (!grow_types(loader))
        return -1;
    int32_t *slot = find_type_slot(loader, text);
    if (!*slot) {
        loader->type_texts[loader->type_count++] = text;
        *slot = loader->type_count;
    }
    return *slot - 1;
}

static bool stage_column(struct loader *loader, struct rows *rows, int32_t table) {
    const char *type = rows_text(rows, 3);
    struct snapshot_column column = {
        .name = rows_text(rows, 2),
        .default_sql = rows_text(rows, 4),
        .comment = rows_text(rows, 5),
        .is_not_null = rows_boolean(rows, 6),
    };
    bool has_default = column.default_sql && strcmp(column.default_sql, "NULL") != 0;
    if (loader->tables[table].table.kind == SNAPSHOT_VIEW || !has_default)
        column.default_sql = NULL;
    column.has_own_default = column.default_sql && !is_portable(column.default_sql);
    int32_t number = column.name && type ? note_type(loader, type) : -1;
    if (number < 0 ||
        !snapshot_make_room(&loader->columns, loader->column_count, &loader->column_capacity, sizeof *loader->columns))
        return false;
    loader->columns[loader->column_count++] = (struct staged_column){column, table, number};
    return true;
}

/* A table's columns come one after the other, in their order. */
static bool load_columns(struct loader *loader) {
    int32_t table = -1;
    bool fits = true;
    struct rows rows;
    rows_open(&rows, loader->lease, &loader->snapshot->arena, columns_sql, loader->snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        const char *schema = rows_text(&rows, 0), *name = rows_text(&rows, 1);
        table = schema && name ? find_table(loader, table, schema, name) : -1;
        if (table < 0)
            continue;
        struct staged_table *staged = &loader->tables[table];
        if (!staged->column_count++)
            staged->first_column = loader->column_count;
        fits = stage_column(loader, &rows, table);
    }
    return rows_close(&rows) && (fits || error_set_no_memory(loader->err));
}

static bool add_check(struct loader *loader, struct snapshot_table *table, const char *check) {
    int32_t count = table->check_count;
    if ((count & (count - 1)) == 0) { /* full: room for twice as many */
        const char **grown = arena_allocate(&loader->snapshot->arena, 2 * (size_t)(count + 1) * sizeof *grown);
        if (!grown)
            return false;
        if (count)
            memcpy(grown, table->checks, (size_t)count * sizeof *grown);
        table->checks = grown;
    }
    table->checks[table->check_count++] = check;
    return true;
}

static bool load_checks(struct loader *loader) {
    int32_t table = -1;
    bool fits = true, wanted = false;
    struct rows rows;
    for (int32_t i = 0; i < loader->table_count; i++)
        wanted |= loader->tables[i].may_check;
    if (!wanted)
        return true;
    rows_open(&rows, loader->lease, &loader->snapshot->arena, checks_sql, loader->snapshot->database, loader->err);
    while (fits && rows_next(&rows)) {
        const char *schema = rows_text(&rows, 0), *name = rows_text(&rows, 1), *text = rows_text(&rows, 2);
        table = schema && name && text ? find_table(loader, table, schema, name) : -1;
        if (table >= 0)
            fits = add_check(loader, &loader->tables[table].table, text);
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
        writer_format(&sql, "%sCAST(NULL AS %s)", i > first ? ", " : "", loader->type_texts[i]);
    }
    const char *text = sql_finish(&sql, NULL);
    bool ok = text && take_types(loader, text, first, count);
    writer_destroy(&sql);
    return ok;
}

/* A user's type cannot be named from everywhere; a column that has it can. */
static void ask_column(struct loader *loader, int32_t type) {
    for (int32_t i = 0; i < loader->column_count; i++) {
        const struct staged_column *staged = &loader->columns[i];
        const struct snapshot_table *table = &loader->tables[staged->table].table;
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
static bool place_columns(struct loader *loader, struct staged_table *staged) {
    struct snapshot_table *table = &staged->table;
    int32_t first = staged->first_column, count = staged->column_count;
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
        if (staged->may_generate && column.default_sql)
            column.is_generated = is_generated(loader, table, column.name);
        table->columns[table->column_count++] = column;
    }
    return snapshot_describe(table, &table->arrow, loader->err);
}

static bool place_all_columns(struct loader *loader) {
    bool ok = true;
    for (int32_t i = 0; ok && i < loader->table_count; i++)
        ok = place_columns(loader, &loader->tables[i]);
    return ok;
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
        for (; next < loader->table_count; next++) {
            struct snapshot_table *table = &loader->tables[next].table;
            int order = strcmp(table->schema, schema->real_name);
            if (order > 0)
                break;
            if (!table->column_count || order < 0)
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
              load_checks(&loader) && load_types(&loader) && place_all_columns(&loader) && place_tables(&loader);
    for (int32_t i = 0; i < loader.table_count; i++) {
        struct ArrowSchema *arrow = &loader.tables[i].table.arrow;
        if (arrow->release)
            arrow->release(arrow);
    }
    memory_free(loader.tables);
    memory_free(loader.columns);
    memory_free(loader.type_texts);
    memory_free(loader.type_slots);
    memory_free(loader.types);
    return ok;
}

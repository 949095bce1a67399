/* Table functions: the embedded rows, and the rows that the door tells. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/function.h"
#include "pgcat/object.h"

/* Rows of texts, as bound to a statement. */
struct pgcat_rows {
    struct arena arena;
    const char **values; /* row by row */
    size_t count, space;
    int32_t column_count;
};

static void destroy_rows(void *memory) {
    struct pgcat_rows *rows = memory;
    if (!rows)
        return;
    arena_destroy(&rows->arena);
    memory_free(rows->values);
    memory_free(rows);
}

static bool add_value(struct pgcat_rows *rows, const char *value) {
    if (rows->count == rows->space) {
        size_t space = rows->space ? 2 * rows->space : 256;
        const char **values = memory_resize(rows->values, space * sizeof *values);
        if (!values)
            return false;
        rows->values = values;
        rows->space = space;
    }
    rows->values[rows->count++] = value;
    return true;
}

bool pgcat_rows_add(struct pgcat_rows *rows, const char *const *values, int32_t count) {
    for (int32_t i = 0; i < rows->column_count; i++) {
        const char *copy = i < count && values[i] ? arena_copy_string(&rows->arena, values[i]) : NULL;
        if ((i < count && values[i] && !copy) || !add_value(rows, copy))
            return false;
    }
    return true;
}

static bool scan_rows(void *self, void *state, int64_t *position, struct engine_chunk *chunk, struct error *err) {
    (void)self, (void)err;
    const struct pgcat_rows *rows = state;
    int64_t total = (int64_t)rows->count / rows->column_count, row = 0;
    for (; row < ENGINE_VECTOR_ROWS && *position < total; row++, ++*position)
        for (int32_t i = 0; i < rows->column_count; i++) {
            const char *value = rows->values[*position * rows->column_count + i];
            if (value)
                engine_vector_set_bytes(&chunk->columns[i], row, value, strlen(value));
            else
                engine_vector_set_null(&chunk->columns[i], row);
        }
    chunk->row_count = row;
    return true;
}

/* Undoes the escapes of a cell in place; NULL for \N. */
static const char *read_cell(char *cell) {
    if (strcmp(cell, "\\N") == 0)
        return NULL;
    if (strcmp(cell, "\\e") == 0)
        return "";
    char *out = strchr(cell, '\\');
    if (!out)
        return cell;
    for (char *c = out; *c; c++) {
        if (*c == '\\' && c[1]) {
            c++;
            *out++ = *c == 't' ? '\t' : *c == 'n' ? '\n' : *c;
        } else {
            *out++ = *c;
        }
    }
    *out = '\0';
    return cell;
}

enum { COLUMN_LIMIT = 64 };

/* "name" or "name=usual value" for each column. */
static int32_t read_header(char *line, const char **names, const char **usual) {
    int32_t count = 0;
    for (char *cell; count < COLUMN_LIMIT && (cell = strsep(&line, "\t")); count++) {
        names[count] = strsep(&cell, "=");
        usual[count] = cell ? read_cell(cell) : "";
    }
    return count;
}

static bool read_lines(struct pgcat_rows *rows, char *rest, const char *const *usual) {
    for (char *line; (line = strsep(&rest, "\n")) && rest;)
        for (int32_t i = 0; i < rows->column_count; i++) {
            char *cell = strsep(&line, "\t");
            if (!add_value(rows, cell && *cell ? read_cell(cell) : usual[i]))
                return false;
        }
    return true;
}

/* pgcat_static(FILE): the rows of an embedded .tsv. */
static bool bind_static(void *self, struct engine_table_bind *bind, struct error *err) {
    (void)self;
    const char *name = engine_table_bind_argument(bind, 0), *text = name ? pgcat_file(name) : NULL;
    if (!text)
        return error_set(err, ERROR_NOT_FOUND, "there is no catalog file \"%s\"", name ? name : "");
    struct pgcat_rows *rows = memory_allocate_zeroed(1, sizeof *rows);
    if (!rows)
        return error_set_no_memory(err);
    engine_table_bind_state(bind, rows, destroy_rows);
    const char *names[COLUMN_LIMIT], *usual[COLUMN_LIMIT];
    char *rest = arena_copy_string(&rows->arena, text);
    rows->column_count = rest ? read_header(strsep(&rest, "\n"), names, usual) : 0;
    for (int32_t i = 0; i < rows->column_count; i++)
        engine_table_bind_column(bind, names[i], engine_type_simple(ENGINE_TYPE_VARCHAR));
    return rest && read_lines(rows, rest, usual) ? true : error_set_no_memory(err);
}

/* Which of the host's lists a function shows, and its columns: those of a relation of PostgreSQL's, or those named here. */
enum list { LIST_ACTIVITY, LIST_PREPARED_STATEMENTS, LIST_CURSORS, LIST_STATEMENTS, LIST_STATEMENTS_INFO };

static const struct list_row {
    const char *function, *relation, *columns;
} list_rows[] = {
    [LIST_ACTIVITY] = {"pgcat_activity", "pg_stat_activity", NULL},
    [LIST_PREPARED_STATEMENTS] = {"pgcat_prepared_statements", "pg_prepared_statements", NULL},
    [LIST_CURSORS] = {"pgcat_cursors", "pg_cursors", NULL},
    [LIST_STATEMENTS] = {"pgcat_statements", NULL,
                         "usename datname queryid query calls total min max mean stddev rows"},
    [LIST_STATEMENTS_INFO] = {"pgcat_statements_info", NULL, "dealloc stats_reset"},
};

static bool fill_list(const struct pgcat_host *host, enum list list, void *door, struct pgcat_rows *rows) {
    if (!host)
        return true;
    switch (list) {
    case LIST_ACTIVITY:
        return !host->activity || host->activity(host->self, rows);
    case LIST_PREPARED_STATEMENTS:
        return !host->prepared_statements || host->prepared_statements(host->self, door, rows);
    case LIST_CURSORS:
        return !host->cursors || host->cursors(host->self, door, rows);
    case LIST_STATEMENTS:
        return !host->statements || host->statements(host->self, rows);
    case LIST_STATEMENTS_INFO:
        return !host->statements_info || host->statements_info(host->self, rows);
    }
    return true;
}

static void bind_column(struct engine_table_bind *bind, const char *name, struct pgcat_rows *rows) {
    engine_table_bind_column(bind, name, engine_type_simple(ENGINE_TYPE_VARCHAR));
    rows->column_count++;
}

static void bind_relation_columns(struct pgcat *pgcat, struct engine_table_bind *bind, const char *name,
                                  struct pgcat_rows *rows) {
    int32_t index = pgcat_relations_find(&pgcat->relations, name, strlen(name), PGCAT_SCHEMA_CATALOG);
    const struct pgcat_relation *relation = &pgcat->relations.all[index];
    for (int32_t i = 0; i < relation->column_count; i++)
        bind_column(bind, relation->columns[i].name, rows);
}

static void bind_named_columns(struct engine_table_bind *bind, const char *names, struct pgcat_rows *rows) {
    char name[32];
    for (const char *at = names; *at; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
        bind_column(bind, name, rows);
    }
}

static bool bind_list(struct pgcat *pgcat, enum list list, struct engine_table_bind *bind, struct error *err) {
    struct pgcat_rows *rows = memory_allocate_zeroed(1, sizeof *rows);
    if (!rows)
        return error_set_no_memory(err);
    engine_table_bind_state(bind, rows, destroy_rows);
    if (list_rows[list].relation)
        bind_relation_columns(pgcat, bind, list_rows[list].relation, rows);
    else
        bind_named_columns(bind, list_rows[list].columns, rows);
    struct pgcat_session *session = pgcat_session_find(pgcat, engine_table_bind_connection_id(bind));
    return fill_list(pgcat->options.host, list, session ? session->identity.door : NULL, rows) || error_set_no_memory(err);
}

static bool bind_activity(void *self, struct engine_table_bind *bind, struct error *err) {
    return bind_list(self, LIST_ACTIVITY, bind, err);
}

static bool bind_prepared_statements(void *self, struct engine_table_bind *bind, struct error *err) {
    return bind_list(self, LIST_PREPARED_STATEMENTS, bind, err);
}

static bool bind_cursors(void *self, struct engine_table_bind *bind, struct error *err) {
    return bind_list(self, LIST_CURSORS, bind, err);
}

static bool bind_statements(void *self, struct engine_table_bind *bind, struct error *err) {
    return bind_list(self, LIST_STATEMENTS, bind, err);
}

static bool bind_statements_info(void *self, struct engine_table_bind *bind, struct error *err) {
    return bind_list(self, LIST_STATEMENTS_INFO, bind, err);
}

bool pgcat_register_rows(struct pgcat *pgcat, struct engine_connection *connection, struct error *err) {
    const struct engine_table_function functions[] = {
        {"pgcat_static", 1, bind_static, scan_rows, pgcat},
        {list_rows[LIST_ACTIVITY].function, 0, bind_activity, scan_rows, pgcat},
        {list_rows[LIST_PREPARED_STATEMENTS].function, 0, bind_prepared_statements, scan_rows, pgcat},
        {list_rows[LIST_CURSORS].function, 0, bind_cursors, scan_rows, pgcat},
        {list_rows[LIST_STATEMENTS].function, 0, bind_statements, scan_rows, pgcat},
        {list_rows[LIST_STATEMENTS_INFO].function, 0, bind_statements_info, scan_rows, pgcat},
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof functions / sizeof functions[0]; i++)
        ok = engine_register_table(connection, &functions[i], err);
    return ok;
}

/* DuckDB's errors become ours: kind, SQLSTATE, position, hint, and the names a constraint error tells.
 *
 * Connections run with DuckDB's setting errors_as_json, so that an error is an object ("exception_type",
 * "exception_message", "position", "error_subtype", "type", "name", "candidates"), sometimes with the class in front of it;
 * errors that never saw a connection are plain text, "<Class> Error: message".
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "engine/internal.h"

struct state_row {
    enum error_kind kind;
    const char *subtype, *type, *fragment, *sqlstate;
};

static const struct state_row state_rows[] = {
#define ENGINE_ERROR(kind, subtype, type, fragment, sqlstate) {ERROR_##kind, subtype, type, fragment, sqlstate},
#include "engine_errors.def"
#undef ENGINE_ERROR
};

static enum error_kind kind_of_class(const char *name, size_t length) {
    for (int kind = ERROR_NONE + 1; kind < ERROR_KIND_COUNT; kind++) {
        const char *row = error_kind_name((enum error_kind)kind);
        if (strlen(row) == length && strncasecmp(row, name, length) == 0)
            return (enum error_kind)kind;
    }
    return ERROR_INTERNAL;
}

static bool row_fits(const struct state_row *row, enum error_kind kind, const char *subtype, const char *type,
                     const char *message) {
    return row->kind == kind && (!row->subtype || strcmp(row->subtype, subtype) == 0) &&
           (!row->type || strcmp(row->type, type) == 0) && (!row->fragment || strstr(message, row->fragment));
}

static const char *sqlstate_of(enum error_kind kind, const char *subtype, const char *type, const char *message) {
    for (size_t i = 0; i < sizeof state_rows / sizeof state_rows[0]; i++)
        if (row_fits(&state_rows[i], kind, subtype, type, message))
            return state_rows[i].sqlstate;
    return "";
}

static void copy_name(char out[ERROR_NAME_BYTES], const char *from, const char *end) {
    size_t length = (size_t)(end - from);
    if (length >= ERROR_NAME_BYTES)
        length = ERROR_NAME_BYTES - 1;
    memcpy(out, from, length);
    out[length] = '\0';
}

/* "NOT NULL constraint failed: table.column", "CHECK constraint failed on table t with expression …". */
static void read_constraint_names(struct error *err) {
    static const char not_null[] = "NOT NULL constraint failed: ", check[] = "CHECK constraint failed on table ";
    if (strncmp(err->message, not_null, sizeof not_null - 1) == 0) {
        const char *table = err->message + sizeof not_null - 1, *dot = strrchr(table, '.');
        if (dot) {
            copy_name(err->table, table, dot);
            copy_name(err->column, dot + 1, err->message + strlen(err->message));
        }
    } else if (strncmp(err->message, check, sizeof check - 1) == 0) {
        const char *table = err->message + sizeof check - 1, *end = strstr(table, " with expression");
        if (end)
            copy_name(err->table, table, end);
    }
}

/* What follows the first line is advice ("Did you mean …", "Candidate bindings: …"): PostgreSQL's HINT. DuckDB's own
 * excerpt of the statement ("LINE 1: …") repeats the position and goes. */
static void set_message(struct error *err, enum error_kind kind, const char *message) {
    const char *newline = strchr(message, '\n');
    int first = newline ? (int)(newline - message) : (int)strlen(message);
    error_set(err, kind, "%.*s", first, message);
    if (!newline || !err)
        return;
    const char *rest = newline + strspn(newline, "\n"), *excerpt = strstr(newline, "\nLINE ");
    size_t length = excerpt ? (excerpt > rest ? (size_t)(excerpt - rest) : 0) : strlen(rest);
    while (length && (rest[length - 1] == '\n' || rest[length - 1] == ' '))
        length--;
    if (length && strncmp(rest, "LINE ", 5) != 0)
        error_set_hint(err, "%.*s", (int)length, rest);
}

static const char *member_text(struct json_object *object, const char *key) {
    struct json_object *member = NULL;
    return json_object_object_get_ex(object, key, &member) ? json_object_get_string(member) : "";
}

static void fill_from_json(struct json_object *object, struct error *err) {
    const char *class = member_text(object, "exception_type");
    enum error_kind kind = kind_of_class(class, strlen(class));
    const char *message = member_text(object, "exception_message");
    const char *position = member_text(object, "position");
    const char *state = sqlstate_of(kind, member_text(object, "error_subtype"), member_text(object, "type"), message);
    set_message(err, kind, message);
    if (!err)
        return;
    memcpy(err->sqlstate, state, strlen(state) + 1);
    if (position[0])
        err->position = (int32_t)strtol(position, NULL, 10) + 1;
}

static void fill_from_text(const char *text, struct error *err) {
    const char *colon = strstr(text, " Error: ");
    size_t class_length = colon ? (size_t)(colon - text) : 0;
    bool has_class = colon && class_length < 32 && !memchr(text, '\n', class_length);
    enum error_kind kind = has_class ? kind_of_class(text, class_length) : ERROR_INTERNAL;
    const char *message = has_class ? colon + strlen(" Error: ") : text;
    const char *state = sqlstate_of(kind, "", "", message);
    set_message(err, kind, message);
    if (err)
        memcpy(err->sqlstate, state, strlen(state) + 1);
}

/* A fatal error has made the instance unusable. After an internal one DuckDB may have done the same: ask. */
static bool instance_is_lost(struct engine_connection *connection, const struct error *err) {
    if (err->kind == ERROR_FATAL)
        return true;
    if (err->kind != ERROR_INTERNAL || !connection)
        return false;
    duckdb_result result;
    bool alive = duckdb_query(connection->handle, "SELECT 1", &result) == DuckDBSuccess;
    const char *text = alive ? NULL : duckdb_result_error(&result);
    bool lost = text && strstr(text, "database has been invalidated");
    duckdb_destroy_result(&result);
    return lost;
}

/* Functions and casts of ours put their SQLSTATE behind their message (function.c). */
static void read_state_mark(struct error *err) {
    char *mark = strchr(err->message, ENGINE_STATE_MARK);
    if (mark && strlen(mark) > sizeof err->sqlstate - 1) {
        memcpy(err->sqlstate, mark + 1, sizeof err->sqlstate - 1);
        err->sqlstate[sizeof err->sqlstate - 1] = '\0';
        *mark = '\0';
    }
}

bool engine_error_fill(struct engine_connection *connection, const char *text, struct error *err) {
    struct error local;
    if (!err)
        err = &local; /* the instance must be told even if the caller does not care */
    text = text ? text : "unknown error";
    const char *brace = strchr(text, '{');
    struct json_object *object = brace ? json_tokener_parse(brace) : NULL;
    if (object && json_object_is_type(object, json_type_object) && member_text(object, "exception_type")[0])
        fill_from_json(object, err);
    else
        fill_from_text(text, err);
    json_object_put(object);
    read_state_mark(err);
    read_constraint_names(err);
    if (connection && instance_is_lost(connection, err))
        engine_database_set_failed(connection->database, err);
    return false;
}

bool engine_error_fill_data(struct engine_connection *connection, duckdb_error_data *data, struct error *err) {
    engine_error_fill(connection, duckdb_error_data_message(*data), err);
    duckdb_destroy_error_data(data);
    return false;
}

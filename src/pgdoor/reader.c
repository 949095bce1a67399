#include "pgdoor/reader.h"

#include <string.h>
#include <strings.h>

#include "engine/inspect.h"
#include "engine/value.h"

static const char *const allowed_table_functions[] = {
#define READER_TABLE_FUNCTION(name) name,
#define READER_FORBIDDEN(name)
#include "reader_functions.def"
#undef READER_TABLE_FUNCTION
#undef READER_FORBIDDEN
    NULL};

static const char *const forbidden_functions[] = {
#define READER_TABLE_FUNCTION(name)
#define READER_FORBIDDEN(name) name,
#include "reader_functions.def"
#undef READER_TABLE_FUNCTION
#undef READER_FORBIDDEN
    NULL};

static bool is_listed(const char *const *list, const char *name) {
    while (*list && strcasecmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

static bool refuse(struct session *session, const char *what, const char *name, struct error *err) {
    error_set(err, ERROR_DENIED, "permission denied for %s %s", what, name);
    error_set_detail(err, "Role \"%s\" may only read the database's own tables and views.", session->user_name);
    return false;
}

/* A name that the engine would take for a file if no table has it: 'data.csv', 's3://…', '*.parquet'. */
static bool visit_table(void *self, const char *catalog, const char *schema, const char *name, struct error *err) {
    bool qualified = catalog[0] || schema[0];
    return qualified || !strpbrk(name, "./\\:*?") || refuse(self, "file", name, err);
}

/* Functions and macros that the database's owner made are the owner's decision; the engine's own must be on the list. */
static bool visit_table_function(void *self, const char *name, struct error *err) {
    struct session *session = self;
    if (is_listed(allowed_table_functions, name))
        return true;
    struct engine_statement *statement = engine_statement_prepare(
        session->engine,
        "SELECT 1 FROM duckdb_functions() WHERE function_name = lower($1) AND function_type IN ('table', 'pragma')", err);
    struct engine_value *value = engine_value_bytes(ENGINE_TYPE_VARCHAR, name, strlen(name));
    struct engine_result *result = NULL;
    const struct engine_chunk *chunk = NULL;
    bool ok = statement && engine_statement_bind(statement, 0, value, err) &&
              (result = engine_statement_execute(statement, err)) && engine_result_fetch(result, &chunk, err);
    bool built_in = chunk != NULL;
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    engine_value_destroy(value);
    return ok && (!built_in || refuse(session, "function", name, err));
}

static bool visit_function(void *self, const char *name, struct error *err) {
    return !is_listed(forbidden_functions, name) || refuse(self, "function", name, err);
}

bool reader_allow(struct session *session, const char *sql, struct error *err) {
    const struct engine_query_visitor visitor = {
        .self = session, .table = visit_table, .table_function = visit_table_function, .function = visit_function};
    struct error why;
    error_clear(&why);
    if (engine_query_inspect(session->engine, sql, &visitor, &why))
        return true;
    if (why.kind == ERROR_UNSUPPORTED) {
        error_set(err, ERROR_DENIED, "permission denied: role \"%s\" may only run queries", session->user_name);
        return false;
    }
    if (err)
        *err = why;
    return false;
}

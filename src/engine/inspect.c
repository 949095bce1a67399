/* Inspection by DuckDB's json_serialize_sql(): the parse tree as JSON, walked for the nodes that name something. */
#include "engine/inspect.h"

#include <json-c/json.h>
#include <string.h>

#include "engine/internal.h"

static const char *text_of(struct json_object *node, const char *key) {
    struct json_object *member = NULL;
    const char *text = json_object_object_get_ex(node, key, &member) ? json_object_get_string(member) : NULL;
    return text ? text : "";
}

static bool visit_node(struct json_object *node, const struct engine_query_visitor *visitor, struct error *err) {
    const char *type = text_of(node, "type"), *class = text_of(node, "class");
    if (strcmp(type, "BASE_TABLE") == 0)
        return visitor->table(visitor->self, text_of(node, "catalog_name"), text_of(node, "schema_name"),
                              text_of(node, "table_name"), err);
    if (strcmp(type, "TABLE_FUNCTION") == 0) {
        struct json_object *function = NULL;
        json_object_object_get_ex(node, "function", &function);
        return visitor->table_function(visitor->self, function ? text_of(function, "function_name") : "", err);
    }
    if (strcmp(class, "FUNCTION") == 0 || strcmp(class, "WINDOW") == 0)
        return visitor->function(visitor->self, text_of(node, "function_name"), err);
    return true;
}

/* The depth is bounded by DuckDB's own parser, and by json-c's. */
static bool walk(struct json_object *node, const struct engine_query_visitor *visitor, struct error *err) {
    if (json_object_is_type(node, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(node); i++)
            if (!walk(json_object_array_get_idx(node, i), visitor, err))
                return false;
        return true;
    }
    if (!json_object_is_type(node, json_type_object))
        return true;
    if (!visit_node(node, visitor, err))
        return false;
    json_object_object_foreach(node, key, member) {
        (void)key;
        if (!walk(member, visitor, err))
            return false;
    }
    return true;
}

/* A table function's own call is a FUNCTION node below it; it is told twice, once as each, and the names of table functions
 * are no scalar functions', so nothing is refused for it. */
static bool inspect_tree(const char *text, const struct engine_query_visitor *visitor, struct error *err) {
    struct json_tokener *tokener = json_tokener_new_ex(4096);
    struct json_object *tree = tokener ? json_tokener_parse_ex(tokener, text, (int)strlen(text)) : NULL;
    bool ok = tree || error_set(err, ERROR_UNSUPPORTED, "the query is nested too deeply to be inspected");
    if (ok && strcmp(text_of(tree, "error"), "true") == 0)
        ok = error_set(err, ERROR_UNSUPPORTED, "%s", text_of(tree, "error_message"));
    ok = ok && walk(tree, visitor, err);
    json_object_put(tree);
    json_tokener_free(tokener);
    return ok;
}

bool engine_query_inspect(struct engine_connection *connection, const char *sql,
                          const struct engine_query_visitor *visitor, struct error *err) {
    duckdb_prepared_statement statement = NULL;
    duckdb_result result = {0};
    bool ok = duckdb_prepare(connection->handle, "SELECT json_serialize_sql($1::VARCHAR)", &statement) == DuckDBSuccess ||
              engine_error_fill(connection, duckdb_prepare_error(statement), err);
    ok = ok && (duckdb_bind_varchar(statement, 1, sql) == DuckDBSuccess || error_set_no_memory(err));
    ok = ok && (duckdb_execute_prepared(statement, &result) == DuckDBSuccess ||
                engine_error_fill(connection, duckdb_result_error(&result), err));
    char *text = ok ? duckdb_value_varchar(&result, 0, 0) : NULL;
    ok = ok && (text || error_set_no_memory(err));
    ok = ok && inspect_tree(text, visitor, err);
    duckdb_free(text);
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&statement);
    return ok;
}

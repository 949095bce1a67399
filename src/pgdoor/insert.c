#include "pgdoor/insert.h"

#include <stdio.h>
#include <string.h>

#include "base/writer.h"
#include "pgsql/lexer.h"
#include "pgsql/shape.h"

/* "table t has 3 columns but 2 values were supplied" */
static int32_t supplied_values(const struct error *refusal) {
    int columns, values;
    const char *counts = strstr(refusal->message, " has ");
    bool fits = strncmp(refusal->message, "table ", 6) == 0 && counts &&
                sscanf(counts, " has %d columns but %d values were supplied", &columns, &values) == 2;
    return fits && values > 0 && values < columns ? values : 0;
}

struct target {
    size_t start, end; /* of the table's name */
    size_t list;       /* where a list of columns may stand */
};

static bool next(struct pgsql_lexer *lexer, struct pgsql_token *token) {
    return pgsql_lexer_next(lexer, token, NULL);
}

/* INSERT INTO name [AS alias], before anything else. */
static bool find_target(const char *sql, struct target *target) {
    struct pgsql_lexer lexer = pgsql_lexer_over(sql, strlen(sql));
    struct pgsql_token token;
    if (!next(&lexer, &token) || token.keyword != KW_INSERT || !next(&lexer, &token) || token.keyword != KW_INTO)
        return false;
    bool ok = next(&lexer, &token);
    target->start = token.start;
    do
        target->end = token.start + token.length;
    while (ok && (ok = next(&lexer, &token)) && token.kind == PGSQL_DOT && (ok = next(&lexer, &token)));
    target->list = target->end;
    if (ok && token.keyword == KW_AS && (ok = next(&lexer, &token)))
        target->list = token.start + token.length;
    return ok;
}

const char *insert_name_columns(struct engine_connection *connection, struct arena *arena, const char *sql,
                                const struct error *refusal) {
    struct target target;
    int32_t count = supplied_values(refusal);
    if (!count || !find_target(sql, &target))
        return NULL;
    const char *probe = arena_format(arena, "SELECT * FROM %.*s", (int)(target.end - target.start), sql + target.start);
    struct engine_statement *columns = probe ? engine_statement_prepare(connection, probe, NULL) : NULL;
    if (!columns)
        return NULL;
    struct writer text = {0};
    writer_bytes(&text, sql, target.list);
    for (int32_t i = 0; i < count && i < engine_statement_column_count(columns); i++) {
        const char *name = pgsql_quoted(arena, engine_statement_column_name(columns, i), '"');
        writer_format(&text, "%s%s", i ? ", " : " (", name ? name : "");
    }
    writer_text(&text, ")");
    writer_string(&text, sql + target.list);
    engine_statement_destroy(columns);
    const char *named = writer_ok(&text) ? arena_copy_string(arena, (const char *)text.bytes) : NULL;
    writer_destroy(&text);
    return named;
}

static const char *literal(struct arena *arena, const char *text) {
    const char *quoted = text ? pgsql_quoted(arena, text, '\'') : "NULL";
    return quoted ? quoted : "NULL";
}

const char *insert_key_columns(struct engine_connection *connection, struct pgcat_session *catalog, struct arena *arena,
                               const char *schema, const char *table, const char *constraint) {
    const char *columns = NULL, *wanted = literal(arena, schema);
    struct error ignored;
    const char *sql = arena_format(arena,
                                   "SELECT array_to_string([quote_ident(c) FOR c IN columns], ', ') FROM %s.engine_constraint WHERE "
                                   "kind IN ('p', 'u') AND name = %s AND lower(relation_name) = lower(%s) AND "
                                   "(lower(schema_name) = lower(%s) OR (%s IS NULL AND schema_name IN "
                                   "(SELECT unnest(system.main.current_schemas(false))))) ORDER BY list_position(system.main.current_schemas(false), schema_name) LIMIT 1",
                                   pgcat_session_live_catalog(catalog), literal(arena, constraint), literal(arena, table), wanted,
                                   wanted);
    return sql && engine_connection_query_text(connection, arena, sql, &columns, &ignored) ? columns : NULL;
}

#include "pgdoor/utility.h"

#include <string.h>
#include <strings.h>

#include "engine/value.h"
#include "pgcat/pgcat.h"
#include "pgdoor/cursor.h"
#include "pgdoor/parameters.h"
#include "pgdoor/transaction.h"
#include "pgtype/decode.h"

bool utility_accept(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    if (statement->kind == PGSQL_STATEMENT_LOCK && session->transaction.state != TRANSACTION_BLOCK)
        return error_set_state(err, ERROR_TRANSACTION, "25P01", "LOCK TABLE can only be used in transaction blocks");
    return true;
}

/* ---- DEALLOCATE, CLOSE, LISTEN, DISCARD ---- */

static bool deallocate(struct session *session, const char *name, struct error *err) {
    struct prepared *prepared = name ? prepared_find(session, name) : NULL;
    if (!name)
        prepared_drop_named(session);
    else if (!prepared)
        return error_set_state(err, ERROR_NOT_FOUND, "26000", "prepared statement \"%s\" does not exist", name);
    else
        prepared_drop(session, prepared);
    return true;
}

static bool discard_temporary(struct session *session, struct error *err) {
    return engine_connection_execute(session->engine, "DROP SCHEMA IF EXISTS temp.main CASCADE", err) ||
           error_set(err, ERROR_UNSUPPORTED, "temporary objects cannot be discarded");
}

static bool discard_all(struct session *session, struct error *err) {
    pgcat_session_release_locks(session->catalog);
    cursor_close(session, NULL, err);
    prepared_drop_named(session);
    return parameters_reset_all(session, err);
}

static bool discard(struct session *session, const char *what, struct error *err) {
    if (what && (strcasecmp(what, "temp") == 0 || strcasecmp(what, "temporary") == 0))
        return discard_temporary(session, err);
    return true; /* PLANS and SEQUENCES: nothing is kept that could be stale */
}

bool utility_named(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const char *name = statement->as.name;
    switch (statement->kind) {
    case PGSQL_STATEMENT_DEALLOCATE:
    case PGSQL_STATEMENT_DEALLOCATE_ALL:
        return deallocate(session, name, err);
    case PGSQL_STATEMENT_CLOSE:
    case PGSQL_STATEMENT_CLOSE_ALL:
        return cursor_close(session, name, err);
    case PGSQL_STATEMENT_DISCARD:
        return discard(session, name, err);
    case PGSQL_STATEMENT_DISCARD_ALL:
        return discard_all(session, err);
    default: /* LISTEN, UNLISTEN: nothing ever notifies */
        return true;
    }
}

/* ---- roles, databases, extensions ---- */

bool utility_object(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const struct pgsql_object *object = &statement->as.object;
    const char *tag = pgsql_statement_tag(statement), *name = object->name ? object->name : "";
    if (statement->kind == PGSQL_STATEMENT_CREATE_EXTENSION &&
        (strcmp(name, "plpgsql") == 0 || strcmp(name, "uuid-ossp") == 0 || strcmp(name, "pgcrypto") == 0 ||
         strcmp(name, "pg_stat_statements") == 0)) {
        pgwire_write_notice(&session->out, PGWIRE_NOTICE, "42710", "extension \"%s\" already exists, skipping", name);
        return true;
    }
    error_set(err, ERROR_UNSUPPORTED, "%s is not supported", tag);
    if (statement->kind == PGSQL_STATEMENT_CREATE_EXTENSION)
        error_set_hint(err, "Extensions of DuckDB are installed with INSTALL and LOAD.");
    else if (statement->kind == PGSQL_STATEMENT_CREATE_DATABASE || statement->kind == PGSQL_STATEMENT_DROP_DATABASE)
        error_set_hint(err, "Databases are attached and detached: ATTACH 'file.db' AS name, DETACH name.");
    else
        error_set_hint(err, "Roles are settings of the server: USER and READONLY_USER.");
    return false;
}

/* ---- PREPARE and EXECUTE ---- */

/* The OID of a type as written: what a NULL of that type would be announced as. */
static uint32_t type_oid(struct session *session, const char *type, struct error *err) {
    const char *sql = arena_format(&session->message, "SELECT NULL::%s", type);
    struct prepared *prepared = sql ? prepared_create(session, sql, strlen(sql), NULL, 0, err) : NULL;
    struct pgwire_field *fields;
    int32_t count;
    bool ok = prepared && prepared_describe(session, prepared, &session->message, &fields, &count, err) && count == 1;
    prepared_release(prepared);
    return ok ? fields[0].type : 0;
}

bool utility_prepare(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const struct pgsql_prepare *prepare = &statement->as.prepare;
    uint32_t *oids = arena_allocate_zeroed(&session->message, (size_t)prepare->type_count, sizeof *oids);
    if (!oids)
        return error_set_no_memory(err);
    if (prepared_find(session, prepare->name))
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42P05", "prepared statement \"%s\" already exists",
                               prepare->name);
    for (int32_t i = 0; i < prepare->type_count; i++)
        if (!(oids[i] = type_oid(session, prepare->types[i], err)))
            return false;
    struct prepared *prepared = prepared_create_part(session, prepare->query, oids, prepare->type_count, err);
    if (!prepared)
        return false;
    prepared->by_sql = true;
    bool ok = prepared_keep(session, prepared, prepare->name, err);
    prepared_release(prepared);
    return ok;
}

/* The arguments are expressions: the engine computes them, and they go the way of text parameters. */
static bool evaluate(struct session *session, struct portal *portal, const struct pgsql_execute *execute,
                     struct error *err) {
    const struct prepared *prepared = portal->prepared;
    struct writer sql = {0}, text = {0};
    struct portal *row = NULL;
    bool ok = true;
    writer_text(&sql, "SELECT ");
    for (int32_t i = 0; i < execute->argument_count; i++)
        writer_format(&sql, "%s(%s)", i ? ", " : "", execute->arguments[i]);
    writer_u8(&sql, 0);
    struct prepared *query = prepared_create(session, (const char *)sql.bytes, sql.length - 1, NULL, 0, err);
    row = query ? portal_create(session, query, NULL, err) : NULL;
    prepared_release(query);
    ok = row && portal_run(session, row, query->engine, err) &&
         engine_result_fetch(row->result, &row->chunk, err) && row->chunk;
    portal->parameters = arena_allocate_zeroed(&portal->arena, (size_t)execute->argument_count, sizeof(void *));
    ok = ok && (portal->parameters || error_set_no_memory(err));
    for (int32_t i = 0; ok && i < execute->argument_count; i++) {
        struct pgwire_value value = {NULL, PGWIRE_NULL};
        writer_reset(&text);
        if (!engine_vector_is_null(&row->chunk->columns[i], 0)) {
            ok = pgtype_encode_text(row->encoder, i, &row->chunk->columns[i], 0, &text, err);
            value = (struct pgwire_value){text.bytes, (int32_t)text.length};
        }
        if (ok)
            portal->parameters[i] =
                pgtype_decode_parameter(&portal->arena, &session->settings.values_format, prepared->parameter_oids[i],
                                        PGWIRE_TEXT, value, i + 1, err);
        ok = ok && portal->parameters[i];
        portal->parameter_count = ok ? i + 1 : i;
    }
    portal_destroy(session, row);
    writer_destroy(&text);
    writer_destroy(&sql);
    return ok;
}

enum execute_status utility_execute_prepared(struct session *session, struct portal *portal, int64_t limit, bool describe,
                                             struct error *err) {
    const struct pgsql_statement *statement = portal->prepared->statement;
    const struct pgsql_execute *execute = &statement->as.execute;
    struct prepared *prepared = prepared_find(session, execute->name);
    if (!prepared) {
        error_set_state(err, ERROR_NOT_FOUND, "26000", "prepared statement \"%s\" does not exist", execute->name);
        return EXECUTE_FAILED;
    }
    if (execute->argument_count != prepared->parameter_count) {
        error_set_state(err, ERROR_SYNTAX, "42601", "wrong number of parameters for prepared statement \"%s\"",
                        execute->name);
        error_set_detail(err, "Expected %d parameters but got %d.", prepared->parameter_count, execute->argument_count);
        return EXECUTE_FAILED;
    }
    struct portal *inner = portal_create(session, prepared, NULL, err);
    if (!inner)
        return EXECUTE_FAILED;
    inner->formats = portal->formats;
    inner->format_count = portal->format_count;
    enum execute_status status = EXECUTE_FAILED;
    if (!execute->argument_count || evaluate(session, inner, execute, err))
        status = execute_portal(session, inner, limit, describe, session->transaction.state == TRANSACTION_NONE, err);
    if (status == EXECUTE_ROWS)
        session->rows.transient = inner;
    else
        portal_destroy(session, inner);
    return status;
}

/* ---- SHOW and EXPLAIN: answered by queries over what is known already ---- */

static void write_quoted(struct writer *w, const char *text, size_t length, char quote) {
    writer_u8(w, (uint8_t)quote);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == quote)
            writer_u8(w, (uint8_t)quote);
        writer_u8(w, (uint8_t)text[i]);
    }
    writer_u8(w, (uint8_t)quote);
}

static const char *keep(struct portal *portal, struct writer *w, struct error *err) {
    const char *sql = writer_ok(w) ? arena_copy_string_n(&portal->arena, (const char *)w->bytes, w->length) : NULL;
    writer_destroy(w);
    if (!sql)
        error_set_no_memory(err);
    return sql;
}

static void write_setting(struct writer *w, bool follows, const char *name, const char *value) {
    writer_text(w, follows ? ", (" : "(");
    write_quoted(w, name, strlen(name), '\'');
    writer_text(w, ", ");
    write_quoted(w, value, strlen(value), '\'');
    writer_text(w, ", '')");
}

/* Every parameter of the session, and those settings of the server that are none. */
static const char *show_all_query(struct session *session, struct portal *portal, struct error *err) {
    struct writer w = {0};
    const char *name, *value;
    writer_text(&w, "SELECT * FROM (VALUES ");
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        name = settings_name((enum parameter_id)i);
        write_setting(&w, i > 0, name, parameters_value(session, name));
    }
    for (int32_t i = 0; (value = parameters_server_setting(session, i, &name)); i++)
        if (settings_find(name) == PARAMETER_UNKNOWN)
            write_setting(&w, true, name, value);
    writer_text(&w, ") t(\"name\", setting, description) ORDER BY lower(\"name\")");
    return keep(portal, &w, err);
}

const char *utility_show_query(struct session *session, struct portal *portal, struct error *err) {
    const char *name = portal->prepared->statement->as.name;
    if (!name)
        return show_all_query(session, portal, err);
    const char *value = parameters_show(session, &portal->arena, name, err);
    if (!value)
        return NULL;
    struct writer w = {0};
    const char *shown = parameters_shown_name(name);
    writer_text(&w, "SELECT ");
    write_quoted(&w, value, strlen(value), '\'');
    writer_text(&w, " AS ");
    write_quoted(&w, shown, strlen(shown), '"');
    return keep(portal, &w, err);
}

/* The plan's text: the second column of the engine's answer. */
static bool run_explain(struct session *session, struct portal *portal, const char *sql, struct writer *plan,
                        struct error *err) {
    struct engine_statement *engine = engine_statement_prepare(session->engine, sql, err);
    struct engine_result *result = NULL;
    const struct engine_chunk *chunk;
    bool ok = engine != NULL;
    for (int32_t i = 0; ok && i < portal->parameter_count && i < engine_statement_parameter_count(engine); i++)
        ok = engine_statement_bind(engine, i, portal->parameters[i], err);
    ok = ok && (result = engine_statement_execute(engine, err));
    while (ok && (ok = engine_result_fetch(result, &chunk, err)) && chunk)
        for (int64_t row = 0; row < chunk->row_count; row++) {
            const struct engine_string *text = (const struct engine_string *)chunk->columns[1].data + row;
            writer_bytes(plan, engine_string_bytes(text), text->length);
        }
    engine_result_destroy(result);
    engine_statement_destroy(engine);
    return ok;
}

const char *utility_explain_query(struct session *session, struct portal *portal, struct error *err) {
    const struct pgsql_explain *explain = &portal->prepared->statement->as.explain;
    const struct pgsql_statement *query = explain->query;
    if (explain->analyze && !transaction_allow(session, query, err))
        return NULL;
    struct prepared *prepared = prepared_create_part(session, query, NULL, 0, err);
    if (!prepared)
        return NULL;
    if (explain->analyze && prepared->engine && !execute_allow(session, prepared->engine, err)) {
        prepared_release(prepared);
        return NULL;
    }
    struct writer sql = {0}, plan = {0}, answer = {0};
    bool json = explain->format == PGSQL_EXPLAIN_JSON;
    const char *main_sql = prepared->translation.main ? prepared->translation.main->sql : prepared->text;
    writer_format(&sql, "EXPLAIN %s%s%s", explain->analyze ? "ANALYZE " : "", json ? "(FORMAT json) " : "", main_sql);
    writer_u8(&sql, 0);
    bool ok = writer_ok(&sql) && run_explain(session, portal, (const char *)sql.bytes, &plan, err);
    writer_text(&answer, "SELECT unnest([");
    for (size_t at = 0; at < plan.length;) {
        const char *line = (const char *)plan.bytes + at;
        const char *newline = json ? NULL : memchr(line, '\n', plan.length - at);
        size_t length = newline ? (size_t)(newline - line) : plan.length - at;
        writer_text(&answer, at ? ", " : "");
        write_quoted(&answer, line, length, '\'');
        at += length + 1;
    }
    writer_text(&answer, "]) AS \"QUERY PLAN\"");
    const char *answer_sql = ok ? keep(portal, &answer, err) : NULL;
    writer_destroy(&answer);
    writer_destroy(&plan);
    writer_destroy(&sql);
    prepared_release(prepared);
    return answer_sql;
}

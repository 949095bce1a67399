#include "pgdoor/execute.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/value.h"
#include "pgcat/pgcat.h"
#include "pgdoor/copy.h"
#include "pgdoor/cursor.h"
#include "pgdoor/door.h"
#include "pgdoor/parameters.h"
#include "pgdoor/reference.h"
#include "pgdoor/savepoint.h"
#include "pgdoor/transaction.h"
#include "pgdoor/utility.h"
#include "pgdoor/watch.h"
#include "pgsql/normalize.h"

/* ---- what an interrupt needs to know ---- */

static void note_statement(struct session *session, const struct pgsql_statement *statement) {
    struct session_activity *activity = &session->activity;
    size_t length = statement->length < sizeof activity->query - 1 ? statement->length : sizeof activity->query - 1;
    const char *text = statement->script + statement->start;
    while (length < statement->length && length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    char plain[sizeof activity->query];
    if (pgsql_mentions_secret(text, length)) {
        length = pgsql_normalize(text, statement->length, plain, sizeof plain);
        text = plain;
    }
    pthread_mutex_lock(&session->door->registry_lock);
    memcpy(activity->query, text, length);
    activity->query[length] = '\0';
    activity->statement_started_us = activity->state_changed_us = clock_wall_us();
    pthread_mutex_unlock(&session->door->registry_lock);
}

void execute_begin(struct session *session, const struct pgsql_statement *statement) {
    int64_t timeout_ms = session->settings.statement_timeout_ms, now_ns = clock_monotonic_ns();
    bool reads = !statement || (statement->kind == PGSQL_STATEMENT_SELECT || statement->kind == PGSQL_STATEMENT_VALUES);
    atomic_store(&session->interrupt, INTERRUPT_NONE);
    atomic_store(&session->only_reads, reads);
    atomic_store(&session->deadline_ns, timeout_ms ? now_ns + timeout_ms * 1000000 : 0);
    atomic_store(&session->busy_since_ns, now_ns);
    atomic_store(&session->running, true);
    session->statement_number += !session->watched.run.started_ns;
    if (statement) {
        note_statement(session, statement);
        watch_begin(session, statement, now_ns);
    }
}

void execute_end(struct session *session) {
    atomic_store(&session->running, false);
    atomic_store(&session->deadline_ns, 0);
    atomic_store(&session->busy_since_ns, 0);
    if (session->transaction.state == TRANSACTION_NONE)
        pgcat_session_end_transaction(session->catalog);
    parameters_apply_later(session);
}

void execute_explain_interrupt(struct session *session, struct error *err) {
    static const struct {
        const char *sqlstate, *text;
    } reasons[] = {
        [INTERRUPT_NONE] = {"57014", "canceling statement due to an interrupt"},
        [INTERRUPT_CANCEL] = {"57014", "canceling statement due to user request"},
        [INTERRUPT_STATEMENT_TIMEOUT] = {"57014", "canceling statement due to statement timeout"},
        [INTERRUPT_TERMINATE] = {"57P01", "terminating connection due to administrator command"},
        [INTERRUPT_GONE] = {"08006", "connection to client lost"},
    };
    int reason = atomic_load(&session->interrupt);
    if (err->kind == ERROR_INTERRUPT)
        error_set_state(err, ERROR_INTERRUPT, reasons[reason].sqlstate, "%s", reasons[reason].text);
}

/* ---- the engine's statements ---- */

/* PostgreSQL's words for a statement that another user's DDL has changed under its client's feet. What counts is what the client was
 * told: a numeric parameter is bound with the width and scale of its value. */
static bool same_columns(const struct session *session, const struct prepared *prepared,
                         const struct engine_result *result, struct error *err) {
    const struct engine_statement *engine = prepared_described(prepared);
    if (!engine)
        return true;
    int32_t count = engine_statement_column_count(engine);
    bool same = count == engine_result_column_count(result);
    for (int32_t i = 0; same && i < count; i++)
        same = pgtype_of(engine_statement_column_type(engine, i), &session->resolver).oid ==
               pgtype_of(engine_result_column_type(result, i), &session->resolver).oid;
    return same || error_set(err, ERROR_UNSUPPORTED, "cached plan must not change result type");
}

static bool changes_schema(const struct engine_statement *engine) {
    switch (engine_statement_kind(engine)) {
    case ENGINE_STATEMENT_CREATE:
    case ENGINE_STATEMENT_CREATE_FUNC:
    case ENGINE_STATEMENT_DROP:
    case ENGINE_STATEMENT_ALTER:
    case ENGINE_STATEMENT_ATTACH:
    case ENGINE_STATEMENT_DETACH:
    case ENGINE_STATEMENT_LOAD:
    case ENGINE_STATEMENT_COPY_DATABASE:
        return true;
    default:
        return false;
    }
}

static bool changes_rows(const struct engine_statement *engine) {
    switch (engine_statement_kind(engine)) {
    case ENGINE_STATEMENT_INSERT:
    case ENGINE_STATEMENT_UPDATE:
    case ENGINE_STATEMENT_DELETE:
    case ENGINE_STATEMENT_COPY:
    case ENGINE_STATEMENT_MERGE_INTO:
        return true;
    default:
        return false;
    }
}

static bool note_engine_change(struct session *session, const struct engine_statement *engine, struct error *err) {
    enum engine_statement_kind kind = engine_statement_kind(engine);
    if (kind == ENGINE_STATEMENT_SET || kind == ENGINE_STATEMENT_VARIABLE_SET || kind == ENGINE_STATEMENT_PRAGMA)
        session->settings_generation++; /* the engine folds settings and variables into plans */
    if (!changes_schema(engine))
        return true;
    if (session->transaction.state == TRANSACTION_NONE) {
        pgcat_changed(session->door->options.pgcat);
        return true;
    }
    session->transaction.changed_schema = true;
    return pgcat_session_set_private(session->catalog, true, err);
}

bool execute_allow(struct session *session, const struct engine_statement *engine, struct error *err) {
    bool writes = engine_statement_writes(engine);
    if (writes && session->user->read_only)
        return error_set(err, ERROR_DENIED, "permission denied: role \"%s\" may only read", session->user_name);
    if (writes && session->transaction.state != TRANSACTION_NONE && session->transaction.read_only)
        return error_set_state(err, ERROR_TRANSACTION, "25006", "cannot execute this statement in a read-only transaction");
    transaction_note_snapshot(session);
    session->transaction.writes += writes;
    session->transaction.changed_rows |= changes_rows(engine);
    session->transaction.removed_rows |= changes_rows(engine) && engine_statement_kind(engine) != ENGINE_STATEMENT_INSERT;
    return true;
}

static bool run_main(struct session *session, struct portal *portal, struct engine_statement *engine,
                     struct error *err) {
    if (!execute_allow(session, engine, err) || !portal_run(session, portal, engine, err)) {
        pgsql_translation_place_error(portal->prepared->statement, &portal->prepared->translation, err);
        return false;
    }
    return note_engine_change(session, engine, err);
}

bool execute_rows(struct session *session, struct portal *portal, struct error *err) {
    struct prepared *prepared = portal->prepared;
    bool rows = prepared->engine && engine_statement_result_kind(prepared->engine) == ENGINE_RESULT_ROWS;
    portal->started = true;
    if (rows)
        return run_main(session, portal, prepared->engine, err);
    return error_set_state(err, ERROR_UNSUPPORTED, "0A000", "%s returns no rows here",
                           prepared->statement ? pgsql_statement_tag(prepared->statement) : "an empty query");
}

bool execute_single(struct session *session, struct portal *portal, struct error *err) {
    struct prepared *prepared = portal->prepared;
    if (!prepared_refresh(session, prepared, err) || !run_main(session, portal, prepared->engine, err))
        return false;
    return engine_result_kind(portal->result) != ENGINE_RESULT_ROWS || !prepared->name ||
           same_columns(session, prepared, portal->result, err);
}

static bool run_step(struct session *session, const char *sql, struct error *err) {
    struct engine_statement *engine = engine_statement_prepare(session->engine, sql, err);
    struct engine_result *result = NULL;
    bool ok = engine && execute_allow(session, engine, err) && (result = engine_statement_execute(engine, err)) &&
              note_engine_change(session, engine, err);
    engine_result_destroy(result);
    engine_statement_destroy(engine);
    return ok;
}

static void tell_client(void *self, bool is_warning, const char *text) {
    struct session *session = self;
    pgwire_write_notice(&session->out, is_warning ? PGWIRE_WARNING : PGWIRE_NOTICE, is_warning ? "01000" : "00000", "%s", text);
}

struct pgddl execute_ddl(struct session *session, struct arena *arena) {
    return (struct pgddl){
        .connection = session->engine,
        .catalog = session->catalog,
        .arena = arena,
        .has_written = &session->transaction.changed_rows,
        .self = session,
        .notice = tell_client,
    };
}

/* What setval() was asked for while the statement ran. */
static bool set_sequences(struct session *session, struct error *err) {
    struct pgcat_setval setval;
    while (pgcat_session_take_setval(session->catalog, &setval)) {
        struct arena arena = {0};
        bool ok = transaction_open_implicit(session, err);
        if (ok) {
            const struct pgddl ddl = execute_ddl(session, &arena);
            session->transaction.writes++;
            session->transaction.changed_schema = true;
            ok = pgddl_set_sequence(&ddl, setval.sequence, setval.value, setval.is_called, err);
        }
        arena_destroy(&arena);
        if (!ok)
            return false;
    }
    return true;
}

/* A statement that has failed sets none. */
static void forget_sequences(struct session *session) {
    struct pgcat_setval ignored;
    while (session->catalog && pgcat_session_take_setval(session->catalog, &ignored))
        ;
}

static bool run_alter(struct session *session, struct arena *arena, const struct pgsql_step *step, struct error *err) {
    const struct pgddl ddl = execute_ddl(session, arena);
    session->transaction.writes++;
    session->transaction.changed_schema = true;
    bool ok = step->kind == PGSQL_STEP_ENUM ? pgddl_change_enum(&ddl, step->labels, err) : pgddl_alter_table(&ddl, step->alter, err);
    return ok && pgcat_session_set_private(session->catalog, true, err);
}

static bool run_main_step(struct session *session, struct portal *portal, const char *sql, struct error *err) {
    portal->own = engine_statement_prepare(session->engine, sql, err);
    if (portal->own)
        return run_main(session, portal, portal->own, err);
    pgsql_translation_place_error(portal->prepared->statement, &portal->prepared->translation, err);
    return false;
}

static bool run_steps(struct session *session, struct portal *portal, struct error *err) {
    const struct pgsql_translation *translation = &portal->prepared->translation;
    struct arena *arena = &portal->prepared->arena;
    const char *script;
    bool ok = transaction_open_implicit(session, err) && portal_buffer_results(session, portal, err);
    for (int32_t i = 0; ok && i < translation->step_count; i++) {
        const char *sql = translation->steps[i].sql;
        switch (translation->steps[i].kind) {
        case PGSQL_STEP_MAIN:
            ok = run_main_step(session, portal, sql, err);
            break;
        case PGSQL_STEP_RUN:
            ok = run_step(session, sql, err);
            break;
        case PGSQL_STEP_GENERATE:
            ok = engine_connection_query_text(session->engine, arena, sql, &script, err) && (!script || run_step(session, script, err));
            break;
        case PGSQL_STEP_ALTER:
        case PGSQL_STEP_ENUM:
            ok = run_alter(session, arena, &translation->steps[i], err);
            break;
        }
        ok = ok && set_sequences(session, err);
    }
    return ok;
}

static void complete(struct session *session, const struct pgsql_statement *statement, int64_t rows) {
    char tag[96];
    pgsql_statement_complete_tag(statement, rows, tag, sizeof tag);
    pgwire_write_command_complete(&session->out, tag);
}

/* The engine tells which key or expression was violated, PostgreSQL which constraint. */
static void explain_violation(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const char *schema = NULL, *table = NULL;
    if (err->kind != ERROR_CONSTRAINT)
        return;
    pgsql_statement_target(&session->message, statement, &schema, &table);
    pgddl_explain_violation(engine_connection_database(session->engine), session->catalog, schema, table, err);
}

static enum execute_status begin_rows(struct session *session, struct portal *portal, int64_t limit, bool describe,
                                      struct error *err) {
    (void)err;
    if (describe)
        portal_write_description(session, portal);
    session->rows = (struct row_run){.portal = portal, .rows_left = limit, .statement = portal->prepared->statement};
    return EXECUTE_ROWS;
}

static enum execute_status start_engine(struct session *session, struct portal *portal, int64_t limit, bool describe,
                                        struct error *err) {
    const struct pgsql_translation *translation = &portal->prepared->translation;
    if (translation->notice)
        pgwire_write_notice(&session->out, PGWIRE_NOTICE, "00000", "%s", translation->notice);
    bool single = translation->step_count == 1 && translation->main;
    if (single ? !reference_execute(session, portal, err) : !run_steps(session, portal, err))
        return EXECUTE_FAILED;
    session->transaction.created_schema |= portal->prepared->statement->kind == PGSQL_STATEMENT_CREATE_SCHEMA;
    if (portal->result && engine_result_kind(portal->result) == ENGINE_RESULT_ROWS)
        return begin_rows(session, portal, limit, describe, err);
    session->watched.run.rows = portal->result ? engine_result_changed_rows(portal->result) : 0;
    complete(session, portal->prepared->statement, session->watched.run.rows);
    portal->finished = true;
    return EXECUTE_DONE;
}

/* ---- every form ---- */

static enum execute_status done(struct session *session, const struct pgsql_statement *statement, bool ok) {
    if (ok)
        complete(session, statement, 0);
    return ok ? EXECUTE_DONE : EXECUTE_FAILED;
}

static enum execute_status start_transaction(struct session *session, const struct pgsql_statement *statement,
                                             struct error *err) {
    char tag[64];
    if (!transaction_execute(session, statement, tag, sizeof tag, err))
        return EXECUTE_FAILED;
    pgwire_write_command_complete(&session->out, tag);
    return EXECUTE_DONE;
}

static enum execute_status start_rows_of_query(struct session *session, struct portal *portal, const char *sql,
                                               int64_t limit, bool describe, struct error *err) {
    if (!sql || !portal_run_query(session, portal, sql, err))
        return EXECUTE_FAILED;
    return begin_rows(session, portal, limit, describe, err);
}

static enum execute_status start(struct session *session, struct portal *portal, int64_t limit, bool describe,
                                 struct error *err) {
    const struct pgsql_statement *statement = portal->prepared->statement;
    switch (statement->form) {
    case PGSQL_FORM_ENGINE:
        return start_engine(session, portal, limit, describe, err);
    case PGSQL_FORM_ACCEPTED:
        return done(session, statement, utility_accept(session, statement, err));
    case PGSQL_FORM_REFUSED:
        pgsql_statement_refuse(statement, err);
        return EXECUTE_FAILED;
    case PGSQL_FORM_TRANSACTION:
        return start_transaction(session, statement, err);
    case PGSQL_FORM_SAVEPOINT:
        return done(session, statement, savepoint_execute(session, statement, err));
    case PGSQL_FORM_TWO_PHASE:
        error_set(err, ERROR_UNSUPPORTED, "%s is not supported: the engine has no two-phase commit",
                  pgsql_statement_tag(statement));
        return EXECUTE_FAILED;
    case PGSQL_FORM_SET:
        return done(session, statement, parameters_execute(session, statement, err));
    case PGSQL_FORM_NAME:
        if (statement->kind == PGSQL_STATEMENT_SHOW)
            return start_rows_of_query(session, portal, utility_show_query(session, portal, err), limit, describe, err);
        return done(session, statement, utility_named(session, statement, err));
    case PGSQL_FORM_NOTIFY:
        return done(session, statement, true); /* nobody listens in another session's name */
    case PGSQL_FORM_PREPARE:
        return done(session, statement, utility_prepare(session, statement, err));
    case PGSQL_FORM_EXECUTE:
        return utility_execute_prepared(session, portal, limit, describe, err);
    case PGSQL_FORM_DECLARE:
        return done(session, statement, cursor_declare(session, statement, err));
    case PGSQL_FORM_FETCH:
        return cursor_fetch(session, portal, describe, err);
    case PGSQL_FORM_COPY:
        return copy_start(session, portal, err);
    case PGSQL_FORM_EXPLAIN:
        return start_rows_of_query(session, portal, utility_explain_query(session, portal, err), limit, describe, err);
    case PGSQL_FORM_OBJECT:
        return done(session, statement, utility_object(session, statement, err));
    }
    return EXECUTE_FAILED;
}

enum execute_status execute_portal(struct session *session, struct portal *portal, int64_t limit, bool describe, bool alone,
                                   struct error *err) {
    const struct pgsql_statement *statement = portal->prepared->statement;
    execute_begin(session, statement);
    watch_prepared(session, portal->prepared, portal->started);
    enum execute_status status = EXECUTE_FAILED;
    if (!portal->started)
        forget_sequences(session);
    if (portal->started) {
        status = EXECUTE_ROWS;
        session->rows = (struct row_run){.portal = portal, .rows_left = limit, .statement = statement};
    } else if (transaction_allow(session, statement, err)) {
        portal->started = true;
        bool in_engine = statement->form == PGSQL_FORM_ENGINE || statement->form == PGSQL_FORM_COPY;
        bool outside = pgsql_statement_rules(statement) & PGSQL_OUTSIDE_BLOCK;
        if (alone || !in_engine || outside || transaction_open_implicit(session, err))
            status = start(session, portal, limit, describe, err);
    }
    if (status == EXECUTE_FAILED) {
        execute_explain_interrupt(session, err);
        explain_violation(session, statement, err);
    }
    if (status == EXECUTE_FAILED || status == EXECUTE_DONE)
        execute_end(session);
    if (status == EXECUTE_DONE)
        watch_end(session, LABEL_ROWS_CHANGED, session->watched.run.rows);
    return status;
}

bool execute_finish_rows(struct session *session, enum portal_status status, struct error *err) {
    struct row_run run = session->rows;
    if (status == PORTAL_END && !set_sequences(session, err))
        return false;
    session->rows = (struct row_run){0};
    execute_end(session);
    if (run.copy)
        copy_finish_out(session, &run);
    bool suspended = status == PORTAL_LIMIT && run.statement == run.portal->prepared->statement && !run.copy;
    if (suspended)
        pgwire_write_portal_suspended(&session->out);
    else
        complete(session, run.statement, run.rows_sent);
    watch_end(session, LABEL_ROWS_RETURNED, run.rows_sent);
    portal_destroy(session, run.transient);
    return true;
}

/* ---- the database ---- */

bool execute_database_exists(struct session *session, const char *name, struct error *err) {
    struct engine_statement *statement = engine_statement_prepare(
        session->engine, "SELECT database_name FROM duckdb_databases() WHERE database_name = $1 AND NOT internal", err);
    struct engine_value *value = engine_value_bytes(ENGINE_TYPE_VARCHAR, name, strlen(name));
    struct engine_result *result = NULL;
    const struct engine_chunk *chunk = NULL;
    bool ok = statement && engine_statement_bind(statement, 0, value, err) &&
              (result = engine_statement_execute(statement, err)) && engine_result_fetch(result, &chunk, err);
    if (ok && !chunk)
        ok = error_set_state(err, ERROR_NOT_FOUND, "3D000", "database \"%s\" does not exist", name);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    engine_value_destroy(value);
    return ok;
}

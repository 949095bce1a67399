/* The simple protocol: one message, any number of statements, one transaction unless they say otherwise. */
#include <string.h>

#include "base/utf8.h"
#include "pgdoor/door.h"
#include "pgdoor/execute.h"
#include "pgdoor/message.h"
#include "pgdoor/parameters.h"
#include "pgdoor/transaction.h"
#include "pgdoor/watch.h"

static enum step ready(struct session *session) {
    session->script = (struct script_run){0};
    watch_forget(session);
    arena_reset(&session->message);
    arena_reset(&session->statement);
    parameters_report(session);
    transaction_write_ready(session);
    if (session->state != SESSION_READY)
        session_set_state(session, SESSION_READY);
    return STEP_AGAIN;
}

void query_abandon(struct session *session) {
    portal_destroy(session, session->rows.transient);
    session->rows = (struct row_run){0};
    portal_destroy(session, session->script.portal);
    session->script.portal = NULL;
    prepared_release(session->script.plan);
    session->script.plan = NULL;
}

enum step query_fail(struct session *session, struct error *err) {
    execute_end(session);
    message_translate(err);
    watch_fail(session, err);
    if (atomic_load(&session->terminate))
        return session_end_with(session, err);
    pgwire_write_error(&session->out, PGWIRE_ERROR, err);
    query_abandon(session);
    transaction_fail(session);
    return ready(session);
}

enum step query_begin(struct session *session, const struct pgwire_query *query) {
    struct error err;
    error_clear(&err);
    struct script_run *run = &session->script;
    size_t length = strlen(query->text);
    *run = (struct script_run){.plan = prepared_find_plan(session, query->text, length)};
    /* COPY FROM STDIN reads other messages while the script is under way: its text and statements stay out of their memory. */
    arena_reset(&session->statement);
    const char *text = run->plan ? query->text : arena_copy_string_n(&session->statement, query->text, length);
    if (!text) {
        error_set_no_memory(&err);
        return query_fail(session, &err);
    }
    /* The unnamed statement and portal do not survive a Query. */
    watch_text(session, text, length);
    struct prepared *unnamed = prepared_find(session, "");
    if (unnamed)
        prepared_drop(session, unnamed);
    portal_destroy(session, portal_find(session, ""));
    if (run->plan) {
        prepared_hold(run->plan);
        run->script.statements = run->plan->statement;
        run->script.statement_count = 1;
    } else if (!pgsql_script_parse(&session->statement, text, length, &run->script, &err)) {
        return query_fail(session, &err);
    }
    if (run->script.statement_count == 0) {
        pgwire_write_empty_query_response(&session->out);
        return ready(session);
    }
    session_set_state(session, SESSION_SCRIPT);
    return STEP_AGAIN;
}

/* A statement of a script prepares from its own text. */
static struct prepared *prepare_next(struct session *session, struct error *err) {
    struct script_run *run = &session->script;
    if (run->plan) {
        prepared_hold(run->plan);
        return run->plan;
    }
    const struct pgsql_statement *statement = &run->script.statements[run->next - 1];
    bool whole = run->script.statement_count == 1;
    const char *text = whole ? run->script.text : run->script.text + statement->start;
    struct prepared *prepared =
        prepared_create(session, text, whole ? run->script.length : statement->length, NULL, 0, err);
    if (prepared && whole)
        prepared_keep_plan(session, prepared);
    return prepared;
}

/* The statement under way was prepared from its own text; the client counts in the whole Query. */
static enum step fail_statement(struct session *session, struct error *err) {
    const struct pgsql_script *script = &session->script.script;
    if (script->statement_count > 1 && err->position > 0)
        err->position +=
            (int32_t)utf8_character_count(script->text, script->statements[session->script.next - 1].start);
    execute_explain_interrupt(session, err);
    return query_fail(session, err);
}

static enum step run_next(struct session *session) {
    struct error err;
    error_clear(&err);
    struct script_run *run = &session->script;
    const struct pgsql_statement *statement = &run->script.statements[run->next++];
    bool alone = run->script.statement_count == 1;
    if (!transaction_allow(session, statement, &err))
        return query_fail(session, &err);
    /* Before the statement is prepared: what it names may have been made by the one before, in the same transaction. */
    if (!alone && statement->form == PGSQL_FORM_ENGINE && !transaction_open_implicit(session, &err))
        return query_fail(session, &err);
    execute_begin(session, statement);
    struct prepared *prepared = prepare_next(session, &err);
    if (prepared && prepared->parameter_count && statement->form != PGSQL_FORM_PREPARE) {
        error_set_state(&err, ERROR_BINDER, "42P02", "there is no parameter $1");
        prepared_release(prepared);
        prepared = NULL;
    }
    run->portal = prepared ? portal_create(session, prepared, NULL, &err) : NULL;
    prepared_release(prepared);
    if (!run->portal)
        return fail_statement(session, &err);
    switch (execute_portal(session, run->portal, INT64_MAX, true, alone, &err)) {
    case EXECUTE_FAILED:
        return fail_statement(session, &err);
    case EXECUTE_DONE:
        portal_destroy(session, run->portal);
        run->portal = NULL;
        return STEP_AGAIN;
    default:
        return STEP_AGAIN;
    }
}

static enum step send_rows(struct session *session) {
    struct error err;
    error_clear(&err);
    enum portal_status status = portal_advance(session, &err);
    if (status == PORTAL_MORE)
        return STEP_AGAIN;
    if (status == PORTAL_FAILED || !execute_finish_rows(session, status, &err))
        return fail_statement(session, &err);
    portal_destroy(session, session->script.portal);
    session->script.portal = NULL;
    return STEP_AGAIN;
}

enum step query_continue(struct session *session) {
    struct error err;
    error_clear(&err);
    if (session->rows.portal)
        return send_rows(session);
    portal_destroy(session, session->script.portal); /* COPY FROM STDIN has come to its end */
    session->script.portal = NULL;
    if (session->script.next < session->script.script.statement_count)
        return run_next(session);
    prepared_release(session->script.plan);
    session->script.plan = NULL;
    if (!transaction_finish(session, &err))
        return query_fail(session, &err);
    return ready(session);
}

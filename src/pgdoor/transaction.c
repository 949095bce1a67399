#include "pgdoor/transaction.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "pgcat/pgcat.h"
#include "pgdoor/door.h"
#include "pgdoor/parameters.h"
#include "pgdoor/portal.h"
#include "pgdoor/savepoint.h"

void transaction_write_ready(struct session *session) {
    enum transaction_state state = session->transaction.state;
    enum pgwire_transaction_status status = state == TRANSACTION_BLOCK    ? PGWIRE_IN_TRANSACTION
                                            : state == TRANSACTION_FAILED ? PGWIRE_FAILED_TRANSACTION
                                                                          : PGWIRE_IDLE;
    atomic_store(&session->shown_status, status);
    pgwire_write_ready_for_query(&session->out, status);
}

static bool in_block(const struct session *session) {
    return session->transaction.state == TRANSACTION_BLOCK || session->transaction.state == TRANSACTION_FAILED;
}

static bool is_on(const struct session *session, enum parameter_id id) {
    return strcmp(settings_get(&session->settings, id), "on") == 0;
}

bool transaction_allow(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    unsigned rules = pgsql_statement_rules(statement);
    const char *tag = pgsql_statement_tag(statement);
    bool open = session->transaction.state != TRANSACTION_NONE;
    bool read_only = open ? session->transaction.read_only : is_on(session, PARAMETER_DEFAULT_READ_ONLY);
    if (session->transaction.state == TRANSACTION_FAILED && !(rules & PGSQL_IN_FAILED))
        return error_set_state(err, ERROR_TRANSACTION, "25P02",
                               "current transaction is aborted, commands ignored until end of transaction block");
    if (session->user->read_only && !(rules & PGSQL_READ_ONLY)) {
        error_set(err, ERROR_DENIED, "permission denied: role \"%s\" may only read", session->user_name);
        error_set_detail(err, "%s is not a statement that reads.", tag);
        return false;
    }
    if (read_only && !(rules & PGSQL_READ_ONLY))
        return error_set_state(err, ERROR_TRANSACTION, "25006", "cannot execute %s in a read-only transaction", tag);
    if (open && rules & PGSQL_OUTSIDE_BLOCK)
        return error_set_state(err, ERROR_TRANSACTION, "25001", "%s cannot run inside a transaction block", tag);
    return true;
}

/* ---- the engine's ---- */

static bool engine_begin(struct session *session, struct error *err) {
    return engine_connection_execute(session->engine, "BEGIN TRANSACTION", err);
}

static void setting_changed(void *self, enum parameter_id id) {
    parameters_changed(self, id);
}

static void note_start(struct session *session) {
    pthread_mutex_lock(&session->door->registry_lock);
    session->activity.transaction_started_us = clock_wall_us();
    pthread_mutex_unlock(&session->door->registry_lock);
}

/* DuckDB cannot replay CREATE TYPE in a schema that is in its log only. Where others are writing the schema stays there until
 * the next checkpoint. */
static void settle_schema(struct session *session) {
    struct error ignored;
    engine_connection_execute(session->engine, "CHECKPOINT", &ignored);
}

/* What ends with a transaction, however it ends. */
static void end(struct session *session, bool committed) {
    if (session->transaction.created_schema && committed)
        settle_schema(session);
    if (session->transaction.changed_schema || session->transaction.private_catalog) {
        struct error ignored; /* the connection is told again with the next statement that reads the catalog */
        pgcat_session_set_private(session->catalog, false, &ignored);
    }
    if (session->transaction.changed_schema && committed)
        pgcat_changed(session->door->options.pgcat);
    pgcat_session_end_transaction(session->catalog);
    session->transaction = (struct transaction){.state = TRANSACTION_NONE};
    savepoint_forget_all(session);
    portal_end_transaction(session, committed);
    settings_end_transaction(&session->settings, committed, setting_changed, session);
    pthread_mutex_lock(&session->door->registry_lock);
    session->activity.transaction_started_us = 0;
    pthread_mutex_unlock(&session->door->registry_lock);
}

/* The engine may have rolled back by itself (a conflict, a failed constraint): then it says so, and all is well. */
static void engine_rollback(struct session *session) {
    struct error ignored;
    portal_close_results(session, false);
    engine_connection_execute(session->engine, "ROLLBACK", &ignored);
}

static bool engine_commit(struct session *session, struct error *err) {
    if (!portal_hold_cursors(session, err))
        return false;
    portal_close_results(session, true);
    return engine_connection_execute(session->engine, "COMMIT", err);
}

bool transaction_begin_anew(struct session *session, struct error *err) {
    struct error ignored; /* a transaction that the engine gave up already cannot be rolled back again */
    if (!portal_buffer_results(session, NULL, err))
        return false;
    engine_connection_execute(session->engine, "ROLLBACK", &ignored);
    return engine_begin(session, err);
}

bool transaction_open_implicit(struct session *session, struct error *err) {
    if (session->transaction.state != TRANSACTION_NONE)
        return true;
    if (!engine_begin(session, err))
        return false;
    session->transaction.state = TRANSACTION_IMPLICIT;
    session->transaction.read_only = is_on(session, PARAMETER_DEFAULT_READ_ONLY);
    note_start(session);
    return true;
}

void transaction_note_snapshot(struct session *session) {
    session->transaction.has_snapshot = session->transaction.state != TRANSACTION_NONE;
}

bool transaction_finish(struct session *session, struct error *err) {
    if (in_block(session))
        return true;
    bool ok = true;
    if (session->transaction.state == TRANSACTION_IMPLICIT) {
        ok = engine_commit(session, err);
        if (!ok)
            engine_rollback(session);
    }
    end(session, ok);
    return ok;
}

void transaction_fail(struct session *session) {
    enum transaction_state state = session->transaction.state;
    if (state == TRANSACTION_FAILED)
        return;
    if (state == TRANSACTION_BLOCK && session->savepoints) {
        session->transaction.state = TRANSACTION_FAILED;
        session->transaction.engine_open = true;
        return;
    }
    if (state != TRANSACTION_NONE)
        engine_rollback(session);
    bool block = state == TRANSACTION_BLOCK;
    end(session, false);
    if (block)
        session->transaction.state = TRANSACTION_FAILED;
}

/* ---- the client's statements ---- */

static void warn(struct session *session, const char *sqlstate, const char *text) {
    pgwire_write_notice(&session->out, PGWIRE_WARNING, sqlstate, "%s", text);
}

static void apply_modes(struct session *session, const struct pgsql_transaction *modes) {
    if (modes->isolation != PGSQL_ISOLATION_UNSET)
        session->transaction.isolation = modes->isolation;
    if (modes->read_only != PGSQL_UNSET)
        session->transaction.read_only = modes->read_only == PGSQL_ON;
}

static bool begin(struct session *session, const struct pgsql_transaction *modes, struct error *err) {
    if (session->transaction.state == TRANSACTION_BLOCK) {
        warn(session, "25001", "there is already a transaction in progress");
        return true;
    }
    /* Within a Query of several statements the transaction that is open already becomes the block. */
    if (!transaction_open_implicit(session, err))
        return false;
    session->transaction.state = TRANSACTION_BLOCK;
    apply_modes(session, modes);
    return true;
}

static bool chain(struct session *session, const struct transaction *before, struct error *err) {
    static const struct pgsql_transaction none;
    if (!begin(session, &none, err))
        return false;
    session->transaction.isolation = before->isolation;
    session->transaction.read_only = before->read_only;
    return true;
}

static bool leave(struct session *session, bool commit, const struct pgsql_transaction *modes, char *tag,
                  size_t tag_bytes, struct error *err) {
    struct transaction before = session->transaction;
    bool failed = before.state == TRANSACTION_FAILED;
    snprintf(tag, tag_bytes, "%s", commit && !failed ? "COMMIT" : "ROLLBACK");
    if (modes->chain && !in_block(session))
        return error_set_state(err, ERROR_TRANSACTION, "25P01", "%s AND CHAIN can only be used in transaction blocks",
                               commit ? "COMMIT" : "ROLLBACK");
    if (!in_block(session))
        warn(session, "25P01", "there is no transaction in progress");
    bool ok = true;
    if (before.state != TRANSACTION_NONE && (!failed || before.engine_open)) {
        if (commit && !failed)
            ok = engine_commit(session, err);
        if (!commit || !ok || failed)
            engine_rollback(session);
    }
    end(session, commit && ok && !failed);
    return ok && (!modes->chain || chain(session, &before, err));
}

static const char *const isolation_names[] = {
    [PGSQL_ISOLATION_READ_UNCOMMITTED] = "read uncommitted",
    [PGSQL_ISOLATION_READ_COMMITTED] = "read committed",
    [PGSQL_ISOLATION_REPEATABLE_READ] = "repeatable read",
    [PGSQL_ISOLATION_SERIALIZABLE] = "serializable",
};

static bool set_characteristics(struct session *session, const struct pgsql_transaction *modes, struct error *err) {
    struct settings *settings = &session->settings;
    if (modes->isolation != PGSQL_ISOLATION_UNSET &&
        !settings_set(settings, PARAMETER_DEFAULT_ISOLATION, isolation_names[modes->isolation], SETTINGS_SESSION, err))
        return false;
    if (modes->read_only != PGSQL_UNSET &&
        !settings_set(settings, PARAMETER_DEFAULT_READ_ONLY, modes->read_only == PGSQL_ON ? "on" : "off",
                      SETTINGS_SESSION, err))
        return false;
    return modes->deferrable == PGSQL_UNSET ||
           settings_set(settings, PARAMETER_DEFAULT_DEFERRABLE, modes->deferrable == PGSQL_ON ? "on" : "off",
                        SETTINGS_SESSION, err);
}

static bool set_transaction(struct session *session, const struct pgsql_transaction *modes, struct error *err) {
    if (modes->snapshot)
        return error_set(err, ERROR_UNSUPPORTED, "SET TRANSACTION SNAPSHOT is not supported");
    if (!in_block(session))
        warn(session, "25P01", "SET TRANSACTION can only be used in transaction blocks");
    else
        apply_modes(session, modes);
    return true;
}

bool transaction_execute(struct session *session, const struct pgsql_statement *statement, char *tag, size_t tag_bytes,
                         struct error *err) {
    const struct pgsql_transaction *modes = &statement->as.transaction;
    pgsql_statement_complete_tag(statement, 0, tag, tag_bytes);
    switch (statement->kind) {
    case PGSQL_STATEMENT_BEGIN:
    case PGSQL_STATEMENT_START_TRANSACTION:
        return begin(session, modes, err);
    case PGSQL_STATEMENT_COMMIT:
    case PGSQL_STATEMENT_END:
        return leave(session, true, modes, tag, tag_bytes, err);
    case PGSQL_STATEMENT_ROLLBACK:
    case PGSQL_STATEMENT_ABORT:
        return leave(session, false, modes, tag, tag_bytes, err);
    case PGSQL_STATEMENT_SET_CHARACTERISTICS:
        return set_characteristics(session, modes, err);
    default:
        return set_transaction(session, modes, err);
    }
}

#include "pgdoor/savepoint.h"

#include <string.h>

#include "base/memory.h"
#include "pgdoor/parameters.h"
#include "pgdoor/transaction.h"

struct savepoint {
    struct savepoint *older;
    char *name;
    int64_t writes_before;        /* statements of the transaction that wrote before it */
    struct settings_undo *changes; /* the newest change of a setting before it */
};

static void forget_newest(struct session *session) {
    struct savepoint *savepoint = session->savepoints;
    session->savepoints = savepoint->older;
    memory_free(savepoint->name);
    memory_free(savepoint);
}

void savepoint_forget_all(struct session *session) {
    while (session->savepoints)
        forget_newest(session);
}

static bool define(struct session *session, const char *name, struct error *err) {
    struct savepoint *savepoint = memory_allocate_zeroed(1, sizeof *savepoint);
    if (!savepoint || !(savepoint->name = memory_copy_string(name))) {
        memory_free(savepoint);
        return error_set_no_memory(err);
    }
    savepoint->writes_before = session->transaction.writes;
    savepoint->changes = session->settings.undo;
    savepoint->older = session->savepoints;
    session->savepoints = savepoint;
    return true;
}

/* Forgets those newer than the newest one of that name. */
static bool find(struct session *session, const char *name, struct error *err) {
    struct savepoint *savepoint = session->savepoints;
    while (savepoint && strcmp(savepoint->name, name) != 0)
        savepoint = savepoint->older;
    if (!savepoint)
        return error_set_state(err, ERROR_TRANSACTION, "3B001", "savepoint \"%s\" does not exist", name);
    while (session->savepoints != savepoint)
        forget_newest(session);
    return true;
}

static void setting_changed(void *self, enum parameter_id id) {
    parameters_changed(self, id);
}

static bool refuse(const char *name, struct error *err) {
    error_set(err, ERROR_UNSUPPORTED, "cannot roll back to savepoint \"%s\": the engine undoes whole transactions only", name);
    error_set_detail(err, "The transaction has written before the savepoint and behind it, or the engine has ended it.");
    error_set_hint(err, "End the transaction with ROLLBACK and begin it again.");
    return false;
}

static bool roll_back(struct session *session, const char *name, struct error *err) {
    struct error ignored;
    if (!find(session, name, err))
        return false;
    const struct savepoint *savepoint = session->savepoints;
    struct transaction *transaction = &session->transaction;
    bool unwritten = transaction->writes == savepoint->writes_before;
    if (savepoint->writes_before == 0) {
        if (!transaction_begin_anew(session, err))
            return false;
    } else if (!unwritten || !engine_connection_execute(session->engine, "SELECT 1", &ignored)) {
        return refuse(name, err);
    }
    transaction->writes = savepoint->writes_before;
    transaction->state = TRANSACTION_BLOCK;
    settings_undo_to(&session->settings, savepoint->changes, setting_changed, session);
    return true;
}

bool savepoint_execute(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const char *name = statement->as.name;
    if (session->transaction.state != TRANSACTION_BLOCK && session->transaction.state != TRANSACTION_FAILED)
        return error_set_state(err, ERROR_TRANSACTION, "25P01", "%s can only be used in transaction blocks",
                               statement->kind == PGSQL_STATEMENT_SAVEPOINT ? "SAVEPOINT"
                               : statement->kind == PGSQL_STATEMENT_RELEASE ? "RELEASE SAVEPOINT"
                                                                           : "ROLLBACK TO SAVEPOINT");
    switch (statement->kind) {
    case PGSQL_STATEMENT_SAVEPOINT:
        return define(session, name, err);
    case PGSQL_STATEMENT_RELEASE:
        if (!find(session, name, err))
            return false;
        forget_newest(session);
        return true;
    default:
        return roll_back(session, name, err);
    }
}

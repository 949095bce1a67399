#include "pgdoor/cursor.h"

#include "engine/value.h"
#include "pgdoor/transaction.h"

bool cursor_declare(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const struct pgsql_declare *declare = &statement->as.declare;
    if (!declare->hold && session->transaction.state != TRANSACTION_BLOCK)
        return error_set_state(err, ERROR_TRANSACTION, "25P01",
                               "DECLARE CURSOR can only be used in transaction blocks");
    if (portal_find(session, declare->name))
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42P03", "cursor \"%s\" already exists", declare->name);
    struct prepared *prepared = prepared_create_part(session, declare->query, NULL, 0, err);
    if (!prepared)
        return false;
    struct portal *portal = portal_create(session, prepared, declare->name, err);
    prepared_release(prepared);
    if (!portal)
        return false;
    portal->is_cursor = true;
    portal->hold = declare->hold;
    static const int16_t binary = PGWIRE_BINARY;
    portal->formats = declare->binary ? &binary : NULL;
    portal->format_count = declare->binary ? 1 : 0;
    /* The rows are those of this moment; what the transaction does next must not be seen. */
    if (transaction_allow(session, prepared->statement, err) && execute_rows(session, portal, err))
        return true;
    portal_destroy(session, portal);
    return false;
}

static struct portal *find(struct session *session, const char *name, struct error *err) {
    struct portal *cursor = portal_find(session, name);
    if (!cursor)
        error_set_state(err, ERROR_NOT_FOUND, "34000", "cursor \"%s\" does not exist", name);
    return cursor;
}

static bool refuse_backward(struct error *err) {
    error_set_state(err, ERROR_SEQUENCE, "55000", "cursor can only scan forward");
    error_set_hint(err, "Cursors here cannot go back; read the rows into a temporary table.");
    return false;
}

/* How many rows to pass over, and how many to give; false: that would go back. */
static bool plan(const struct portal *cursor, const struct pgsql_fetch *fetch, int64_t *skip, int64_t *give,
                 struct error *err) {
    *skip = 0;
    *give = fetch->count;
    switch (fetch->direction) {
    case PGSQL_FORWARD:
        return fetch->count > 0 || refuse_backward(err);
    case PGSQL_BACKWARD:
        return refuse_backward(err);
    case PGSQL_ABSOLUTE:
        *skip = fetch->count - cursor->position - 1;
        break;
    case PGSQL_RELATIVE:
        *skip = fetch->count - 1;
        break;
    }
    *give = 1;
    return *skip >= 0 || refuse_backward(err);
}

enum execute_status cursor_fetch(struct session *session, struct portal *portal, bool describe, struct error *err) {
    const struct pgsql_statement *statement = portal->prepared->statement;
    const struct pgsql_fetch *fetch = &statement->as.fetch;
    struct portal *cursor = find(session, fetch->cursor, err);
    int64_t skip, give, skipped;
    if (!cursor || !plan(cursor, fetch, &skip, &give, err) || !portal_skip(session, cursor, skip, &skipped, err))
        return EXECUTE_FAILED;
    if (statement->kind == PGSQL_STATEMENT_MOVE) {
        char tag[64];
        if (!portal_skip(session, cursor, give, &skipped, err))
            return EXECUTE_FAILED;
        pgsql_statement_complete_tag(statement, skipped, tag, sizeof tag);
        pgwire_write_command_complete(&session->out, tag);
        return EXECUTE_DONE;
    }
    if (describe)
        portal_write_description(session, cursor);
    session->rows = (struct row_run){.portal = cursor, .rows_left = give, .statement = statement};
    return EXECUTE_ROWS;
}

bool cursor_close(struct session *session, const char *name, struct error *err) {
    if (name) {
        struct portal *cursor = find(session, name, err);
        portal_destroy(session, cursor);
        return cursor != NULL;
    }
    for (struct portal *portal = session->portals, *next; portal; portal = next) {
        next = portal->next;
        if (portal->is_cursor)
            portal_destroy(session, portal);
    }
    return true;
}

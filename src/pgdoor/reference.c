#include "pgdoor/reference.h"

#include <string.h>

#include "pgddl/pgddl.h"
#include "pgdoor/door.h"
#include "pgdoor/execute.h"
#include "pgdoor/transaction.h"

struct reference {
    struct session *session;
    struct portal *portal;
    struct arena arena;
    struct pgddl ddl;
    struct pgddl_family *family; /* NULL: nobody references the statement's table */
};

/* Whether any table of the database is called like one that the target's references: most are not, and need no closer look. */
static bool is_candidate(struct reference *r, const char *table, bool *candidate, struct error *err) {
    const char *count, *name = pgsql_quoted(&r->arena, table, '\'');
    const char *sql = name ? arena_format(&r->arena, "SELECT count(*)::VARCHAR FROM duckdb_constraints() WHERE constraint_type = "
                                                     "'FOREIGN KEY' AND lower(referenced_table) = lower(%s)", name)
                           : NULL;
    if (!sql)
        return error_set_no_memory(err);
    if (!engine_connection_query_text(r->session->engine, &r->arena, sql, &count, err))
        return false;
    *candidate = strcmp(count, "0") != 0;
    return true;
}

static bool find_family(struct reference *r, struct error *err) {
    const char *schema, *table;
    bool candidate = false;
    r->ddl = execute_ddl(r->session, &r->arena);
    if (!pgsql_statement_target(&r->arena, r->portal->prepared->statement, &schema, &table))
        return true;
    return is_candidate(r, table, &candidate, err) && (!candidate || pgddl_family_find(&r->ddl, schema, table, &r->family, err));
}

/* The statement with those that reference its table put aside. */
static bool run_apart(struct reference *r, struct error *err) {
    struct session *session = r->session;
    struct portal *portal = r->portal;
    bool deletes = portal->prepared->statement->kind != PGSQL_STATEMENT_UPDATE;
    session->transaction.changed_schema = true;
    session->transaction.changed_rows = true;
    session->transaction.writes++;
    return portal_buffer_results(session, portal, err) && pgddl_family_detach(&r->ddl, r->family, err) &&
           execute_single(session, portal, err) &&
           (engine_result_kind(portal->result) != ENGINE_RESULT_ROWS || engine_result_buffer(portal->result, err)) &&
           pgddl_family_attach(&r->ddl, r->family, deletes, err) && pgcat_session_set_private(session->catalog, true, err);
}

/* The engine has refused the statement, and with it the transaction, of which it was the first to write. A new one may see more than
 * was seen before, as READ COMMITTED allows. */
static bool try_again(struct reference *r, struct error *err) {
    struct session *session = r->session;
    struct error refusal = *err;
    bool block = session->transaction.state != TRANSACTION_NONE;
    if (block && session->transaction.isolation >= PGSQL_ISOLATION_REPEATABLE_READ)
        return false;
    if (block ? !transaction_begin_anew(session, err) : !transaction_open_implicit(session, err))
        return false;
    if (!find_family(r, err))
        return false;
    if (r->family && pgddl_family_acts(r->family))
        return run_apart(r, err);
    *err = refusal;
    return false;
}

/* Rows that the transaction has deleted before are still there for the engine. */
static bool is_due(struct reference *r, bool *due, struct error *err) {
    const struct transaction *transaction = &r->session->transaction;
    *due = false;
    bool deletes = r->portal->prepared->statement->kind == PGSQL_STATEMENT_DELETE;
    if (transaction->state == TRANSACTION_NONE || !transaction->writes || !deletes)
        return true;
    if (!find_family(r, err))
        return false;
    *due = r->family && (transaction->removed_rows || pgddl_family_acts(r->family));
    return true;
}

bool reference_execute(struct session *session, struct portal *portal, struct error *err) {
    struct reference r = {.session = session, .portal = portal};
    int64_t before = session->transaction.writes;
    bool due = false;
    bool ok = is_due(&r, &due, err) && (due ? run_apart(&r, err) : execute_single(session, portal, err));
    if (!ok && !due && !before && pgddl_is_still_referenced(err))
        ok = try_again(&r, err);
    arena_destroy(&r.arena);
    return ok;
}

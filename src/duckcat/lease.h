/* Connections of the engine, lent to calls: a bounded pool with cancellation and a time limit.
 *
 * A lease is one call's, used by one thread at a time. While it is out, cancelling the call or passing the time
 * limit interrupts whatever its connection runs, again and again until it is returned, so that no moment between two
 * statements lets it slip through. The time limit also ends a call that is waiting for its client.
 */
#ifndef DUCKCAT_LEASE_H
#define DUCKCAT_LEASE_H

#include "airport.h"
#include "engine/connection.h"

struct lease_pool;
struct lease;

/* Owned, free with lease_pool_destroy, when every lease was returned. */
struct lease_pool *lease_pool_create(struct engine_database *database, int32_t max_connections, int64_t timeout_ms,
                                     struct error *err);
void lease_pool_destroy(struct lease_pool *pool);
/* For leases taken from now on, as above. Any thread. */
void lease_pool_set_limits(struct lease_pool *pool, int32_t max_connections, int64_t timeout_ms);
/* Gives up idle connections and ends the calls of those that are out: the instance has failed. */
void lease_pool_give_up(struct lease_pool *pool);

/* Fails with ERROR_LIMIT when all connections are out. Owned, free with lease_return. */
struct lease *lease_take(struct lease_pool *pool, struct airport_call *call, struct error *err);
/* Rolls back what was begun and not committed. NULL is allowed. */
void lease_return(struct lease *lease);
struct engine_connection *lease_connection(struct lease *lease);
struct airport_call *lease_call(struct lease *lease);

/* Each checks first that nobody has given the call up. */
bool lease_begin(struct lease *lease, struct error *err);
bool lease_begin_read_only(struct lease *lease, struct error *err);
bool lease_commit(struct lease *lease, struct error *err);
struct engine_result *lease_start(struct lease *lease, struct engine_statement *statement, struct error *err);
/* Prepares a statement, runs it and drops it; `*changed_rows` (may be NULL) tells how many rows it changed. */
bool lease_run(struct lease *lease, const char *sql, int64_t *changed_rows, struct error *err);
/* Finds unqualified names in this schema, until the lease is returned. */
bool lease_search(struct lease *lease, const char *database, const char *schema, struct error *err);
/* An interruption becomes what caused it. */
void lease_explain(const struct lease *lease, struct error *err);

#endif

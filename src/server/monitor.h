/* Watching the server from outside: the pages of METRICS_PORT, and the thread that measures what nobody counts.
 *
 * Stands before the database is opened and after it is closed, so that /healthz answers meanwhile. The main thread's; the
 * pages are made on the HTTP server's thread.
 *
 *   /metrics   for Prometheus           /healthz  200 while the process answers
 *   /status    for people, HTML         /readyz   200 while clients are served, otherwise 503
 */
#ifndef SERVER_MONITOR_H
#define SERVER_MONITOR_H

#include "observe/observer.h"
#include "server/config.h"
#include "server/doors.h"

struct monitor;

/* Opens the port if one is set. Owned, free with monitor_destroy; both arguments are borrowed until then. */
struct monitor *monitor_create(const struct config *config, struct observer *observer, struct error *err);
/* Takes the token of the settings over, and the TLS files, which are read again; on failure the old ones stay. */
bool monitor_reload(struct monitor *monitor, struct error *err);
/* 0 when there are no pages. */
uint16_t monitor_port(const struct monitor *monitor);
/* What is watched; NULL: nothing any more. Waits for a page that is being made. */
void monitor_attach(struct monitor *monitor, struct doors *doors, struct engine_database *database);
void monitor_destroy(struct monitor *monitor);

#endif

/* What the door tells the catalog: settings, sessions, prepared statements, cursors (struct pgcat_host).
 *
 * The catalog is older than the door and outlives it, so this stands between them: made first, and attached to the door while
 * that stands.
 */
#ifndef PGDOOR_HOST_H
#define PGDOOR_HOST_H

#include "base/error.h"
#include "pgcat/pgcat.h"
#include "pgdoor/pgdoor.h"

struct pgdoor_host;

/* Owned, free with pgdoor_host_destroy, after the catalog. */
struct pgdoor_host *pgdoor_host_create(struct error *err);
const struct pgcat_host *pgdoor_host_catalog(const struct pgdoor_host *host);
/* Others with clients, which pg_stat_activity shows beside the door's own and pg_cancel_backend() reaches; their pids are beyond
 * PGDOOR_PID_MAX. Neither is called after pgdoor_host_attach(host, NULL, NULL) has returned. */
struct pgdoor_guests {
    void *self;
    bool (*each)(void *self, bool (*take)(void *self, const struct pgdoor_session *session), void *take_self);
    bool (*cancel)(void *self, int32_t pid); /* false when there is none of that pid */
};

/* NULL detaches; without others `guests` is NULL, which is borrowed until then. Any thread. */
void pgdoor_host_attach(struct pgdoor_host *host, struct pgdoor *door, const struct pgdoor_guests *guests);
void pgdoor_host_destroy(struct pgdoor_host *host);

enum { PGDOOR_ADDRESS_BYTES = 64 };

/* The address of "127.0.0.1:54321" or "[::1]:54321", and its port, which points into `peer`; NULL for a Unix socket. */
const char *pgdoor_split_peer(const char *peer, char address[PGDOOR_ADDRESS_BYTES], const char **port);

#endif

/* What the door tells the catalog: settings, sessions, prepared statements, cursors (struct pgcat_host).
 *
 * The catalog is older than the door and outlives it, so this stands between them: made first, and attached to the door while
 * that stands.
 */
#ifndef PGDOOR_HOST_H
#define PGDOOR_HOST_H

#include "base/error.h"
#include "pgcat/pgcat.h"

struct pgdoor;
struct pgdoor_host;

/* Owned, free with pgdoor_host_destroy, after the catalog. */
struct pgdoor_host *pgdoor_host_create(struct error *err);
const struct pgcat_host *pgdoor_host_catalog(const struct pgdoor_host *host);
/* NULL detaches. Any thread. */
void pgdoor_host_attach(struct pgdoor_host *host, struct pgdoor *door);
void pgdoor_host_destroy(struct pgdoor_host *host);

#endif

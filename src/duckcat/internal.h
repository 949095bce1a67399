/* What the files of this layer share: the provider itself. */
#ifndef DUCKCAT_INTERNAL_H
#define DUCKCAT_INTERNAL_H

#include <pthread.h>

#include "duckcat/duckcat.h"
#include "duckcat/lease.h"
#include "duckcat/snapshot.h"

/* What `self` of a catalog's handle is. */
struct catalog {
    struct duckcat *owner;
    char *database;            /* NULL: the default one, of whatever name */
    struct snapshot *snapshot; /* as it was found; counted. NULL: the default one's */
};

struct duckcat {
    struct duckcat_options options; /* texts are ours */
    struct engine_database *database;
    struct arena arena;
    struct lease_pool *leases;
    struct snapshot_cache *snapshots;
    struct catalog default_catalog;
    struct airport_action actions[3]; /* admin.c */
    pthread_mutex_t lock; /* guards what follows */
    struct created_database *created; /* by the admin action */
};

/* Refuses the call's writing if its identity may only read; `statement` names the kind, e.g. "INSERT". */
bool duckcat_may_write(const struct duckcat *duckcat, const struct airport_call *call, const char *statement,
                       struct airport_error *err);

#endif

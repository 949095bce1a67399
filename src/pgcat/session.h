/* What pgcat's files share about the server, its databases and sessions. */
#ifndef PGCAT_SESSION_H
#define PGCAT_SESSION_H

#include <pthread.h>
#include <stdatomic.h>

#include "pgcat/advisory_lock.h"
#include "pgcat/fact.h"
#include "pgcat/oid_map.h"
#include "pgcat/pgcat.h"
#include "pgcat/relation.h"

/* The shared hidden database: PostgreSQL's own objects in the schema `static`, and our macros. */
#define PGCAT_SHARED "__pg__"

/* The OIDs of the two roles of ours: PostgreSQL's bootstrap superuser, and one that PostgreSQL never gives out. */
enum { PGCAT_WRITER_OID = 10, PGCAT_READER_OID = 16380 };

enum { PGCAT_SESSION_BUCKETS = 256, PGCAT_SCHEMA_LIMIT = 32 };

/* A user database that a session has worked in. Lives as long as the instance. */
struct pgcat_database {
    struct pgcat_database *next;
    const char *name;
    const char *hidden; /* the hidden database's name, as an SQL identifier */
    const char *information_schema, *live_information_schema, *live_catalog; /* qualified, as SQL */
    pthread_mutex_t refreshing; /* held while statements run; guards the next two */
    uint64_t generations[PGCAT_RELATION_LIMIT]; /* at which each relation's table was made; 0: not yet */
    uint64_t facts_generation[PGCAT_SCOPE_COUNT];
    struct pgcat_facts *facts[PGCAT_SCOPE_COUNT]; /* guarded by the mutex of struct pgcat; not those of static scopes */
};

enum { PGCAT_SETVAL_LIMIT = 64 };

struct pgcat_session {
    struct pgcat_session *next; /* of the same bucket */
    struct pgcat *pgcat;
    struct pgcat_database *database;
    struct engine_connection *connection;
    struct arena arena;
    struct pgcat_identity identity;
    char current_user[64], session_user[64];
    const char *schemas[PGCAT_SCHEMA_LIMIT]; /* as set, unquoted */
    int32_t schema_count;
    struct arena path_arena;
    bool is_private;
    bool holds_locks; /* it has taken advisory locks, and may hold some */
    struct pgcat_facts *private_facts[PGCAT_SCOPE_COUNT]; /* NULL: read them anew */
    struct pgcat_setval setvals[PGCAT_SETVAL_LIMIT]; /* asked for by the running statement; guarded by the mutex of struct pgcat */
    int32_t setval_count;
};

struct pgcat {
    struct arena arena;
    struct pgcat_options options;
    _Atomic(const char *) writer, reader; /* the roles, as pgcat_name_roles() has called them last */
    struct pgcat_relations relations;
    struct pgcat_oid_map *oids;
    struct pgcat_locks locks;
    _Atomic uint64_t changes; /* told by pgcat_changed() */
    struct pgcat_relation_set facts_read[PGCAT_SCOPE_COUNT]; /* what the facts of each scope are read from */
    int64_t started_micros; /* since 1970 */
    struct engine_database *engine;
    /* The first two are held while statements run, so never taken inside a function or cast. In this order. */
    pthread_mutex_t making;  /* one database at a time */
    pthread_mutex_t loading; /* what is shared; guards the next one */
    bool static_loaded[PGCAT_RELATION_LIMIT];
    pthread_mutex_t mutex; /* held for a moment only; guards what follows */
    struct pgcat_database *databases;
    struct pgcat_facts *static_facts[PGCAT_SCOPE_COUNT];
    struct pgcat_session *sessions[PGCAT_SESSION_BUCKETS]; /* by the connection's id */
};

/* database.c */
/* The database's catalog, made when it is asked for first. Statements run on `connection`, which must be quiet; NULL: on
 * one of its own. */
struct pgcat_database *pgcat_database_get(struct pgcat *pgcat, const char *name, struct engine_connection *connection,
                                          struct error *err);
/* Makes current what a statement of this text reads: the relations that it names, and facts. */
bool pgcat_database_refresh(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                            const char *sql, struct error *err);
/* Whether that would have nothing to do. */
bool pgcat_database_is_current(struct pgcat *pgcat, struct pgcat_database *database, const char *sql);
void pgcat_database_destroy(struct pgcat_database *database); /* only its own resources: it lies in the arena */
/* Makes the relations of the shared database. */
bool pgcat_install_shared(struct pgcat *pgcat, struct engine_connection *connection, struct error *err);

/* pgcat.c: a connection whose statements do not count as changes of the catalog. */
struct engine_connection *pgcat_connect(struct pgcat *pgcat, struct error *err);

/* session.c */
struct pgcat_session *pgcat_session_find(struct pgcat *pgcat, int64_t connection_id);
struct pgcat_session *pgcat_session_entered(void);

/* type.c, cast.c, function.c, value_function.c, rows.c: each registers what it owns. */
bool pgcat_register_types(struct pgcat *pgcat, struct engine_connection *connection, struct error *err);
bool pgcat_register_casts(struct engine_connection *connection, struct error *err);
bool pgcat_register_functions(struct pgcat *pgcat, struct engine_connection *connection, struct error *err);
bool pgcat_register_value_functions(struct pgcat *pgcat, struct engine_connection *connection, struct error *err);
bool pgcat_register_quotients(struct engine_connection *connection, struct error *err);
bool pgcat_register_rows(struct pgcat *pgcat, struct engine_connection *connection, struct error *err);

#endif

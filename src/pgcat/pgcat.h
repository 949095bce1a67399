/* pgcat: PostgreSQL's system catalogs over a DuckDB instance.
 *
 * Owns what a PostgreSQL client can ask about a database: the relations of pg_catalog and information_schema, the types
 * and functions that belong to them, OIDs, and the search path. Does not own the wire, the sessions' settings, or the text
 * of statements: translating `pg_catalog.x` is pgsql's, knowing what SHOW prints is the door's (struct pgcat_host).
 *
 * For each user database there is one hidden DuckDB database with the schemas `catalog` and `information_schema` (tables,
 * made from the views of the schemas `live_catalog` and `live_information_schema` when something has changed since and a
 * statement asks for them), and one more, shared, with what never changes. A session whose own transaction has changed the
 * catalog reads the views, because only its own connection sees those changes.
 *
 * One struct pgcat serves all threads; a struct pgcat_session is used by one thread at a time, the one that uses its
 * connection.
 */
#ifndef PGCAT_PGCAT_H
#define PGCAT_PGCAT_H

#include "engine/connection.h"
#include "pgtype/settings.h"

struct pgcat;
struct pgcat_session;

/* Receives the rows that the door is asked for; one call a row, texts as PostgreSQL prints them, NULL for NULL. */
struct pgcat_rows;
bool pgcat_rows_add(struct pgcat_rows *rows, const char *const *values, int32_t count);

/* What the door knows and the catalog shows. Called from any thread that runs a statement; must not use the engine. */
struct pgcat_host {
    void *self;
    /* The value of a setting as SHOW prints it, copied to the arena; NULL when there is no such setting. `door` is the
     * session's; NULL asks for the server's default. */
    const char *(*setting)(void *self, void *door, struct arena *arena, const char *name);
    /* set_config(); `is_local` until the end of the transaction. */
    bool (*set)(void *self, void *door, const char *name, const char *value, bool is_local, struct error *err);
    /* pg_cancel_backend (`terminate` false) and pg_terminate_backend; false: no such session. */
    bool (*signal)(void *self, int32_t backend_pid, bool terminate);
    /* Whether the session's running statement is to end. */
    bool (*interrupted)(void *self, void *door);
    /* Rows of pg_stat_activity, pg_prepared_statements and pg_cursors, columns in the relation's order. */
    bool (*activity)(void *self, struct pgcat_rows *rows);
    bool (*prepared_statements)(void *self, void *door, struct pgcat_rows *rows);
    bool (*cursors)(void *self, void *door, struct pgcat_rows *rows);
    /* Rows of pg_stat_statements: user, database, queryid, query, calls, total, min, max, mean, stddev, rows; and the one of
     * pg_stat_statements_info: dealloc, stats_reset. */
    bool (*statements)(void *self, struct pgcat_rows *rows);
    bool (*statements_info)(void *self, struct pgcat_rows *rows);
    /* pg_stat_statements_reset(). */
    void (*reset_statements)(void *self);
};

struct pgcat_options {
    const char *server_version;  /* PostgreSQL's, e.g. "15.0" */
    const char *product_version; /* ours, e.g. "0.1.0" */
    const char *writer;          /* the role with all rights, OID 10; borrowed until pgcat_destroy, as the next */
    const char *reader;          /* the role that only reads, NULL when there is none */
    const char *oid_path;        /* the file that keeps OIDs from one start to the next; NULL: they are not kept */
    const struct pgcat_host *host; /* borrowed until pgcat_destroy */
};

/* Owned, free with pgcat_destroy (sessions and the database first). */
struct pgcat *pgcat_create(const struct pgcat_options *options, struct error *err);
void pgcat_destroy(struct pgcat *pgcat);
/* Calls the two roles otherwise, as in the options. Any thread. */
void pgcat_name_roles(struct pgcat *pgcat, const char *writer, const char *reader);
/* For engine_options.opened: `self` is the struct pgcat. */
bool pgcat_install(void *self, struct engine_connection *connection, struct error *err);
/* Tells that a catalog has changed in a way that the engine does not count itself (engine_database_catalog_version()): by
 * another process, say. Any thread. */
void pgcat_changed(struct pgcat *pgcat);
/* Grows with each pgcat_changed(): what was prepared against the catalog before may be stale. Any thread. */
uint64_t pgcat_generation(struct pgcat *pgcat);

struct pgcat_identity {
    const char *database;   /* DuckDB's name of the attached database that the session works in */
    const char *user;
    bool is_reader;
    int32_t backend_pid;
    const char *client_address; /* NULL for a Unix socket */
    int32_t client_port;
    void *door;             /* handed to the host's functions */
    const struct pgtype_settings *values; /* how the session's texts of values are read; NULL: as by default */
};

/* Owned, free with pgcat_session_destroy, before its connection. Sets the connection's search path to the default. */
struct pgcat_session *pgcat_session_create(struct pgcat *pgcat, struct engine_connection *connection,
                                           const struct pgcat_identity *identity, struct error *err);
void pgcat_session_destroy(struct pgcat_session *session);
/* Whose casts and functions run on this thread from now on; NULL: nobody's. Call it around preparing, executing and
 * fetching: casts cannot learn their connection from the engine. */
void pgcat_session_enter(struct pgcat_session *session);
/* SET ROLE, SET SESSION AUTHORIZATION: what current_user and session_user say. */
bool pgcat_session_set_user(struct pgcat_session *session, const char *current_user, const char *session_user,
                            struct error *err);
/* The schemas of search_path, unquoted, as set by the client: `$user` and schemas that do not exist are skipped, pg_catalog
 * and `main` stand behind. */
bool pgcat_session_set_search_path(struct pgcat_session *session, const char *const *schemas, int32_t count,
                                   struct error *err);
/* Whether the session's open transaction has changed the catalog, or has made temporary objects. Call with true after
 * each DDL statement inside a transaction, with false at its end (and pgcat_changed() if it was committed). */
bool pgcat_session_set_private(struct pgcat_session *session, bool is_private, struct error *err);
/* Gives back the advisory locks of the transaction that has ended, or those of the session. */
void pgcat_session_end_transaction(struct pgcat_session *session);
void pgcat_session_release_locks(struct pgcat_session *session);
/* Makes what the statement will read current. Call before a statement that names the catalog (pgsql's gate) is prepared,
 * and again before each execution if it was prepared earlier. `sql` is the client's or the translated text. */
bool pgcat_session_refresh(struct pgcat_session *session, const char *sql, struct error *err);
/* Whether that would have nothing to do. A transaction that has read the catalog does not see what is refreshed after: it must
 * be set private instead. */
bool pgcat_session_is_current(struct pgcat_session *session, const char *sql);
/* What pgsql puts in place of `information_schema`, e.g. `"_pg_shop"."information_schema"`; changes with
 * pgcat_session_set_private(). Borrowed until then. */
const char *pgcat_session_information_schema(const struct pgcat_session *session);

/* The schema, as SQL, of the views that show the session's database as it is now, the session's own changes too. Borrowed. */
const char *pgcat_session_live_catalog(const struct pgcat_session *session);
/* What setval() was called with. */
struct pgcat_setval {
    char sequence[280]; /* as SQL names it */
    int64_t value;
    bool is_called;
};
/* Takes the first of those that statements have asked for; false: none is left. */
bool pgcat_session_take_setval(struct pgcat_session *session, struct pgcat_setval *setval);
/* The nth schema of the search path as set, from 0; NULL behind the last. Borrowed until it is set anew. */
const char *pgcat_session_schema(const struct pgcat_session *session, int32_t n);
/* The engine's object `to` is, under a new number, what `from` was: it keeps the OID. `kind` as in engine_relation.sql. */
bool pgcat_session_keep_oid(struct pgcat_session *session, const char *kind, const char *path, int64_t from, int64_t to);

/* For RowDescription and DataRow: the OIDs of the database's own types, and what reg* values print as. Borrowed. */
struct pgtype_resolver pgcat_session_resolver(struct pgcat_session *session);

#endif

/* The PostgreSQL door: accepts connections and serves the PostgreSQL protocol 3 on one engine database.
 *
 * Owns sessions from the accepted socket to the last byte. Knows nothing of the Airport door. Connections are
 * accepted on the loop's thread; everything else, statements included, runs on the crew's.
 */
#ifndef PGDOOR_H
#define PGDOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/database.h"
#include "net/crew.h"
#include "net/loop.h"
#include "net/tls.h"

struct log;
struct observer;
struct net_attempts;
struct pgcat;
struct pgdoor;

struct pgdoor_user {
    const char *name;
    const char *password; /* NULL: none; such a user gets in only where no password is asked for */
    bool read_only;
};

enum pgdoor_auth { PGDOOR_SCRAM, PGDOOR_MD5, PGDOOR_TRUST };
enum pgdoor_tls_mode { PGDOOR_TLS_OFF, PGDOOR_TLS_ALLOW, PGDOOR_TLS_REQUIRE };

struct pgdoor_options {
    struct engine_database *database; /* borrowed while the door stands, as are crew, loop and log */
    struct net_crew *crew; /* serves the sessions */
    struct net_attempts *attempts; /* failed logins; NULL: not counted; borrowed */
    struct net_loop *loop; /* accepts connections and keeps the timeouts */
    struct pgcat *pgcat;
    struct log *log;
    struct observer *observer;
    const char *host;
    uint16_t port; /* 0: any; see pgdoor_port() */
    const struct pgdoor_user *users; /* copied */
    int32_t user_count;
    enum pgdoor_auth auth;
    enum pgdoor_tls_mode tls_mode;
    bool read_only;              /* the database is open for reading only: sessions say so */
    struct net_tls_context *tls; /* NULL when tls_mode is off; retained */
    const char *database_alias;  /* the name clients may give the default database besides its own; NULL: none */
    const char *server_version;  /* of PostgreSQL, as told to clients, e.g. "15.0"; the next is ours, e.g. "0.1.0" */
    const char *product_version;
    /* The server's own settings: the value of the one number `index` as SHOW prints it, and its name; NULL behind the last.
     * Texts live as long as the door. Any thread. */
    const char *(*setting_at)(void *self, int32_t index, const char **name);
    void *settings;
    int32_t max_connections, max_strangers; /* who has logged in, and who has not */
    size_t max_message_bytes;
    size_t batch_bytes;          /* of output collected before it is sent */
    int64_t statement_timeout_ms, idle_timeout_ms, startup_timeout_ms; /* 0: none */
};

/* Listens at once. Owned, free with pgdoor_destroy. */
struct pgdoor *pgdoor_create(const struct pgdoor_options *options, struct error *err);
uint16_t pgdoor_port(const struct pgdoor *door);
int32_t pgdoor_session_count(struct pgdoor *door);
/* Serves whoever has the other end of the socket, the program itself, as a user who needs no password. Takes the descriptor
 * over, on failure too. Any thread. */
bool pgdoor_serve(struct pgdoor *door, int fd, struct error *err);
/* Takes over users, auth, max_connections and the timeouts for connections to come; all other options are not looked at. One
 * thread. */
bool pgdoor_reload(struct pgdoor *door, const struct pgdoor_options *options, struct error *err);
/* Takes another TLS context for connections to come (retained). Any thread. */
void pgdoor_set_tls(struct pgdoor *door, struct net_tls_context *tls);
/* Refuses new connections with 57P03; idle sessions end with 57P01, busy ones after their statement or transaction. */
void pgdoor_drain(struct pgdoor *door);
/* Interrupts what runs and ends every session with 57P01; no new ones come in. Any thread. */
void pgdoor_terminate_all(struct pgdoor *door);
/* The engine has failed: ends every session with 57P02; new ones wait for it to be reopened. Any thread. */
void pgdoor_engine_failed(struct pgdoor *door);
/* All sessions should have ended (pgdoor_session_count() is 0): those that came since are waited for. */
void pgdoor_destroy(struct pgdoor *door);

/* The order of METRIC_LABEL(STATE, …). */
enum pgdoor_session_state {
    PGDOOR_STARTING, /* not logged in yet */
    PGDOOR_ACTIVE,
    PGDOOR_IDLE,
    PGDOOR_IN_TRANSACTION,
    PGDOOR_FAILED_TRANSACTION,
};

enum { PGDOOR_PID_MAX = 0x3fffffff };

/* A session as others may see it; texts are borrowed until the callback returns, times are microseconds since 1970, 0: none. */
struct pgdoor_session {
    int32_t pid;
    const char *kind; /* as in pg_stat_activity: "client backend" */
    enum pgdoor_session_state state;
    const char *user, *database, *application, *peer;
    const char *query; /* the last one, without secrets */
    int64_t started_us, transaction_started_us, statement_started_us, state_changed_us;
};

/* Each session, under the door's lock: the callback must not call the door. Stops when it returns false, and returns what it
 * returned last. Any thread. */
bool pgdoor_each_session(struct pgdoor *door, bool (*take)(void *self, const struct pgdoor_session *session), void *self);

/* False when no session has that pid. Any thread. */
bool pgdoor_cancel(struct pgdoor *door, int32_t pid);
bool pgdoor_terminate(struct pgdoor *door, int32_t pid);

#endif

/* One client's session, and what the files of this folder share about it.
 *
 * A session has one owner at a time. It is parked (nobody touches it), or a worker runs it. Others reach it
 * only through the door's registry, under the registry's lock, and then only what stands under "from other threads".
 */
#ifndef PGDOOR_SESSION_H
#define PGDOOR_SESSION_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/writer.h"
#include "engine/connection.h"
#include "net/crew.h"
#include "net/listener.h"
#include "net/stream.h"
#include "observe/observer.h"
#include "pgdoor/pgdoor.h"
#include "pgdoor/settings.h"
#include "pgsql/script.h"
#include "pgtype/encode.h"
#include "pgwire/auth.h"
#include "pgwire/backend.h"
#include "pgwire/frame.h"
#include "pgwire/message.h"

/* What a session awaits or does. session_set_state() is the one setter. */
enum session_state {
    SESSION_STARTUP,    /* awaits the first packet */
    SESSION_HANDSHAKE,  /* awaits the end of the TLS handshake */
    SESSION_MD5,        /* awaits the md5 answer */
    SESSION_SASL_FIRST, /* awaits the client's first SCRAM message */
    SESSION_SASL_FINAL, /* awaits its proof */
    SESSION_READY,      /* awaits any message */
    SESSION_SCRIPT,     /* carries out the statements of a Query */
    SESSION_EXECUTE,    /* carries out an Execute */
    SESSION_SKIP,       /* drops messages until Sync */
    SESSION_COPY_IN,    /* awaits rows of COPY FROM STDIN */
    SESSION_CLOSING,    /* sends what is left, then ends */
};

/* Of the transaction the client sees. */
enum transaction_state {
    TRANSACTION_NONE,     /* each statement commits by itself */
    TRANSACTION_IMPLICIT, /* several statements of one Query, or between two Syncs, in one */
    TRANSACTION_BLOCK,    /* after BEGIN */
    TRANSACTION_FAILED,   /* after an error in a block: rolled back in the engine, the client has to end it */
};

/* A way out of a step. */
enum step {
    STEP_AGAIN,      /* something was done: go on */
    STEP_WANT_READ,  /* more bytes are wanted in the input buffer */
    STEP_PARK_READ,  /* arm for reading; the step reads by itself */
    STEP_WANT_WRITE, /* arm for writing */
    STEP_END,        /* the connection is over */
};

/* What others may see of a session. */
struct session_activity {
    char query[1024]; /* the last one, cut at a character */
    char user[64], database[64], application[64];
    int64_t started_us, transaction_started_us, statement_started_us, state_changed_us;
};

struct pgcat_session;
struct terms;
struct savepoint;
struct prepared;
struct portal;
struct copy_in;

/* A Query message under way. */
struct script_run {
    struct pgsql_script script; /* in the message arena */
    int32_t next;
    struct prepared *plan;      /* of the whole text, left by an earlier Query with the same */
    struct portal *portal;      /* of the statement under way */
};

/* Rows under way to the client. */
struct row_run {
    struct portal *portal; /* NULL: none */
    int64_t rows_left;     /* before the portal is suspended; INT64_MAX: all */
    int64_t rows_sent, bytes_sent;
    const struct pgwire_copy_options *copy;  /* COPY TO STDOUT; otherwise NULL */
    bool header_due;                         /* of its binary format, in front of the first row */
    const struct pgsql_statement *statement; /* whose tag ends it: not the portal's for FETCH and EXECUTE */
    struct portal *transient; /* made for FETCH's or EXECUTE's statement, destroyed at the end */
};

struct transaction {
    enum transaction_state state;
    bool read_only;
    enum pgsql_isolation isolation;
    bool changed_schema; /* DDL ran in it */
    bool created_schema; /* CREATE SCHEMA did */
    bool changed_rows;   /* of any table */
    bool removed_rows;   /* or values of rows */
    bool has_snapshot;   /* statements of it were bound or run: what is made current now, it does not see */
    bool private_catalog; /* it reads the catalog's views, not its tables */
    int64_t writes;      /* statements of it that wrote, or tried to */
    bool engine_open;    /* failed, but the engine's is not rolled back yet: a savepoint may still save it */
};

/* The statement under way, as watch.c tells the observer. */
struct watched {
    struct observation run;
    const char *text; /* borrowed until its end; NULL: none */
    size_t length;
};

struct session {
    struct pgdoor *door;
    struct net_stream *stream;
    struct net_member member;
    bool readable; /* more may have come than was read */

    enum session_state state;
    struct writer in;  /* received, from in_used on not yet taken */
    size_t in_used;
    struct writer out; /* to be sent, from out_sent on */
    size_t out_sent;
    bool input_ended;  /* the client closed its side */
    bool flush_wanted; /* what is collected is to be sent before anything else is done */
    bool peeked, direct_tls;

    bool trusted;        /* the program itself: no password is asked for, nor TLS */
    const struct terms *terms;       /* as they were when it began */
    const struct pgdoor_user *user;
    char *user_name;     /* as the client said it */
    struct pgwire_scram scram;
    struct pgwire_scram_verifier mock_verifier;
    uint8_t md5_salt[4];
    const struct pgwire_parameter *startup_parameters; /* in the statement arena until the session is ready */
    int32_t startup_parameter_count;

    struct engine_connection *engine;
    char *database;             /* the engine's name of the database connected to */
    struct pgcat_session *catalog;
    struct pgtype_resolver resolver;
    struct settings settings;
    bool settings_deferred[PARAMETER_COUNT]; /* set by set_config(): the engine is told after the statement */
    bool any_deferred;
    struct transaction transaction;
    struct savepoint *savepoints; /* newest first */
    struct prepared *prepared;  /* named and unnamed statements */
    struct portal *portals;     /* portals and cursors */
    struct arena message;       /* until the message is done with */
    struct arena statement;     /* until the statement of a script is done with */
    struct script_run script;
    struct row_run rows;
    struct copy_in *copy_in;
    uint64_t settings_generation; /* grows when something changes that plans depend on */
    uint64_t statement_number;
    struct watched watched;

    /* from other threads */
    struct session *next, **at; /* the registry */
    bool admitted; /* logged in, and counted against max_connections; otherwise a stranger */
    int32_t pid;
    uint8_t cancel_key[4];
    atomic_int interrupt;        /* enum interrupt_reason: why the running statement is being stopped */
    atomic_bool running;         /* a statement runs: an interrupt has something to stop */
    atomic_int shown_status;     /* enum pgwire_transaction_status, as the client was told last */
    atomic_bool connected;       /* the start-up is complete */
    atomic_bool terminate;       /* the session is to end */
    atomic_bool crowded_out;     /* the session, a stranger, is to end because there are too many */
    atomic_bool engine_failed;   /* the session is to end because the engine has lost the database */
    atomic_bool idle_expired;    /* the session is to end because nothing came from the client */
    atomic_bool only_reads;      /* the running statement writes nothing: a client that hung up stops it */
    _Atomic int64_t deadline_ns; /* of the running statement, 0: none */
    _Atomic int64_t idle_deadline_ns; /* of waiting for the client, 0: none */
    _Atomic int64_t busy_since_ns;    /* 0: idle */
    _Atomic int64_t ended_us;         /* the last statement, in microseconds since 1970; 0: none */
    struct session_activity activity; /* what pg_stat_activity shows, under the registry's lock */
};

/* What was received and is not yet taken; NULL while there is no buffer (to which not even 0 may be added). */
static inline const uint8_t *session_input(const struct session *session) {
    return session->in_used ? session->in.bytes + session->in_used : session->in.bytes;
}

enum interrupt_reason { INTERRUPT_NONE, INTERRUPT_CANCEL, INTERRUPT_STATEMENT_TIMEOUT, INTERRUPT_TERMINATE, INTERRUPT_GONE };

/* session.c */
/* Takes the descriptor over; the session runs and ends by itself. */
bool session_start(struct pgdoor *door, int fd, bool trusted, struct error *err);
void session_set_state(struct session *session, enum session_state state);
/* Sends an ErrorResponse of severity FATAL and ends the session; session_end_with() leaves it to the caller to tell the
 * observer. */
enum step session_fail(struct session *session, const struct error *err);
enum step session_end_with(struct session *session, const struct error *err);

/* startup.c: until the session is ready. */
enum step startup_step(struct session *session, size_t *wanted);
enum step startup_handshake(struct session *session);
enum step startup_password(struct session *session, const struct pgwire_message *message);

/* query.c: Query, and the statements of a script. */
enum step query_begin(struct session *session, const struct pgwire_query *query);
enum step query_continue(struct session *session);
/* Drops what a script under way holds. */
void query_abandon(struct session *session);
/* An error outside the extended protocol: told, and followed by ReadyForQuery. */
enum step query_fail(struct session *session, struct error *err);

/* extended.c: Parse, Bind, Describe, Execute, Close, Sync. */
bool extended_parse(struct session *session, const struct pgwire_parse *parse, struct error *err);
bool extended_bind(struct session *session, const struct pgwire_bind *bind, struct error *err);
bool extended_describe(struct session *session, const struct pgwire_target *target, struct error *err);
bool extended_execute(struct session *session, const struct pgwire_execute *execute, struct error *err);
bool extended_close(struct session *session, const struct pgwire_target *target, struct error *err);
enum step extended_sync(struct session *session);
enum step extended_continue(struct session *session);
/* After an error: told to the client, everything until Sync is dropped. */
enum step extended_fail(struct session *session, struct error *err);

#endif

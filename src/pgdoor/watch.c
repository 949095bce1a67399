#include "pgdoor/watch.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "pgdoor/door.h"
#include "pgdoor/parameters.h"
#include "pgdoor/prepared.h"
#include "pgsql/normalize.h"

static struct observer *observer_of(const struct session *session) {
    return session->door->options.observer;
}

static unsigned shard_of(const struct session *session) {
    return (unsigned)session->pid;
}

static struct observed_client client_of(const struct session *session) {
    return (struct observed_client){
        .who = {"postgresql", session->pid, (int64_t)session->statement_number},
        .user = session->user_name,
        .database = session->database,
        .application = settings_get(&session->settings, PARAMETER_APPLICATION_NAME),
        .peer = net_stream_peer(session->stream),
    };
}

/* The text under way for the log: as it came, but without its constants where one may be a secret. */
static const char *shown_text(const struct session *session, char buffer[STATISTICS_TEXT_BYTES]) {
    const struct watched *watched = &session->watched;
    if (!watched->text)
        return NULL;
    if (pgsql_mentions_secret(watched->text, watched->length)) {
        pgsql_normalize(watched->text, watched->length, buffer, STATISTICS_TEXT_BYTES);
        return buffer;
    }
    size_t length = watched->length < STATISTICS_TEXT_BYTES - 1 ? watched->length : STATISTICS_TEXT_BYTES - 1;
    memcpy(buffer, watched->text, length);
    buffer[length] = '\0';
    return buffer;
}

void watch_text(struct session *session, const char *text, size_t length) {
    session->watched.text = text;
    session->watched.length = length;
}

void watch_forget(struct session *session) {
    session->watched = (struct watched){0};
}

void watch_begin(struct session *session, const struct pgsql_statement *statement, int64_t now_ns) {
    struct observation *run = &session->watched.run;
    bool begins = !run->started_ns;
    run->kind = statement_kind_find(pgsql_statement_tag(statement));
    if (!begins)
        return;
    run->started_ns = now_ns;
    watch_text(session, statement->script + statement->start, statement->length);
    if (observer_logs_statement(observer_of(session), run->kind)) {
        char buffer[STATISTICS_TEXT_BYTES];
        struct observed_client client = client_of(session);
        observer_log_start(observer_of(session), &client, shown_text(session, buffer));
    }
}

void watch_prepared(struct session *session, struct prepared *prepared, bool goes_on) {
    session->watched.run.entry = prepared_statistics(session, prepared);
    session->watched.run.goes_on = goes_on;
}

static void log_slow(struct session *session, int64_t duration_ns) {
    char buffer[STATISTICS_TEXT_BYTES];
    struct observed_client client = client_of(session);
    observer_log_slow(observer_of(session), &client, LABEL_DOOR_POSTGRESQL, duration_ns, session->watched.run.rows,
                      shown_text(session, buffer));
}

static void finish(struct session *session, const char *sqlstate) {
    struct observer *observer = observer_of(session);
    int64_t duration_ns =
        observer_end(observer, shard_of(session), &session->watched.run, clock_monotonic_ns(), sqlstate);
    atomic_store_explicit(&session->ended_us, clock_wall_us(), memory_order_relaxed);
    if (observer_is_slow(observer, duration_ns))
        log_slow(session, duration_ns);
}

void watch_end(struct session *session, enum metric_label rows_kind, int64_t rows) {
    struct observation *run = &session->watched.run;
    if (!run->started_ns)
        return;
    run->rows = rows;
    if (rows)
        metrics_add(observer_of(session)->metrics, shard_of(session), METRIC_ROWS, rows_kind, LABEL_NONE, rows);
    finish(session, "00000");
    watch_forget(session);
}

static void count_interrupt(struct session *session) {
    static const enum metric_label reasons[] = {
        [INTERRUPT_NONE] = LABEL_NONE,
        [INTERRUPT_CANCEL] = LABEL_CANCEL_REQUEST,
        [INTERRUPT_STATEMENT_TIMEOUT] = LABEL_CANCEL_TIMEOUT,
        [INTERRUPT_TERMINATE] = LABEL_CANCEL_TERMINATE,
        [INTERRUPT_GONE] = LABEL_CANCEL_GONE,
    };
    enum metric_label reason = reasons[atomic_load(&session->interrupt)];
    if (reason != LABEL_NONE)
        metrics_add(observer_of(session)->metrics, shard_of(session), METRIC_CANCELS, reason, LABEL_NONE, 1);
}

/* The engine's message may quote the statement: it is told only where the statement itself may be. */
static void log_failure(struct session *session, const struct error *err) {
    char buffer[STATISTICS_TEXT_BYTES];
    struct observed_client client = client_of(session);
    struct error plain;
    if (!log_writes(session->door->options.log, LOG_LEVEL_INFO))
        return;
    if (session->watched.text && pgsql_mentions_secret(session->watched.text, session->watched.length)) {
        error_clear(&plain);
        error_set_state(&plain, err->kind, error_sqlstate(err), "its message may hold a secret");
        err = &plain;
    }
    observer_log_failure(observer_of(session), &client, err, shown_text(session, buffer));
}

void watch_fail(struct session *session, const struct error *err) {
    metrics_count_error(observer_of(session)->metrics, error_sqlstate(err));
    if (err->kind == ERROR_INTERRUPT)
        count_interrupt(session);
    log_failure(session, err);
    session->watched.run.rows = -1; /* nobody counted them */
    if (session->watched.run.started_ns)
        finish(session, error_sqlstate(err));
    watch_forget(session);
}

/* ---- connections ---- */

void watch_bytes(struct session *session, enum metric_id id, size_t bytes) {
    metrics_add(observer_of(session)->metrics, shard_of(session), id, LABEL_DOOR_POSTGRESQL, LABEL_NONE, (int64_t)bytes);
}

void watch_connected(struct session *session) {
    struct observed_client client = client_of(session);
    atomic_store(&session->connected, true);
    metrics_add(observer_of(session)->metrics, shard_of(session), METRIC_CONNECTIONS_OPENED, LABEL_DOOR_POSTGRESQL,
                LABEL_NONE, 1);
    observer_log_connection(observer_of(session), &client, "connected", -1);
}

void watch_refused(struct session *session, const struct error *err) {
    struct observer *observer = observer_of(session);
    const char *sqlstate = error_sqlstate(err);
    metrics_count_error(observer->metrics, sqlstate);
    if (atomic_load(&session->connected))
        return;
    enum metric_label reason = !strncmp(sqlstate, "28", 2)      ? LABEL_REFUSAL_PASSWORD
                               : !strcmp(sqlstate, "53300") ? LABEL_REFUSAL_TOO_MANY
                                                                : LABEL_REFUSAL_OTHER;
    struct observed_client client = client_of(session);
    metrics_add(observer->metrics, shard_of(session), METRIC_CONNECTIONS_REFUSED, reason, LABEL_NONE, 1);
    observer_log_refusal(observer, &client, err);
}

void watch_disconnected(struct session *session) {
    struct observed_client client = client_of(session);
    if (atomic_load(&session->connected))
        observer_log_connection(observer_of(session), &client, "disconnected",
                                (clock_wall_us() - session->activity.started_us) * 1000);
}

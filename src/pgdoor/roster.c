/* The sessions of a door, as others see them: pg_stat_activity, the metrics, the status page. */
#include "pgdoor/door.h"

static enum pgdoor_session_state state_of(struct session *session) {
    if (!atomic_load(&session->connected))
        return PGDOOR_STARTING;
    if (atomic_load(&session->running))
        return PGDOOR_ACTIVE;
    switch (atomic_load(&session->shown_status)) {
    case PGWIRE_IN_TRANSACTION:
        return PGDOOR_IN_TRANSACTION;
    case PGWIRE_FAILED_TRANSACTION:
        return PGDOOR_FAILED_TRANSACTION;
    default:
        return PGDOOR_IDLE;
    }
}

static struct pgdoor_session view(struct session *session) {
    const struct session_activity *activity = &session->activity;
    enum pgdoor_session_state state = state_of(session);
    bool by_itself = state == PGDOOR_ACTIVE && !activity->transaction_started_us;
    int64_t ended_us = atomic_load_explicit(&session->ended_us, memory_order_relaxed);
    return (struct pgdoor_session){
        .pid = session->pid,
        .kind = "client backend",
        .state = state,
        .user = activity->user,
        .database = activity->database,
        .application = activity->application,
        .peer = net_stream_peer(session->stream),
        .query = activity->query,
        .started_us = activity->started_us,
        .transaction_started_us = by_itself ? activity->statement_started_us : activity->transaction_started_us,
        .statement_started_us = activity->statement_started_us,
        .state_changed_us = state == PGDOOR_ACTIVE || !ended_us ? activity->state_changed_us : ended_us,
    };
}

bool pgdoor_each_session(struct pgdoor *door, bool (*take)(void *self, const struct pgdoor_session *session),
                         void *self) {
    bool go_on = true;
    pthread_mutex_lock(&door->registry_lock);
    for (struct session *session = door->sessions; go_on && session; session = session->next) {
        struct pgdoor_session shown = view(session);
        go_on = take(self, &shown);
    }
    pthread_mutex_unlock(&door->registry_lock);
    return go_on;
}

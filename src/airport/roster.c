#include "airport/roster.h"

#include "airport/call.h"
#include "airport/rpc.h"
#include "airport/server.h"
#include "base/clock.h"

void roster_init(struct call_roster *roster) {
    pthread_mutex_init(&roster->lock, NULL);
}

void roster_destroy(struct call_roster *roster) {
    pthread_mutex_destroy(&roster->lock);
}

void roster_enter(struct airport_call *call) {
    struct call_roster *roster = &call->server->roster;
    pthread_mutex_lock(&roster->lock);
    call->listing.id = ++roster->last_id;
    call->listing.next = roster->first;
    call->listing.at = &roster->first;
    if (roster->first)
        roster->first->listing.at = &call->listing.next;
    roster->first = call;
    pthread_mutex_unlock(&roster->lock);
}

void roster_leave(struct airport_call *call) {
    struct call_roster *roster = &call->server->roster;
    if (!call->listing.at)
        return;
    pthread_mutex_lock(&roster->lock);
    *call->listing.at = call->listing.next;
    if (call->listing.next)
        call->listing.next->listing.at = call->listing.at;
    call->listing.at = NULL;
    pthread_mutex_unlock(&roster->lock);
}

void roster_tell_operation(struct airport_call *call, const char *operation) {
    pthread_mutex_lock(&call->server->roster.lock);
    call->listing.operation = operation;
    pthread_mutex_unlock(&call->server->roster.lock);
}

void roster_tell_object(struct airport_call *call, const char *schema, const char *object) {
    pthread_mutex_lock(&call->server->roster.lock);
    call->listing.schema = schema;
    call->listing.object = object;
    pthread_mutex_unlock(&call->server->roster.lock);
}

void roster_tell_catalog(struct airport_call *call, const char *catalog_name) {
    pthread_mutex_lock(&call->server->roster.lock);
    call->catalog_name = catalog_name;
    pthread_mutex_unlock(&call->server->roster.lock);
}

static const char *or_empty(const char *text) {
    return text ? text : "";
}

static bool show(const struct airport_call *call, int64_t now_ns,
                 bool (*take)(void *self, const struct airport_running_call *call), void *self) {
    const struct airport_running_call shown = {
        .size = sizeof shown,
        .id = call->listing.id,
        .method = rpc_method(call->rpc),
        .operation = or_empty(call->listing.operation),
        .schema_name = or_empty(call->listing.schema),
        .object_name = or_empty(call->listing.object),
        .peer = call->peer,
        .user_agent = or_empty(airport_call_header(call, "user-agent", NULL)),
        .identity = call->identity,
        .catalog_name = call->catalog_name,
        .duration_ns = now_ns - call->started_ns,
    };
    return take(self, &shown);
}

bool airport_server_each_call(struct airport_server *server,
                              bool (*take)(void *self, const struct airport_running_call *call), void *self) {
    int64_t now_ns = clock_monotonic_ns();
    bool go_on = true;
    pthread_mutex_lock(&server->roster.lock);
    for (const struct airport_call *call = server->roster.first; call && go_on; call = call->listing.next)
        go_on = show(call, now_ns, take, self);
    pthread_mutex_unlock(&server->roster.lock);
    return go_on;
}

bool airport_server_cancel_call(struct airport_server *server, int64_t id) {
    pthread_mutex_lock(&server->roster.lock);
    struct airport_call *call = server->roster.first;
    while (call && call->listing.id != id)
        call = call->listing.next;
    if (call)
        atomic_fetch_add(&call->references, 1);
    pthread_mutex_unlock(&server->roster.lock);
    if (!call)
        return false;
    call_abort(call, AIRPORT_CANCELLED, "the call was cancelled by the server's administrator");
    call_release(call);
    return true;
}

/* The calls under way, for those who watch: airport_server_each_call(), airport_server_cancel_call().
 *
 * A call is on the list from its admission until its methods have ended. What the list shows of a call may change on the call's
 * worker, under the list's lock. Any thread.
 */
#ifndef AIRPORT_ROSTER_H
#define AIRPORT_ROSTER_H

#include <pthread.h>
#include <stdint.h>

struct airport_call;

struct call_roster {
    pthread_mutex_t lock;
    struct airport_call *first;
    int64_t last_id;
};

/* Where a call stands in it. */
struct call_listing {
    struct airport_call *next, **at; /* NULL `at`: it is not listed */
    int64_t id;
    const char *operation, *schema, *object; /* the call's; NULL: not known (yet) */
};

void roster_init(struct call_roster *roster);
void roster_destroy(struct call_roster *roster);

/* The call's worker. */
void roster_enter(struct airport_call *call);
void roster_leave(struct airport_call *call);
/* Tells what the call does. Texts are borrowed until it ends. */
void roster_tell_operation(struct airport_call *call, const char *operation);
void roster_tell_object(struct airport_call *call, const char *schema, const char *object);
void roster_tell_catalog(struct airport_call *call, const char *catalog_name);

#endif

/* DoExchange: what its kinds have in common. Worker side.
 *
 * The client sends a descriptor, for in/out functions their parameters, a schema, then batches; what comes back, and when,
 * is each kind's own: writes (exchange_write.c), scalar functions and in/out functions (exchange_function.c). The client
 * waits for each answer before it sends on, so the order is part of the protocol.
 */
#ifndef AIRPORT_EXCHANGE_H
#define AIRPORT_EXCHANGE_H

#include "airport/lookup.h"
#include "airport/naming.h"
#include "airport/scan.h"
#include "flight/ipc.h"
#include "flight/request.h"

enum exchange_progress {
    EXCHANGE_MORE,   /* give it the next message */
    EXCHANGE_BUSY,   /* it still answers: step it when there is room */
    EXCHANGE_ENDED,  /* everything has been sent */
    EXCHANGE_FAILED, /* the call's error is set */
};

struct exchange {
    struct airport_call *call;
    const struct exchange_kind *kind;
    struct flight_name name;
    struct ipc_decoder *decoder;
    struct request_bytes parameters; /* of in/out functions */
    struct ipc_encoder encoder;      /* once `answers` is known */
    const struct ipc_schema *answers;
    const struct ArrowArray **absent; /* one NULL per column of the answers: for batches without rows */
    bool has_descriptor, has_schema, busy;
    void *state; /* the kind's */
};

struct exchange_kind {
    const char *operation; /* the header airport-operation */
    enum exchange_progress (*schema)(struct exchange *x, const struct ArrowSchema *schema);
    enum exchange_progress (*batch)(struct exchange *x, struct ArrowArray *batch); /* moved */
    enum exchange_progress (*end)(struct exchange *x);
    enum exchange_progress (*answer)(struct exchange *x); /* while busy; NULL: never busy */
};

extern const struct exchange_kind exchange_insert, exchange_update, exchange_delete, exchange_scalar, exchange_in_out;

/* Sends the schema of the answers, which the client waits for. */
enum exchange_progress exchange_begin_answers(struct exchange *x, const struct ipc_schema *schema);
/* Sends one answer batch: `columns` are `rows` long from `start` on, `owned` is moved and released when they were sent. No
 * rows need no columns. */
enum exchange_progress exchange_send_batch(struct exchange *x, const struct ArrowArray *const *columns, int64_t start,
                                           int64_t rows, struct ArrowArray *owned, const char *app_metadata);

#endif

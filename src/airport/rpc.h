/* The Flight service: which path is which RPC. */
#ifndef AIRPORT_RPC_H
#define AIRPORT_RPC_H

#include "airport/call.h"

/* The RPC that a call's headers ask for; one that answers with an error if they are wrong. Static. I/O thread. */
const struct rpc *rpc_find(const struct airport_call *call);
/* Makes the client's deadline count. I/O thread. */
void rpc_arm_deadline(struct airport_call *call);

/* The method's name, "DoGet"; "" for what is none. Static. */
const char *rpc_method(const struct rpc *rpc);

extern const struct rpc rpc_do_action, rpc_do_get, rpc_do_exchange, rpc_list_flights, rpc_get_flight_info,
    rpc_get_schema, rpc_list_actions, rpc_handshake;

#endif

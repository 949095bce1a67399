/* What must be known of a schema message before it is verified: that the verifier will come to an end. */
#ifndef FLIGHT_IPC_BUDGET_H
#define FLIGHT_IPC_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

/* Tables of a flatbuffer may be shared: a few hundred bytes of fields that have each other as children, many times over, are a
 * tree that nobody walks to its end. False when the message has more fields, counted as often as they are reached, than could lie
 * in it side by side, or nests them too deep. `flatbuffer` is not verified; what is cut or points outside is for the verifier. */
bool ipc_fields_are_few(const void *flatbuffer, size_t length);

#endif

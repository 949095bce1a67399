/* What flatbuffer verification leaves open: that the parts a message must have are there, that lengths are sane and that
 * buffers lie aligned inside the body. nanoarrow's decoder takes the one for granted and checks the other by sums that can
 * overflow. */
#ifndef FLIGHT_IPC_CHECK_H
#define FLIGHT_IPC_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* `flatbuffer` has been verified. */
bool ipc_message_is_sane(const void *flatbuffer, size_t body_length);
/* How many field nodes and buffers a sane dictionary batch has. */
void ipc_count_dictionary_parts(const void *flatbuffer, size_t *nodes, size_t *buffers);

#endif

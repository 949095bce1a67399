/* What flatbuffer verification leaves open: that the parts a message must have are there, and its buffers aligned.
 * nanoarrow's decoder takes both for granted. */
#ifndef FLIGHT_IPC_CHECK_H
#define FLIGHT_IPC_CHECK_H

#include <stdbool.h>

/* `flatbuffer` has been verified. False when a part is missing or misplaced, or fields are nested too deep. */
bool ipc_message_is_complete(const void *flatbuffer);

#endif

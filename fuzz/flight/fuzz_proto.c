/* Flight's small protobuf messages. */
#include <stddef.h>
#include <stdint.h>

#include "flight/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct error err = {0};
    struct proto_action action;
    struct proto_descriptor descriptor;
    struct proto_bytes bytes;
    proto_read_action(&arena, data, size, &action, &err);
    proto_read_descriptor(&arena, data, size, &descriptor, &err);
    proto_read_ticket(&arena, data, size, &bytes, &err);
    proto_read_criteria(&arena, data, size, &bytes, &err);
    proto_read_handshake(&arena, data, size, &bytes, &err);
    arena_destroy(&arena);
    return 0;
}

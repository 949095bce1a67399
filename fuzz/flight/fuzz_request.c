/* The msgpack maps of the Airport client. */
#include <stddef.h>
#include <stdint.h>

#include "flight/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct flight_request request;
    struct error err = {0};
    flight_request_read(&arena, data, size, &request, &err);
    arena_destroy(&arena);
    return 0;
}

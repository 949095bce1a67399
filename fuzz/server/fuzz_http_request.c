/* A HTTP request, from memory of exactly its size; what is complete must lie within it. */
#include <stdint.h>
#include <stdlib.h>

#include "server/http_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct http_request request;
    size_t used = 0;
    int status = http_request_parse((const char *)data, size, &request, &used);
    if (status != HTTP_COMPLETE)
        return 0;
    if (used > size || used > HTTP_REQUEST_BYTES || request.path[0] != '/')
        abort();
    if (http_request_has_token(&request, "a token of enough bytes that nobody guesses it"))
        abort();
    return 0;
}

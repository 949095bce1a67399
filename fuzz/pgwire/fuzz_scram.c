/* A SCRAM client's two messages, split at the first newline, with and without channel binding. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pgwire/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t hash[32] = {1};
    struct pgwire_scram_verifier verifier = {.iterations = PGWIRE_SCRAM_ITERATIONS};
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    size_t first = newline ? (size_t)(newline - data) : size;
    for (int bound = 0; bound < 2; bound++) {
        struct pgwire_scram scram;
        struct writer out = {0};
        struct error err;
        pgwire_scram_begin(&scram, &verifier, hash, bound ? sizeof hash : 0);
        struct pgwire_value message = {data, (int32_t)first};
        if (pgwire_scram_first(&scram, bound ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256", message, &out, &err) && newline) {
            struct pgwire_value last = {newline + 1, (int32_t)(size - first - 1)};
            if (pgwire_scram_final(&scram, last, &out, &err))
                abort(); /* nobody knows the nonce */
        }
        pgwire_scram_destroy(&scram);
        writer_destroy(&out);
    }
    return 0;
}

/* Compressed containers: lying lengths, bombs. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "flight/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { LIMIT = 1 << 20 };
    struct writer w = {0};
    struct error err = {0};
    bool ok = container_read(&w, data, size, LIMIT, &err);
    assert(w.length <= LIMIT && (ok || w.length == 0));
    writer_destroy(&w);
    return 0;
}

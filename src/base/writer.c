#include "base/writer.h"

#include <stdint.h>
#include <stdio.h>

#include "base/memory.h"

bool writer_grow(struct writer *w, size_t more) {
    if (w->failed)
        return false;
    size_t limit = w->limit_bytes ? w->limit_bytes : SIZE_MAX / 2;
    if (w->length > limit || more > limit - w->length)
        goto fail;
    size_t wanted = w->length + more;
    if (w->bytes && wanted <= w->capacity)
        return true;
    size_t capacity = w->capacity ? w->capacity : 256;
    while (capacity < wanted)
        capacity += capacity / 2 + 256;
    if (capacity > limit)
        capacity = limit; /* so that writer_reserve() cannot pass the limit unseen */
    uint8_t *bytes = memory_resize(w->bytes, capacity);
    if (!bytes)
        goto fail;
    w->bytes = bytes;
    w->capacity = capacity;
    return true;
fail:
    w->failed = true;
    return false;
}

void writer_format(struct writer *w, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    /* vsnprintf wants room for its NUL, which is not part of the text. */
    if (length < 0)
        w->failed = true;
    else if (writer_reserve(w, (size_t)length + 1)) {
        vsnprintf((char *)w->bytes + w->length, (size_t)length + 1, format, again);
        w->length += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

void writer_destroy(struct writer *w) {
    memory_free(w->bytes);
    *w = (struct writer){0};
}

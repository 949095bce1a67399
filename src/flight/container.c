#include "flight/container.h"

#include <zstd.h>

#include "flight/msgpack.h"

bool container_write(struct writer *w, const void *bytes, size_t length, struct error *err) {
    struct writer frame = {0};
    size_t bound = ZSTD_compressBound(length);
    uint8_t *place = writer_place(&frame, bound);
    if (!place)
        return error_set_no_memory(err);
    size_t size = ZSTD_compress(place, bound, bytes, length, ZSTD_CLEVEL_DEFAULT);
    bool ok = !ZSTD_isError(size);
    if (ok) {
        msgpack_write_array(w, 2);
        msgpack_write_unsigned(w, length);
        msgpack_write_binary(w, place, size);
        ok = writer_ok(w) || error_set_no_memory(err);
    } else {
        error_set(err, ERROR_INTERNAL, "zstd: %s", ZSTD_getErrorName(size));
    }
    writer_destroy(&frame);
    return ok;
}

bool container_read(struct writer *w, const void *bytes, size_t length, size_t limit_bytes, struct error *err) {
    struct reader r = reader_over(bytes, length);
    uint32_t count = msgpack_read_array(&r);
    uint64_t size = msgpack_read_unsigned(&r);
    const uint8_t *frame;
    size_t frame_length;
    msgpack_read_bytes(&r, &frame, &frame_length);
    if (!reader_finished(&r) || count != 2)
        return error_set(err, ERROR_PROTOCOL, "a compressed container is malformed");
    if (size > limit_bytes)
        return error_set(err, ERROR_LIMIT, "a compressed container announces %llu bytes, more than the limit of %zu",
                         (unsigned long long)size, limit_bytes);
    size_t before = w->length;
    uint8_t *place = writer_place(w, (size_t)size);
    if (!place)
        return error_set_no_memory(err);
    size_t got = ZSTD_decompress(place, (size_t)size, frame, frame_length);
    if (!ZSTD_isError(got) && got == size)
        return true;
    w->length = before;
    return error_set(err, ERROR_PROTOCOL, "a compressed container does not hold the %llu bytes that it announces",
                     (unsigned long long)size);
}

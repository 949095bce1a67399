#include "flight/grpc.h"

#include <string.h>

#include "base/memory.h"
#include "base/reader.h"

enum { FIRST_BYTES = 64 << 10 }; /* of a message whose length is announced */

static bool begin_message(struct grpc_deframer *d, struct error *err) {
    struct reader r = reader_over(d->prefix, GRPC_PREFIX_BYTES);
    uint8_t compressed = reader_u8(&r);
    size_t length = reader_u32(&r);
    if (compressed)
        return error_set(err, ERROR_UNSUPPORTED, "compressed messages are not supported");
    if (length > d->limit_bytes)
        return error_set(err, ERROR_LIMIT, "a message of %zu bytes is longer than the limit of %zu", length,
                         d->limit_bytes);
    d->capacity = length < FIRST_BYTES ? length : FIRST_BYTES;
    d->message = memory_allocate(d->capacity);
    if (!d->message)
        return error_set_no_memory(err);
    d->length = length;
    d->filled = 0;
    return true;
}

/* Memory follows what has come, not what was announced. */
static bool make_room(struct grpc_deframer *d, size_t more, struct error *err) {
    if (more <= d->capacity - d->filled)
        return true;
    size_t capacity = 2 * (d->filled + more);
    capacity = capacity < d->length ? capacity : d->length;
    uint8_t *grown = memory_resize(d->message, capacity);
    if (!grown)
        return error_set_no_memory(err);
    d->message = grown;
    d->capacity = capacity;
    return true;
}

bool grpc_deframe(struct grpc_deframer *d, const uint8_t *bytes, size_t length, grpc_message_fn whole, void *self,
                  struct error *err) {
    for (;;) {
        if (!d->message) {
            size_t wanted = (size_t)(GRPC_PREFIX_BYTES - d->prefix_length);
            size_t taken = length < wanted ? length : wanted;
            if (taken)
                memcpy(d->prefix + d->prefix_length, bytes, taken);
            d->prefix_length = (uint8_t)(d->prefix_length + taken);
            bytes += taken;
            length -= taken;
            if (d->prefix_length < GRPC_PREFIX_BYTES)
                return true;
            if (!begin_message(d, err))
                return false;
        }
        size_t taken = length < d->length - d->filled ? length : d->length - d->filled;
        if (!make_room(d, taken, err))
            return false;
        if (taken)
            memcpy(d->message + d->filled, bytes, taken);
        d->filled += taken;
        bytes += taken;
        length -= taken;
        if (d->filled < d->length)
            return true;
        uint8_t *message = d->message;
        d->message = NULL;
        d->prefix_length = 0;
        if (!whole(self, message, d->length, err))
            return false;
    }
}

bool grpc_deframer_is_between(const struct grpc_deframer *d) {
    return !d->message && d->prefix_length == 0;
}

void grpc_deframer_destroy(struct grpc_deframer *d) {
    memory_free(d->message);
    d->message = NULL;
    d->prefix_length = 0;
}

void grpc_write_prefix(uint8_t out[GRPC_PREFIX_BYTES], size_t message_length) {
    out[0] = 0;
    writer_store_u32(out + 1, (uint32_t)message_length);
}

int64_t grpc_parse_timeout(const char *text, size_t length) {
    static const struct {
        char unit;
        int64_t ns;
    } units[] = {{'H', 3600000000000}, {'M', 60000000000}, {'S', 1000000000}, {'m', 1000000}, {'u', 1000}, {'n', 1}};
    const int64_t year_ns = 365 * 24 * 3600000000000;
    if (length < 2 || length > 9)
        return -1;
    int64_t value = 0;
    for (size_t i = 0; i < length - 1; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (units[i].unit == text[length - 1])
            return value > year_ns / units[i].ns ? year_ns : value * units[i].ns;
    return -1;
}

char *grpc_percent_encode(struct arena *arena, const char *text, size_t limit_bytes) {
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_allocate(arena, limit_bytes + 1);
    if (!out)
        return NULL;
    size_t length = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        bool plain = *c >= 0x20 && *c <= 0x7e && *c != '%';
        if (limit_bytes - length < (plain ? 1u : 3u))
            break;
        if (plain) {
            out[length++] = (char)*c;
        } else {
            out[length++] = '%';
            out[length++] = hex[*c >> 4];
            out[length++] = hex[*c & 15];
        }
    }
    out[length] = '\0';
    return out;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(char c) {
    const char *at = c ? strchr(base64_digits, c) : NULL;
    return at ? (int)(at - base64_digits) : -1;
}

char *grpc_decode_binary(struct arena *arena, const char *text, size_t length, size_t *decoded) {
    while (length && text[length - 1] == '=')
        length--;
    char *out = arena_allocate(arena, length / 4 * 3 + 4);
    if (!out || length % 4 == 1)
        return NULL;
    uint32_t bits = 0;
    int bit_count = 0;
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        int value = base64_value(text[i]);
        if (value < 0)
            return NULL;
        bits = bits << 6 | (uint32_t)value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[size++] = (char)(bits >> bit_count & 0xff);
        }
    }
    out[size] = '\0';
    *decoded = size;
    return out;
}

char *grpc_encode_binary(struct arena *arena, const void *bytes, size_t length, bool padded) {
    const uint8_t *in = bytes;
    char *out = arena_allocate(arena, length / 3 * 4 + 5);
    if (!out)
        return NULL;
    size_t size = 0;
    for (size_t i = 0; i < length; i += 3) {
        size_t have = length - i < 3 ? length - i : 3;
        uint32_t group = (uint32_t)in[i] << 16 | (have > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (have > 2 ? in[i + 2] : 0u);
        for (size_t k = 0; k <= have; k++)
            out[size++] = base64_digits[group >> (18 - 6 * k) & 63];
    }
    while (padded && size % 4)
        out[size++] = '=';
    out[size] = '\0';
    return out;
}

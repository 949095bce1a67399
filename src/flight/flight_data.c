#include "flight/flight_data.h"

#include <string.h>

#include "base/reader.h"
#include "flight/grpc.h"

enum { FIELD_DESCRIPTOR = 1, FIELD_HEADER = 2, FIELD_APP_METADATA = 3, FIELD_BODY = 1000 };
enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_LENGTH = 2, WIRE_32 = 5 };

static uint64_t read_varint(struct reader *r) {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        uint8_t byte = reader_u8(r);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    r->failed = true;
    return 0;
}

static void read_length_delimited(struct reader *r, uint64_t field, struct flight_data *out) {
    uint64_t length = read_varint(r);
    if (length > r->left) {
        r->failed = true;
        return;
    }
    struct flight_bytes bytes = {reader_bytes(r, (size_t)length), (size_t)length};
    if (field == FIELD_DESCRIPTOR)
        out->descriptor = bytes;
    else if (field == FIELD_HEADER)
        out->header = bytes;
    else if (field == FIELD_APP_METADATA)
        out->app_metadata = bytes;
    else if (field == FIELD_BODY)
        out->body = bytes;
}

bool flight_data_read(const void *bytes, size_t length, struct flight_data *out, struct error *err) {
    struct reader r = reader_over(bytes, length);
    struct flight_data data = {0};
    while (r.left && !r.failed) {
        uint64_t tag = read_varint(&r);
        switch (tag & 7) {
        case WIRE_VARINT: read_varint(&r); break;
        case WIRE_64: reader_bytes(&r, 8); break;
        case WIRE_LENGTH: read_length_delimited(&r, tag >> 3, &data); break;
        case WIRE_32: reader_bytes(&r, 4); break;
        default: r.failed = true;
        }
    }
    if (!reader_finished(&r))
        return error_set(err, ERROR_PROTOCOL, "a FlightData message is malformed");
    *out = data;
    return true;
}

static size_t varint_length(uint64_t value) {
    size_t length = 1;
    for (; value > 0x7f; value >>= 7)
        length++;
    return length;
}

static uint8_t *write_varint(uint8_t *at, uint64_t value) {
    for (; value > 0x7f; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static uint64_t tag_of(int field) {
    return (uint64_t)field << 3 | WIRE_LENGTH;
}

static size_t field_length(int field, size_t length) {
    return length ? varint_length(tag_of(field)) + varint_length(length) + length : 0;
}

static uint8_t *write_field(uint8_t *at, int field, const void *bytes, size_t length) {
    if (!length)
        return at;
    at = write_varint(at, tag_of(field));
    at = write_varint(at, length);
    memcpy(at, bytes, length);
    return at + length;
}

bool flight_data_wrap(struct flight_message *message, const void *header, size_t header_length,
                      const void *app_metadata, size_t app_metadata_length) {
    size_t body_length = message->length;
    size_t head_length = field_length(FIELD_HEADER, header_length) + field_length(FIELD_APP_METADATA, app_metadata_length) +
                         (field_length(FIELD_BODY, body_length) - body_length);
    uint8_t *head = arena_allocate(&message->arena, GRPC_PREFIX_BYTES + head_length);
    if (!head || !flight_message_append(message, head, GRPC_PREFIX_BYTES + head_length))
        return false;
    /* The head was appended, but goes first. */
    struct flight_segment first = message->segments[message->segment_count - 1];
    memmove(message->segments + 1, message->segments, (size_t)(message->segment_count - 1) * sizeof first);
    message->segments[0] = first;

    grpc_write_prefix(head, head_length + body_length);
    uint8_t *at = head + GRPC_PREFIX_BYTES;
    at = write_field(at, FIELD_HEADER, header, header_length);
    at = write_field(at, FIELD_APP_METADATA, app_metadata, app_metadata_length);
    if (body_length) {
        at = write_varint(at, tag_of(FIELD_BODY));
        write_varint(at, body_length);
    }
    return true;
}

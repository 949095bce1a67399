#include "airport/scan_request.h"

#include "airport/failure.h"
#include "flight/msgpack.h"

enum { TICKET_VERSION = 1, TICKET_FIELDS = 9 };

static void write_bytes(struct writer *w, struct request_bytes bytes) {
    msgpack_write_binary(w, bytes.bytes, bytes.length);
}

void scan_request_write(struct writer *w, const struct scan_request *request) {
    msgpack_write_array(w, TICKET_FIELDS);
    msgpack_write_unsigned(w, TICKET_VERSION);
    write_bytes(w, request->descriptor);
    msgpack_write_text(w, request->json_filters);
    msgpack_write_array(w, (uint32_t)request->column_ids.count);
    for (int32_t i = 0; i < request->column_ids.count; i++)
        msgpack_write_unsigned(w, request->column_ids.values[i]);
    write_bytes(w, request->arguments);
    write_bytes(w, request->input_schema);
    msgpack_write_text(w, request->at_unit);
    msgpack_write_text(w, request->at_value);
    write_bytes(w, request->state);
}

static struct request_bytes read_bytes(struct arena *arena, struct reader *r) {
    const uint8_t *bytes;
    struct request_bytes out;
    msgpack_read_bytes(r, &bytes, &out.length);
    out.bytes = arena_copy_string_n(arena, (const char *)bytes, out.length);
    if (!out.bytes) {
        r->failed = true;
        return (struct request_bytes){"", 0};
    }
    return out;
}

bool scan_request_read(struct arena *arena, const void *ticket, size_t length, struct scan_request *out,
                       struct airport_error *err) {
    struct reader r = reader_over(ticket, length);
    uint32_t fields = msgpack_read_array(&r);
    uint64_t version = msgpack_read_unsigned(&r);
    if (fields != TICKET_FIELDS || version != TICKET_VERSION)
        r.failed = true;
    out->descriptor = read_bytes(arena, &r);
    out->json_filters = read_bytes(arena, &r).bytes;
    out->column_ids.count = (int32_t)msgpack_read_array(&r);
    out->column_ids.values = arena_allocate(arena, (size_t)out->column_ids.count * sizeof *out->column_ids.values + 1);
    if (!out->column_ids.values)
        return airport_fail_no_memory(err);
    for (int32_t i = 0; i < out->column_ids.count && !r.failed; i++)
        out->column_ids.values[i] = msgpack_read_unsigned(&r);
    out->arguments = read_bytes(arena, &r);
    out->input_schema = read_bytes(arena, &r);
    out->at_unit = read_bytes(arena, &r).bytes;
    out->at_value = read_bytes(arena, &r).bytes;
    out->state = read_bytes(arena, &r);
    if (!reader_finished(&r))
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "this ticket is not one of this server");
    return true;
}

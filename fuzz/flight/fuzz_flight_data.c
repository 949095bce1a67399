/* gRPC frames cut anywhere, FlightData in them, Arrow IPC in that: what a client sends in an exchange. Every value of a batch
 * that is accepted is read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "flight/flight_data.h"
#include "flight/grpc.h"
#include "flight/ipc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct receiver {
    struct ipc_decoder *decoder;
    struct ipc_schema *schema;
};

/* The bytes of every view: what the encoder, which does not know them, leaves unread. */
static unsigned read_views(const struct ArrowSchema *schema, const struct ArrowArray *array) {
    const struct {
        int32_t length;
        char prefix[4];
        int32_t buffer, offset;
    } *views = schema->format[0] == 'v' ? array->buffers[1] : NULL;
    unsigned sum = 0;
    for (int64_t row = 0; views && row < array->length; row++)
        for (int32_t i = 0; views[row].length > 12 && i < views[row].length; i++)
            sum += ((const uint8_t *)array->buffers[2 + views[row].buffer])[views[row].offset + i];
    for (int64_t i = 0; i < schema->n_children; i++)
        sum += read_views(schema->children[i], array->children[i]);
    return sum;
}

/* Encoding the batch again reads all of it. */
static void read_batch(struct receiver *r, struct ArrowArray *batch) {
    struct error err = {0};
    struct writer w = {0};
    if (!r->schema)
        r->schema = ipc_schema_create(ipc_decoder_schema(r->decoder), &err);
    const struct ipc_rows rows = {(const struct ArrowArray *const *)batch->children, batch->offset, batch->length};
    if (r->schema && r->schema->root.child_count == batch->n_children) {
        ipc_estimate_bytes(r->schema, &rows);
        ipc_write_stream(r->schema, &rows, &w, &err);
    }
    volatile unsigned sum = read_views(ipc_decoder_schema(r->decoder), batch);
    (void)sum;
    writer_destroy(&w);
    batch->release(batch);
}

static bool receive(void *self, uint8_t *message, size_t length, struct error *err) {
    struct receiver *r = self;
    struct flight_data fields;
    struct ArrowArray batch = {.release = NULL};
    enum ipc_message_kind kind;
    bool ok = flight_data_read(message, length, &fields, err) &&
              (!fields.header.length || ipc_decode(r->decoder, fields.header.bytes, fields.header.length, fields.body.bytes,
                                                   fields.body.length, &kind, &batch, err));
    if (batch.release)
        read_batch(r, &batch);
    memory_free(message);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error err = {0};
    struct receiver r = {.decoder = ipc_decoder_create(&err)};
    struct grpc_deframer deframer = {.limit_bytes = 1 << 20};
    size_t piece = size ? 1 + data[size - 1] : 1;
    bool ok = r.decoder != NULL;
    for (size_t at = 0; ok && at < size; at += piece)
        ok = grpc_deframe(&deframer, data + at, size - at < piece ? size - at : piece, receive, &r, &err);
    grpc_deframer_destroy(&deframer);
    ipc_schema_destroy(r.schema);
    ipc_decoder_destroy(r.decoder);
    return 0;
}

/* Arrow IPC (arrow.apache.org/docs/format/Columnar.html, "Serialization and Interprocess Communication"): schemas, record
 * batches and dictionary batches between the Arrow C structs and the wire.
 *
 * Schemas and everything that comes from a peer go through nanoarrow, which verifies flatbuffers; batches on their way out
 * are written here: their metadata is a fixed layout, their bodies are borrowed segments. View types are read (ipc_view.h)
 * but not written; they and run-end encoding are refused by ipc_schema_create.
 *
 * An ipc_schema is immutable, any thread; encoders and decoders belong to one stream.
 */
#ifndef FLIGHT_IPC_H
#define FLIGHT_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/arrow_abi.h"
#include "base/error.h"
#include "base/writer.h"
#include "flight/message.h"

/* How a field is laid out in a batch. */
enum ipc_layout {
    IPC_NULL,
    IPC_FIXED,  /* validity, values of width_bits */
    IPC_BYTES,  /* validity, offsets of width_bits, data */
    IPC_LIST,   /* validity, offsets of width_bits; one child */
    IPC_FIXED_LIST, /* validity; one child, list_size elements a row */
    IPC_STRUCT, /* validity; children */
    IPC_SPARSE_UNION, /* type ids; children */
    IPC_DENSE_UNION,  /* type ids, offsets; children */
};

struct ipc_field {
    enum ipc_layout layout;
    int32_t width_bits;
    int64_t list_size;
    const char *name;
    struct ipc_field *children;
    int32_t child_count;
    struct ipc_field *dictionary; /* then the field itself is IPC_FIXED: the indexes */
    int64_t dictionary_id;
};

struct ipc_schema {
    struct arena arena;
    struct ArrowSchema schema; /* a copy */
    struct ipc_field root;     /* IPC_STRUCT */
    const uint8_t *header;     /* the schema message, a bare flatbuffer padded to eight bytes */
    size_t header_length;
    bool has_dictionaries;
};

/* Copies `schema`, a struct. Owned, free with ipc_schema_destroy. */
struct ipc_schema *ipc_schema_create(const struct ArrowSchema *schema, struct error *err);
void ipc_schema_destroy(struct ipc_schema *schema);
/* The encapsulated message (continuation marker, length, flatbuffer), as FlightInfo.schema wants it. */
void ipc_schema_write(const struct ipc_schema *schema, struct writer *w);
/* A whole FlightData message with the schema; NULL when memory is out. */
struct flight_message *ipc_schema_message(const struct ipc_schema *schema);

/* A copy of any schema. */
bool ipc_copy_schema(const struct ArrowSchema *schema, struct ArrowSchema *out, struct error *err);
/* Reads an encapsulated schema message. */
bool ipc_read_schema(const void *bytes, size_t length, struct ArrowSchema *out, struct error *err);

/* Rows of a batch to be sent: `length` of them from `start` on, column by column; a NULL column is absent and goes out as
 * nulls that cost nothing. */
struct ipc_rows {
    const struct ArrowArray *const *columns;
    int64_t start, length;
};

struct ipc_encoder {
    const struct ipc_schema *schema;
    struct writer *dictionaries; /* what was sent last, by dictionary id */
    int32_t dictionary_count;
    struct slab_pool *slabs; /* for gathered batches; owned; NULL: they take fresh memory */
};

void ipc_encoder_init(struct ipc_encoder *encoder, const struct ipc_schema *schema);
void ipc_encoder_destroy(struct ipc_encoder *encoder);

struct ipc_message_list {
    struct flight_message *first, **last;
};

/* Appends to `out` the messages of one record batch with the rows of all `parts`, before it those of dictionaries that are new
 * or have changed. The segments of the last message borrow from the columns' buffers, unless there are several parts: then
 * everything is copied. Schemas with dictionaries take one part. Fails for arrays that do not fit the schema. */
bool ipc_encode(struct ipc_encoder *encoder, const struct ipc_rows *parts, int32_t part_count, const void *app_metadata,
                size_t app_metadata_length, struct ipc_message_list *out, struct error *err);
/* How many bytes the rows take in a body, roughly. */
size_t ipc_estimate_bytes(const struct ipc_schema *schema, const struct ipc_rows *rows);
/* A whole IPC stream (schema, one batch of one part, end marker). */
bool ipc_write_stream(const struct ipc_schema *schema, const struct ipc_rows *rows, struct writer *w, struct error *err);

/* Reads what a peer sends. */
struct ipc_decoder;
enum ipc_message_kind { IPC_MESSAGE_SCHEMA, IPC_MESSAGE_DICTIONARY, IPC_MESSAGE_BATCH };

/* Owned, free with ipc_decoder_destroy. */
struct ipc_decoder *ipc_decoder_create(struct error *err);
void ipc_decoder_destroy(struct ipc_decoder *decoder);
/* Takes a message: the bare flatbuffer and the body, both copied. A batch fills `out` (owned, free with its release); every
 * offset and length in it was checked against the body. The first message must be a schema, and only the first. */
bool ipc_decode(struct ipc_decoder *decoder, const void *header, size_t header_length, const void *body,
                size_t body_length, enum ipc_message_kind *kind, struct ArrowArray *out, struct error *err);
/* Borrowed from the decoder; NULL before the schema has come. */
const struct ArrowSchema *ipc_decoder_schema(const struct ipc_decoder *decoder);
/* Reads a whole IPC stream that holds one batch. Outputs are owned. */
bool ipc_read_stream(const void *bytes, size_t length, struct ArrowSchema *schema, struct ArrowArray *batch,
                     struct error *err);

#endif

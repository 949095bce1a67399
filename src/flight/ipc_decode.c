/* What a peer sends, by nanoarrow's decoder. What that does not check is checked here and in ipc_check.c: the indexes into
 * dictionaries, the parts of dictionary batches, and that no two fields share a dictionary. */
#include <errno.h>
#include <string.h>

#include <nanoarrow/nanoarrow_ipc.h>

#include "base/memory.h"
#include "flight/ipc.h"
#include "flight/ipc_budget.h"
#include "flight/ipc_check.h"
#include "flight/ipc_view.h"

enum { PREFIX_BYTES = 8 };

struct ipc_decoder {
    struct ArrowIpcDecoder ipc;
    struct ArrowSchema schema;
    struct ArrowIpcDictionaryEncodings encodings;
    struct ArrowIpcDictionaries dictionaries;
    bool has_encodings, has_dictionaries;
    struct ipc_views views;
};

struct ipc_decoder *ipc_decoder_create(struct error *err) {
    struct ipc_decoder *decoder = memory_allocate_zeroed(1, sizeof *decoder);
    if (!decoder || ArrowIpcDecoderInit(&decoder->ipc) != NANOARROW_OK) {
        memory_free(decoder);
        error_set_no_memory(err);
        return NULL;
    }
    return decoder;
}

void ipc_decoder_destroy(struct ipc_decoder *decoder) {
    if (!decoder)
        return;
    if (decoder->has_dictionaries)
        ArrowIpcDictionariesReset(&decoder->dictionaries);
    if (decoder->has_encodings)
        ArrowIpcDictionaryEncodingsReset(&decoder->encodings);
    if (decoder->schema.release)
        decoder->schema.release(&decoder->schema);
    ArrowIpcDecoderReset(&decoder->ipc);
    ipc_views_destroy(&decoder->views);
    memory_free(decoder);
}

const struct ArrowSchema *ipc_decoder_schema(const struct ipc_decoder *decoder) {
    return decoder->schema.release ? &decoder->schema : NULL;
}

/* nanoarrow's failure as ours. */
static bool fail(struct error *err, int code, const struct ArrowError *why) {
    if (code == ENOMEM)
        return error_set_no_memory(err);
    return error_set(err, code == ENOTSUP ? ERROR_UNSUPPORTED : ERROR_PROTOCOL, "Arrow IPC: %s",
                     why->message[0] ? why->message : "malformed message");
}

/* Fields of different types with one dictionary would read it as what it is not. */
static bool check_dictionary_ids(struct ipc_decoder *d, struct error *err) {
    struct ArrowBuffer ids;
    ArrowBufferInit(&ids);
    bool ok = ArrowIpcDictionaryEncodingsUniqueIds(&d->encodings, &ids) == NANOARROW_OK || error_set_no_memory(err);
    size_t unique = (size_t)ids.size_bytes / sizeof(int64_t);
    size_t all = (size_t)d->encodings.encodings.size_bytes / sizeof(struct ArrowIpcDictionaryEncoding);
    ArrowBufferReset(&ids);
    return ok && (unique == all || error_set(err, ERROR_UNSUPPORTED, "Arrow IPC: fields share a dictionary"));
}

static bool decode_schema(struct ipc_decoder *d, struct error *err) {
    struct ArrowError why = {{0}};
    if (d->schema.release)
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: a second schema in one stream");
    ArrowIpcDictionaryEncodingsInit(&d->encodings);
    d->has_encodings = true;
    int code = ArrowIpcDecoderDecodeSchemaWithDictionaries(&d->ipc, &d->schema, &d->encodings, &why);
    if (code == NANOARROW_OK && !ipc_views_set_formats(&d->views, &d->schema, true, err))
        return false;
    if (code == NANOARROW_OK)
        code = ArrowIpcDecoderSetSchemaWithDictionaries(&d->ipc, &d->schema, &d->encodings, &why);
    if (code == NANOARROW_OK)
        code = ArrowIpcDecoderSetEndianness(&d->ipc, d->ipc.endianness);
    if (code == NANOARROW_OK) {
        code = ArrowIpcDictionariesInit(&d->dictionaries, &d->encodings, &why);
        d->has_dictionaries = code == NANOARROW_OK;
    }
    if (code != NANOARROW_OK)
        return fail(err, code, &why);
    return ipc_views_set_formats(&d->views, &d->schema, false, err) && check_dictionary_ids(d, err);
}

/* How many field nodes and buffers an array of this type has in a batch; dictionaries come apart. */
static bool count_parts(const struct ArrowSchema *schema, size_t *nodes, size_t *buffers) {
    struct ArrowSchemaView view;
    if (ArrowSchemaViewInit(&view, schema, NULL) != NANOARROW_OK)
        return false;
    ++*nodes;
    for (int i = 0; i < NANOARROW_MAX_FIXED_BUFFERS && view.layout.buffer_type[i] != NANOARROW_BUFFER_TYPE_NONE; i++)
        ++*buffers;
    for (int64_t i = 0; i < schema->n_children; i++)
        if (!count_parts(schema->children[i], nodes, buffers))
            return false;
    return true;
}

static bool check_dictionary(const struct ipc_decoder *d, const void *flatbuffer, struct error *err) {
    const struct ArrowIpcDictionaryEncoding *encoding =
        ArrowIpcDictionaryEncodingsFindById(&d->encodings, d->ipc.dictionary->id);
    size_t nodes = 0, buffers = 0, sent_nodes, sent_buffers;
    ipc_count_dictionary_parts(flatbuffer, &sent_nodes, &sent_buffers);
    bool ok = encoding && count_parts(encoding->schema->dictionary, &nodes, &buffers) && nodes == sent_nodes &&
              buffers == sent_buffers;
    return ok || error_set(err, ERROR_PROTOCOL, "Arrow IPC: a dictionary does not fit its field");
}

/* A dictionary index, whatever its width; a negative one becomes huge. */
static uint64_t index_at(const struct ArrowArrayView *view, int64_t row) {
    return (uint64_t)ArrowArrayViewGetIntUnsafe(view, row);
}

static bool check_indexes(const struct ArrowArrayView *view, struct error *err) {
    if (view->dictionary) {
        uint64_t size = (uint64_t)view->dictionary->length;
        for (int64_t i = 0; i < view->length; i++)
            if (!ArrowArrayViewIsNull(view, i) && index_at(view, i) >= size)
                return error_set(err, ERROR_PROTOCOL, "Arrow IPC: a dictionary index is out of range");
        if (!check_indexes(view->dictionary, err))
            return false;
    }
    for (int64_t i = 0; i < view->n_children; i++)
        if (!check_indexes(view->children[i], err))
            return false;
    return true;
}

static bool check_array(const struct ArrowSchema *schema, const struct ArrowArray *array, struct error *err) {
    struct ArrowArrayView view;
    struct ArrowError why = {{0}};
    int code = ArrowArrayViewInitFromSchema(&view, schema, &why);
    if (code == NANOARROW_OK)
        code = ArrowArrayViewSetArray(&view, array, &why);
    bool ok = code == NANOARROW_OK ? check_indexes(&view, err) : fail(err, code, &why);
    ArrowArrayViewReset(&view);
    return ok;
}

/* The body in memory of its own, aligned, shared by the arrays made from it. */
static bool copy_body(const void *body, size_t length, struct ArrowBuffer *out, struct error *err) {
    struct ArrowBuffer copy;
    ArrowBufferInit(&copy);
    if (ArrowBufferAppend(&copy, body, (int64_t)length) == NANOARROW_OK && ArrowSharedBufferInit(out, &copy) == NANOARROW_OK)
        return true;
    ArrowBufferReset(&copy);
    return error_set_no_memory(err);
}

static bool decode_batch(struct ipc_decoder *d, struct ArrowBuffer *body, struct ArrowArray *out, struct error *err) {
    struct ArrowError why = {{0}};
    struct ArrowArray array = {.release = NULL};
    int code = ArrowIpcDecoderDecodeArrayFromSharedWithDictionaries(&d->ipc, body, -1, &d->dictionaries, &array,
                                                                    NANOARROW_VALIDATION_LEVEL_FULL, &why);
    if (code != NANOARROW_OK)
        return fail(err, code, &why);
    if ((d->views.any_bytes && !ipc_views_join(&d->views, &d->schema, &array, body->data, err)) ||
        (d->encodings.encodings.size_bytes && !check_array(&d->schema, &array, err))) {
        array.release(&array);
        return false;
    }
    *out = array;
    return true;
}

static bool decode_dictionary(struct ipc_decoder *d, const void *flatbuffer, struct ArrowBuffer *body,
                              struct error *err) {
    struct ArrowError why = {{0}};
    if (!check_dictionary(d, flatbuffer, err))
        return false;
    int code = ArrowIpcDecoderDecodeDictionaryFromShared(&d->ipc, body, NANOARROW_VALIDATION_LEVEL_FULL, &d->dictionaries, &why);
    return code == NANOARROW_OK || fail(err, code, &why);
}

static bool decode_body(struct ipc_decoder *d, const void *flatbuffer, const void *body, size_t body_length,
                        enum ipc_message_kind *kind, struct ArrowArray *out, struct error *err) {
    struct ArrowBuffer buffer;
    if (!d->schema.release)
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: a batch before the schema");
    if (d->ipc.body_size_bytes < 0 || (uint64_t)d->ipc.body_size_bytes > body_length)
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: a body of %lld bytes is announced, %zu have come",
                         (long long)d->ipc.body_size_bytes, body_length);
    if (!copy_body(body, body_length, &buffer, err))
        return false;
    bool ok;
    if (d->ipc.message_type == NANOARROW_IPC_MESSAGE_TYPE_RECORD_BATCH) {
        *kind = IPC_MESSAGE_BATCH;
        ok = decode_batch(d, &buffer, out, err);
    } else if (d->ipc.message_type == NANOARROW_IPC_MESSAGE_TYPE_DICTIONARY_BATCH) {
        *kind = IPC_MESSAGE_DICTIONARY;
        ok = decode_dictionary(d, flatbuffer, &buffer, err);
    } else {
        ok = error_set(err, ERROR_PROTOCOL, "Arrow IPC: unexpected message type");
    }
    ArrowBufferReset(&buffer);
    return ok;
}

/* nanoarrow wants the encapsulation, and eight-byte alignment for the flatbuffer: a copy with both; NULL when memory is out. */
static uint8_t *encapsulate(const void *header, size_t length, struct ArrowBufferView *view) {
    size_t padded = length + (-length & 7);
    uint8_t *copy = memory_allocate_zeroed(1, PREFIX_BYTES + padded);
    if (!copy)
        return NULL;
    uint32_t size = (uint32_t)padded;
    memset(copy, 0xff, 4);
    memcpy(copy + 4, &size, sizeof size);
    if (length)
        memcpy(copy + PREFIX_BYTES, header, length);
    *view = (struct ArrowBufferView){.data.as_uint8 = copy, .size_bytes = (int64_t)(PREFIX_BYTES + padded)};
    return copy;
}

/* Puts what nanoarrow can read in the place of a message with views. */
static bool lower_message(struct ipc_decoder *d, uint8_t **copy, struct ArrowBufferView *view, struct error *err) {
    uint8_t *flatbuffer = *copy + PREFIX_BYTES;
    if (d->ipc.message_type == NANOARROW_IPC_MESSAGE_TYPE_SCHEMA)
        return d->schema.release || ipc_views_lower(&d->views, flatbuffer, err);
    if (d->ipc.message_type != NANOARROW_IPC_MESSAGE_TYPE_RECORD_BATCH || !d->views.any)
        return true;
    size_t length;
    struct error inner = {0};
    bool ok = ipc_views_set_formats(&d->views, &d->schema, true, err);
    uint8_t *made = ok ? ipc_views_split(&d->views, &d->schema, flatbuffer, d->ipc.body_size_bytes, &length, err) : NULL;
    ok = ipc_views_set_formats(&d->views, &d->schema, false, &inner) && made;
    uint8_t *replaced = ok ? encapsulate(made, length, view) : NULL;
    if (!replaced)
        return made ? error_set_no_memory(err) : false;
    memory_free(*copy);
    *copy = replaced;
    return true;
}

static bool decode_message(struct ipc_decoder *d, uint8_t **copy, struct ArrowBufferView view, const void *body,
                           size_t body_length, enum ipc_message_kind *kind, struct ArrowArray *out, struct error *err) {
    struct ArrowError why = {{0}};
    if (!ipc_fields_are_few(*copy + PREFIX_BYTES, (size_t)view.size_bytes - PREFIX_BYTES))
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: fields share their children or nest too deep");
    int code = ArrowIpcDecoderVerifyHeader(&d->ipc, view, &why);
    if (code == NANOARROW_OK && !ipc_message_is_sane(*copy + PREFIX_BYTES, body_length))
        code = EINVAL;
    if (code == NANOARROW_OK && !lower_message(d, copy, &view, err))
        return false;
    if (code == NANOARROW_OK)
        code = ArrowIpcDecoderDecodeHeader(&d->ipc, view, &why);
    if (code != NANOARROW_OK)
        return fail(err, code, &why);
    if (d->ipc.message_type != NANOARROW_IPC_MESSAGE_TYPE_SCHEMA)
        return decode_body(d, *copy + PREFIX_BYTES, body, body_length, kind, out, err);
    *kind = IPC_MESSAGE_SCHEMA;
    return decode_schema(d, err);
}

bool ipc_decode(struct ipc_decoder *decoder, const void *header, size_t header_length, const void *body,
                size_t body_length, enum ipc_message_kind *kind, struct ArrowArray *out, struct error *err) {
    struct ArrowBufferView view;
    if (header_length > INT32_MAX - 2 * PREFIX_BYTES)
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: message too long");
    uint8_t *copy = encapsulate(header, header_length, &view);
    bool ok = copy ? decode_message(decoder, &copy, view, body, body_length, kind, out, err) : error_set_no_memory(err);
    memory_free(copy);
    return ok;
}

/* The next encapsulated message of a stream; false at its end or when it is cut. */
static bool next_message(const uint8_t **at, size_t *left, const uint8_t **header, size_t *header_length) {
    uint32_t size;
    if (*left < PREFIX_BYTES || memcmp(*at, "\xff\xff\xff\xff", 4) != 0)
        return false;
    memcpy(&size, *at + 4, sizeof size);
    if (!size || size > *left - PREFIX_BYTES)
        return false;
    *header = *at + PREFIX_BYTES;
    *header_length = size;
    *at += PREFIX_BYTES + size;
    *left -= PREFIX_BYTES + size;
    return true;
}

bool ipc_read_stream(const void *bytes, size_t length, struct ArrowSchema *schema, struct ArrowArray *batch,
                     struct error *err) {
    const uint8_t *at = bytes, *header;
    size_t left = length, header_length;
    struct ArrowArray array = {.release = NULL};
    struct ipc_decoder *decoder = ipc_decoder_create(err);
    bool ok = decoder != NULL;
    while (ok && !array.release && next_message(&at, &left, &header, &header_length)) {
        enum ipc_message_kind kind;
        ok = ipc_decode(decoder, header, header_length, at, left, &kind, &array, err);
        size_t body = ok && kind != IPC_MESSAGE_SCHEMA ? (size_t)decoder->ipc.body_size_bytes : 0;
        body = body < left ? body : left;
        at += body;
        left -= body;
    }
    if (ok && !array.release)
        ok = error_set(err, ERROR_PROTOCOL, "Arrow IPC: the stream holds no batch");
    if (ok)
        ok = ipc_copy_schema(&decoder->schema, schema, err);
    if (ok)
        *batch = array;
    else if (array.release)
        array.release(&array);
    ipc_decoder_destroy(decoder);
    return ok;
}

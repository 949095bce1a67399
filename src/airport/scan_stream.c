/* Streams of rows on their way to the client. */
#include <errno.h>
#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/scan.h"
#include "airport/schema.h"
#include "airport/server.h"
#include "base/clock.h"
#include "base/memory.h"
#include "flight/flight_data.h"
#include "flight/msgpack.h"

enum {
    MAX_PARTS = 64,         /* batches gathered into one */
    GATHER_NS = 50000000,   /* a slow producer's rows are not held back longer */
    SMALL_FRACTION = 4,     /* batches below a quarter of the wanted size are gathered */
};

/* A batch that several messages borrow from. */
struct shared_batch {
    atomic_int references;
    struct ArrowArray array;
};

/* A batch and where its columns go. */
struct part {
    struct ArrowArray array;
    const struct ArrowArray **columns;
};

struct scan_stream {
    struct airport_call *call;
    const struct ipc_schema *schema;
    struct ipc_encoder encoder;
    struct ArrowArrayStream source;
    int32_t *places; /* of the schema's columns in the source; -1: absent */
    int64_t source_columns;
    struct part parts[MAX_PARTS]; /* gathered and not sent */
    int32_t part_count;
    struct shared_batch *large; /* a batch that is sent in slices */
    const struct ArrowArray **large_columns;
    int64_t large_at, large_slice;
    bool at_end, has_sent;
    struct arena column_arena; /* of the parts' column lists */
};

static void release_part(struct part *part) {
    if (part->array.release)
        part->array.release(&part->array);
}

static void drop_shared(struct shared_batch *shared) {
    if (!shared || atomic_fetch_sub(&shared->references, 1) != 1)
        return;
    if (shared->array.release)
        shared->array.release(&shared->array);
    memory_free(shared);
}

static void release_reference(struct ArrowArray *array) {
    drop_shared(array->private_data);
    array->release = NULL;
}

static void destroy_stream(void *self) {
    struct scan_stream *s = self;
    for (int32_t i = 0; i < s->part_count; i++)
        release_part(&s->parts[i]);
    drop_shared(s->large);
    ipc_encoder_destroy(&s->encoder);
    arena_destroy(&s->column_arena);
    if (s->source.release)
        s->source.release(&s->source);
}

/* ---- where columns go ---- */

static bool place_columns(struct scan_stream *s, const struct ArrowSchema *source, struct airport_error *err) {
    const struct ArrowSchema *schema = &s->schema->schema;
    s->source_columns = source->n_children;
    s->places = airport_call_allocate(s->call, (size_t)(schema->n_children + 1) * sizeof *s->places);
    if (!s->places)
        return airport_fail_no_memory(err);
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *name = schema->children[i]->name;
        s->places[i] = airport_schema_find(source, name);
        if (s->places[i] >= 0 && !airport_schema_equal(schema->children[i], source->children[s->places[i]]))
            return contract_broken(s->call, err, "the stream's column \"%s\" has another Arrow type (\"%s\") than the table's (\"%s\")",
                                   name, source->children[s->places[i]]->format, schema->children[i]->format);
    }
    return true;
}

static bool check_wanted(struct scan_stream *s, const struct scan_source *source, struct airport_error *err) {
    for (int32_t i = 0; i < source->options.column_count; i++)
        if (s->places[source->options.column_indexes[i]] < 0)
            return contract_broken(s->call, err, "the stream lacks the column \"%s\" that was asked for",
                                   source->options.columns[i]);
    return true;
}

static struct scan_stream *new_stream(struct airport_call *call, const struct ipc_schema *schema,
                                      struct ArrowArrayStream *stream, struct airport_error *err) {
    struct scan_stream *s = arena_allocate_zeroed(&call->arena, 1, sizeof *s);
    if (!s) {
        if (stream->release)
            stream->release(stream);
        airport_fail_no_memory(err);
        return NULL;
    }
    s->call = call;
    s->schema = schema;
    s->source = *stream;
    stream->release = NULL;
    ipc_encoder_init(&s->encoder, schema);
    s->encoder.slabs = slab_pool_create(call->server->config.batch_bytes * 3 / 2);
    return call_keep(call, destroy_stream, s, err) ? s : NULL;
}

static bool read_source_schema(struct scan_stream *s, struct airport_error *err) {
    if (!s->source.release)
        return contract_broken(s->call, err, "a scan gave no stream");
    struct ArrowSchema schema = {.release = NULL};
    int code = s->source.get_schema(&s->source, &schema);
    if (code)
        return stream_failed(s->call, &s->source, code, err);
    bool ok = (schema_is_well_formed(&schema) || contract_broken(s->call, err, "a stream has no schema")) &&
              place_columns(s, &schema, err);
    schema_release(&schema);
    return ok;
}

struct scan_stream *scan_open(struct airport_call *call, struct scan_source *source, struct airport_error *err) {
    struct ArrowArrayStream stream = {.release = NULL};
    if (!source->methods->open(source->self, call, &source->options, &stream, err)) {
        if (stream.release)
            stream.release(&stream);
        return NULL;
    }
    struct scan_stream *s = new_stream(call, source->schema, &stream, err);
    return s && read_source_schema(s, err) && check_wanted(s, source, err) ? s : NULL;
}

bool scan_send_schema(struct airport_call *call, const struct ipc_schema *schema) {
    return call_send(call, ipc_schema_message(schema));
}

/* ---- batches ---- */

static const struct ArrowArray **columns_of(struct scan_stream *s, const struct ArrowArray *array) {
    int64_t count = s->schema->schema.n_children;
    const struct ArrowArray **columns = arena_allocate(&s->column_arena, (size_t)(count + 1) * sizeof(void *));
    for (int64_t i = 0; columns && i < count; i++)
        columns[i] = s->places[i] < 0 ? NULL : array->children[s->places[i]];
    return columns;
}

/* Pulls the next batch that has rows. */
static bool pull(struct scan_stream *s, struct ArrowArray *out, struct airport_error *err) {
    for (;;) {
        struct ArrowArray array = {.release = NULL};
        int code = s->source.get_next(&s->source, &array);
        if (code)
            return stream_failed(s->call, &s->source, code, err);
        *out = array;
        if (!array.release) {
            s->at_end = true;
            return true;
        }
        if (array.n_children != s->source_columns || array.length < 0 || array.offset < 0) {
            array.release(&array);
            out->release = NULL;
            return contract_broken(s->call, err, "a batch does not fit the stream's schema");
        }
        if (array.length)
            return true;
        array.release(&array);
        if (airport_call_is_cancelled(s->call))
            return airport_fail(err, AIRPORT_CANCELLED, "the call was cancelled");
    }
}

/* What goes with the next batch: the progress, if the stream tells it. */
static bool send_rows(struct scan_stream *s, const struct ipc_rows *rows, int32_t count, struct ArrowArray *owned,
                      struct airport_error *err) {
    struct writer metadata = {0};
    if (s->call->progress >= 0) {
        msgpack_write_map(&metadata, 1);
        msgpack_write_text(&metadata, "progress");
        msgpack_write_double(&metadata, s->call->progress);
    }
    struct ipc_message_list list = {.first = NULL};
    list.last = &list.first;
    struct error inner = {0};
    bool ok = writer_ok(&metadata)
                  ? ipc_encode(&s->encoder, rows, count, metadata.bytes, metadata.length, &list, &inner)
                  : error_set_no_memory(&inner);
    writer_destroy(&metadata);
    if (!ok)
        rows_failed(s->call, &inner, err);
    while (list.first) {
        struct flight_message *message = list.first;
        list.first = message->next;
        if (ok && !list.first && owned && !flight_message_adopt(message, owned, 1))
            ok = airport_fail_no_memory(err);
        if (ok)
            ok = call_send(s->call, message);
        else
            flight_message_destroy(message);
    }
    s->has_sent = true;
    return ok;
}

static bool send_slice(struct scan_stream *s, struct airport_error *err) {
    int64_t left = s->large->array.length - s->large_at;
    struct ipc_rows rows = {s->large_columns, s->large->array.offset + s->large_at,
                            left < s->large_slice ? left : s->large_slice};
    struct ArrowArray reference = {.release = release_reference, .private_data = s->large};
    atomic_fetch_add(&s->large->references, 1);
    bool ok = send_rows(s, &rows, 1, &reference, err);
    if (reference.release)
        reference.release(&reference);
    s->large_at += rows.length;
    if (s->large_at == s->large->array.length) {
        drop_shared(s->large);
        s->large = NULL;
        arena_reset(&s->column_arena); /* what was gathered has been sent before */
    }
    return ok;
}

/* Begins to send a batch in slices of the wanted size; a small one is a single slice. */
static bool begin_large(struct scan_stream *s, struct part *part, size_t bytes, struct airport_error *err) {
    struct shared_batch *shared = memory_allocate(sizeof *shared);
    if (!shared)
        return airport_fail_no_memory(err);
    atomic_init(&shared->references, 1);
    shared->array = part->array;
    part->array.release = NULL;
    int64_t rows = shared->array.length;
    size_t wanted = s->call->server->config.batch_bytes;
    s->large = shared;
    s->large_columns = part->columns;
    s->large_at = 0;
    s->large_slice = rows;
    if (bytes > wanted + wanted / 2) {
        s->large_slice = (int64_t)((double)rows * (double)wanted / (double)bytes);
        s->large_slice = s->large_slice < 1 ? 1 : (s->large_slice + 7) / 8 * 8; /* bitmaps stay aligned */
    }
    return true;
}

static bool send_gathered(struct scan_stream *s, struct airport_error *err) {
    struct ipc_rows rows[MAX_PARTS];
    for (int32_t i = 0; i < s->part_count; i++)
        rows[i] = (struct ipc_rows){s->parts[i].columns, s->parts[i].array.offset, s->parts[i].array.length};
    bool ok;
    if (s->part_count == 1) {
        ok = send_rows(s, rows, 1, &s->parts[0].array, err);
    } else {
        ok = send_rows(s, rows, s->part_count, NULL, err);
    }
    for (int32_t i = 0; i < s->part_count; i++)
        release_part(&s->parts[i]);
    s->part_count = 0;
    if (!s->large)
        arena_reset(&s->column_arena);
    return ok;
}

/* Pulls until there is enough to send: parts to be gathered, or one large batch (behind them). */
static bool fill(struct scan_stream *s, struct airport_error *err) {
    size_t wanted = s->call->server->config.batch_bytes, gathered = 0;
    int64_t until_ns = clock_monotonic_ns() + GATHER_NS;
    while (!s->at_end && !s->large && s->part_count < MAX_PARTS && gathered < wanted) {
        struct part part;
        if (!pull(s, &part.array, err))
            return false;
        if (s->at_end)
            break;
        part.columns = columns_of(s, &part.array);
        const struct ipc_rows rows = {part.columns, part.array.offset, part.array.length};
        size_t bytes = part.columns ? ipc_estimate_bytes(s->schema, &rows) : 0;
        bool is_small = bytes < wanted / SMALL_FRACTION && !s->schema->has_dictionaries;
        bool ok = part.columns || airport_fail_no_memory(err);
        if (ok && is_small)
            s->parts[s->part_count++] = part;
        else if (!ok || !begin_large(s, &part, bytes, err)) {
            release_part(&part);
            return false;
        }
        gathered += bytes;
        /* The first rows go out at once. */
        if (!s->has_sent || clock_monotonic_ns() > until_ns)
            break;
    }
    return true;
}

enum scan_status scan_send_next(struct scan_stream *s, struct airport_error *err) {
    if (!s->large && !s->part_count && !s->at_end && !fill(s, err))
        return SCAN_FAILED;
    if (s->part_count)
        return send_gathered(s, err) ? SCAN_MESSAGES : SCAN_FAILED;
    if (s->large)
        return send_slice(s, err) ? SCAN_MESSAGES : SCAN_FAILED;
    return SCAN_END;
}

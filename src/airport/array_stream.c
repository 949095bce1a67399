/* Streams of batches: from a list, or from a function. */
#include <errno.h>

#include "airport.h"
#include "airport/array.h"
#include "airport/schema.h"
#include "base/memory.h"

struct list_stream {
    struct ArrowSchema schema;
    int32_t next, count;
    struct ArrowArray batches[];
};

struct function_stream {
    struct airport_call *call;
    struct ArrowSchema schema;
    bool (*next)(void *self, struct airport_call *call, struct ArrowArray *out, struct airport_error *err);
    void (*release)(void *self);
    void *self;
    struct airport_error error;
};

static int give_schema(const struct ArrowSchema *schema, struct ArrowSchema *out) {
    return schema_copy(schema, out) ? 0 : ENOMEM;
}

static int list_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    return give_schema(&((struct list_stream *)stream->private_data)->schema, out);
}

static int list_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct list_stream *s = stream->private_data;
    *out = (struct ArrowArray){.release = NULL};
    if (s->next < s->count) {
        *out = s->batches[s->next];
        s->batches[s->next++].release = NULL;
    }
    return 0;
}

static const char *no_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return NULL;
}

static void list_release(struct ArrowArrayStream *stream) {
    struct list_stream *s = stream->private_data;
    for (int32_t i = s->next; i < s->count; i++)
        array_release(&s->batches[i]);
    schema_release(&s->schema);
    memory_free(s);
    stream->release = NULL;
}

bool airport_stream_from_batches(struct ArrowSchema *schema, struct ArrowArray *batches, int32_t batch_count,
                                 struct ArrowArrayStream *out, struct airport_error *err) {
    struct list_stream *s = memory_allocate_zeroed(1, sizeof *s + (size_t)batch_count * sizeof *batches);
    if (!s) {
        schema_release(schema);
        for (int32_t i = 0; i < batch_count; i++)
            array_release(&batches[i]);
        return airport_fail_no_memory(err);
    }
    s->schema = *schema;
    schema->release = NULL;
    for (; s->count < batch_count; s->count++) {
        s->batches[s->count] = batches[s->count];
        batches[s->count].release = NULL;
    }
    *out = (struct ArrowArrayStream){list_schema, list_next, no_error, list_release, s};
    return true;
}

static int function_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    return give_schema(&((struct function_stream *)stream->private_data)->schema, out);
}

static int function_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    struct function_stream *s = stream->private_data;
    *out = (struct ArrowArray){.release = NULL};
    if (s->next(s->self, s->call, out, &s->error))
        return 0;
    array_release(out);
    return s->call ? airport_call_fail(s->call, s->error.kind, "%s", s->error.message) : EIO;
}

static const char *function_error(struct ArrowArrayStream *stream) {
    return ((struct function_stream *)stream->private_data)->error.message;
}

static void function_release(struct ArrowArrayStream *stream) {
    struct function_stream *s = stream->private_data;
    if (s->release)
        s->release(s->self);
    schema_release(&s->schema);
    memory_free(s);
    stream->release = NULL;
}

bool airport_stream_from_function(struct airport_call *call, struct ArrowSchema *schema,
                                  bool (*next)(void *self, struct airport_call *call, struct ArrowArray *out,
                                               struct airport_error *err),
                                  void (*release)(void *self), void *self, struct ArrowArrayStream *out,
                                  struct airport_error *err) {
    struct function_stream *s = memory_allocate_zeroed(1, sizeof *s);
    if (!s) {
        schema_release(schema);
        if (release)
            release(self);
        return airport_fail_no_memory(err);
    }
    *s = (struct function_stream){
        .call = call, .schema = *schema, .next = next, .release = release, .self = self, .error = {AIRPORT_OK, ""}};
    schema->release = NULL;
    *out = (struct ArrowArrayStream){function_schema, function_next, function_error, function_release, s};
    return true;
}

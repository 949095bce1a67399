#include "flight/ipc_view.h"

#include <string.h>

#include <nanoarrow/ipc/flatcc_generated.h>
#include <nanoarrow/nanoarrow.h>

#include "base/memory.h"

#define ns(name) FLATBUFFERS_WRAP_NAMESPACE(org_apache_arrow_flatbuf, name)

enum { FIELD_TYPE_TYPE_ID = 2, INLINE_BYTES = 12, FIXED_BUFFERS = 2 };

void ipc_views_destroy(struct ipc_views *views) {
    writer_destroy(&views->kinds);
    arena_destroy(&views->arena);
}

/* ---- schemas ---- */

/* What a view is called in `kinds`, and the type that is laid out alike in the flatbuffer: both tables are empty. */
static const struct {
    ns(Type_union_type_t) type, like;
    char kind;
    const char *format;
} view_types[] = {
    {ns(Type_Utf8View), ns(Type_Utf8), 'u', "vu"},
    {ns(Type_BinaryView), ns(Type_Binary), 'z', "vz"},
    {ns(Type_ListView), ns(Type_List), 'l', "+vl"},
    {ns(Type_LargeListView), ns(Type_LargeList), 'L', "+vL"},
};
enum { VIEW_TYPES = sizeof view_types / sizeof *view_types };

static int find_view_type(ns(Type_union_type_t) type) {
    for (int i = 0; i < VIEW_TYPES; i++)
        if (view_types[i].type == type)
            return i;
    return -1;
}

/* Where a field's type stands. */
static const uint8_t *type_place(ns(Field_table_t) field)
__flatbuffers_scalar_field(uint8_t, FIELD_TYPE_TYPE_ID, field)

static bool holds_view(ns(Field_table_t) field) {
    ns(Field_vec_t) children = ns(Field_children(field));
    for (size_t i = 0; i < ns(Field_vec_len(children)); i++)
        if (holds_view(ns(Field_vec_at(children, i))))
            return true;
    return find_view_type(ns(Field_type_type(field))) >= 0;
}

static bool lower_fields(struct ipc_views *views, ns(Field_vec_t) fields, struct error *err) {
    for (size_t i = 0; i < ns(Field_vec_len(fields)); i++) {
        ns(Field_table_t) field = ns(Field_vec_at(fields, i));
        int view = find_view_type(ns(Field_type_type(field)));
        if (ns(Field_dictionary(field))) {
            if (holds_view(field))
                return error_set(err, ERROR_UNSUPPORTED, "Arrow IPC: a dictionary of views");
            writer_u8(&views->kinds, '-');
            continue; /* its children are the dictionary's */
        }
        writer_u8(&views->kinds, view < 0 ? '-' : (uint8_t)view_types[view].kind);
        if (view >= 0) {
            views->any = true;
            views->any_bytes = views->any_bytes || strchr("uz", view_types[view].kind);
            *(uint8_t *)(uintptr_t)type_place(field) = view_types[view].like;
        }
        if (!lower_fields(views, ns(Field_children(field)), err))
            return false;
    }
    return true;
}

bool ipc_views_lower(struct ipc_views *views, void *flatbuffer, struct error *err) {
    ns(Schema_table_t) schema = (ns(Schema_table_t))ns(Message_header(ns(Message_as_root(flatbuffer))));
    return lower_fields(views, ns(Schema_fields(schema)), err) &&
           (writer_ok(&views->kinds) || error_set_no_memory(err));
}

/* The next field's letter; `at` counts fields depth first. */
static char kind_at(const struct ipc_views *views, size_t *at) {
    return *at < views->kinds.length ? (char)views->kinds.bytes[(*at)++] : '-';
}

static const char *format_of(char kind, bool for_decoding) {
    if (for_decoding && (kind == 'u' || kind == 'z'))
        return "w:16";
    for (int i = 0; i < VIEW_TYPES; i++)
        if (view_types[i].kind == kind)
            return view_types[i].format;
    return NULL;
}

static bool set_formats(const struct ipc_views *views, size_t *at, struct ArrowSchema *schema, bool for_decoding) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        const char *format = format_of(kind_at(views, at), for_decoding);
        if ((format && ArrowSchemaSetFormat(child, format) != NANOARROW_OK) ||
            !set_formats(views, at, child, for_decoding))
            return false;
    }
    return true;
}

bool ipc_views_set_formats(const struct ipc_views *views, struct ArrowSchema *schema, bool for_decoding,
                           struct error *err) {
    size_t at = 0;
    return !views->any || set_formats(views, &at, schema, for_decoding) || error_set_no_memory(err);
}

/* ---- metadata ---- */

/* A walk over the buffers of a batch. */
struct split {
    struct ipc_views *views;
    ns(Buffer_vec_t) buffers;
    ns(FieldNode_vec_t) nodes;
    flatbuffers_int64_vec_t counts;
    size_t field, next_node, next_buffer, next_count, taken;
    struct writer kept;
};

static bool keep_buffers(struct split *s, size_t count) {
    if (count > ns(Buffer_vec_len(s->buffers)) - s->next_buffer)
        return false;
    for (size_t i = 0; i < count; i++) {
        ns(Buffer_struct_t) buffer = ns(Buffer_vec_at(s->buffers, s->next_buffer++));
        const struct ipc_buffer kept = {ns(Buffer_offset(buffer)), ns(Buffer_length(buffer))};
        writer_bytes(&s->kept, &kept, sizeof kept);
    }
    return true;
}

static bool take_buffers(struct split *s) {
    if (s->next_count >= flatbuffers_int64_vec_len(s->counts))
        return false;
    int64_t count = flatbuffers_int64_vec_at(s->counts, s->next_count);
    if (count < 0 || (uint64_t)count > ns(Buffer_vec_len(s->buffers)) - s->next_buffer)
        return false;
    s->views->counts[s->next_count++] = count;
    for (int64_t i = 0; i < count; i++) {
        ns(Buffer_struct_t) buffer = ns(Buffer_vec_at(s->buffers, s->next_buffer++));
        s->views->buffers[s->taken++] = (struct ipc_buffer){ns(Buffer_offset(buffer)), ns(Buffer_length(buffer))};
    }
    return true;
}

/* Whether the sizes of a list view, its last buffer, are as many as its rows: nanoarrow 0.9 asks only for the other buffers. */
static bool are_sizes_whole(const struct split *s, char kind, int64_t rows) {
    int64_t width = kind == 'l' ? sizeof(int32_t) : sizeof(int64_t);
    return (kind != 'l' && kind != 'L') || ns(Buffer_length(ns(Buffer_vec_at(s->buffers, s->next_buffer - 1)))) >= rows * width;
}

static bool split_fields(struct split *s, const struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchemaView view;
        size_t fixed = 0;
        if (ArrowSchemaViewInit(&view, schema->children[i], NULL) != NANOARROW_OK ||
            s->next_node >= ns(FieldNode_vec_len(s->nodes)))
            return false;
        int64_t rows = ns(FieldNode_length(ns(FieldNode_vec_at(s->nodes, s->next_node++))));
        while (fixed < NANOARROW_MAX_FIXED_BUFFERS && view.layout.buffer_type[fixed] != NANOARROW_BUFFER_TYPE_NONE)
            fixed++;
        char kind = kind_at(s->views, &s->field);
        if (!keep_buffers(s, fixed) || !are_sizes_whole(s, kind, rows) || ((kind == 'u' || kind == 'z') && !take_buffers(s)) ||
            !split_fields(s, schema->children[i]))
            return false;
    }
    return true;
}

static bool copy_nodes(ns(RecordBatch_table_t) batch, struct writer *nodes) {
    ns(FieldNode_vec_t) from = ns(RecordBatch_nodes(batch));
    for (size_t i = 0; i < ns(FieldNode_vec_len(from)); i++) {
        ns(FieldNode_struct_t) node = ns(FieldNode_vec_at(from, i));
        const struct ipc_node copy = {ns(FieldNode_length(node)), ns(FieldNode_null_count(node))};
        writer_bytes(nodes, &copy, sizeof copy);
    }
    return writer_ok(nodes);
}

uint8_t *ipc_views_split(struct ipc_views *views, const struct ArrowSchema *schema, const void *flatbuffer,
                         int64_t body_length, size_t *length, struct error *err) {
    ns(RecordBatch_table_t) batch = (ns(RecordBatch_table_t))ns(Message_header(ns(Message_as_root(flatbuffer))));
    struct split s = {.views = views, .buffers = ns(RecordBatch_buffers(batch)), .nodes = ns(RecordBatch_nodes(batch)),
                      .counts = ns(RecordBatch_variadicBufferCounts(batch))};
    struct writer nodes = {0};
    uint8_t *made = NULL;
    arena_reset(&views->arena);
    views->buffers = arena_allocate_zeroed(&views->arena, ns(Buffer_vec_len(s.buffers)) + 1, sizeof *views->buffers);
    views->counts = arena_allocate_zeroed(&views->arena, flatbuffers_int64_vec_len(s.counts) + 1, sizeof *views->counts);
    if (!views->buffers || !views->counts || !copy_nodes(batch, &nodes))
        error_set_no_memory(err);
    else if (ns(RecordBatch_compression_is_present(batch)))
        error_set(err, ERROR_UNSUPPORTED, "Arrow IPC: views in a compressed batch");
    else if (!split_fields(&s, schema) || s.next_buffer != ns(Buffer_vec_len(s.buffers)) ||
             s.next_count != flatbuffers_int64_vec_len(s.counts))
        error_set(err, ERROR_PROTOCOL, "Arrow IPC: the buffers of a batch do not fit its views");
    else if (!(made = ipc_make_metadata(&views->arena, ns(RecordBatch_length(batch)), -1, body_length, &nodes, &s.kept, length)))
        error_set_no_memory(err);
    writer_destroy(&nodes);
    writer_destroy(&s.kept);
    return made;
}

/* ---- arrays ---- */

/* "Variable-size Binary View Layout" of the columnar format. */
struct view {
    int32_t length;
    char prefix[4];
    int32_t buffer, offset;
};

/* An array of views: the decoded one, which keeps the body, and the buffers that a reader finds; their sizes stand behind. */
struct joined {
    struct ArrowArray inner;
    const void *buffers[];
};

static void release_joined(struct ArrowArray *array) {
    struct joined *joined = array->private_data;
    joined->inner.release(&joined->inner);
    memory_free(joined);
    array->release = NULL;
}

static bool is_valid(const struct ArrowArray *array, int64_t row) {
    const uint8_t *bits = array->buffers[0];
    return !bits || bits[row / 8] >> (row % 8) & 1;
}

static bool is_view_sane(const struct view *view, const struct ipc_buffer *buffers, int64_t count) {
    if (view->length <= INLINE_BYTES)
        return view->length >= 0;
    return view->buffer >= 0 && view->buffer < count && view->offset >= 0 &&
           view->offset <= buffers[view->buffer].length &&
           view->length <= buffers[view->buffer].length - view->offset;
}

/* Null rows may hold anything: they become empty, so that no reader can be led astray by them. */
static bool check_views(struct ArrowArray *array, const struct ipc_buffer *buffers, int64_t count) {
    struct view *views = (struct view *)(uintptr_t)array->buffers[1];
    for (int64_t row = 0; row < array->length; row++) {
        if (!is_valid(array, row))
            memset(&views[row], 0, sizeof views[row]);
        else if (!is_view_sane(&views[row], buffers, count))
            return false;
    }
    return true;
}

static bool join_array(struct ArrowArray *array, const struct ipc_buffer *buffers, int64_t count, const uint8_t *body,
                       struct error *err) {
    if (!check_views(array, buffers, count))
        return error_set(err, ERROR_PROTOCOL, "Arrow IPC: a view lies outside of its buffer");
    int64_t all = FIXED_BUFFERS + count + 1;
    struct joined *joined = memory_allocate(sizeof *joined + (size_t)all * sizeof(void *) + (size_t)count * sizeof(int64_t));
    if (!joined)
        return error_set_no_memory(err);
    int64_t *sizes = (int64_t *)(joined->buffers + all);
    joined->inner = *array;
    joined->buffers[0] = array->buffers[0];
    joined->buffers[1] = array->buffers[1];
    for (int64_t i = 0; i < count; i++) {
        joined->buffers[FIXED_BUFFERS + i] = buffers[i].length ? body + buffers[i].offset : NULL;
        sizes[i] = buffers[i].length;
    }
    joined->buffers[all - 1] = sizes;
    *array = (struct ArrowArray){
        .length = joined->inner.length,
        .null_count = joined->inner.null_count,
        .n_buffers = all,
        .buffers = joined->buffers,
        .release = release_joined,
        .private_data = joined,
    };
    return true;
}

struct join {
    struct ipc_views *views;
    const uint8_t *body;
    size_t field, next_count, next_buffer;
};

static bool join_fields(struct join *j, const struct ArrowSchema *schema, struct ArrowArray *array, struct error *err) {
    for (int64_t i = 0; i < schema->n_children; i++) {
        char kind = kind_at(j->views, &j->field);
        if (kind == 'u' || kind == 'z') {
            int64_t count = j->views->counts[j->next_count++];
            if (!join_array(array->children[i], j->views->buffers + j->next_buffer, count, j->body, err))
                return false;
            j->next_buffer += (size_t)count;
        }
        if (!join_fields(j, schema->children[i], array->children[i], err))
            return false;
    }
    return true;
}

bool ipc_views_join(struct ipc_views *views, const struct ArrowSchema *schema, struct ArrowArray *batch,
                    const uint8_t *body, struct error *err) {
    struct join j = {.views = views, .body = body};
    return join_fields(&j, schema, batch, err);
}

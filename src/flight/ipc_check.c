#include "flight/ipc_check.h"

#include <nanoarrow/ipc/flatcc_generated.h>

#define ns(name) FLATBUFFERS_WRAP_NAMESPACE(org_apache_arrow_flatbuf, name)

enum { MAX_DEPTH = 64, MAX_FIXED_BYTES = 1 << 24 };

static bool are_pairs_complete(ns(KeyValue_vec_t) pairs) {
    for (size_t i = 0; i < ns(KeyValue_vec_len(pairs)); i++) {
        ns(KeyValue_table_t) pair = ns(KeyValue_vec_at(pairs, i));
        if (!pair || !ns(KeyValue_key(pair)) || !ns(KeyValue_value(pair)))
            return false;
    }
    return true;
}

/* Widths that sizes are computed from. */
static bool is_type_sane(ns(Field_table_t) field) {
    flatbuffers_generic_t type = ns(Field_type(field));
    int32_t size = 0;
    if (!type)
        return false;
    if (ns(Field_type_type(field)) == ns(Type_FixedSizeBinary))
        size = ns(FixedSizeBinary_byteWidth((ns(FixedSizeBinary_table_t))type));
    else if (ns(Field_type_type(field)) == ns(Type_FixedSizeList))
        size = ns(FixedSizeList_listSize((ns(FixedSizeList_table_t))type));
    return size >= 0 && size <= MAX_FIXED_BYTES;
}

static bool is_field_complete(ns(Field_table_t) field, int depth) {
    if (!field || depth > MAX_DEPTH || !is_type_sane(field) || !are_pairs_complete(ns(Field_custom_metadata(field))))
        return false;
    ns(DictionaryEncoding_table_t) dictionary = ns(Field_dictionary(field));
    if (dictionary && !ns(DictionaryEncoding_indexType(dictionary)))
        return false;
    ns(Field_vec_t) children = ns(Field_children(field));
    for (size_t i = 0; i < ns(Field_vec_len(children)); i++)
        if (!is_field_complete(ns(Field_vec_at(children, i)), depth + 1))
            return false;
    return true;
}

static bool is_schema_complete(ns(Schema_table_t) schema) {
    ns(Field_vec_t) fields = ns(Schema_fields(schema));
    if (!fields || !are_pairs_complete(ns(Schema_custom_metadata(schema))))
        return false;
    for (size_t i = 0; i < ns(Field_vec_len(fields)); i++)
        if (!is_field_complete(ns(Field_vec_at(fields, i)), 0))
            return false;
    return true;
}

/* Inside the body, and beginning at multiples of eight bytes (arrow.apache.org/docs/format/Columnar.html, "Recommended message
 * body alignment"): readers rely on both. */
static bool are_buffers_inside(ns(Buffer_vec_t) buffers, uint64_t body_length) {
    for (size_t i = 0; i < ns(Buffer_vec_len(buffers)); i++) {
        ns(Buffer_struct_t) buffer = ns(Buffer_vec_at(buffers, i));
        uint64_t offset = (uint64_t)ns(Buffer_offset(buffer)), length = (uint64_t)ns(Buffer_length(buffer));
        if (offset % 8 != 0 || (length && (offset > body_length || length > body_length - offset)))
            return false;
    }
    return true;
}

/* Lengths that cannot overflow when they are multiplied with a width. */
static bool is_length_sane(int64_t length) {
    return length >= 0 && length <= INT32_MAX;
}

static bool are_nodes_sane(ns(FieldNode_vec_t) nodes) {
    for (size_t i = 0; i < ns(FieldNode_vec_len(nodes)); i++) {
        ns(FieldNode_struct_t) node = ns(FieldNode_vec_at(nodes, i));
        int64_t length = ns(FieldNode_length(node)), nulls = ns(FieldNode_null_count(node));
        if (!is_length_sane(length) || nulls < 0 || nulls > length)
            return false;
    }
    return true;
}

static bool is_batch_complete(ns(RecordBatch_table_t) batch, uint64_t body_length) {
    return batch && ns(RecordBatch_nodes(batch)) && ns(RecordBatch_buffers(batch)) &&
           is_length_sane(ns(RecordBatch_length(batch))) && are_nodes_sane(ns(RecordBatch_nodes(batch))) &&
           are_buffers_inside(ns(RecordBatch_buffers(batch)), body_length);
}

bool ipc_message_is_sane(const void *flatbuffer, size_t body_length) {
    ns(Message_table_t) message = ns(Message_as_root(flatbuffer));
    flatbuffers_generic_t header = message ? ns(Message_header(message)) : NULL;
    if (!header)
        return false;
    switch (ns(Message_header_type(message))) {
    case ns(MessageHeader_Schema): return is_schema_complete(header);
    case ns(MessageHeader_RecordBatch): return is_batch_complete(header, body_length);
    case ns(MessageHeader_DictionaryBatch):
        return is_batch_complete(ns(DictionaryBatch_data((ns(DictionaryBatch_table_t))header)), body_length);
    default: return false;
    }
}

void ipc_count_dictionary_parts(const void *flatbuffer, size_t *nodes, size_t *buffers) {
    ns(DictionaryBatch_table_t) dictionary = ns(Message_header(ns(Message_as_root(flatbuffer))));
    *nodes = ns(FieldNode_vec_len(ns(RecordBatch_nodes(ns(DictionaryBatch_data(dictionary))))));
    *buffers = ns(Buffer_vec_len(ns(RecordBatch_buffers(ns(DictionaryBatch_data(dictionary))))));
}

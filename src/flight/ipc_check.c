#include "flight/ipc_check.h"

#include <nanoarrow/ipc/flatcc_generated.h>

#define ns(name) FLATBUFFERS_WRAP_NAMESPACE(org_apache_arrow_flatbuf, name)

enum { MAX_DEPTH = 64 };

static bool are_pairs_complete(ns(KeyValue_vec_t) pairs) {
    for (size_t i = 0; i < ns(KeyValue_vec_len(pairs)); i++) {
        ns(KeyValue_table_t) pair = ns(KeyValue_vec_at(pairs, i));
        if (!pair || !ns(KeyValue_key(pair)) || !ns(KeyValue_value(pair)))
            return false;
    }
    return true;
}

static bool is_field_complete(ns(Field_table_t) field, int depth) {
    if (!field || depth > MAX_DEPTH || !ns(Field_type(field)) || !are_pairs_complete(ns(Field_custom_metadata(field))))
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

/* Buffers begin at multiples of eight bytes (arrow.apache.org/docs/format/Columnar.html, "Recommended message body alignment"): readers rely on it. */
static bool is_batch_complete(ns(RecordBatch_table_t) batch) {
    if (!batch || !ns(RecordBatch_nodes(batch)) || !ns(RecordBatch_buffers(batch)))
        return false;
    ns(Buffer_vec_t) buffers = ns(RecordBatch_buffers(batch));
    for (size_t i = 0; i < ns(Buffer_vec_len(buffers)); i++)
        if (ns(Buffer_offset(ns(Buffer_vec_at(buffers, i)))) % 8 != 0)
            return false;
    return true;
}

bool ipc_message_is_complete(const void *flatbuffer) {
    ns(Message_table_t) message = ns(Message_as_root(flatbuffer));
    if (!message || !ns(Message_header(message)))
        return false;
    switch (ns(Message_header_type(message))) {
    case ns(MessageHeader_Schema): return is_schema_complete(ns(Message_header(message)));
    case ns(MessageHeader_RecordBatch): return is_batch_complete(ns(Message_header(message)));
    case ns(MessageHeader_DictionaryBatch):
        return is_batch_complete(ns(DictionaryBatch_data((ns(DictionaryBatch_table_t))ns(Message_header(message)))));
    default: return false;
    }
}

#include "scenarios.h"

#include <stdlib.h>
#include <string.h>

#include "airport.h"
#include "airport/naming.h"
#include "airport/scan_request.h"
#include "flight/flight_data.h"
#include "flight/ipc.h"
#include "flight/msgpack.h"
#include "flight/proto.h"

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

static const struct airport_field inserted[] = {FIELD(.name = "id", .format = "l"), FIELD(.name = "name", .format = "u")};
static const struct airport_field updated[] = {FIELD(.name = "name", .format = "u"), FIELD(.name = "rowid", .format = "l")};
static const struct airport_field removed[] = {FIELD(.name = "rowid", .format = "l")};
static const struct airport_field argument[] = {FIELD(.name = "n", .format = "l")};
static const struct airport_field existing[] = {FIELD(.name = "name", .format = "u")};

/* ---- pieces of requests ---- */

static struct writer descriptor_of(const char *kind, const char *name) {
    struct writer w = {0};
    const char *const path[] = {"", "s", kind, name};
    proto_write_descriptor(&w, path, 4);
    return w;
}

static void put_bytes(struct writer *w, const char *key, struct writer *bytes) {
    msgpack_write_text(w, key);
    msgpack_write_binary(w, bytes->bytes, bytes->length);
    writer_destroy(bytes);
}

static void put_text(struct writer *w, const char *key, const char *text) {
    msgpack_write_text(w, key);
    msgpack_write_text(w, text);
}

static void put_texts(struct writer *w, const char *key, const char *text) {
    msgpack_write_text(w, key);
    msgpack_write_array(w, 1);
    msgpack_write_text(w, text);
}

/* A field, or fields, as an encapsulated schema message. */
static struct ipc_schema *schema_of(const struct airport_field *fields, int32_t count) {
    struct ArrowSchema schema;
    struct error err;
    struct ipc_schema *made = airport_schema_from_fields(fields, count, &schema, NULL) ? ipc_schema_create(&schema, &err) : NULL;
    if (!made)
        abort();
    schema.release(&schema);
    return made;
}

static void put_schema(struct writer *w, const char *key, const struct airport_field *fields, int32_t count) {
    struct ipc_schema *schema = schema_of(fields, count);
    struct writer bytes = {0};
    ipc_schema_write(schema, &bytes);
    put_bytes(w, key, &bytes);
    ipc_schema_destroy(schema);
}

/* Two rows: numbers 1 and 2, texts. */
static struct ArrowArray rows_of(const struct airport_field *fields, int32_t count) {
    struct ArrowArray out;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(fields, count, NULL);
    for (int64_t row = 1; row <= 2; row++)
        for (int32_t i = 0; i < count; i++)
            if (*fields[i].format == 'u')
                airport_batch_append_text(b, i, "text");
            else
                airport_batch_append_int64(b, i, row);
    if (!airport_batch_finish(b, &out, NULL))
        abort();
    airport_batch_builder_destroy(b);
    return out;
}

/* The arguments of a table function: one row, as an IPC stream. */
static struct writer arguments(void) {
    struct ipc_schema *schema = schema_of(argument, 1);
    struct ArrowArray rows = rows_of(argument, 1);
    const struct ipc_rows one = {(const struct ArrowArray *const *)rows.children, 1, 1};
    struct writer w = {0};
    struct error err;
    if (!ipc_write_stream(schema, &one, &w, &err))
        abort();
    rows.release(&rows);
    ipc_schema_destroy(schema);
    return w;
}

/* ---- actions ---- */

static void finish_action(struct flight_call *call, const char *type, const struct writer *body) {
    struct writer w = {0};
    call->method = "DoAction";
    writer_u8(&w, 0x0a); /* Action { 1 type, 2 body } */
    writer_u8(&w, (uint8_t)strlen(type));
    writer_text(&w, type);
    writer_u8(&w, 0x12);
    for (size_t left = body->length; ; left >>= 7) {
        writer_u8(&w, (uint8_t)(left > 127 ? left | 0x80 : left));
        if (left <= 127)
            break;
    }
    writer_bytes(&w, body->bytes, body->length);
    flight_call_add(call, w.bytes, w.length);
    writer_destroy(&w);
}

#define ACTION(type, ...)                                                                                              \
    static void action_##type(struct flight_call *call) {                                                              \
        struct writer body = {0};                                                                                      \
        struct writer *w = &body;                                                                                      \
        __VA_ARGS__;                                                                                                   \
        finish_action(call, #type, w);                                                                                 \
        writer_destroy(w);                                                                                             \
    }

static void put_descriptor(struct writer *w, const char *key, const char *kind, const char *name) {
    struct writer descriptor = descriptor_of(kind, name);
    put_bytes(w, key, &descriptor);
}

static void put_table(struct writer *w, uint32_t members) {
    msgpack_write_map(w, members + 3);
    put_text(w, "catalog", "");
    put_text(w, "schema", "s");
    put_text(w, "name", "t");
}

ACTION(list_schemas, msgpack_write_map(w, 1); put_text(w, "catalog_name", ""))
ACTION(catalog_version, msgpack_write_map(w, 1); put_text(w, "catalog_name", ""))
ACTION(create_transaction, msgpack_write_map(w, 1); put_text(w, "catalog_name", ""))
ACTION(begin_transaction, (void)w)
ACTION(commit_transaction, writer_text(w, "transaction-1"))
ACTION(rollback_transaction, writer_text(w, "transaction-2"))
ACTION(transaction_status, writer_text(w, "transaction-1"))
ACTION(echo, writer_text(w, "first"))
ACTION(nosuch, writer_text(w, "first"))
ACTION(flight_info, msgpack_write_map(w, 1); put_descriptor(w, "descriptor", NAMING_TABLE, "t"))
ACTION(endpoints, msgpack_write_map(w, 1); put_descriptor(w, "descriptor", NAMING_TABLE, "t"))
ACTION(column_statistics, msgpack_write_map(w, 3); put_descriptor(w, "flight_descriptor", NAMING_TABLE, "t");
       put_text(w, "column_name", "id"); put_text(w, "type", "BIGINT"))
ACTION(table_function_flight_info, struct writer given = arguments(); msgpack_write_map(w, 2);
       put_descriptor(w, "descriptor", NAMING_TABLE_FUNCTION, "series"); put_bytes(w, "parameters", &given))
ACTION(create_schema, msgpack_write_map(w, 2); put_text(w, "catalog_name", ""); put_text(w, "schema", "s"))
ACTION(drop_schema, msgpack_write_map(w, 3); put_text(w, "name", "nosuch"); msgpack_write_text(w, "ignore_not_found");
       msgpack_write_boolean(w, true); put_text(w, "catalog_name", ""))
ACTION(create_table, msgpack_write_map(w, 5); put_text(w, "schema_name", "s"); put_text(w, "table_name", "t");
       put_schema(w, "arrow_schema", inserted, 2); put_texts(w, "check_constraints", "id > 0");
       put_texts(w, "primary_key_columns", "id"))
ACTION(drop_table, msgpack_write_map(w, 2); put_text(w, "schema_name", "s"); put_text(w, "name", "nosuch"))
ACTION(rename_table, put_table(w, 1); put_text(w, "new_table_name", "u"))
ACTION(add_column, put_table(w, 2); put_schema(w, "column_schema", existing, 1);
       msgpack_write_text(w, "if_column_not_exists"); msgpack_write_boolean(w, true))
ACTION(set_default, put_table(w, 2); put_text(w, "column_name", "id"); put_text(w, "expression", "7"))

/* ---- reading ---- */

static void put_scan(struct flight_call *call, const char *kind, const char *name) {
    struct writer descriptor = descriptor_of(kind, name), ticket = {0}, w = {0};
    struct writer given = strcmp(kind, NAMING_TABLE) == 0 ? (struct writer){0} : arguments();
    const struct scan_request request = {
        .descriptor = {(const char *)descriptor.bytes, descriptor.length},
        .json_filters = "{\"filters\":[],\"column_binding_names_by_index\":[]}",
        .at_unit = "",
        .at_value = "",
        .arguments = {given.bytes ? (const char *)given.bytes : "", given.length},
        .input_schema = {"", 0},
        .state = {"state", 5},
    };
    scan_request_write(&ticket, &request);
    proto_write_result(&w, ticket.bytes, ticket.length); /* Ticket { 1 ticket } has the same shape */
    call->method = "DoGet";
    flight_call_add(call, w.bytes, w.length);
    writer_destroy(&descriptor);
    writer_destroy(&ticket);
    writer_destroy(&given);
    writer_destroy(&w);
}

static void scan_table(struct flight_call *call) {
    put_scan(call, NAMING_TABLE, "t");
}

static void scan_function(struct flight_call *call) {
    put_scan(call, NAMING_TABLE_FUNCTION, "series");
}

static void describe(struct flight_call *call) {
    struct writer descriptor = descriptor_of(NAMING_TABLE, "t");
    call->method = "GetFlightInfo";
    flight_call_add(call, descriptor.bytes, descriptor.length);
    writer_destroy(&descriptor);
}

static void get_schema(struct flight_call *call) {
    describe(call);
    call->method = "GetSchema";
}

static void list_flights(struct flight_call *call) {
    call->method = "ListFlights";
    flight_call_add(call, "", 0);
}

static void list_actions(struct flight_call *call) {
    call->method = "ListActions";
    flight_call_add(call, "", 0);
}

/* ---- exchanges ---- */

static void put_message(struct flight_call *call, struct flight_message *message) {
    if (!message)
        abort();
    for (int32_t i = 0; i < message->segment_count; i++)
        writer_bytes(&call->requests, message->segments[i].bytes, message->segments[i].length);
    flight_message_destroy(message);
}

/* Descriptor, schema and one batch, as the client sends them. */
static void put_exchange(struct flight_call *call, const char *operation, const char *kind, const char *name,
                         const struct airport_field *fields, int32_t count) {
    struct writer descriptor = descriptor_of(kind, name), w = {0};
    proto_write_result(&w, descriptor.bytes, descriptor.length); /* FlightData { 1 flight_descriptor } */
    call->method = "DoExchange";
    call->operation = operation;
    flight_call_add(call, w.bytes, w.length);
    writer_destroy(&descriptor);
    writer_destroy(&w);
    struct ipc_schema *schema = schema_of(fields, count);
    struct ArrowArray rows = rows_of(fields, count);
    const struct ipc_rows all = {(const struct ArrowArray *const *)rows.children, 0, rows.length};
    struct ipc_message_list list = {.first = NULL};
    struct ipc_encoder encoder;
    struct error err;
    list.last = &list.first;
    ipc_encoder_init(&encoder, schema);
    put_message(call, ipc_schema_message(schema));
    if (!ipc_encode(&encoder, &all, 1, NULL, 0, &list, &err))
        abort();
    while (list.first) {
        struct flight_message *message = list.first;
        list.first = message->next;
        put_message(call, message);
    }
    ipc_encoder_destroy(&encoder);
    rows.release(&rows);
    ipc_schema_destroy(schema);
}

static void insert(struct flight_call *call) {
    put_exchange(call, "insert", NAMING_TABLE, "t", inserted, 2);
}

static void insert_returning(struct flight_call *call) {
    call->returning = true;
    insert(call);
}

static void update(struct flight_call *call) {
    put_exchange(call, "update", NAMING_TABLE, "t", updated, 2);
}

static void update_returning(struct flight_call *call) {
    call->returning = true;
    update(call);
}

static void delete_rows(struct flight_call *call) {
    put_exchange(call, "delete", NAMING_TABLE, "t", removed, 1);
}

static void delete_returning(struct flight_call *call) {
    call->returning = true;
    delete_rows(call);
}

static void call_scalar(struct flight_call *call) {
    call->returning = true;
    put_exchange(call, "scalar_function", NAMING_SCALAR, "twice", argument, 1);
}

static void call_in_out(struct flight_call *call) {
    call->returning = true;
    put_exchange(call, "table_function_in_out", NAMING_TABLE_FUNCTION, "echo", inserted, 2);
}

const struct scenario scenarios[] = {
    {"list_schemas", 0, 1, action_list_schemas},
    {"catalog_version", 0, 1, action_catalog_version},
    {"create_transaction", 0, 1, action_create_transaction},
    {"begin_transaction", 0, 1, action_begin_transaction},
    {"commit_transaction", 0, 0, action_commit_transaction},
    {"rollback_transaction of another", 5, 0, action_rollback_transaction},
    {"transaction_status", 0, 1, action_transaction_status},
    {"an action of the program", 0, 2, action_echo},
    {"an unknown action", 12, 0, action_nosuch},
    {"flight_info", 0, 1, action_flight_info},
    {"endpoints", 0, 1, action_endpoints},
    {"column_statistics", 0, 1, action_column_statistics},
    {"table_function_flight_info", 0, 1, action_table_function_flight_info},
    {"create_schema", 0, 1, action_create_schema},
    {"drop_schema, if it exists", 0, 0, action_drop_schema},
    {"create_table", 0, 1, action_create_table},
    {"drop_table that is not there", 5, 0, action_drop_table},
    {"rename_table, which is absent", 12, 0, action_rename_table},
    {"add_column, if it does not exist", 0, 1, action_add_column},
    {"set_default", 0, 1, action_set_default},
    {"scan", 0, 2, scan_table},
    {"scan of a function", 0, 2, scan_function},
    {"GetFlightInfo", 0, 1, describe},
    {"GetSchema", 0, 1, get_schema},
    {"ListFlights", 0, 4, list_flights},
    {"ListActions", 0, 28, list_actions},
    {"insert", 0, 2, insert},
    {"insert returning", 0, 3, insert_returning},
    {"update", 0, 2, update},
    {"update returning", 0, 3, update_returning},
    {"delete", 0, 2, delete_rows},
    {"delete returning", 0, 3, delete_returning},
    {"scalar function", 0, 2, call_scalar},
    {"in/out function", 0, 3, call_in_out},
};

const int scenario_count = sizeof scenarios / sizeof *scenarios;

struct flight_call scenario_call(const char *name) {
    struct flight_call call = {.method = ""};
    for (int i = 0; i < scenario_count; i++)
        if (strcmp(scenarios[i].name, name) == 0)
            scenarios[i].prepare(&call);
    if (!*call.method)
        abort();
    return call;
}

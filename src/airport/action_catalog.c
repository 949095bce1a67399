/* The actions that read: listing, versions, plans, descriptions, statistics; and those of transactions. */
#include <string.h>

#include "airport/action.h"
#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/function.h"
#include "airport/info.h"
#include "airport/scan.h"
#include "airport/server.h"
#include "airport/statistics.h"
#include "flight/msgpack.h"

bool action_catalog(struct airport_call *call, const struct flight_request *request, struct airport_catalog *out,
                    struct airport_error *err) {
    return lookup_catalog(call, *request->catalog ? request->catalog : request->catalog_name, out, err);
}

bool action_list_schemas(struct airport_call *call, struct flight_request *request, struct writer *result,
                         struct airport_error *err) {
    struct airport_catalog catalog;
    return action_catalog(call, request, &catalog, err) && info_write_catalog(result, call, catalog, err);
}

bool action_catalog_version(struct airport_call *call, struct flight_request *request, struct writer *result,
                            struct airport_error *err) {
    struct airport_catalog catalog;
    struct airport_catalog_version version;
    if (!action_catalog(call, request, &catalog, err) || !info_catalog_version(call, catalog, &version, err))
        return false;
    msgpack_write_map(result, 2);
    msgpack_write_text(result, "catalog_version");
    msgpack_write_unsigned(result, version.version);
    msgpack_write_text(result, "is_fixed");
    msgpack_write_boolean(result, version.is_fixed);
    return true;
}

/* ---- transactions ---- */

static bool begin(struct airport_call *call, const char **id, struct airport_error *err) {
    const struct airport_transactions *t = &call->server->config.transactions;
    *id = NULL;
    return !t->methods || (REQUIRE(call, t->methods, begin, err) && t->methods->begin(t->self, call, id, err));
}

bool action_create_transaction(struct airport_call *call, struct flight_request *request, struct writer *result,
                               struct airport_error *err) {
    struct airport_catalog catalog;
    const char *id;
    if (!action_catalog(call, request, &catalog, err) || !begin(call, &id, err))
        return false;
    msgpack_write_map(result, 1);
    msgpack_write_text(result, "identifier");
    msgpack_write_text(result, id && *id ? id : NULL);
    return true;
}

static bool no_transactions(struct airport_error *err) {
    return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "this server has no transactions");
}

bool action_begin_transaction(struct airport_call *call, struct flight_request *request, struct writer *result,
                              struct airport_error *err) {
    (void)request;
    const char *id;
    if (!call->server->config.transactions.methods)
        return no_transactions(err);
    if (!begin(call, &id, err))
        return false;
    writer_text(result, id ? id : "");
    return true;
}

bool action_commit_transaction(struct airport_call *call, struct flight_request *request, struct writer *result,
                               struct airport_error *err) {
    (void)result;
    const struct airport_transactions *t = &call->server->config.transactions;
    return METHOD(t->methods, commit) ? t->methods->commit(t->self, call, request->name, err)
                                      : no_transactions(err);
}

bool action_rollback_transaction(struct airport_call *call, struct flight_request *request, struct writer *result,
                                 struct airport_error *err) {
    (void)result;
    const struct airport_transactions *t = &call->server->config.transactions;
    return METHOD(t->methods, rollback) ? t->methods->rollback(t->self, call, request->name, err)
                                        : no_transactions(err);
}

bool action_transaction_status(struct airport_call *call, struct flight_request *request, struct writer *result,
                               struct airport_error *err) {
    static const char *const names[] = {"unknown", "active", "committed", "aborted"};
    const struct airport_transactions *t = &call->server->config.transactions;
    enum airport_transaction_state state = AIRPORT_TRANSACTION_UNKNOWN;
    if (!METHOD(t->methods, status))
        return no_transactions(err);
    if (!t->methods->status(t->self, call, request->name, &state, err))
        return false;
    writer_text(result, names[(unsigned)state <= AIRPORT_TRANSACTION_ABORTED ? state : 0]);
    return true;
}

/* ---- scans ---- */

bool action_endpoints(struct airport_call *call, struct flight_request *request, struct writer *result,
                      struct airport_error *err) {
    struct scan_request scan = {
        .descriptor = request->descriptor,
        .json_filters = request->json_filters,
        .column_ids = request->column_ids,
        .arguments = request->table_function_parameters,
        .input_schema = request->table_function_input_schema,
        .at_unit = request->at_unit,
        .at_value = request->at_value,
        .state = {"", 0},
    };
    return scan_write_endpoints(result, call, &scan, err);
}

bool action_flight_info(struct airport_call *call, struct flight_request *request, struct writer *result,
                        struct airport_error *err) {
    struct flight_name name;
    struct found_table table;
    struct airport_time_point storage;
    return naming_read(call, request->descriptor.bytes, request->descriptor.length, &name, err) &&
           scan_find_table(call, &name, scan_time_point(call, request->at_unit, request->at_value, &storage), &table,
                           err) &&
           info_write_table(result, call, name.schema ? name.schema : "", &table, &name.serialized, false, err);
}

bool action_table_function_flight_info(struct airport_call *call, struct flight_request *request,
                                       struct writer *result, struct airport_error *err) {
    struct flight_name name;
    struct found_function function;
    struct airport_arguments arguments;
    const struct ArrowSchema *input = NULL;
    if (!naming_read(call, request->descriptor.bytes, request->descriptor.length, &name, err))
        return false;
    if (!name.schema)
        return airport_fail(err, AIRPORT_NOT_FOUND, "this descriptor names no function");
    if (!function_find(call, &name, &function, err) ||
        !function_read_arguments(call, &request->parameters, &arguments, err) ||
        (request->table_input_schema.length &&
         !(input = read_request_schema(call, &request->table_input_schema, err))))
        return false;
    struct ipc_schema *bound = function_bind(call, &function, &arguments, input, err);
    return bound && info_write_function(result, call, name.schema, &function, bound, &name.serialized, err);
}

bool action_column_statistics(struct airport_call *call, struct flight_request *request, struct writer *result,
                              struct airport_error *err) {
    struct flight_name name;
    struct found_table table;
    return naming_read(call, request->flight_descriptor.bytes, request->flight_descriptor.length, &name, err) &&
           scan_find_table(call, &name, NULL, &table, err) &&
           statistics_write(result, call, &table, request->column_name, request->type, err);
}

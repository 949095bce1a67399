#include "airport/info.h"

#include <string.h>

#include "airport/contract.h"
#include "airport/failure.h"
#include "airport/scan_request.h"
#include "airport/server.h"
#include "airport/static_catalog.h"
#include "flight/container.h"
#include "flight/msgpack.h"

/* Where clients find an endpoint that is on the connection they have. */
#define REUSE_CONNECTION "arrow-flight-reuse-connection://?"

static const char *const stability_names[] = {
    [AIRPORT_VOLATILE] = "volatile",
    [AIRPORT_CONSISTENT] = "consistent",
    [AIRPORT_CONSISTENT_IN_QUERY] = "consistent_within_query",
};

/* The app_metadata of an object: the extension's airport_catalog_api.hpp. */
struct object {
    const char *type, *schema, *name, *comment, *description;
    const struct ipc_schema *input;
    const char *stability;
};

static void write_extra_data(struct writer *w, const char *stability) {
    struct writer extra = {0};
    msgpack_write_map(&extra, 1);
    msgpack_write_text(&extra, "stability");
    msgpack_write_text(&extra, stability);
    msgpack_write_binary(w, extra.bytes, extra.length);
    if (!writer_ok(&extra))
        w->failed = true;
    writer_destroy(&extra);
}

static void write_app_metadata(struct writer *w, const struct airport_call *call, const struct object *o) {
    msgpack_write_map(w, 9);
    msgpack_write_text(w, "type");
    msgpack_write_text(w, o->type);
    msgpack_write_text(w, "schema");
    msgpack_write_text(w, o->schema);
    msgpack_write_text(w, "catalog");
    msgpack_write_text(w, call->catalog_name);
    msgpack_write_text(w, "name");
    msgpack_write_text(w, o->name);
    msgpack_write_text(w, "comment");
    msgpack_write_text(w, o->comment);
    msgpack_write_text(w, "input_schema");
    if (o->input) {
        struct writer schema = {0};
        ipc_schema_write(o->input, &schema);
        msgpack_write_binary(w, schema.bytes, schema.length);
        if (!writer_ok(&schema))
            w->failed = true;
        writer_destroy(&schema);
    } else {
        msgpack_write_nil(w);
    }
    msgpack_write_text(w, "action_name");
    msgpack_write_nil(w);
    msgpack_write_text(w, "description");
    msgpack_write_text(w, o->description);
    msgpack_write_text(w, "extra_data");
    if (o->stability)
        write_extra_data(w, o->stability);
    else
        msgpack_write_nil(w);
}

/* An endpoint for the whole table. */
static void write_whole_ticket(struct writer *w, const struct proto_bytes *descriptor) {
    const struct scan_request request = {
        .descriptor = {(const char *)descriptor->bytes, descriptor->length},
        .json_filters = "",
        .at_unit = "",
        .at_value = "",
        .arguments = {"", 0},
        .input_schema = {"", 0},
        .state = {"", 0},
    };
    scan_request_write(w, &request);
}

static bool write_info(struct writer *w, struct airport_call *call, const struct ipc_schema *schema,
                       const struct object *o, const struct proto_bytes *descriptor, bool endpoints, int64_t rows,
                       struct airport_error *err) {
    struct writer schema_bytes = {0}, metadata = {0}, ticket = {0};
    ipc_schema_write(schema, &schema_bytes);
    write_app_metadata(&metadata, call, o);
    if (endpoints)
        write_whole_ticket(&ticket, descriptor);
    const char *const location = call->server->config.advertised_location ? call->server->config.advertised_location
                                                                          : REUSE_CONNECTION;
    const struct proto_endpoint endpoint = {.ticket = {ticket.bytes, ticket.length},
                                            .locations = &location,
                                            .location_count = 1};
    const struct proto_info info = {
        .schema = {schema_bytes.bytes, schema_bytes.length},
        .descriptor = *descriptor,
        .endpoints = &endpoint,
        .endpoint_count = endpoints ? 1 : 0,
        .total_records = rows > 0 ? rows : -1,
        .app_metadata = {metadata.bytes, metadata.length},
    };
    struct arena arena = {0};
    bool ok = writer_ok(&schema_bytes) && writer_ok(&metadata) && writer_ok(&ticket);
    if (ok)
        proto_write_info(w, &arena, &info);
    arena_destroy(&arena);
    writer_destroy(&schema_bytes);
    writer_destroy(&metadata);
    writer_destroy(&ticket);
    return (ok && writer_ok(w)) || airport_fail_no_memory(err);
}

bool info_write_table(struct writer *w, struct airport_call *call, const char *schema, const struct found_table *table,
                      const struct proto_bytes *descriptor, bool endpoints, struct airport_error *err) {
    const struct object object = {
        .type = NAMING_TABLE, .schema = schema, .name = table->info.name, .comment = table->info.comment};
    struct writer ours = {0};
    if (!descriptor)
        naming_write(&ours, call->catalog_name, schema, NAMING_TABLE, table->info.name, table->fingerprint);
    const struct proto_bytes used = descriptor ? *descriptor : (struct proto_bytes){ours.bytes, ours.length};
    bool ok = writer_ok(&ours) ? write_info(w, call, table->schema, &object, &used, endpoints, table->info.estimated_rows, err)
                               : airport_fail_no_memory(err);
    writer_destroy(&ours);
    return ok;
}

bool info_write_function(struct writer *w, struct airport_call *call, const char *schema,
                         const struct found_function *function, const struct ipc_schema *result,
                         const struct proto_bytes *descriptor, struct airport_error *err) {
    bool scalar = function->scalar != NULL;
    const char *kind = scalar ? NAMING_SCALAR : NAMING_TABLE_FUNCTION;
    unsigned stability = (unsigned)function->info.stability;
    const struct object object = {
        .type = kind,
        .schema = schema,
        .name = function->info.name,
        .comment = function->info.comment,
        .description = function->info.description,
        .input = function->parameters,
        .stability = scalar ? stability_names[stability <= AIRPORT_CONSISTENT_IN_QUERY ? stability : 0] : NULL,
    };
    struct writer ours = {0};
    if (!descriptor)
        naming_write(&ours, call->catalog_name, schema, kind, function->info.name, function->fingerprint);
    const struct proto_bytes used = descriptor ? *descriptor : (struct proto_bytes){ours.bytes, ours.length};
    /* Table functions without a known result: the client asks again for each call, but wants a schema in the listing. */
    const struct ipc_schema *known = result ? result : function->result ? function->result : function->parameters;
    bool ok = writer_ok(&ours) ? write_info(w, call, known, &object, &used, false, 0, err) : airport_fail_no_memory(err);
    writer_destroy(&ours);
    return ok;
}

/* ---- whole schemas ---- */

static bool give(struct writer *w, bool written, info_each_fn each, void *self, struct airport_error *err) {
    bool ok = written && each(self, w->bytes, w->length, err);
    writer_reset(w);
    return ok;
}

bool info_each(struct airport_call *call, struct airport_schema schema, const char *schema_name, bool endpoints,
               info_each_fn each, void *self, struct airport_error *err) {
    struct airport_tables tables;
    struct airport_functions functions;
    struct writer w = {0};
    bool ok = lookup_tables(call, schema, NULL, &tables, err) && lookup_functions(call, schema, NULL, &functions, err);
    for (int32_t i = 0; ok && i < tables.count; i++) {
        struct found_table table;
        ok = describe_table(call, tables.items[i], NULL, &table, err) &&
             give(&w, info_write_table(&w, call, schema_name, &table, NULL, endpoints, err), each, self, err);
    }
    for (int32_t i = 0; ok && i < functions.count; i++) {
        struct found_function function;
        ok = describe_function(call, functions.items[i], &function, err) &&
             give(&w, info_write_function(&w, call, schema_name, &function, NULL, NULL, err), each, self, err);
    }
    writer_destroy(&w);
    return ok;
}

struct collected {
    struct writer infos;
    uint32_t count;
};

static bool collect(void *self, const void *info, size_t length, struct airport_error *err) {
    struct collected *c = self;
    msgpack_write_binary(&c->infos, info, length);
    c->count++;
    return writer_ok(&c->infos) || airport_fail_no_memory(err);
}

/* The compressed container of a msgpack array with these elements. */
static bool write_container_of(struct writer *w, const struct collected *c, struct airport_error *err) {
    struct writer plain = {0};
    struct error inner = {0};
    msgpack_write_array(&plain, c->count);
    writer_bytes(&plain, c->infos.bytes, c->infos.length);
    bool ok = writer_ok(&plain) ? container_write(w, plain.bytes, plain.length, &inner) : error_set_no_memory(&inner);
    writer_destroy(&plain);
    return ok || failure_from_error(err, &inner);
}

bool info_write_contents(struct writer *w, struct airport_call *call, struct airport_schema schema,
                         const char *schema_name, struct airport_error *err) {
    struct collected c = {.count = 0};
    struct writer container = {0};
    bool ok = info_each(call, schema, schema_name, false, collect, &c, err) && write_container_of(&container, &c, err);
    /* Without a checksum the client takes what stands here and caches nothing. */
    msgpack_write_map(w, 3);
    msgpack_write_text(w, "sha256");
    msgpack_write_text(w, "");
    msgpack_write_text(w, "url");
    msgpack_write_nil(w);
    msgpack_write_text(w, "serialized");
    msgpack_write_binary(w, container.bytes, container.length);
    writer_destroy(&container);
    writer_destroy(&c.infos);
    return ok && (writer_ok(w) || airport_fail_no_memory(err));
}

static bool write_schema(struct writer *w, struct airport_call *call, struct airport_schema schema,
                         struct airport_error *err) {
    struct airport_schema_info info;
    if (!describe_schema(call, schema, &info, err))
        return false;
    msgpack_write_map(w, 5);
    msgpack_write_text(w, "name");
    msgpack_write_text(w, info.name);
    msgpack_write_text(w, "description");
    msgpack_write_text(w, info.comment ? info.comment : "");
    msgpack_write_text(w, "tags");
    msgpack_write_map(w, (uint32_t)info.tag_count);
    for (size_t i = 0; i < info.tag_count; i++) {
        msgpack_write_text(w, info.tags[i].key);
        msgpack_write_text(w, info.tags[i].value);
    }
    msgpack_write_text(w, "contents");
    if (!info_write_contents(w, call, schema, info.name, err))
        return false;
    msgpack_write_text(w, "is_default");
    msgpack_write_boolean(w, info.is_default);
    return true;
}

bool info_catalog_version(struct airport_call *call, struct airport_catalog catalog,
                          struct airport_catalog_version *out, struct airport_error *err) {
    *out = (struct airport_catalog_version){.size = sizeof *out, .version = 1, .is_fixed = false};
    return !METHOD(catalog.methods, version) || catalog.methods->version(catalog.self, call, out, err);
}

static void write_no_contents(struct writer *w) {
    msgpack_write_map(w, 3);
    msgpack_write_text(w, "sha256");
    msgpack_write_text(w, "");
    msgpack_write_text(w, "url");
    msgpack_write_nil(w);
    msgpack_write_text(w, "serialized");
    msgpack_write_nil(w);
}

static bool write_root(struct writer *w, struct airport_call *call, struct airport_catalog catalog,
                       const struct airport_catalog_version *version, struct airport_error *err) {
    struct airport_schemas schemas;
    if (!lookup_schemas(call, catalog, NULL, &schemas, err))
        return false;
    msgpack_write_map(w, 3);
    msgpack_write_text(w, "contents");
    write_no_contents(w);
    msgpack_write_text(w, "schemas");
    msgpack_write_array(w, (uint32_t)schemas.count);
    for (int32_t i = 0; i < schemas.count; i++)
        if (!write_schema(w, call, schemas.items[i], err))
            return false;
    msgpack_write_text(w, "version_info");
    msgpack_write_map(w, 2);
    msgpack_write_text(w, "catalog_version");
    msgpack_write_unsigned(w, version->version);
    msgpack_write_text(w, "is_fixed");
    msgpack_write_boolean(w, version->is_fixed);
    return writer_ok(w) || airport_fail_no_memory(err);
}

static bool recall(struct writer *w, struct airport_call *call, struct airport_catalog catalog,
                   const struct airport_catalog_version *version) {
    return static_catalog_recall(catalog, call->catalog_name, w) ||
           (version->is_shared && listing_recall(&call->server->listings, call->catalog_name, version->version, w));
}

static void remember(struct airport_call *call, struct airport_catalog catalog,
                     const struct airport_catalog_version *version, const void *bytes, size_t length) {
    static_catalog_remember(catalog, call->catalog_name, bytes, length);
    if (version->is_shared)
        listing_remember(&call->server->listings, call->catalog_name, version->version, bytes, length);
}

/* The version is read first: what changes while the listing is written makes it out of date, never wrong under a newer
 * number. */
bool info_write_catalog(struct writer *w, struct airport_call *call, struct airport_catalog catalog,
                        struct airport_error *err) {
    struct airport_catalog_version version;
    struct writer root = {0};
    struct error inner = {0};
    if (!info_catalog_version(call, catalog, &version, err))
        return false;
    if (recall(w, call, catalog, &version))
        return writer_ok(w) || airport_fail_no_memory(err);
    size_t before = w->length;
    bool ok = write_root(&root, call, catalog, &version, err) &&
              (container_write(w, root.bytes, root.length, &inner) || failure_from_error(err, &inner));
    if (ok)
        remember(call, catalog, &version, w->bytes + before, w->length - before);
    writer_destroy(&root);
    return ok;
}

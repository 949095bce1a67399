/* The registered types and their casts. */
#include <inttypes.h>
#include <string.h>

#include "engine/function.h"
#include "pgcat/object.h"
#include "pgtype/json.h"

enum casts { CASTS_TEXT, CASTS_JSON, CASTS_NUMBER, CASTS_OBJECT, CASTS_ELEMENT };

static const struct type_row {
    const char *name;
    enum engine_type_id id;
    enum casts casts;
} type_rows[] = {
#define PGCAT_TYPE(name, engine, oid, casts) {#name, ENGINE_TYPE_##engine, CASTS_##casts},
#include "pgcat_types.def"
#undef PGCAT_TYPE
};

/* What an implicit cast costs: away from a registered type it should win, towards one it should lose. */
enum { COST_EXPLICIT = -1, COST_AWAY = 1, COST_TO_OID = 2, COST_TOWARDS = 200 };

static void copy_nulls(const struct engine_vector *source, int64_t row_count, struct engine_vector *target) {
    for (int64_t row = 0; source->validity && row < row_count; row++)
        if (engine_vector_is_null(source, row))
            engine_vector_set_null(target, row);
}

/* The same values under another name. */
static bool convert_numbers(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                            struct engine_vector *target, struct error *err) {
    (void)self, (void)is_try, (void)err;
    memcpy(target->data, source->data, (size_t)row_count * target->type->value_bytes);
    copy_nulls(source, row_count, target);
    return true;
}

static bool convert_texts(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                          struct engine_vector *target, struct error *err) {
    (void)self, (void)is_try, (void)err;
    for (int64_t row = 0; row < row_count; row++) {
        const struct engine_string *text = (const struct engine_string *)source->data + row;
        if (engine_vector_is_null(source, row))
            engine_vector_set_null(target, row);
        else
            engine_vector_set_bytes(target, row, engine_string_bytes(text), text->length);
    }
    return true;
}

/* json, or any text, into jsonb's form. */
static bool text_to_jsonb(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                          struct engine_vector *target, struct error *err) {
    (void)self;
    struct arena arena = {0};
    struct writer w = {0};
    bool ok = true;
    for (int64_t row = 0; ok && row < row_count; row++) {
        const struct engine_string *text = (const struct engine_string *)source->data + row;
        const struct json_node *node = NULL;
        if (!engine_vector_is_null(source, row)) {
            node = json_read(&arena, engine_string_bytes(text), text->length, JSON_ORDER_JSONB, err);
            ok = node || is_try;
        }
        writer_reset(&w);
        if (node)
            json_write(node, &w);
        if (node && writer_ok(&w))
            engine_vector_set_bytes(target, row, w.bytes, w.length);
        else
            engine_vector_set_null(target, row);
        arena_reset(&arena);
    }
    ok = ok && (writer_ok(&w) || error_set_no_memory(err));
    writer_destroy(&w);
    arena_destroy(&arena);
    return ok;
}

static enum pgcat_object_kind kind_of(const struct engine_type *type) {
    return (enum pgcat_object_kind)pgcat_object_kind_named(type->alias);
}

static bool text_to_object(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                           struct engine_vector *target, struct error *err) {
    struct pgcat_view view = pgcat_view_open(self, pgcat_session_entered());
    enum pgcat_object_kind kind = kind_of(target->type);
    bool ok = true;
    for (int64_t row = 0; row < row_count && (ok || is_try); row++) {
        const struct engine_string *text = (const struct engine_string *)source->data + row;
        uint32_t oid = 0;
        bool is_null = engine_vector_is_null(source, row);
        ok = is_null || pgcat_object_find(&view, kind, engine_string_bytes(text), text->length, &oid, err);
        ((int64_t *)target->data)[row] = oid;
        if (is_null || !ok)
            engine_vector_set_null(target, row);
    }
    pgcat_view_close(&view);
    return ok || is_try;
}

static bool object_to_text(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                           struct engine_vector *target, struct error *err) {
    (void)is_try;
    struct pgcat_view view = pgcat_view_open(self, pgcat_session_entered());
    enum pgcat_object_kind kind = kind_of(source->type);
    struct writer w = {0};
    for (int64_t row = 0; row < row_count; row++) {
        if (engine_vector_is_null(source, row)) {
            engine_vector_set_null(target, row);
            continue;
        }
        writer_reset(&w);
        pgcat_object_write(&view, kind, (uint32_t)((const int64_t *)source->data)[row], &w);
        if (writer_ok(&w))
            engine_vector_set_bytes(target, row, w.bytes, w.length);
    }
    bool ok = writer_ok(&w) || error_set_no_memory(err);
    writer_destroy(&w);
    pgcat_view_close(&view);
    return ok;
}

typedef bool converter(void *, bool, const struct engine_vector *, int64_t, struct engine_vector *, struct error *);

static bool add_cast(struct pgcat *pgcat, struct engine_connection *connection, const struct engine_type *source,
                     const struct engine_type *target, int64_t cost, converter *convert, struct error *err) {
    struct engine_cast cast = {source, target, cost, convert, pgcat};
    return engine_register_cast(connection, &cast, err);
}

static struct engine_type make_type(const struct type_row *row) {
    struct engine_type type = *engine_type_simple(row->id);
    type.alias = row->name;
    return type;
}

/* To and from the type underneath; OID types also to and from oid itself. */
static bool add_number_casts(struct pgcat *pgcat, struct engine_connection *connection, const struct engine_type *type,
                             bool is_object, struct error *err) {
    const struct engine_type *number = engine_type_simple(type->id);
    struct engine_type oid = *number;
    oid.alias = "pg_oid";
    bool ok = add_cast(pgcat, connection, type, number, is_object ? COST_TO_OID : COST_AWAY, convert_numbers, err) &&
              add_cast(pgcat, connection, number, type, is_object ? COST_TOWARDS : COST_AWAY, convert_numbers, err);
    if (ok && strcmp(type->alias, oid.alias) != 0)
        ok = add_cast(pgcat, connection, type, &oid, COST_AWAY, convert_numbers, err) &&
             add_cast(pgcat, connection, &oid, type, COST_TOWARDS, convert_numbers, err);
    return ok;
}

static bool add_casts(struct pgcat *pgcat, struct engine_connection *connection, const struct type_row *row,
                      struct error *err) {
    struct engine_type type = make_type(row);
    const struct engine_type *text = engine_type_simple(ENGINE_TYPE_VARCHAR);
    struct engine_type json = *text;
    json.alias = "JSON";
    switch (row->casts) {
    case CASTS_TEXT:
        return add_cast(pgcat, connection, &type, text, COST_AWAY, convert_texts, err) &&
               add_cast(pgcat, connection, text, &type, COST_TOWARDS, convert_texts, err);
    case CASTS_JSON:
        return add_cast(pgcat, connection, &type, text, COST_AWAY, convert_texts, err) &&
               add_cast(pgcat, connection, &type, &json, COST_AWAY, convert_texts, err) &&
               add_cast(pgcat, connection, &json, &type, COST_TOWARDS, text_to_jsonb, err) &&
               add_cast(pgcat, connection, text, &type, COST_TOWARDS, text_to_jsonb, err);
    case CASTS_NUMBER:
        return add_number_casts(pgcat, connection, &type, false, err);
    case CASTS_OBJECT:
        return add_number_casts(pgcat, connection, &type, true, err) &&
               add_cast(pgcat, connection, text, &type, COST_EXPLICIT, text_to_object, err) &&
               add_cast(pgcat, connection, &type, text, COST_EXPLICIT, object_to_text, err);
    case CASTS_ELEMENT:
        return add_cast(pgcat, connection, &type, engine_type_simple(row->id), COST_AWAY, convert_numbers, err) &&
               add_cast(pgcat, connection, engine_type_simple(row->id), &type, COST_AWAY, convert_numbers, err);
    }
    return true;
}

bool pgcat_register_types(struct pgcat *pgcat, struct engine_connection *connection, struct error *err) {
    size_t count = sizeof type_rows / sizeof type_rows[0];
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct engine_type type = make_type(&type_rows[i]);
        ok = engine_register_type(connection, &type, err);
    }
    for (size_t i = 0; ok && i < count; i++)
        ok = add_casts(pgcat, connection, &type_rows[i], err);
    return ok;
}

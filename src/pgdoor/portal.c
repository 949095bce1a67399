#include "pgdoor/portal.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/value.h"
#include "pgdoor/copy.h"
#include "pgdoor/door.h"
#include "pgdoor/prepared.h"

struct portal *portal_create(struct session *session, struct prepared *prepared, const char *name, struct error *err) {
    struct portal *portal = memory_allocate_zeroed(1, sizeof *portal);
    if (!portal || (name && !(portal->name = arena_copy_string(&portal->arena, name)))) {
        memory_free(portal);
        error_set_no_memory(err);
        return NULL;
    }
    portal->prepared = prepared;
    portal->created_us = clock_wall_us();
    prepared_hold(prepared);
    if (name) {
        portal->next = session->portals;
        session->portals = portal;
    }
    return portal;
}

struct portal *portal_find(struct session *session, const char *name) {
    struct portal *portal = session->portals;
    while (portal && strcmp(portal->name, name) != 0)
        portal = portal->next;
    return portal;
}

static void close_result(struct portal *portal) {
    engine_result_destroy(portal->result);
    engine_statement_destroy(portal->own);
    portal->result = NULL;
    portal->own = NULL;
    portal->chunk = NULL;
    portal->finished = true;
}

void portal_destroy(struct session *session, struct portal *portal) {
    if (!portal)
        return;
    for (struct portal **at = &session->portals; *at; at = &(*at)->next)
        if (*at == portal) {
            *at = portal->next;
            break;
        }
    if (session->rows.portal == portal)
        session->rows.portal = NULL;
    close_result(portal);
    for (int32_t i = 0; i < portal->parameter_count; i++)
        engine_value_destroy(portal->parameters[i]);
    prepared_release(portal->prepared);
    arena_destroy(&portal->arena);
    memory_free(portal);
}

void portal_destroy_all(struct session *session) {
    while (session->portals)
        portal_destroy(session, session->portals);
}

/* ---- running ---- */

static bool describe(struct session *session, struct portal *portal, struct error *err) {
    const struct engine_result *result = portal->result;
    int32_t count = engine_result_column_count(result);
    portal->fields = arena_allocate(&portal->arena, (size_t)count * sizeof *portal->fields);
    portal->field_count = count;
    if (!portal->fields)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        const char *name = portal->own ? NULL : pgsql_translation_column_name(&portal->prepared->translation, i, count);
        if (!name)
            name = arena_copy_string(&portal->arena, engine_result_column_name(result, i));
        if (!name)
            return error_set_no_memory(err);
        portal->fields[i] = prepared_field(session, name, engine_result_column_type(result, i));
        portal->fields[i].format = (int16_t)pgwire_format_at(portal->formats, portal->format_count, i);
    }
    return true;
}

static bool compile(struct session *session, struct portal *portal, struct error *err) {
    int32_t count = engine_result_column_count(portal->result);
    const struct engine_type **types = arena_allocate(&portal->arena, (size_t)count * sizeof *types);
    if (!types)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++)
        types[i] = engine_result_column_type(portal->result, i);
    if (!pgwire_formats_check(portal->formats, portal->format_count, count, "result", err) ||
        !describe(session, portal, err))
        return false;
    portal->encoder = pgtype_encoder_compile(&portal->arena, types, count, portal->formats, portal->format_count,
                                             &session->settings.values_format, err);
    return portal->encoder != NULL;
}

bool portal_run(struct session *session, struct portal *portal, struct engine_statement *engine, struct error *err) {
    if (!portal_buffer_results(session, portal, err))
        return false;
    for (int32_t i = 0; i < portal->parameter_count && i < engine_statement_parameter_count(engine); i++)
        if (!engine_statement_bind(engine, i, portal->parameters[i], err))
            return false;
    portal->result = engine_statement_execute(engine, err);
    if (!portal->result)
        return false;
    return engine_result_kind(portal->result) != ENGINE_RESULT_ROWS || compile(session, portal, err);
}

bool portal_run_query(struct session *session, struct portal *portal, const char *sql, struct error *err) {
    portal->own = engine_statement_prepare(session->engine, sql, err);
    return portal->own && portal_run(session, portal, portal->own, err);
}

void portal_write_description(struct session *session, struct portal *portal) {
    pgwire_write_row_description(&session->out, portal->fields, portal->field_count);
}

/* ---- rows ---- */

/* As many rows as fill the batch, judged by those before: a row may be a few bytes or many megabytes. */
static int64_t slice_rows(const struct session *session, const struct row_run *run, int64_t available) {
    int64_t wanted = run->rows_sent ? (int64_t)session->door->options.batch_bytes * run->rows_sent / (run->bytes_sent + 1)
                                    : 64;
    wanted = wanted < 1 ? 1 : wanted;
    wanted = wanted < available ? wanted : available;
    return wanted < run->rows_left ? wanted : run->rows_left;
}

static bool next_chunk(struct portal *portal, struct error *err) {
    if (portal->chunk && portal->next_row < portal->chunk->row_count)
        return true;
    portal->next_row = 0;
    if (portal->finished) {
        portal->chunk = NULL;
        return true;
    }
    return engine_result_fetch(portal->result, &portal->chunk, err);
}

static bool encode(struct session *session, const struct portal *portal, int64_t rows, struct error *err) {
    struct row_run *run = &session->rows;
    if (!run->copy)
        return pgtype_encode_rows(portal->encoder, portal->chunk, portal->next_row, rows, &session->out, err);
    size_t start = session->out.length;
    bool ok = pgtype_encode_copy_rows(portal->encoder, run->copy, portal->chunk, portal->next_row, rows, &session->out, err);
    if (session->out.length > start)
        copy_begin_out(session, run, start);
    return ok;
}

enum portal_status portal_advance(struct session *session, struct error *err) {
    struct row_run *run = &session->rows;
    struct portal *portal = run->portal;
    if (run->rows_left <= 0)
        return PORTAL_LIMIT;
    if (!next_chunk(portal, err))
        return PORTAL_FAILED;
    if (!portal->chunk) {
        close_result(portal);
        return PORTAL_END;
    }
    int64_t rows = slice_rows(session, run, portal->chunk->row_count - portal->next_row);
    size_t before = session->out.length;
    if (!encode(session, portal, rows, err))
        return PORTAL_FAILED;
    session->flush_wanted = run->rows_sent == 0 && rows > 1; /* the first rows go out at once */
    run->bytes_sent += (int64_t)(session->out.length - before);
    run->rows_sent += rows;
    run->rows_left -= rows;
    portal->next_row += rows;
    portal->position += rows;
    return PORTAL_MORE;
}

bool portal_skip(struct session *session, struct portal *portal, int64_t rows, int64_t *skipped, struct error *err) {
    (void)session;
    *skipped = 0;
    while (*skipped < rows) {
        if (!next_chunk(portal, err))
            return false;
        if (!portal->chunk) {
            close_result(portal);
            return true;
        }
        int64_t left = portal->chunk->row_count - portal->next_row, wanted = rows - *skipped;
        int64_t step = left < wanted ? left : wanted;
        portal->next_row += step;
        portal->position += step;
        *skipped += step;
    }
    return true;
}

/* ---- the engine's and the transaction's ---- */

static bool streams(const struct portal *portal) {
    return portal->result && !portal->finished && engine_result_kind(portal->result) == ENGINE_RESULT_ROWS;
}

bool portal_buffer_results(struct session *session, const struct portal *running, struct error *err) {
    for (struct portal *portal = session->portals; portal; portal = portal->next)
        if (portal != running && streams(portal) && !engine_result_buffer(portal->result, err))
            return false;
    return true;
}

bool portal_hold_cursors(struct session *session, struct error *err) {
    for (struct portal *portal = session->portals; portal; portal = portal->next)
        if (portal->hold && streams(portal) && !engine_result_buffer(portal->result, err))
            return false;
    return true;
}

static bool outlasts(const struct portal *portal, bool committed) {
    return portal->held || (portal->hold && committed);
}

void portal_close_results(struct session *session, bool committed) {
    for (struct portal *portal = session->portals; portal; portal = portal->next)
        if (!outlasts(portal, committed))
            close_result(portal);
    if (session->rows.portal && !outlasts(session->rows.portal, committed))
        close_result(session->rows.portal);
}

void portal_end_transaction(struct session *session, bool committed) {
    for (struct portal *portal = session->portals, *next; portal; portal = next) {
        next = portal->next;
        portal->held = outlasts(portal, committed);
        if (!portal->held)
            portal_destroy(session, portal);
    }
}

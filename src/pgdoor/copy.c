#include "pgddl/pgddl.h"
#include "pgdoor/copy.h"

#include <string.h>

#include "base/memory.h"
#include "engine/appender.h"
#include "pgdoor/parameters.h"
#include "pgdoor/transaction.h"
#include "pgdoor/watch.h"
#include "pgtype/decode.h"

/* ---- options ---- */

static bool *flags_of(struct arena *arena, const struct pgsql_names_list *list, const char *const *columns,
                      int32_t column_count, const char *option, struct error *err) {
    bool *flags = arena_allocate_zeroed(arena, (size_t)column_count, sizeof *flags);
    if (!flags) {
        error_set_no_memory(err);
        return NULL;
    }
    for (int32_t i = 0; list->all && i < column_count; i++)
        flags[i] = true;
    for (int32_t n = 0; n < list->count; n++) {
        int32_t column = 0;
        while (column < column_count && strcmp(columns[column], list->names[n]) != 0)
            column++;
        if (column == column_count) {
            error_set_state(err, ERROR_BINDER, "42P10", "%s column \"%s\" not referenced by COPY", option,
                            list->names[n]);
            return NULL;
        }
        flags[column] = true;
    }
    return flags;
}

static bool force_flags(struct arena *arena, const struct pgsql_copy *copy, const char *const *columns,
                        int32_t column_count, struct pgwire_copy_options *options, struct error *err) {
    const struct {
        const struct pgsql_names_list *list;
        const bool **flags;
        const char *option;
    } rows[] = {{&copy->force_quote, &options->force_quote, "FORCE_QUOTE"},
                {&copy->force_not_null, &options->force_not_null, "FORCE_NOT_NULL"},
                {&copy->force_null, &options->force_null, "FORCE_NULL"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((rows[i].list->all || rows[i].list->count) &&
            !(*rows[i].flags = flags_of(arena, rows[i].list, columns, column_count, rows[i].option, err)))
            return false;
    return true;
}

static struct pgwire_copy_options *read_options(struct arena *arena, const struct pgsql_copy *copy,
                                                const char *const *columns, int32_t column_count, struct error *err) {
    static const enum pgwire_copy_format formats[] = {[PGSQL_COPY_TEXT] = PGWIRE_COPY_TEXT,
                                                      [PGSQL_COPY_CSV] = PGWIRE_COPY_CSV,
                                                      [PGSQL_COPY_BINARY] = PGWIRE_COPY_BINARY};
    static const enum pgwire_copy_header headers[] = {[PGSQL_HEADER_OFF] = PGWIRE_COPY_HEADER_NONE,
                                                      [PGSQL_HEADER_ON] = PGWIRE_COPY_HEADER_PRESENT,
                                                      [PGSQL_HEADER_MATCH] = PGWIRE_COPY_HEADER_MATCH};
    struct pgwire_copy_options *options = arena_allocate(arena, sizeof *options);
    if (!options) {
        error_set_no_memory(err);
        return NULL;
    }
    *options = pgwire_copy_options_default(formats[copy->format]);
    options->header = headers[copy->header];
    if (copy->delimiter)
        options->delimiter = copy->delimiter[0];
    if (copy->quote)
        options->quote = options->escape = copy->quote[0];
    if (copy->escape)
        options->escape = copy->escape[0];
    if (copy->null) {
        options->null_text = copy->null;
        options->null_bytes = strlen(copy->null);
    }
    bool ok = force_flags(arena, copy, columns, column_count, options, err) &&
              pgwire_copy_options_check(options, copy->from, err);
    return ok ? options : NULL;
}

/* ---- COPY TO STDOUT ---- */

static const char *quoted(struct arena *arena, const char *name) {
    struct writer w = {0};
    writer_u8(&w, '"');
    for (; *name; name++) {
        if (*name == '"')
            writer_u8(&w, '"');
        writer_u8(&w, (uint8_t)*name);
    }
    writer_text(&w, "\"");
    const char *text = writer_ok(&w) ? arena_copy_string_n(arena, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return text;
}

static const char *table_query(struct arena *arena, const struct pgsql_copy *copy) {
    struct writer w = {0};
    writer_text(&w, "SELECT ");
    for (int32_t i = 0; i < copy->columns.count; i++) {
        const char *name = quoted(arena, copy->columns.names[i]);
        writer_format(&w, "%s%s", i ? ", " : "", name ? name : "");
    }
    writer_format(&w, "%s FROM %s", copy->columns.count ? "" : "*", copy->table);
    const char *sql = writer_ok(&w) ? arena_copy_string_n(arena, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return sql;
}

static struct prepared *prepare_source(struct session *session, struct arena *arena, const struct pgsql_copy *copy,
                                       struct error *err) {
    if (copy->query)
        return prepared_create_part(session, copy->query, NULL, 0, err);
    const char *sql = table_query(arena, copy);
    struct prepared *prepared = sql ? prepared_create(session, sql, strlen(sql), NULL, 0, err) : NULL;
    if (!sql)
        error_set_no_memory(err);
    else if (!prepared)
        err->position = 0; /* in a text of ours, not the client's */
    return prepared;
}

static enum execute_status start_out(struct session *session, struct portal *portal, const struct pgsql_copy *copy,
                                     struct error *err) {
    static const int16_t binary = PGWIRE_BINARY;
    struct prepared *prepared = prepare_source(session, &portal->arena, copy, err);
    struct portal *source = prepared ? portal_create(session, prepared, NULL, err) : NULL;
    prepared_release(prepared);
    if (!source)
        return EXECUTE_FAILED;
    bool is_binary = copy->format == PGSQL_COPY_BINARY;
    source->formats = is_binary ? &binary : NULL;
    source->format_count = is_binary;
    const char **names = NULL;
    struct pgwire_copy_options *options = NULL;
    bool ok = transaction_allow(session, prepared->statement, err) && execute_rows(session, source, err);
    if (ok) {
        names = arena_allocate(&source->arena, (size_t)source->field_count * sizeof *names);
        for (int32_t i = 0; names && i < source->field_count; i++)
            names[i] = source->fields[i].name;
        options = names ? read_options(&source->arena, copy, names, source->field_count, err) : NULL;
    }
    if (!options) {
        if (ok && !names)
            error_set_no_memory(err);
        portal_destroy(session, source);
        return EXECUTE_FAILED;
    }
    pgwire_write_copy_out_response(&session->out, (int8_t)is_binary, source->field_count);
    pgwire_copy_write_header(&session->out, options, names, source->field_count);
    session->rows = (struct row_run){.portal = source,
                                     .transient = source,
                                     .rows_left = INT64_MAX,
                                     .copy = options,
                                     .header_due = is_binary,
                                     .statement = portal->prepared->statement};
    return EXECUTE_ROWS;
}

void copy_begin_out(struct session *session, struct row_run *run, size_t message) {
    if (run->header_due)
        pgwire_copy_insert_binary_header(&session->out, message);
    run->header_due = false;
}

void copy_finish_out(struct session *session, struct row_run *run) {
    size_t trailer = session->out.length;
    pgwire_copy_write_trailer(&session->out, run->copy);
    copy_begin_out(session, run, trailer);
    pgwire_write_copy_done(&session->out);
}

/* ---- COPY FROM STDIN ---- */

struct copy_in {
    struct arena arena;
    const struct pgsql_statement *statement;
    bool extended; /* which protocol the statement came by */
    struct engine_appender *appender;
    struct pgwire_copy_reader *reader;
    struct pgtype_decoder *decoder;
    const char **columns;
    const struct engine_type **types;
    int32_t column_count;
};

void copy_in_destroy(struct copy_in *copy_in) {
    if (!copy_in)
        return;
    pgtype_decoder_destroy(copy_in->decoder);
    pgwire_copy_reader_destroy(copy_in->reader);
    engine_appender_destroy(copy_in->appender);
    arena_destroy(&copy_in->arena);
    memory_free(copy_in);
}

/* The columns' names, and the types their fields are read as: as listed, or all of the table's own. */
static bool describe_target(struct session *session, struct copy_in *copy_in, const struct pgsql_copy *copy,
                            struct error *err) {
    const char *sql = table_query(&copy_in->arena, copy);
    struct engine_statement *probe = sql ? engine_statement_prepare(session->engine, sql, err) : NULL;
    if (!probe) {
        err->position = 0;
        return false;
    }
    int32_t count = engine_statement_column_count(probe);
    enum pgwire_format format = copy->format == PGSQL_COPY_BINARY ? PGWIRE_BINARY : PGWIRE_TEXT;
    copy_in->column_count = count;
    copy_in->columns = arena_allocate_zeroed(&copy_in->arena, (size_t)count, sizeof *copy_in->columns);
    copy_in->types = arena_allocate_zeroed(&copy_in->arena, (size_t)count, sizeof *copy_in->types);
    bool ok = copy_in->columns && copy_in->types;
    for (int32_t i = 0; ok && i < count; i++) {
        copy_in->columns[i] = arena_copy_string(&copy_in->arena, engine_statement_column_name(probe, i));
        const struct engine_type *type = engine_type_copy(&copy_in->arena, engine_statement_column_type(probe, i));
        copy_in->types[i] = type ? pgtype_decodable(&copy_in->arena, type, format) : NULL;
        ok = copy_in->columns[i] && copy_in->types[i];
    }
    engine_statement_destroy(probe);
    return ok || error_set_no_memory(err);
}

static const char *insert_query(struct copy_in *copy_in, const struct pgsql_copy *copy) {
    struct writer w = {0};
    writer_format(&w, "INSERT INTO %s(", copy->table);
    for (int32_t i = 0; i < copy_in->column_count; i++) {
        const char *name = quoted(&copy_in->arena, copy_in->columns[i]);
        writer_format(&w, "%s%s", i ? ", " : "", name ? name : "");
    }
    writer_text(&w, ") SELECT * FROM engine_rows()");
    if (copy->where)
        writer_format(&w, " WHERE %s", copy->where);
    const char *sql = writer_ok(&w) ? arena_copy_string_n(&copy_in->arena, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return sql;
}

static bool open_table(struct session *session, struct copy_in *copy_in, const struct pgsql_copy *copy,
                       struct error *err) {
    if (!describe_target(session, copy_in, copy, err) || !transaction_open_implicit(session, err))
        return false;
    int32_t count = copy_in->column_count;
    const char *sql = insert_query(copy_in, copy);
    if (!sql)
        return error_set_no_memory(err);
    struct pgwire_copy_options *options = read_options(&copy_in->arena, copy, copy_in->columns, count, err);
    enum pgwire_format format = copy->format == PGSQL_COPY_BINARY ? PGWIRE_BINARY : PGWIRE_TEXT;
    if (!options ||
        !(copy_in->appender = engine_appender_create(session->engine, sql, copy_in->columns, copy_in->types, count, err)) ||
        !(copy_in->decoder = pgtype_decoder_compile(&copy_in->arena, copy_in->types, count, format,
                                                    &session->settings.values_format, err)))
        return false;
    copy_in->reader = pgwire_copy_reader_create(options, copy->table_name, copy_in->columns, count);
    return copy_in->reader || error_set_no_memory(err);
}

static enum execute_status start_in(struct session *session, struct portal *portal, const struct pgsql_copy *copy,
                                    struct error *err) {
    struct copy_in *copy_in = memory_allocate_zeroed(1, sizeof *copy_in);
    if (!copy_in) {
        error_set_no_memory(err);
        return EXECUTE_FAILED;
    }
    copy_in->statement = portal->prepared->statement;
    copy_in->extended = session->state != SESSION_SCRIPT;
    if (session->user->read_only || session->transaction.read_only) {
        error_set_state(err, ERROR_DENIED, session->user->read_only ? "42501" : "25006",
                        "cannot execute COPY FROM in a read-only transaction");
    } else if (portal_buffer_results(session, NULL, err) && open_table(session, copy_in, copy, err)) {
        session->copy_in = copy_in;
        session->transaction.writes++;
        session->transaction.changed_rows = true;
        pgwire_write_copy_in_response(&session->out, copy->format == PGSQL_COPY_BINARY,
                                      engine_appender_column_count(copy_in->appender));
        session_set_state(session, SESSION_COPY_IN);
        return EXECUTE_COPY;
    }
    copy_in_destroy(copy_in);
    return EXECUTE_FAILED;
}

enum execute_status copy_start(struct session *session, struct portal *portal, struct error *err) {
    const struct pgsql_copy *copy = portal->prepared->statement->as.copy;
    return copy->from ? start_in(session, portal, copy, err) : start_out(session, portal, copy, err);
}

/* The error ends the COPY; what the client still sends of it is dropped where it arrives. */
enum step copy_in_refuse(struct session *session, struct error *err) {
    bool extended = session->copy_in->extended;
    const struct pgsql_copy *copy = session->copy_in->statement->as.copy;
    if (err->kind == ERROR_CONSTRAINT)
        pgddl_explain_violation(engine_connection_database(session->engine), session->catalog, copy->schema_name, copy->table_name, err);
    copy_in_destroy(session->copy_in);
    session->copy_in = NULL;
    execute_explain_interrupt(session, err);
    return extended ? extended_fail(session, err) : query_fail(session, err);
}

static bool append_chunk(struct copy_in *copy_in, struct error *err) {
    struct engine_chunk *chunk = engine_appender_chunk(copy_in->appender);
    return chunk->row_count == 0 || engine_appender_append(copy_in->appender, err);
}

static bool take_row(struct copy_in *copy_in, const struct pgwire_copy_row *row, struct error *err) {
    struct engine_chunk *chunk = engine_appender_chunk(copy_in->appender);
    int32_t column = -1;
    if (!pgtype_decode_row(copy_in->decoder, row->fields, chunk, chunk->row_count, &column, err)) {
        pgwire_copy_reader_explain(copy_in->reader, column, err);
        return false;
    }
    chunk->row_count++;
    return chunk->row_count < ENGINE_VECTOR_ROWS || append_chunk(copy_in, err);
}

static bool take_rows(struct copy_in *copy_in, struct error *err) {
    struct pgwire_copy_row row;
    for (;;)
        switch (pgwire_copy_reader_next(copy_in->reader, &row, err)) {
        case PGWIRE_COPY_ROW:
            if (!take_row(copy_in, &row, err))
                return false;
            break;
        case PGWIRE_COPY_MORE:
        case PGWIRE_COPY_END:
            return true;
        case PGWIRE_COPY_FAILED:
            return false;
        }
}

enum step copy_in_data(struct session *session, struct pgwire_value data) {
    struct error err;
    error_clear(&err);
    pgwire_copy_reader_feed(session->copy_in->reader, data.bytes, (size_t)data.length);
    return take_rows(session->copy_in, &err) ? STEP_AGAIN : copy_in_refuse(session, &err);
}

bool copy_in_is_interrupted(const struct session *session) {
    return session->state == SESSION_COPY_IN && atomic_load(&session->interrupt) != INTERRUPT_NONE;
}

enum step copy_in_interrupt(struct session *session) {
    struct error err;
    error_set(&err, ERROR_INTERRUPT, "interrupted");
    return copy_in_refuse(session, &err);
}

enum step copy_in_done(struct session *session) {
    struct error err;
    error_clear(&err);
    struct copy_in *copy_in = session->copy_in;
    pgwire_copy_reader_finish(copy_in->reader);
    int64_t rows = 0;
    if (!take_rows(copy_in, &err) || !append_chunk(copy_in, &err) ||
        !engine_appender_finish(copy_in->appender, &rows, &err))
        return copy_in_refuse(session, &err);
    char tag[64];
    pgsql_statement_complete_tag(copy_in->statement, rows, tag, sizeof tag);
    pgwire_write_command_complete(&session->out, tag);
    watch_end(session, LABEL_ROWS_CHANGED, rows);
    bool extended = copy_in->extended;
    copy_in_destroy(copy_in);
    session->copy_in = NULL;
    execute_end(session);
    session_set_state(session, extended ? SESSION_READY : SESSION_SCRIPT);
    return STEP_AGAIN;
}

enum step copy_in_fail(struct session *session, const char *reason) {
    struct error err;
    error_set_state(&err, ERROR_CANCELLED, "57014", "COPY from stdin failed: %s", reason);
    return copy_in_refuse(session, &err);
}

/* The extended protocol: Parse, Bind, Describe, Execute, Close, Sync. */
#include <string.h>

#include "base/memory.h"
#include "engine/value.h"
#include "pgdoor/door.h"
#include "pgdoor/execute.h"
#include "pgdoor/message.h"
#include "pgdoor/parameters.h"
#include "pgdoor/transaction.h"
#include "pgdoor/watch.h"
#include "pgtype/decode.h"

enum step extended_fail(struct session *session, struct error *err) {
    execute_end(session);
    execute_explain_interrupt(session, err);
    message_translate(err);
    watch_fail(session, err);
    if (atomic_load(&session->terminate))
        return session_end_with(session, err);
    pgwire_write_error(&session->out, PGWIRE_ERROR, err);
    portal_destroy(session, session->rows.transient);
    session->rows = (struct row_run){0};
    transaction_fail(session);
    session_set_state(session, SESSION_SKIP);
    return STEP_AGAIN;
}

enum step extended_sync(struct session *session) {
    struct error err;
    error_clear(&err);
    if (!transaction_finish(session, &err)) {
        watch_fail(session, &err);
        pgwire_write_error(&session->out, PGWIRE_ERROR, &err);
    }
    parameters_report(session);
    transaction_write_ready(session);
    if (session->state == SESSION_SKIP)
        session_set_state(session, SESSION_READY);
    return STEP_AGAIN;
}

/* In a failed transaction only what ends it may even be prepared. */
static bool allow_while_failed(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    if (session->transaction.state != TRANSACTION_FAILED || !statement ||
        pgsql_statement_rules(statement) & PGSQL_IN_FAILED)
        return true;
    return error_set_state(err, ERROR_TRANSACTION, "25P02",
                           "current transaction is aborted, commands ignored until end of transaction block");
}

bool extended_parse(struct session *session, const struct pgwire_parse *parse, struct error *err) {
    watch_text(session, parse->query, strlen(parse->query));
    struct prepared *old = prepared_find(session, parse->statement);
    if (old && parse->statement[0])
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42P05", "prepared statement \"%s\" already exists",
                               parse->statement);
    if (session->transaction.state == TRANSACTION_FAILED) {
        struct pgsql_script script;
        if (!pgsql_script_parse(&session->message, parse->query, strlen(parse->query), &script, err) ||
            !allow_while_failed(session, script.statement_count ? &script.statements[0] : NULL, err))
            return false;
    }
    execute_begin(session, NULL);
    struct prepared *prepared = prepared_create(session, parse->query, strlen(parse->query), parse->parameter_types,
                                                parse->parameter_type_count, err);
    execute_end(session);
    bool ok = prepared != NULL;
    if (ok && old)
        prepared_drop(session, old);
    ok = ok && prepared_keep(session, prepared, parse->statement, err);
    prepared_release(prepared);
    if (ok) {
        pgwire_write_parse_complete(&session->out);
        watch_forget(session);
    }
    return ok;
}

static struct prepared *find_statement(struct session *session, const char *name, struct error *err) {
    struct prepared *prepared = prepared_find(session, name);
    if (!prepared && name[0])
        error_set_state(err, ERROR_NOT_FOUND, "26000", "prepared statement \"%s\" does not exist", name);
    else if (!prepared)
        error_set_state(err, ERROR_NOT_FOUND, "26000", "unnamed prepared statement does not exist");
    return prepared;
}

static bool decode_parameters(struct session *session, struct portal *portal, const struct pgwire_bind *bind,
                              struct error *err) {
    const struct prepared *prepared = portal->prepared;
    portal->parameters = arena_allocate_zeroed(&portal->arena, (size_t)bind->parameter_count, sizeof(void *));
    if (!portal->parameters)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < bind->parameter_count; i++) {
        enum pgwire_format format = pgwire_format_at(bind->parameter_formats, bind->parameter_format_count, i);
        portal->parameters[i] =
            pgtype_decode_parameter(&session->message, &session->settings.values_format, prepared->parameter_oids[i],
                                    format, bind->parameters[i], i + 1, err);
        if (!portal->parameters[i])
            return false;
        portal->parameter_count = i + 1;
    }
    return true;
}

static bool copy_formats(struct portal *portal, const struct pgwire_bind *bind, struct error *err) {
    int16_t *formats = arena_allocate(&portal->arena, (size_t)bind->result_format_count * sizeof *formats);
    if (!formats)
        return error_set_no_memory(err);
    if (bind->result_format_count)
        memcpy(formats, bind->result_formats, (size_t)bind->result_format_count * sizeof *formats);
    portal->formats = formats;
    portal->format_count = bind->result_format_count;
    return true;
}

/* Known columns are checked at once; others when the portal runs. */
static bool check_result_formats(struct session *session, struct portal *portal, struct error *err) {
    struct pgwire_field *fields;
    int32_t count;
    if (!portal->format_count || portal->prepared->statement == NULL ||
        portal->prepared->statement->form != PGSQL_FORM_ENGINE)
        return true;
    return prepared_describe(session, portal->prepared, &session->message, &fields, &count, err) &&
           (count < 0 || pgwire_formats_check(portal->formats, portal->format_count, count, "result", err));
}

bool extended_bind(struct session *session, const struct pgwire_bind *bind, struct error *err) {
    struct prepared *prepared = find_statement(session, bind->statement, err);
    if (prepared)
        watch_text(session, prepared->text, prepared->text_bytes);
    if (!prepared || !allow_while_failed(session, prepared->statement, err) ||
        !pgwire_formats_check(bind->parameter_formats, bind->parameter_format_count, bind->parameter_count, "parameter",
                              err))
        return false;
    if (bind->parameter_count != prepared->parameter_count)
        return error_set(err, ERROR_PROTOCOL,
                         "bind message supplies %d parameters, but prepared statement \"%s\" requires %d",
                         bind->parameter_count, bind->statement, prepared->parameter_count);
    struct portal *old = portal_find(session, bind->portal);
    if (old && bind->portal[0])
        return error_set_state(err, ERROR_ALREADY_EXISTS, "42P03", "cursor \"%s\" already exists", bind->portal);
    portal_destroy(session, old);
    struct portal *portal = portal_create(session, prepared, bind->portal, err);
    if (!portal)
        return false;
    if (!copy_formats(portal, bind, err) || !check_result_formats(session, portal, err) ||
        !decode_parameters(session, portal, bind, err)) {
        portal_destroy(session, portal);
        return false;
    }
    pgwire_write_bind_complete(&session->out);
    watch_forget(session);
    return true;
}

static struct portal *find_portal(struct session *session, const char *name, struct error *err) {
    struct portal *portal = portal_find(session, name);
    if (!portal)
        error_set_state(err, ERROR_NOT_FOUND, "34000", "portal \"%s\" does not exist", name);
    return portal;
}

bool extended_describe(struct session *session, const struct pgwire_target *target, struct error *err) {
    bool is_portal = target->kind == 'P';
    struct portal *portal = is_portal ? find_portal(session, target->name, err) : NULL;
    struct prepared *prepared = is_portal ? (portal ? portal->prepared : NULL)
                                          : find_statement(session, target->name, err);
    struct pgwire_field *fields;
    int32_t count;
    if (!prepared || !allow_while_failed(session, prepared->statement, err) ||
        !prepared_describe(session, prepared, &session->message, &fields, &count, err))
        return false;
    if (!is_portal)
        pgwire_write_parameter_description(&session->out, prepared->parameter_oids, prepared->parameter_count);
    for (int32_t i = 0; is_portal && i < count; i++)
        fields[i].format = (int16_t)pgwire_format_at(portal->formats, portal->format_count, i);
    if (count < 0)
        pgwire_write_no_data(&session->out);
    else
        pgwire_write_row_description(&session->out, fields, count);
    return true;
}

/* A Sync that is here already says that nothing else belongs to the transaction: the engine may commit by itself. */
static bool sync_follows(const struct session *session) {
    return session->in.length - session->in_used >= 5 &&
           session->in.bytes[session->in_used] == (uint8_t)pgwire_message_tag(PGWIRE_SYNC);
}

bool extended_execute(struct session *session, const struct pgwire_execute *execute, struct error *err) {
    struct portal *portal = find_portal(session, execute->portal, err);
    if (!portal)
        return false;
    if (!portal->prepared->statement) {
        pgwire_write_empty_query_response(&session->out);
        return true;
    }
    int64_t limit = execute->max_rows > 0 ? execute->max_rows : INT64_MAX;
    if (portal->started && portal->finished && !portal->encoder)
        return error_set_state(err, ERROR_SEQUENCE, "55000", "portal \"%s\" cannot be run", execute->portal);
    switch (execute_portal(session, portal, limit, false, sync_follows(session), err)) {
    case EXECUTE_FAILED:
        return false;
    case EXECUTE_ROWS:
        session_set_state(session, SESSION_EXECUTE);
        return true;
    default:
        return true;
    }
}

enum step extended_continue(struct session *session) {
    struct error err;
    error_clear(&err);
    enum portal_status status = portal_advance(session, &err);
    if (status == PORTAL_MORE)
        return STEP_AGAIN;
    if (status == PORTAL_FAILED || !execute_finish_rows(session, status, &err))
        return extended_fail(session, &err);
    session_set_state(session, SESSION_READY);
    return STEP_AGAIN;
}

bool extended_close(struct session *session, const struct pgwire_target *target, struct error *err) {
    (void)err; /* closing what does not exist is not an error */
    if (target->kind == 'P') {
        portal_destroy(session, portal_find(session, target->name));
    } else {
        struct prepared *prepared = prepared_find(session, target->name);
        if (prepared)
            prepared_drop(session, prepared);
    }
    pgwire_write_close_complete(&session->out);
    return true;
}

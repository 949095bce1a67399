/* Functions about the session, the server and what a role may do. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "pgcat/function.h"
#include "engine/database.h"

static bool answer_string(struct pgcat_value *result, const char *text) {
    if (text)
        pgcat_answer_text(result, text, strlen(text));
    return true;
}

bool pgcat_version(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                   struct error *err) {
    (void)arguments;
    const struct pgcat_options *options = &call->view.pgcat->options;
    writer_format(call->text, "PostgreSQL %s (mallardb %s, DuckDB %s)", options->server_version, options->product_version,
                  engine_version());
    return pgcat_answer_written(call, result, err);
}

/* The server's roles: the one with all rights, or the one that only reads. */
bool pgcat_role_name(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                     struct error *err) {
    (void)arguments, (void)err;
    struct pgcat *pgcat = call->view.pgcat;
    return answer_string(result, atomic_load(call->parameter ? &pgcat->reader : &pgcat->writer));
}

bool pgcat_current_database(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                            struct error *err) {
    (void)arguments, (void)err;
    return answer_string(result, call->view.session ? call->view.session->database->name
                                                    : engine_database_name(call->view.pgcat->engine));
}

bool pgcat_current_user(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                        struct error *err) {
    (void)arguments, (void)err;
    return answer_string(result, call->view.session ? call->view.session->current_user : atomic_load(&call->view.pgcat->writer));
}

bool pgcat_session_user(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                        struct error *err) {
    (void)arguments, (void)err;
    return answer_string(result, call->view.session ? call->view.session->session_user : atomic_load(&call->view.pgcat->writer));
}

/* The schemas behind the two that are searched before all others. */
enum { IMPLICIT_SCHEMAS = 2 };

bool pgcat_current_schema(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                          struct error *err) {
    (void)arguments, (void)err;
    const char *schemas[PGCAT_SCHEMA_LIMIT];
    int32_t count = pgcat_visible_schemas(&call->view, schemas, PGCAT_SCHEMA_LIMIT);
    return answer_string(result, count > IMPLICIT_SCHEMAS ? schemas[IMPLICIT_SCHEMAS] : NULL);
}

/* The names with 0x1F between them: a macro makes the array. */
bool pgcat_current_schemas(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    const char *schemas[PGCAT_SCHEMA_LIMIT];
    int32_t count = pgcat_visible_schemas(&call->view, schemas, PGCAT_SCHEMA_LIMIT);
    bool any = false;
    for (int32_t i = 0; i < count; i++) {
        bool is_temporary = strcmp(schemas[i], "pg_temp_1") == 0;
        if ((i < IMPLICIT_SCHEMAS && !arguments[0].number) || is_temporary)
            continue;
        writer_text(call->text, any ? "\x1f" : "");
        writer_text(call->text, schemas[i]);
        any = true;
    }
    return !any || pgcat_answer_written(call, result, err);
}

static const char *setting(const struct pgcat_call *call, const struct pgcat_value *name) {
    const struct pgcat_host *host = call->view.pgcat->options.host;
    char *copy = arena_copy_string_n(call->arena, name->text, name->length);
    void *door = call->view.session ? call->view.session->identity.door : NULL;
    return host && host->setting && copy ? host->setting(host->self, door, call->arena, copy) : NULL;
}

bool pgcat_current_setting(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                           struct error *err) {
    const char *value = setting(call, &arguments[0]);
    bool missing_ok = arguments[1].number != 0;
    if (!value && !missing_ok)
        return error_set_state(err, ERROR_NOT_FOUND, "42704", "unrecognized configuration parameter \"%.*s\"",
                               (int)arguments[0].length, arguments[0].text);
    return answer_string(result, value);
}

/* The setting, or what is said when there is none. */
bool pgcat_shown_setting(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                         struct error *err) {
    (void)err;
    const char *value = setting(call, &arguments[0]);
    if (value)
        return answer_string(result, value);
    *result = arguments[1];
    return true;
}

bool pgcat_set_config(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    const struct pgcat_host *host = call->view.pgcat->options.host;
    if (arguments[0].is_null)
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22004", "SET requires parameter name");
    if (!host || !host->set || !call->view.session)
        return error_set(err, ERROR_UNSUPPORTED, "set_config() needs a session");
    char *name = arena_copy_string_n(call->arena, arguments[0].text, arguments[0].length);
    char *value = arguments[1].is_null ? NULL : arena_copy_string_n(call->arena, arguments[1].text, arguments[1].length);
    bool is_local = !arguments[2].is_null && arguments[2].number;
    return host->set(host->self, call->view.session->identity.door, name, value, is_local, err) &&
           answer_string(result, setting(call, &arguments[0]));
}

bool pgcat_backend_pid(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                       struct error *err) {
    (void)arguments, (void)err;
    pgcat_answer_number(result, call->view.session ? call->view.session->identity.backend_pid : 0);
    return true;
}

bool pgcat_client_address(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                          struct error *err) {
    (void)arguments, (void)err;
    return answer_string(result, call->view.session ? call->view.session->identity.client_address : NULL);
}

bool pgcat_client_port(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                       struct error *err) {
    (void)arguments, (void)err;
    if (call->view.session && call->view.session->identity.client_address)
        pgcat_answer_number(result, call->view.session->identity.client_port);
    return true;
}

bool pgcat_start_time(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    (void)arguments, (void)err;
    pgcat_answer_number(result, call->view.pgcat->started_micros);
    return true;
}

bool pgcat_clock_time(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                      struct error *err) {
    (void)call, (void)arguments, (void)err;
    pgcat_answer_number(result, clock_wall_us());
    return true;
}

bool pgcat_signal_backend(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                          struct error *err) {
    const struct pgcat_host *host = call->view.pgcat->options.host;
    if (call->view.session && call->view.session->identity.is_reader)
        return error_set_state(err, ERROR_DENIED, "42501", "must be a member of the role whose query is being canceled or "
                                                            "member of pg_signal_backend");
    pgcat_answer_number(result, host && host->signal && host->signal(host->self, (int32_t)arguments[0].number, call->parameter));
    return true;
}

bool pgcat_reset_statements(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                            struct error *err) {
    const struct pgcat_host *host = call->view.pgcat->options.host;
    (void)arguments;
    if (call->view.session && call->view.session->identity.is_reader)
        return error_set_state(err, ERROR_DENIED, "42501", "permission denied for function pg_stat_statements_reset");
    if (host && host->reset_statements)
        host->reset_statements(host->self);
    pgcat_answer_text(result, "", 0);
    return true;
}

static bool is_reader(const struct pgcat_call *call, const struct pgcat_value *role) {
    const char *reader = atomic_load(&call->view.pgcat->reader);
    if (!role)
        return call->view.session && call->view.session->identity.is_reader;
    if (!role->text)
        return role->number == PGCAT_READER_OID;
    return reader && strlen(reader) == role->length && memcmp(reader, role->text, role->length) == 0;
}

/* Each privilege of the comma-separated list, with or without WITH GRANT OPTION; one is enough. */
static bool reader_may(const struct pgcat_value *privileges) {
    static const char *const granted[] = {"SELECT", "USAGE", "CONNECT", "EXECUTE"};
    const char *at = privileges->text, *end = at + privileges->length;
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at)), *stop = comma ? comma : end;
        while (at < stop && *at == ' ')
            at++;
        for (size_t i = 0; i < sizeof granted / sizeof granted[0]; i++)
            if ((size_t)(stop - at) == strlen(granted[i]) && strncasecmp(at, granted[i], strlen(granted[i])) == 0)
                return true;
        at = comma ? comma + 1 : end;
    }
    return false;
}

static bool answer_privilege(const struct pgcat_call *call, const struct pgcat_value *role, const struct pgcat_value *privileges,
                             struct pgcat_value *result) {
    pgcat_answer_number(result, !is_reader(call, role) || reader_may(privileges));
    return true;
}

/* ([role,] object, privileges). A name must lead to an object; an OID without one gives NULL. */
bool pgcat_has_privilege(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                         struct error *err) {
    int32_t last = call->argument_count - 1;
    const struct pgcat_value *role = last == 2 ? &arguments[0] : NULL, *object = &arguments[last - 1];
    if (call->parameter != PGCAT_OBJECT_KIND_COUNT) {
        enum pgcat_object_kind kind = (enum pgcat_object_kind)call->parameter;
        uint32_t oid = (uint32_t)object->number;
        if (object->text && !pgcat_object_find(&call->view, kind, object->text, object->length, &oid, err))
            return false;
        if (!object->text && !pgcat_object_fact(&call->view, kind, oid))
            return true;
    }
    return answer_privilege(call, role, &arguments[last], result);
}

/* ([role,] table, column, privileges) */
bool pgcat_has_column_privilege(const struct pgcat_call *call, const struct pgcat_value *arguments,
                                struct pgcat_value *result, struct error *err) {
    uint32_t oid;
    int32_t last = call->argument_count - 1;
    const struct pgcat_value *role = last == 3 ? &arguments[0] : NULL, *table = &arguments[last - 2];
    if (table->text && !pgcat_object_find(&call->view, PGCAT_OBJECT_RELATION, table->text, table->length, &oid, err))
        return false;
    return answer_privilege(call, role, &arguments[last], result);
}

/* The writer is a member of every role, the reader of itself and pg_read_all_data. */
bool pgcat_has_role(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                    struct error *err) {
    enum { PG_READ_ALL_DATA = 6181 };
    int32_t last = call->argument_count - 1;
    const struct pgcat_value *role = &arguments[last - 1];
    uint32_t oid = (uint32_t)role->number;
    if (role->text && !pgcat_object_find(&call->view, PGCAT_OBJECT_ROLE, role->text, role->length, &oid, err))
        return false;
    bool is_limited = is_reader(call, last == 2 ? &arguments[0] : NULL);
    pgcat_answer_number(result, !is_limited || oid == PGCAT_READER_OID || oid == PG_READ_ALL_DATA);
    return true;
}

/* The type that typeof() names: the engine's name of it, a registered one, or one of the database's own. */
bool pgcat_find_engine_type(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                            struct error *err) {
    (void)err;
    const char *name = arguments[0].text;
    size_t length = arguments[0].length;
    int dimensions = 0;
    while (length > 2 && name[length - 1] == ']') {
        while (length && name[length - 1] != '[')
            length--;
        length -= length > 0;
        dimensions++;
    }
    char *definition = arena_copy_string_n(call->arena, name, length);
    uint32_t oid = definition ? pgcat_engine_type_oid(&call->view, definition) : 0;
    if (oid && dimensions)
        oid = pgcat_type_array(&call->view, oid);
    pgcat_answer_number(result, oid ? oid : 705);
    return true;
}

/* The sequence's name as text, or what its OID prints as. */
static bool write_sequence_name(const struct pgcat_call *call, const struct pgcat_value *sequence) {
    if (call->arguments[0] == 't')
        writer_bytes(call->text, sequence->text, sequence->length);
    else
        pgcat_object_write(&call->view, PGCAT_OBJECT_RELATION, (uint32_t)sequence->number, call->text);
    writer_u8(call->text, '\0');
    return writer_ok(call->text);
}

/* Functions must not use the engine: the door sets the sequence when the statement is done. */
bool pgcat_set_sequence(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                        struct error *err) {
    struct pgcat_session *session = call->view.session;
    struct pgcat_setval setval = {.value = arguments[1].number, .is_called = call->argument_count < 3 || arguments[2].number};
    if (!session || session->identity.is_reader)
        return error_set(err, ERROR_DENIED, "permission denied for sequence");
    if (!write_sequence_name(call, &arguments[0]))
        return error_set_no_memory(err);
    if (call->text->length > sizeof setval.sequence)
        return error_set(err, ERROR_INVALID_ARGUMENT, "the name of the sequence is too long");
    memcpy(setval.sequence, call->text->bytes, call->text->length);
    pthread_mutex_lock(&session->pgcat->mutex);
    bool fits = session->setval_count < PGCAT_SETVAL_LIMIT;
    if (fits)
        session->setvals[session->setval_count++] = setval;
    pthread_mutex_unlock(&session->pgcat->mutex);
    pgcat_answer_number(result, setval.value);
    return fits || error_set_state(err, ERROR_LIMIT, "54000", "a statement sets at most %d sequences", PGCAT_SETVAL_LIMIT);
}

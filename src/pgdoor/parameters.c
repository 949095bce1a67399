#include "pgdoor/parameters.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "pgcat/pgcat.h"
#include "pgdoor/door.h"
#include "pgdoor/host.h"
#include "pgdoor/portal.h"

static bool unknown_parameter(const char *name, struct error *err) {
    return error_set(err, ERROR_NOT_FOUND, "unrecognized configuration parameter \"%s\"", name);
}

/* ---- the engine's side ---- */

static void quote_literal(struct writer *w, const char *text) {
    writer_u8(w, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            writer_u8(w, '\'');
        writer_u8(w, (uint8_t)*text);
    }
    writer_u8(w, '\'');
}

/* DuckDB knows zones by ICU's names only; a fixed offset of whole hours has one there, with the sign the other way round. */
static bool set_engine_zone(struct session *session, const char *zone, struct error *err) {
    struct writer sql = {0};
    struct error first;
    writer_text(&sql, "SET TimeZone = ");
    quote_literal(&sql, zone);
    writer_u8(&sql, 0);
    bool ok = pgtype_zone_is_named(session->settings.zone) && writer_ok(&sql) &&
              engine_connection_execute(session->engine, (const char *)sql.bytes, &first);
    if (!ok) {
        int32_t offset = pgtype_zone_offset_at(session->settings.zone, 0);
        writer_reset(&sql);
        writer_format(&sql, "SET TimeZone = 'Etc/GMT%+d'", -offset / 3600);
        writer_u8(&sql, 0);
        ok = offset % 3600 == 0 && writer_ok(&sql) &&
             engine_connection_execute(session->engine, (const char *)sql.bytes, &first);
    }
    writer_destroy(&sql);
    return ok || error_set(err, ERROR_INVALID_ARGUMENT, "invalid value for parameter \"TimeZone\": \"%s\"", zone);
}

/* The schemas of a search_path's text: names separated by commas, folded unless quoted. */
static int32_t split_path(struct arena *arena, const char *text, const char ***schemas) {
    size_t length = strlen(text);
    const char **list = arena_allocate(arena, (length / 2 + 2) * sizeof *list);
    char *to = arena_allocate(arena, length + 1);
    int32_t count = 0;
    if (!list || !to)
        return -1;
    for (const char *at = text; *at;) {
        at += strspn(at, " \t\n,");
        if (!*at)
            break;
        bool quoted = *at == '"';
        list[count++] = to;
        for (at += quoted; *at && (quoted ? *at != '"' || at[1] == '"' : *at != ','); at++) {
            if (quoted && *at == '"')
                at++;
            *to++ = quoted ? *at : (char)tolower((unsigned char)*at);
        }
        at += quoted && *at;
        while (!quoted && to > list[count - 1] && isspace((unsigned char)to[-1]))
            to--;
        *to++ = '\0';
    }
    *schemas = list;
    return count;
}

static bool set_engine_path(struct session *session, const char *path, struct error *err) {
    struct arena scratch = {0};
    const char **schemas = NULL;
    int32_t count = split_path(&scratch, path, &schemas);
    bool ok = count < 0 ? error_set_no_memory(err)
                        : pgcat_session_set_search_path(session->catalog, schemas, count, err);
    arena_destroy(&scratch);
    return ok;
}

static void show_activity(struct session *session);

static bool apply(struct session *session, enum parameter_id id, struct error *err) {
    const char *value = settings_get(&session->settings, id);
    if (settings_is_planned(id))
        session->settings_generation++;
    switch (id) {
    case PARAMETER_TIMEZONE:
        return set_engine_zone(session, value, err);
    case PARAMETER_SEARCH_PATH:
        return set_engine_path(session, value, err);
    case PARAMETER_APPLICATION_NAME:
        show_activity(session);
        return true;
    default:
        return true;
    }
}

void parameters_changed(struct session *session, enum parameter_id id) {
    struct error ignored; /* it was good before */
    apply(session, id, &ignored);
}

/* ---- the server's own settings, which sessions can only look at ---- */

const char *parameters_server_setting(const struct session *session, int32_t index, const char **name) {
    const struct pgdoor_options *options = &session->door->options;
    return options->setting_at ? options->setting_at(options->settings, index, name) : NULL;
}

/* NULL: there is none of that name, or the session has one of its own. */
static const char *server_setting(const struct session *session, const char *name) {
    const char *shown, *value;
    for (int32_t i = 0; (value = parameters_server_setting(session, i, &shown)); i++)
        if (strcasecmp(shown, name) == 0)
            return settings_find(name) == PARAMETER_UNKNOWN ? value : NULL;
    return NULL;
}

static bool refuse_server_setting(const char *name, struct error *err) {
    return error_set_state(err, ERROR_SETTINGS, "55P02",
                           "parameter \"%s\" cannot be changed without restarting the server", name);
}

/* ---- the start ---- */

bool parameters_start(struct session *session, const char *name, const char *value, struct error *err) {
    enum parameter_id id = settings_find(name);
    if (id != PARAMETER_UNKNOWN)
        return settings_set(&session->settings, id, value, SETTINGS_START, err);
    if (server_setting(session, name))
        return refuse_server_setting(name, err);
    if (strchr(name, '.'))
        return settings_set_custom(&session->settings, name, value, SETTINGS_START, err);
    return unknown_parameter(name, err);
}

bool parameters_start_server(struct session *session, struct error *err) {
    const struct pgdoor_options *options = &session->door->options;
    char number[16], port[16], connections[16], timeout[24], idle[24];
    int major = 15, minor = 0;
    sscanf(options->server_version, "%d.%d", &major, &minor);
    snprintf(number, sizeof number, "%d", major * 10000 + minor);
    snprintf(port, sizeof port, "%d", pgdoor_port(session->door));
    snprintf(connections, sizeof connections, "%d", session->terms->max_connections);
    snprintf(timeout, sizeof timeout, "%lld", (long long)session->terms->statement_timeout_ms);
    snprintf(idle, sizeof idle, "%lld", (long long)session->terms->idle_timeout_ms);
    const struct {
        enum parameter_id id;
        const char *value;
    } rows[] = {
        {PARAMETER_SERVER_VERSION, options->server_version},
        {PARAMETER_SERVER_VERSION_NUM, number},
        {PARAMETER_SESSION_AUTHORIZATION, session->user_name},
        {PARAMETER_IS_SUPERUSER, session->user->read_only ? "off" : "on"},
        {PARAMETER_DEFAULT_READ_ONLY, session->user->read_only ? "on" : "off"},
        {PARAMETER_IN_HOT_STANDBY, options->read_only ? "on" : "off"},
        {PARAMETER_LISTEN_ADDRESSES, options->host},
        {PARAMETER_PORT, port},
        {PARAMETER_MAX_CONNECTIONS, connections},
        {PARAMETER_SSL, options->tls_mode == PGDOOR_TLS_OFF ? "off" : "on"},
        {PARAMETER_STATEMENT_TIMEOUT, timeout},
        {PARAMETER_IDLE_SESSION, idle},
        {PARAMETER_TIMEZONE, "UTC"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!settings_set(&session->settings, rows[i].id, rows[i].value, SETTINGS_START, err))
            return false;
    return true;
}

bool parameters_apply_engine(struct session *session, struct error *err) {
    char address[PGDOOR_ADDRESS_BYTES];
    const char *port, *client = pgdoor_split_peer(net_stream_peer(session->stream), address, &port);
    struct pgcat_identity identity = {
        .database = session->database,
        .user = session->user_name,
        .is_reader = session->user->read_only,
        .backend_pid = session->pid,
        .client_address = client,
        .client_port = port ? (int32_t)strtol(port, NULL, 10) : 0,
        .door = session,
        .values = &session->settings.values_format,
    };
    session->catalog = pgcat_session_create(session->door->options.pgcat, session->engine, &identity, err);
    if (!session->catalog)
        return false;
    /* An integer divided by an integer is one, and NULL is greater than all values, as in PostgreSQL; DuckDB's own ways are a
     * SET away. */
    if (!engine_connection_execute(session->engine, "SET integer_division = true", err) ||
        !engine_connection_execute(session->engine, "SET SESSION default_null_order = 'NULLS_LAST_ON_ASC_FIRST_ON_DESC'", err))
        return false;
    pgcat_session_enter(session->catalog);
    session->resolver = pgcat_session_resolver(session->catalog);
    session->settings.values_format.resolver = &session->resolver;
    return apply(session, PARAMETER_TIMEZONE, err) && apply(session, PARAMETER_SEARCH_PATH, err) &&
           apply(session, PARAMETER_APPLICATION_NAME, err);
}

/* Nothing when the client knows the value already: it was set and taken back, or set to what it was. */
static void report(struct session *session, enum parameter_id id) {
    const char *value = settings_get(&session->settings, id);
    char **reported = &session->settings.reported[id];
    session->settings.unreported[id] = false;
    if (*reported && strcmp(*reported, value) == 0)
        return;
    pgwire_write_parameter_status(&session->out, settings_name(id), value);
    memory_free(*reported);
    *reported = memory_copy_string(value); /* without memory it is told once more than needed */
}

void parameters_report_all(struct session *session) {
    for (int id = 0; id < PARAMETER_COUNT; id++)
        if (settings_is_reported((enum parameter_id)id))
            report(session, (enum parameter_id)id);
    session->settings.any_unreported = false;
}

void parameters_report(struct session *session) {
    if (!session->settings.any_unreported)
        return;
    for (int id = 0; id < PARAMETER_COUNT; id++)
        if (session->settings.unreported[id])
            report(session, (enum parameter_id)id);
    session->settings.any_unreported = false;
}

/* ---- SET ---- */

/* Of the transaction under way, not of the session. */
static bool set_transaction_mode(struct session *session, enum parameter_id id, const char *value, struct error *err) {
    struct settings *settings = &session->settings;
    if (!settings_set(settings, id, value, SETTINGS_LOCAL, err))
        return false;
    if (id == PARAMETER_TRANSACTION_READ_ONLY)
        session->transaction.read_only = strcmp(settings_get(settings, id), "on") == 0;
    return true;
}

static bool set_identity(struct session *session, enum parameter_id id, const char *value, struct error *err) {
    bool none = strcasecmp(value, "none") == 0 || strcasecmp(value, "default") == 0;
    const char *name = none ? session->user_name : value;
    if (strcmp(name, session->user_name) != 0)
        return error_set(err, ERROR_DENIED, "permission denied to set role \"%s\"", name);
    return settings_set(&session->settings, id, id == PARAMETER_ROLE && none ? "none" : name, SETTINGS_SESSION, err);
}

bool parameters_set(struct session *session, const char *name, const char *value, bool local, struct error *err) {
    enum settings_scope scope = local ? SETTINGS_LOCAL : SETTINGS_SESSION;
    enum parameter_id id = settings_find(name);
    switch (id) {
    case PARAMETER_UNKNOWN:
        if (server_setting(session, name))
            return refuse_server_setting(name, err);
        return strchr(name, '.') ? settings_set_custom(&session->settings, name, value, scope, err)
                                 : unknown_parameter(name, err);
    case PARAMETER_TRANSACTION_READ_ONLY:
    case PARAMETER_TRANSACTION_ISOLATION:
    case PARAMETER_TRANSACTION_DEFERRABLE:
        return set_transaction_mode(session, id, value, err);
    case PARAMETER_SESSION_AUTHORIZATION:
    case PARAMETER_ROLE:
        return set_identity(session, id, value, err);
    default:
        return settings_set(&session->settings, id, value, scope, err) && apply(session, id, err);
    }
}

bool parameters_set_later(struct session *session, const char *name, const char *value, bool local, struct error *err) {
    enum parameter_id id = settings_find(name);
    if (id == PARAMETER_UNKNOWN || !settings_is_planned(id))
        return parameters_set(session, name, value, local, err);
    if (!settings_set(&session->settings, id, value, local ? SETTINGS_LOCAL : SETTINGS_SESSION, err))
        return false;
    session->settings_deferred[id] = session->any_deferred = true;
    return true;
}

void parameters_apply_later(struct session *session) {
    if (!session->any_deferred)
        return;
    session->any_deferred = false;
    for (int id = 0; id < PARAMETER_COUNT; id++)
        if (session->settings_deferred[id]) {
            session->settings_deferred[id] = false;
            parameters_changed(session, (enum parameter_id)id);
        }
}

/* What other sessions see of this one's settings. */
static void show_activity(struct session *session) {
    struct session_activity *activity = &session->activity;
    pthread_mutex_lock(&session->door->registry_lock);
    snprintf(activity->user, sizeof activity->user, "%s", session->user_name);
    snprintf(activity->database, sizeof activity->database, "%s", session->database);
    snprintf(activity->application, sizeof activity->application, "%s",
             settings_get(&session->settings, PARAMETER_APPLICATION_NAME));
    pthread_mutex_unlock(&session->door->registry_lock);
}

/* A list's text as SHOW prints it: names in quotes where they need them. */
static const char *list_text(struct session *session, enum parameter_id id, const struct pgsql_set *set) {
    struct writer w = {0};
    bool is_names = id == PARAMETER_SEARCH_PATH || id == PARAMETER_TEMP_TABLESPACES;
    for (int32_t i = 0; i < set->value_count; i++) {
        const char *text = set->values[i].text;
        bool plain = text[0] && strspn(text, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(text) &&
                     !isdigit((unsigned char)text[0]);
        writer_text(&w, i ? ", " : "");
        if (is_names && !plain) {
            writer_u8(&w, '"');
            for (; *text; text++) {
                if (*text == '"')
                    writer_u8(&w, '"');
                writer_u8(&w, (uint8_t)*text);
            }
            writer_u8(&w, '"');
        } else {
            writer_text(&w, text);
        }
    }
    const char *value =
        writer_ok(&w) ? arena_copy_string_n(&session->message, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return value;
}

bool parameters_reset_all(struct session *session, struct error *err) {
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        enum parameter_id id = (enum parameter_id)i;
        const char *initial = settings_default(&session->settings, id);
        bool same = strcmp(settings_get(&session->settings, id), initial) == 0;
        if (!same && !parameters_set(session, settings_name(id), initial, false, err))
            return false;
    }
    return true;
}

/* A setting of the engine's own, in its own words. */
static bool set_engine(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    struct error why;
    if (session->user->read_only)
        return error_set(err, ERROR_DENIED, "permission denied to set parameter \"%s\"", statement->as.set.name);
    const char *sql =
        arena_copy_string_n(&session->message, statement->script + statement->start, statement->length);
    if (!sql)
        return error_set_no_memory(err);
    session->settings_generation++;
    if (!portal_buffer_results(session, NULL, err))
        return false;
    /* The engine counts the server's threads that help it as not its own, and refuses to have fewer in all. */
    bool counts_threads = strcmp(statement->as.set.name, "threads") == 0 || strcmp(statement->as.set.name, "worker_threads") == 0;
    if (counts_threads)
        engine_database_dismiss_helpers(session->door->options.database);
    if ((!counts_threads || engine_connection_execute(session->engine, "SET external_threads = 1", &why)) &&
        engine_connection_execute(session->engine, sql, &why))
        return true;
    if (strcmp(error_sqlstate(&why), "42704") == 0)
        return unknown_parameter(statement->as.set.name, err);
    *err = why;
    return false;
}

bool parameters_execute(struct session *session, const struct pgsql_statement *statement, struct error *err) {
    const struct pgsql_set *set = &statement->as.set;
    if (!set->name)
        return parameters_reset_all(session, err);
    if (server_setting(session, set->name))
        return refuse_server_setting(set->name, err);
    enum parameter_id id = settings_find(set->name);
    if (id == PARAMETER_UNKNOWN && !strchr(set->name, '.'))
        return set_engine(session, statement, err);
    if (set->local && session->transaction.state == TRANSACTION_NONE)
        pgwire_write_notice(&session->out, PGWIRE_WARNING, "25P01",
                            "SET LOCAL can only be used in transaction blocks");
    if (!set->reset) {
        const char *value = list_text(session, id, set);
        return value ? parameters_set(session, set->name, value, set->local, err) : error_set_no_memory(err);
    }
    if (id == PARAMETER_UNKNOWN)
        return settings_set_custom(&session->settings, set->name, "", SETTINGS_SESSION, err);
    return parameters_set(session, set->name, settings_default(&session->settings, id), set->local, err);
}

/* ---- SHOW ---- */

const char *parameters_shown_name(const char *name) {
    enum parameter_id id = settings_find(name);
    return id == PARAMETER_UNKNOWN ? name : settings_name(id);
}

const char *parameters_value(struct session *session, const char *name) {
    static const char *const isolations[] = {
        [PGSQL_ISOLATION_READ_UNCOMMITTED] = "read uncommitted",
        [PGSQL_ISOLATION_READ_COMMITTED] = "read committed",
        [PGSQL_ISOLATION_REPEATABLE_READ] = "repeatable read",
        [PGSQL_ISOLATION_SERIALIZABLE] = "serializable",
    };
    enum parameter_id id = settings_find(name);
    const struct transaction *transaction = &session->transaction;
    bool open = transaction->state != TRANSACTION_NONE;
    switch (id) {
    case PARAMETER_UNKNOWN: {
        const char *value = server_setting(session, name);
        return value ? value : settings_get_custom(&session->settings, name);
    }
    case PARAMETER_TRANSACTION_ISOLATION:
        return open && transaction->isolation ? isolations[transaction->isolation]
                                              : settings_get(&session->settings, PARAMETER_DEFAULT_ISOLATION);
    case PARAMETER_TRANSACTION_READ_ONLY:
        return open ? transaction->read_only ? "on" : "off"
                    : settings_get(&session->settings, PARAMETER_DEFAULT_READ_ONLY);
    default:
        return settings_get(&session->settings, id);
    }
}

const char *parameters_show(struct session *session, struct arena *arena, const char *name, struct error *err) {
    const char *value = parameters_value(session, name);
    if (value)
        return value;
    struct writer sql = {0};
    struct error ignored;
    writer_text(&sql, "SELECT system.main.current_setting(");
    quote_literal(&sql, name);
    writer_string(&sql, ")::VARCHAR");
    bool ok = writer_ok(&sql) &&
              engine_connection_query_text(session->engine, arena, (const char *)sql.bytes, &value, &ignored);
    writer_destroy(&sql);
    if (ok)
        return value ? value : "";
    unknown_parameter(name, err);
    return NULL;
}

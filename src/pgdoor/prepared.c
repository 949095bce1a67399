#include "pgdoor/prepared.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "pgcat/pgcat.h"
#include "pgdoor/door.h"
#include "pgdoor/grouping.h"
#include "pgdoor/insert.h"
#include "pgdoor/parameters.h"
#include "pgdoor/portal.h"
#include "pgdoor/reader.h"
#include "pgdoor/transaction.h"
#include "pgsql/lexer.h"
#include "pgsql/normalize.h"

enum { PLANS_KEPT = 16, PLAN_TEXT_BYTES = 4096, PARAMETERS_MAX = 65535 /* a Bind counts them in 16 bits */ };

/* ---- preparing ---- */

/* Whether the statement may read the emulated catalog, whose tables are made current before it is bound: judged by pieces of
 * the names that stand there, so a few others pass as well. */
static bool reads_catalog(const struct pgsql_statement *statement, const char *sql) {
    static const char *const pieces[] = {"pg_",         "information_schema", "reg",         "_description", "has_",
                                         "format_type", "current_schema",     "_privilege"};
    enum { LONGEST_LOOKED_AT = 64 * 1024 }; /* longer texts are data */
    if (statement->length > LONGEST_LOOKED_AT)
        return false;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        if (strcasestr(sql, pieces[i]))
            return true;
    return false;
}

/* The engine shows a transaction the catalog's tables as they were when its first statement was bound, which looks names up there:
 * what would have to be made current after that is read from the views instead, until the transaction ends. */
static bool refresh_catalog(struct session *session, const char *sql, struct error *err) {
    struct transaction *transaction = &session->transaction;
    bool late = transaction->has_snapshot && !pgcat_session_is_current(session->catalog, sql);
    if (late && !pgcat_session_set_private(session->catalog, true, err))
        return false;
    transaction->private_catalog |= late;
    return pgcat_session_refresh(session->catalog, sql, err);
}

/* The definitions in which the front end must name the schema that the search path leads to. */
static bool needs_schema(const struct pgsql_statement *statement) {
    switch (statement->kind) {
    case PGSQL_STATEMENT_CREATE_TABLE:
    case PGSQL_STATEMENT_ALTER_TABLE:
    case PGSQL_STATEMENT_CREATE_SEQUENCE:
    case PGSQL_STATEMENT_ALTER_SEQUENCE:
        return true;
    default:
        return false;
    }
}

static const char *key_columns(void *self, struct arena *arena, const char *schema, const char *table, const char *constraint) {
    struct session *session = self;
    return insert_key_columns(session->engine, session->catalog, arena, schema, table, constraint);
}

static bool translate(struct session *session, struct prepared *prepared, const uint32_t *oids, int32_t count, bool infer,
                      struct error *err) {
    prepared->reads_catalog = reads_catalog(prepared->statement, prepared->text);
    if (prepared->reads_catalog && !refresh_catalog(session, prepared->text, err))
        return false;
    transaction_note_snapshot(session);
    const char *schema = NULL;
    /* The engine's own function: the emulated one would first want the catalog to be made current. */
    if (needs_schema(prepared->statement) &&
        !engine_connection_query_text(session->engine, &prepared->arena, "SELECT system.main.current_schema()", &schema, err))
        return false;
    struct pgsql_options options = {
        .information_schema = pgcat_session_information_schema(session->catalog),
        .schema = schema,
        .parameter_oids = oids,
        .parameter_count = count,
        .resolver = &session->resolver,
        .infer = infer,
        .key_columns = key_columns,
        .self = session,
    };
    return pgsql_translate(&prepared->arena, prepared->statement, &options, &prepared->translation, err);
}

static uint64_t data_version(const struct session *session) {
    return engine_database_data_version(session->door->options.database);
}

/* An INSERT of VALUES without a function, a subquery or a type's modifier reads nothing that a plan could have remembered: each
 * parenthesis stands behind the table's name, VALUES, CONFLICT or a comma. */
static bool inserts_values(const struct pgsql_statement *statement) {
    const char *text = statement->script + statement->start;
    struct pgsql_lexer lexer = pgsql_lexer_over(text, statement->length);
    struct pgsql_token token = {0}, before = {0};
    struct error ignored;
    bool in_name = true, has_values = false;
    if (statement->kind != PGSQL_STATEMENT_INSERT)
        return false;
    for (; pgsql_lexer_next(&lexer, &token, &ignored) && token.kind != PGSQL_END; before = token) {
        if (token.keyword == KW_SELECT || token.keyword == KW_FROM || token.keyword == KW_TABLE)
            return false;
        if (token.kind == PGSQL_OPEN_PAREN && !in_name && before.kind != PGSQL_COMMA && before.keyword != KW_VALUES &&
            before.keyword != KW_CONFLICT)
            return false;
        in_name = in_name && token.kind != PGSQL_OPEN_PAREN;
        has_values = has_values || token.keyword == KW_VALUES;
    }
    return has_values;
}

/* What PostgreSQL understands and the engine refuses at first is put as it wants it. */
static struct engine_statement *prepare_text(struct session *session, struct prepared *prepared, const char *sql, struct error *err) {
    struct engine_connection *connection = session->engine;
    struct engine_statement *statement = engine_statement_prepare(connection, sql, err);
    if (statement)
        return statement;
    const char *again = insert_name_columns(connection, &prepared->arena, sql, err);
    if (!again)
        again = grouping_add_dependent_columns(connection, &prepared->arena, sql, err);
    return again ? engine_statement_prepare(connection, again, err) : NULL;
}

/* A later step may need what an earlier one makes: several are prepared when they run. */
static bool runs_in_steps(const struct pgsql_translation *translation) {
    return translation->step_count > 1 || !translation->main;
}

static bool prepare_engine(struct session *session, struct prepared *prepared, struct error *err) {
    const struct pgsql_translation *translation = &prepared->translation;
    /* What still streams needs its statement, and the engine's attention. */
    if (!portal_buffer_results(session, NULL, err))
        return false;
    engine_statement_destroy(prepared->engine);
    prepared->engine = NULL;
    prepared->generation = session->settings_generation;
    bool is_constant = pgsql_statement_is_constant(prepared->statement);
    prepared->data_version = is_constant || inserts_values(prepared->statement) ? 0 : data_version(session);
    if (runs_in_steps(translation))
        return true;
    if (session->user->read_only && !reader_allow(session, translation->main->sql, err))
        return false;
    prepared->engine = prepare_text(session, prepared, translation->main->sql, err);
    if (!prepared->engine)
        pgsql_translation_place_error(prepared->statement, translation, err);
    else if (is_constant)
        engine_statement_set_constant(prepared->engine);
    return prepared->engine != NULL;
}

/* Takes the types that the engine has found for parameters still open; true when none is left. */
static bool settle_parameters(struct session *session, struct prepared *prepared) {
    bool settled = true;
    for (int32_t i = 0; i < prepared->parameter_count; i++) {
        const struct engine_type *type = NULL;
        if (prepared->parameter_oids[i])
            continue;
        if (prepared->engine && i < engine_statement_parameter_count(prepared->engine))
            type = engine_statement_parameter_type(prepared->engine, i);
        if (type)
            prepared->parameter_oids[i] = pgtype_of(type, &session->resolver).oid;
        settled = settled && prepared->parameter_oids[i];
    }
    return settled;
}

/* A value of the type, as SQL: one that the engine's functions take without complaint. */
static const char *sample_value(struct session *session, struct arena *arena, uint32_t oid) {
    const struct pgtype *type = pgtype_find(oid);
    const struct engine_type *engine = pgtype_engine_type(oid, &session->resolver);
    const struct engine_type *element =
        !engine && type && type->element ? pgtype_engine_type(type->element, &session->resolver) : NULL;
    if (element)
        return arena_format(arena, "CAST([] AS %s[])", engine_type_to_sql(arena, element));
    if (!engine || engine->id == ENGINE_TYPE_VARCHAR)
        return "''";
    bool number = type && type->category == 'N';
    return arena_format(arena, "CAST(%s AS %s)", number ? "0" : "NULL", engine_type_to_sql(arena, engine));
}

/* nextval and currval look their sequence up while they are bound: another function of a text takes their place. */
static bool is_sequence_function(const char *sql, const struct pgsql_token *token) {
    return (token->keyword == KW_NEXTVAL || token->keyword == KW_CURRVAL) && sql[token->start + token->length] == '(';
}

/* The main step's text with a value in the place of each parameter. */
static const char *sample_text(struct session *session, struct prepared *prepared, struct error *err) {
    const char *sql = prepared->translation.main->sql;
    struct pgsql_lexer lexer = pgsql_lexer_over(sql, strlen(sql));
    struct pgsql_token token = {0};
    struct writer w = {0};
    size_t copied = 0;
    bool ok = true;
    while ((ok = pgsql_lexer_next(&lexer, &token, err)) && token.kind != PGSQL_END) {
        int32_t number = pgsql_parameter_number(sql, &token);
        bool sequence = is_sequence_function(sql, &token);
        if (!sequence && (number < 1 || number > prepared->parameter_count))
            continue;
        const char *value = sequence ? "strlen" : sample_value(session, &prepared->arena, prepared->parameter_oids[number - 1]);
        writer_bytes(&w, sql + copied, token.start - copied);
        writer_text(&w, value ? value : "NULL");
        copied = token.start + token.length;
    }
    writer_string(&w, sql + copied);
    const char *text = ok && writer_ok(&w) ? arena_copy_string(&prepared->arena, (const char *)w.bytes) : NULL;
    writer_destroy(&w);
    return text;
}

/* Some functions of the engine find their type only when values are bound (json_object …): what they would find is asked for
 * with values of the right types. A statement that cannot be sampled is described by its run. */
static void sample(struct session *session, struct prepared *prepared) {
    struct error ignored;
    if (!prepared->engine || engine_statement_column_count(prepared->engine) >= 0)
        return;
    const char *text = sample_text(session, prepared, &ignored);
    prepared->sample = text ? engine_statement_prepare(session->engine, text, &ignored) : NULL;
}

const struct engine_statement *prepared_described(const struct prepared *prepared) {
    const struct engine_statement *described = prepared->sample ? prepared->sample : prepared->engine;
    return described && engine_statement_column_count(described) >= 0 ? described : NULL;
}

/* A numeric parameter is bound without a cast, since it brings its own scale along: what stands beside it, as a NULL of no
 * declared type, the engine could only take for text. */
static bool hides_types(const struct prepared *prepared) {
    bool open = false, numeric = false;
    for (int32_t i = 0; i < prepared->parameter_count; i++) {
        open |= !prepared->parameter_oids[i];
        numeric |= prepared->parameter_oids[i] == PGTYPE_NUMERIC;
    }
    return open && numeric;
}

static bool has_open_parameter(const struct prepared *prepared) {
    for (int32_t i = 0; i < prepared->parameter_count; i++)
        if (!prepared->parameter_oids[i])
            return true;
    return false;
}

/* By what Parse declared, then by what the engine infers, then by what PostgreSQL would infer, then text. */
static bool prepare_parameters(struct session *session, struct prepared *prepared, struct error *err) {
    uint32_t *oids = prepared->parameter_oids;
    int32_t count = prepared->parameter_count;
    struct error ignored; /* what cannot be inferred is text */
    bool hidden = hides_types(prepared);
    bool tried = !hidden && translate(session, prepared, oids, count, false, err) && prepare_engine(session, prepared, err);
    if (!tried && !hidden && !has_open_parameter(prepared))
        return false;
    bool described = tried && (!prepared->engine || engine_statement_column_count(prepared->engine) >= 0);
    if (tried && settle_parameters(session, prepared) && described)
        return true;
    if (translate(session, prepared, oids, count, true, &ignored) && prepare_engine(session, prepared, &ignored))
        settle_parameters(session, prepared);
    for (int32_t i = 0; i < count; i++)
        oids[i] = oids[i] ? oids[i] : PGTYPE_TEXT;
    if (!translate(session, prepared, oids, count, false, err) || !prepare_engine(session, prepared, err))
        return false;
    sample(session, prepared);
    return true;
}

static bool is_users_type(const struct engine_type *type) {
    while (type && (type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY))
        type = type->child;
    return type && (type->id == ENGINE_TYPE_ENUM || type->id == ENGINE_TYPE_STRUCT);
}

/* The catalog knows the OIDs of the types that users made: it must be current before such a type is announced. */
static bool learn_types(struct session *session, const struct prepared *prepared, struct error *err) {
    const struct engine_statement *engine = prepared_described(prepared);
    int32_t columns = engine ? engine_statement_column_count(engine) : 0;
    for (int32_t i = 0; i < columns; i++)
        if (is_users_type(engine_statement_column_type(engine, i)))
            return refresh_catalog(session, "pg_type", err);
    return true;
}

static bool prepare(struct session *session, struct prepared *prepared, const uint32_t *declared, int32_t declared_count,
                    struct error *err) {
    int32_t used = prepared->statement->parameter_count;
    if (used > PARAMETERS_MAX)
        return error_set_state(err, ERROR_BINDER, "42P02", "there is no parameter $%d", used);
    prepared->parameter_count = used > declared_count ? used : declared_count;
    prepared->parameter_oids =
        arena_allocate_zeroed(&prepared->arena, (size_t)prepared->parameter_count, sizeof(uint32_t));
    if (!prepared->parameter_oids)
        return error_set_no_memory(err);
    if (declared_count)
        memcpy(prepared->parameter_oids, declared, (size_t)declared_count * sizeof *declared);
    return prepared->statement->form != PGSQL_FORM_ENGINE ||
           (prepare_parameters(session, prepared, err) && learn_types(session, prepared, err));
}

static bool parse_text(struct prepared *prepared, const char *text, size_t text_bytes, struct error *err) {
    struct pgsql_script script;
    prepared->text = arena_copy_string_n(&prepared->arena, text, text_bytes);
    prepared->text_bytes = text_bytes;
    if (!prepared->text)
        return error_set_no_memory(err);
    if (!pgsql_script_parse(&prepared->arena, prepared->text, text_bytes, &script, err))
        return false;
    if (script.statement_count > 1)
        return error_set_state(err, ERROR_SYNTAX, "42601", "cannot insert multiple commands into a prepared statement");
    prepared->statement = script.statement_count ? &script.statements[0] : NULL;
    return true;
}

struct prepared *prepared_create(struct session *session, const char *text, size_t text_bytes, const uint32_t *declared,
                                 int32_t declared_count, struct error *err) {
    struct prepared *prepared = memory_allocate_zeroed(1, sizeof *prepared);
    if (!prepared) {
        error_set_no_memory(err);
        return NULL;
    }
    prepared->references = 1;
    prepared->prepared_us = clock_wall_us();
    if (parse_text(prepared, text, text_bytes, err) &&
        (!prepared->statement || prepare(session, prepared, declared, declared_count, err)))
        return prepared;
    prepared_release(prepared);
    return NULL;
}

struct prepared *prepared_create_part(struct session *session, const struct pgsql_statement *part, const uint32_t *declared,
                                      int32_t declared_count, struct error *err) {
    struct prepared *prepared =
        prepared_create(session, part->script + part->start, part->length, declared, declared_count, err);
    if (!prepared && err->position > 0)
        err->position += (int32_t)utf8_character_count(part->script, part->start);
    return prepared;
}

bool prepared_refresh(struct session *session, struct prepared *prepared, struct error *err) {
    if (!prepared->statement || prepared->statement->form != PGSQL_FORM_ENGINE || runs_in_steps(&prepared->translation))
        return true;
    /* What reads the catalog is bound anew: its lists (pg_stat_activity …) are read while binding. */
    bool same_data = prepared->engine && (!prepared->data_version || prepared->data_version == data_version(session));
    if (prepared->generation == session->settings_generation && !prepared->reads_catalog)
        return same_data || prepare_engine(session, prepared, err);
    return translate(session, prepared, prepared->parameter_oids, prepared->parameter_count, false, err) &&
           prepare_engine(session, prepared, err);
}

/* ---- keeping ---- */

void prepared_hold(struct prepared *prepared) {
    prepared->references++;
}

void prepared_release(struct prepared *prepared) {
    if (!prepared || --prepared->references > 0)
        return;
    engine_statement_destroy(prepared->sample);
    engine_statement_destroy(prepared->engine);
    statistics_release(prepared->statistics);
    arena_destroy(&prepared->arena);
    memory_free(prepared);
}

struct statistics_entry *prepared_statistics(struct session *session, struct prepared *prepared) {
    char text[STATISTICS_TEXT_BYTES];
    if (prepared->statistics || !prepared->statement)
        return prepared->statistics;
    pgsql_normalize(prepared->text, prepared->text_bytes, text, sizeof text);
    const struct statistics_key key = {session->user_name, session->database, text};
    prepared->statistics = statistics_find(session->door->options.observer->statistics, &key);
    return prepared->statistics;
}

static void link_first(struct session *session, struct prepared *prepared) {
    prepared->next = session->prepared;
    session->prepared = prepared;
    prepared->linked = true;
    prepared_hold(prepared);
}

bool prepared_keep(struct session *session, struct prepared *prepared, const char *name, struct error *err) {
    prepared->name = arena_copy_string(&prepared->arena, name);
    if (!prepared->name)
        return error_set_no_memory(err);
    link_first(session, prepared);
    return true;
}

void prepared_drop(struct session *session, struct prepared *prepared) {
    struct prepared **at = &session->prepared;
    while (*at && *at != prepared)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = prepared->next;
    prepared->linked = false;
    prepared_release(prepared);
}

struct prepared *prepared_find(struct session *session, const char *name) {
    struct prepared *prepared = session->prepared;
    while (prepared && !(prepared->name && strcmp(prepared->name, name) == 0))
        prepared = prepared->next;
    return prepared;
}

void prepared_drop_named(struct session *session) {
    for (struct prepared *prepared = session->prepared, *next; prepared; prepared = next) {
        next = prepared->next;
        if (prepared->name)
            prepared_drop(session, prepared);
    }
}

void prepared_destroy_all(struct session *session) {
    while (session->prepared)
        prepared_drop(session, session->prepared);
}

/* ---- plans of simple queries ---- */

struct prepared *prepared_find_plan(struct session *session, const char *text, size_t text_bytes) {
    if (text_bytes > PLAN_TEXT_BYTES)
        return NULL;
    for (struct prepared *prepared = session->prepared; prepared; prepared = prepared->next)
        if (!prepared->name && prepared->text_bytes == text_bytes && memcmp(prepared->text, text, text_bytes) == 0)
            return prepared;
    return NULL;
}

/* Only what reads: the engine binds such a plan again by itself when the catalog has changed. */
void prepared_keep_plan(struct session *session, struct prepared *prepared) {
    bool worth = prepared->statement && !prepared->reads_catalog && prepared->engine && !prepared->parameter_count &&
                 prepared->text_bytes <= PLAN_TEXT_BYTES &&
                 engine_statement_kind(prepared->engine) == ENGINE_STATEMENT_SELECT;
    if (!worth)
        return;
    int32_t plans = 0;
    struct prepared *oldest = NULL;
    for (struct prepared *other = session->prepared; other; other = other->next)
        if (!other->name) {
            plans++;
            oldest = other;
        }
    if (plans >= PLANS_KEPT)
        prepared_drop(session, oldest);
    link_first(session, prepared);
}

/* ---- describing ---- */

struct pgwire_field prepared_field(struct session *session, const char *name, const struct engine_type *type) {
    struct pgtype_reference reference = pgtype_of(type, &session->resolver);
    return (struct pgwire_field){
        .name = name, .type = reference.oid, .length = reference.length, .modifier = reference.modifier};
}

static bool describe_engine(struct session *session, struct prepared *prepared, struct arena *arena,
                            struct pgwire_field **fields, int32_t *count, struct error *err) {
    const struct engine_statement *engine = prepared_described(prepared);
    *count = -1;
    if (!engine || engine_statement_result_kind(engine) != ENGINE_RESULT_ROWS)
        return true;
    int32_t columns = engine_statement_column_count(engine);
    *fields = arena_allocate(arena, (size_t)columns * sizeof **fields);
    if (!*fields)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < columns; i++) {
        const char *name = pgsql_translation_column_name(&prepared->translation, i, columns);
        (*fields)[i] = prepared_field(session, name ? name : engine_statement_column_name(engine, i),
                                      engine_statement_column_type(engine, i));
    }
    *count = columns;
    return true;
}

static bool describe_texts(struct arena *arena, const char *const *names, int32_t columns, struct pgwire_field **fields,
                           int32_t *count, struct error *err) {
    *fields = arena_allocate(arena, (size_t)columns * sizeof **fields);
    if (!*fields)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < columns; i++)
        (*fields)[i] = (struct pgwire_field){.name = names[i], .type = PGTYPE_TEXT, .length = -1, .modifier = -1};
    *count = columns;
    return true;
}

bool prepared_describe(struct session *session, struct prepared *prepared, struct arena *arena,
                       struct pgwire_field **fields, int32_t *count, struct error *err) {
    static const char *const show_all[] = {"name", "setting", "description"}, *const plan[] = {"QUERY PLAN"};
    const struct pgsql_statement *statement = prepared->statement;
    *count = -1;
    if (!statement)
        return true;
    switch (statement->form) {
    case PGSQL_FORM_ENGINE:
        return describe_engine(session, prepared, arena, fields, count, err);
    case PGSQL_FORM_EXPLAIN:
        return describe_texts(arena, plan, 1, fields, count, err);
    case PGSQL_FORM_NAME: {
        if (statement->kind != PGSQL_STATEMENT_SHOW)
            return true;
        const char *name = statement->as.name ? parameters_shown_name(statement->as.name) : NULL;
        return describe_texts(arena, name ? &name : show_all, name ? 1 : 3, fields, count, err);
    }
    case PGSQL_FORM_FETCH: {
        struct portal *cursor = portal_find(session, statement->as.fetch.cursor);
        return !cursor || statement->kind == PGSQL_STATEMENT_MOVE ||
               prepared_describe(session, cursor->prepared, arena, fields, count, err);
    }
    case PGSQL_FORM_EXECUTE: {
        struct prepared *named = prepared_find(session, statement->as.execute.name);
        return !named || prepared_describe(session, named, arena, fields, count, err);
    }
    default:
        return true;
    }
}

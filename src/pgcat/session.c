/* Sessions: their search path, what they may see, and finding them from inside a statement. */
#include "pgcat/session.h"

#include <string.h>

#include "base/memory.h"
#include "base/writer.h"
#include "pgcat/object.h"
#include "pgcat/identifier.h"

/* Casts learn nothing from the engine about who calls them; the thread is all there is. */
static _Thread_local struct pgcat_session *entered_session;

void pgcat_session_enter(struct pgcat_session *session) {
    entered_session = session;
}

struct pgcat_session *pgcat_session_entered(void) {
    return entered_session;
}

static struct pgcat_session **bucket_of(struct pgcat *pgcat, int64_t connection_id) {
    return &pgcat->sessions[(uint64_t)connection_id % PGCAT_SESSION_BUCKETS];
}

struct pgcat_session *pgcat_session_find(struct pgcat *pgcat, int64_t connection_id) {
    pthread_mutex_lock(&pgcat->mutex);
    struct pgcat_session *session = *bucket_of(pgcat, connection_id);
    while (session && engine_connection_id(session->connection) != connection_id)
        session = session->next;
    pthread_mutex_unlock(&pgcat->mutex);
    return session;
}

static void link_session(struct pgcat_session *session) {
    struct pgcat_session **bucket = bucket_of(session->pgcat, engine_connection_id(session->connection));
    pthread_mutex_lock(&session->pgcat->mutex);
    session->next = *bucket;
    *bucket = session;
    pthread_mutex_unlock(&session->pgcat->mutex);
}

static void unlink_session(struct pgcat_session *session) {
    struct pgcat_session **at = bucket_of(session->pgcat, engine_connection_id(session->connection));
    pthread_mutex_lock(&session->pgcat->mutex);
    while (*at && *at != session)
        at = &(*at)->next;
    if (*at)
        *at = session->next;
    pthread_mutex_unlock(&session->pgcat->mutex);
}

static bool copy_identity(struct pgcat_session *session, const struct pgcat_identity *identity) {
    session->identity = *identity;
    session->identity.database = arena_copy_string(&session->arena, identity->database);
    session->identity.user = arena_copy_string(&session->arena, identity->user);
    if (identity->client_address)
        session->identity.client_address = arena_copy_string(&session->arena, identity->client_address);
    return session->identity.database && session->identity.user &&
           !identity->client_address == !session->identity.client_address;
}

struct pgcat_session *pgcat_session_create(struct pgcat *pgcat, struct engine_connection *connection,
                                           const struct pgcat_identity *identity, struct error *err) {
    static const char *const default_path[] = {"$user", "public"};
    struct pgcat_session *session = memory_allocate_zeroed(1, sizeof *session);
    if (!session || !copy_identity(session, identity)) {
        pgcat_session_destroy(session);
        error_set_no_memory(err);
        return NULL;
    }
    session->pgcat = pgcat;
    session->connection = connection;
    session->database = pgcat_database_get(pgcat, identity->database, NULL, err);
    if (session->database && pgcat_session_set_user(session, identity->user, identity->user, err) &&
        pgcat_session_set_search_path(session, default_path, 2, err)) {
        link_session(session);
        return session;
    }
    pgcat_session_destroy(session);
    return NULL;
}

static void forget_private_facts(struct pgcat_session *session) {
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++) {
        pgcat_facts_release(session->private_facts[scope]);
        session->private_facts[scope] = NULL;
    }
}

void pgcat_session_destroy(struct pgcat_session *session) {
    if (!session)
        return;
    if (session->pgcat) {
        unlink_session(session);
        if (session->holds_locks)
            pgcat_lock_release_all(&session->pgcat->locks, session, true, true);
    }
    if (entered_session == session)
        entered_session = NULL;
    forget_private_facts(session);
    arena_destroy(&session->path_arena);
    arena_destroy(&session->arena);
    memory_free(session);
}

static bool copy_user(char out[64], const char *name, struct error *err) {
    size_t length = strlen(name);
    if (length >= 64)
        return error_set(err, ERROR_INVALID_ARGUMENT, "role name \"%.80s\" is too long", name);
    memcpy(out, name, length + 1);
    return true;
}

bool pgcat_session_set_user(struct pgcat_session *session, const char *current_user, const char *session_user,
                            struct error *err) {
    return copy_user(session->current_user, current_user, err) && copy_user(session->session_user, session_user, err);
}

/* `"shop"."public"`, for the value of DuckDB's search_path. */
static void write_path_entry(struct writer *w, const char *database, const char *schema) {
    const char *parts[] = {database, schema};
    writer_text(w, w->length ? "," : "");
    for (int i = 0; i < 2; i++) {
        writer_text(w, i ? ".\"" : "\"");
        for (const char *c = parts[i]; *c; c++) {
            if (*c == '"')
                writer_u8(w, '"');
            writer_u8(w, (uint8_t)*c);
        }
        writer_u8(w, '"');
    }
}

/* The schema that an entry of the path names; NULL: no such schema. Asked of DuckDB, which knows uncommitted ones too. */
static bool schema_exists(struct pgcat_session *session, const char *schema, bool *exists, struct error *err) {
    struct arena arena = {0};
    struct writer w = {0};
    const char *answer = NULL;
    writer_text(&w, "SELECT 1 FROM duckdb_schemas() WHERE database_name = ");
    pgcat_write_string(&w, session->database->name);
    writer_text(&w, " AND schema_name = ");
    pgcat_write_string(&w, schema);
    writer_u8(&w, '\0');
    bool ok = writer_ok(&w) ? engine_connection_query_text(session->connection, &arena, (const char *)w.bytes, &answer, err)
                            : error_set_no_memory(err);
    *exists = answer != NULL;
    writer_destroy(&w);
    arena_destroy(&arena);
    return ok;
}

static bool apply_path(struct pgcat_session *session, struct error *err) {
    struct writer w = {0};
    bool ok = true, has_main = false;
    for (int32_t i = 0; ok && i < session->schema_count; i++) {
        const char *schema = strcmp(session->schemas[i], "$user") == 0 ? session->current_user : session->schemas[i];
        bool exists = false;
        ok = schema_exists(session, schema, &exists, err);
        if (ok && exists)
            write_path_entry(&w, session->database->name, schema);
        has_main |= strcmp(schema, "main") == 0;
    }
    if (!has_main)
        write_path_entry(&w, session->database->name, "main");
    writer_format(&w, ",%s.%s,%s.static", session->database->hidden, session->is_private ? "live_catalog" : "catalog",
                  PGCAT_SHARED);
    writer_u8(&w, '\0');
    ok = ok && (writer_ok(&w) || error_set_no_memory(err));
    ok = ok && engine_connection_set(session->connection, "search_path", (const char *)w.bytes, err);
    writer_destroy(&w);
    return ok;
}

bool pgcat_session_set_search_path(struct pgcat_session *session, const char *const *schemas, int32_t count,
                                   struct error *err) {
    struct arena arena = {0};
    const char *copies[PGCAT_SCHEMA_LIMIT];
    if (count > PGCAT_SCHEMA_LIMIT - 4)
        return error_set_state(err, ERROR_LIMIT, "54000", "search_path has more than %d schemas", PGCAT_SCHEMA_LIMIT - 4);
    bool ok = true;
    for (int32_t i = 0; ok && i < count; i++)
        ok = (copies[i] = arena_copy_string(&arena, schemas[i])) != NULL;
    if (!ok) {
        arena_destroy(&arena);
        return error_set_no_memory(err);
    }
    arena_destroy(&session->path_arena);
    session->path_arena = arena;
    memcpy(session->schemas, copies, (size_t)count * sizeof *copies);
    session->schema_count = count;
    return apply_path(session, err);
}

int32_t pgcat_visible_schemas(const struct pgcat_view *view, const char **schemas, int32_t space) {
    static const char *const default_path[] = {"public"};
    const struct pgcat_session *session = view->session;
    const char *const *path = session ? session->schemas : default_path;
    int32_t length = session ? session->schema_count : 1, count = 0;
    bool has_main = false;
    schemas[count++] = "pg_catalog";
    schemas[count++] = "pg_temp_1";
    for (int32_t i = 0; i < length && count < space - 1; i++) {
        const char *schema = session && strcmp(path[i], "$user") == 0 ? session->current_user : path[i];
        if (strcmp(schema, "pg_catalog") != 0 && pgcat_view_fact_named(view, PGCAT_FACT_SCHEMA, NULL, schema))
            schemas[count++] = schema;
        has_main |= strcmp(schema, "main") == 0;
    }
    if (!has_main && pgcat_view_fact_named(view, PGCAT_FACT_SCHEMA, NULL, "main"))
        schemas[count++] = "main";
    return count;
}

/* Whether DuckDB's USE has led the session to another database: the search path is then no longer ours. */
static bool is_elsewhere(struct pgcat_session *session, bool *elsewhere, struct error *err) {
    struct arena arena = {0};
    const char *database = NULL;
    bool ok = engine_connection_query_text(session->connection, &arena, "SELECT system.main.current_database()", &database, err);
    *elsewhere = ok && database && strcmp(database, session->database->name) != 0;
    arena_destroy(&arena);
    return ok;
}

bool pgcat_session_set_private(struct pgcat_session *session, bool is_private, struct error *err) {
    bool moved = session->is_private != is_private, elsewhere = false;
    session->is_private = is_private;
    forget_private_facts(session);
    if (!moved)
        return true;
    return is_elsewhere(session, &elsewhere, err) && (elsewhere || apply_path(session, err));
}

void pgcat_session_end_transaction(struct pgcat_session *session) {
    if (session->holds_locks)
        pgcat_lock_release_all(&session->pgcat->locks, session, true, false);
}

void pgcat_session_release_locks(struct pgcat_session *session) {
    if (session->holds_locks)
        pgcat_lock_release_all(&session->pgcat->locks, session, false, true);
}

const char *pgcat_session_information_schema(const struct pgcat_session *session) {
    return session->is_private ? session->database->live_information_schema : session->database->information_schema;
}

/* Reads the facts of the scope from the session's own, uncommitted catalog. */
static bool read_private_facts(struct pgcat_session *session, enum pgcat_fact_scope scope, struct error *err) {
    if (!session->private_facts[scope])
        session->private_facts[scope] = pgcat_facts_read(session->connection, scope, err);
    return session->private_facts[scope] != NULL;
}

bool pgcat_session_is_current(struct pgcat_session *session, const char *sql) {
    return session->is_private || pgcat_database_is_current(session->pgcat, session->database, sql);
}

bool pgcat_session_refresh(struct pgcat_session *session, const char *sql, struct error *err) {
    if (!pgcat_database_refresh(session->pgcat, session->database, NULL, sql, err))
        return false;
    uint32_t wanted = session->is_private ? pgcat_fact_scopes_wanted(sql) : 0;
    bool ok = true;
    for (int scope = 0; ok && scope < PGCAT_SCOPE_COUNT; scope++)
        if (wanted >> scope & 1 && !pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope))
            ok = read_private_facts(session, (enum pgcat_fact_scope)scope, err);
    return ok;
}

struct pgcat_view pgcat_view_open(struct pgcat *pgcat, struct pgcat_session *session) {
    struct pgcat_view view = {.pgcat = pgcat, .session = session};
    pthread_mutex_lock(&pgcat->mutex);
    const struct pgcat_database *database = session ? session->database : pgcat->databases;
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++) {
        struct pgcat_facts *facts = session ? session->private_facts[scope] : NULL;
        if (pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope))
            facts = pgcat->static_facts[scope];
        else if (!facts && database)
            facts = database->facts[scope];
        view.facts[scope] = pgcat_facts_retain(facts);
    }
    pthread_mutex_unlock(&pgcat->mutex);
    return view;
}

void pgcat_view_close(struct pgcat_view *view) {
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        pgcat_facts_release(view->facts[scope]);
}

const char *pgcat_session_live_catalog(const struct pgcat_session *session) {
    return session->database->live_catalog;
}

bool pgcat_session_take_setval(struct pgcat_session *session, struct pgcat_setval *setval) {
    pthread_mutex_lock(&session->pgcat->mutex);
    bool found = session->setval_count > 0;
    if (found) {
        *setval = session->setvals[0];
        memmove(session->setvals, session->setvals + 1, (size_t)--session->setval_count * sizeof *setval);
    }
    pthread_mutex_unlock(&session->pgcat->mutex);
    return found;
}

const char *pgcat_session_schema(const struct pgcat_session *session, int32_t n) {
    return n < session->schema_count ? session->schemas[n] : NULL;
}

bool pgcat_session_keep_oid(struct pgcat_session *session, const char *kind, const char *path, int64_t from, int64_t to) {
    const char *database = session->database->name;
    struct pgcat_oid_key key = {database, kind, from, "", path, strlen(database), strlen(kind), 0, strlen(path)};
    return pgcat_oid_map_alias(session->pgcat->oids, &key, to);
}

static uint32_t resolve_type(void *self, const struct engine_type *type) {
    struct pgcat_session *session = self;
    struct pgcat_view view = pgcat_view_open(session->pgcat, session);
    struct arena arena = {0};
    const char *definition = engine_type_to_sql(&arena, type);
    const struct pgcat_fact *fact = definition ? pgcat_view_fact_named(&view, PGCAT_FACT_TYPE_DEFINITION, NULL, definition)
                                               : NULL;
    uint32_t oid = fact ? fact->oid : 0;
    arena_destroy(&arena);
    pgcat_view_close(&view);
    return oid;
}

static uint32_t resolve_array(void *self, uint32_t oid) {
    struct pgcat_session *session = self;
    struct pgcat_view view = pgcat_view_open(session->pgcat, session);
    uint32_t array = pgcat_type_array(&view, oid);
    pgcat_view_close(&view);
    return array;
}

static bool write_object_name(void *self, uint32_t type_oid, uint32_t oid, struct writer *w) {
    struct pgcat_session *session = self;
    const struct pgtype *type = pgtype_find(type_oid);
    int kind = type ? pgcat_object_kind_named(type->name) : -1;
    if (kind < 0)
        return false;
    struct pgcat_view view = pgcat_view_open(session->pgcat, session);
    pgcat_object_write(&view, (enum pgcat_object_kind)kind, oid, w);
    pgcat_view_close(&view);
    return true;
}

struct pgtype_resolver pgcat_session_resolver(struct pgcat_session *session) {
    return (struct pgtype_resolver){
        .self = session,
        .type_oid = resolve_type,
        .array_oid = resolve_array,
        .write_object_name = write_object_name,
    };
}

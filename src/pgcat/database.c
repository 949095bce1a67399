/* The hidden databases: their relations made, and made again when the catalog has changed.
 *
 * In the shared one, the schema `static` holds what never changes: a relation starts as a view over the embedded rows and
 * becomes a table when it is first asked for. In a user database's own, `live_catalog` and `live_information` hold the
 * queries as views, `catalog` and `information` the same relations as tables, each made from those its query reads; until
 * it is first needed, a view holds a table's place, so that a transaction that began earlier finds the relation too.
 *
 * DuckDB binds a view's query when the view is made, unfolding views in views, but looks up what it reads anew at each use,
 * in the view's own schema first. So the views are made over empty tables that stand in for each other, which is cheap.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/writer.h"
#include "pgcat/session.h"

/* Where relations stand: the schema's part of the name, live and as tables. */
static const char *const live_schemas[PGCAT_SCHEMA_COUNT] = {"live_catalog", "live_information"};
static const char *const table_schemas[PGCAT_SCHEMA_COUNT] = {"catalog", "information"};

static void write_quoted(struct writer *w, const char *text, char quote) {
    writer_u8(w, (uint8_t)quote);
    for (; *text; text++) {
        if (*text == quote)
            writer_u8(w, (uint8_t)quote);
        writer_u8(w, (uint8_t)*text);
    }
    writer_u8(w, (uint8_t)quote);
}

static bool run(struct engine_connection *connection, struct writer *w, struct error *err) {
    writer_u8(w, '\0');
    bool ok = writer_ok(w) ? engine_connection_execute(connection, (const char *)w->bytes, err) : error_set_no_memory(err);
    writer_reset(w);
    return ok;
}

/* "CAST(x AS pg_oid) AS x, …", as relations.tsv says. */
static void write_columns(struct writer *w, const struct pgcat_relation *relation) {
    for (int32_t i = 0; i < relation->column_count; i++) {
        writer_text(w, i ? ", CAST(" : "CAST(");
        write_quoted(w, relation->columns[i].name, '"');
        writer_format(w, " AS %s) AS ", pgcat_engine_type(relation->columns[i].type));
        write_quoted(w, relation->columns[i].name, '"');
    }
    if (!relation->columns)
        writer_text(w, "*");
}

/* The embedded rows as a query. */
static void write_rows(struct writer *w, const struct pgcat_relation *relation) {
    writer_text(w, "SELECT ");
    write_columns(w, relation);
    writer_format(w, " FROM pgcat_static('%s/static/%s.tsv')",
                  relation->schema == PGCAT_SCHEMA_CATALOG ? "pg_catalog" : "information_schema", relation->name);
}

/* The query's text with `$database` replaced by the database's name. */
static void write_query(struct writer *w, const char *query, const char *database) {
    static const char placeholder[] = "$database";
    for (const char *at; (at = strstr(query, placeholder)); query = at + sizeof placeholder - 1) {
        writer_bytes(w, query, (size_t)(at - query));
        write_quoted(w, database, '\'');
    }
    writer_text(w, query);
}

/* All rows of a relation as a query: those that never change, and the live ones. A volatile query gives all by itself. */
static void write_select(struct writer *w, const struct pgcat_relation *relation, const char *database) {
    writer_text(w, "SELECT ");
    write_columns(w, relation);
    writer_text(w, " FROM (");
    write_query(w, relation->query, database);
    writer_text(w, ")");
    if (relation->rows && relation->storage != PGCAT_STORAGE_VOLATILE)
        writer_format(w, " UNION ALL SELECT * FROM " PGCAT_SHARED ".static.%s", relation->name);
}

static void write_empty_table(struct writer *w, const struct pgcat_relation *relation) {
    for (int32_t i = 0; i < relation->column_count; i++) {
        writer_text(w, i ? ", " : "(");
        write_quoted(w, relation->columns[i].name, '"');
        writer_format(w, " %s", pgcat_engine_type(relation->columns[i].type));
    }
    writer_text(w, ")");
}

static bool check_types(const struct pgcat_relation *relation, struct error *err) {
    for (int32_t i = 0; i < relation->column_count; i++)
        if (!pgcat_engine_type(relation->columns[i].type))
            return error_set(err, ERROR_INTERNAL, "catalog column %s.%s has the unknown type %s", relation->name,
                             relation->columns[i].name, relation->columns[i].type);
    return true;
}

/* A relation of pg_catalog that needs no query, or the rows that do not change of one that does. */
static bool make_shared(struct engine_connection *connection, struct writer *w, const struct pgcat_relation *relation,
                        struct error *err) {
    if (relation->schema != PGCAT_SCHEMA_CATALOG || (relation->query && !relation->rows))
        return true;
    if (relation->rows) {
        writer_format(w, "CREATE VIEW " PGCAT_SHARED ".static.%s AS ", relation->name);
        write_rows(w, relation);
    } else {
        writer_format(w, "CREATE TABLE " PGCAT_SHARED ".static.%s", relation->name);
        write_empty_table(w, relation);
    }
    return run(connection, w, err);
}

bool pgcat_install_shared(struct pgcat *pgcat, struct engine_connection *connection, struct error *err) {
    struct writer w = {0};
    bool ok = engine_connection_execute(connection, "ATTACH ':memory:' AS " PGCAT_SHARED " (HIDDEN, READ_WRITE); "
                                                    "CREATE SCHEMA " PGCAT_SHARED ".static", err);
    for (int32_t i = 0; ok && i < pgcat->relations.count; i++)
        ok = check_types(&pgcat->relations.all[i], err) &&
             make_shared(connection, &w, &pgcat->relations.all[i], err);
    writer_destroy(&w);
    return ok;
}

/* Relations of information_schema that no query fills: the embedded rows, or none. */
static void write_fixed(struct writer *w, const struct pgcat_database *database, const struct pgcat_relation *relation,
                        const char *schema) {
    writer_format(w, "CREATE %s %s.%s.%s", relation->rows ? "VIEW" : "TABLE", database->hidden, schema, relation->name);
    if (relation->rows) {
        writer_text(w, " AS ");
        write_rows(w, relation);
    } else {
        write_empty_table(w, relation);
    }
}

/* An empty table in place of the live view, and the view over it that holds the table's place. */
static void write_stand_ins(struct writer *w, const struct pgcat_database *database, const struct pgcat_relation *relation) {
    const char *live = live_schemas[relation->schema], *table = table_schemas[relation->schema], *name = relation->name;
    writer_format(w, "CREATE TABLE %s.%s.%s", database->hidden, live, name);
    write_empty_table(w, relation);
    writer_format(w, "; CREATE VIEW %s.%s.%s AS FROM %s.%s.%s", database->hidden, table, name, database->hidden, live, name);
}

static bool make_place(struct engine_connection *connection, struct writer *w, const struct pgcat_database *database,
                       const struct pgcat_relation *relation, struct error *err) {
    if (relation->query && relation->columns) {
        write_stand_ins(w, database, relation);
    } else if (!relation->query && relation->schema == PGCAT_SCHEMA_INFORMATION) {
        write_fixed(w, database, relation, live_schemas[relation->schema]);
        writer_text(w, "; ");
        write_fixed(w, database, relation, table_schemas[relation->schema]);
    } else {
        return true;
    }
    return run(connection, w, err);
}

static bool make_places(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                        struct error *err) {
    struct writer w = {0};
    writer_format(&w, "ATTACH ':memory:' AS %s (HIDDEN, READ_WRITE); BEGIN; ", database->hidden);
    for (int schema = 0; schema < PGCAT_SCHEMA_COUNT; schema++)
        writer_format(&w, "CREATE SCHEMA %s.%s; CREATE SCHEMA %s.%s; ", database->hidden, live_schemas[schema],
                      database->hidden, table_schemas[schema]);
    bool ok = run(connection, &w, err);
    for (int32_t i = 0; ok && i < pgcat->relations.count; i++)
        ok = make_place(connection, &w, database, &pgcat->relations.all[i], err);
    writer_destroy(&w);
    return ok && engine_connection_execute(connection, "COMMIT", err);
}

static void write_view(struct writer *w, const struct pgcat_database *database, const struct pgcat_relation *relation,
                       const char *schema) {
    writer_format(w, "CREATE VIEW %s.%s.%s AS ", database->hidden, schema, relation->name);
    write_select(w, relation, database->name);
}

/* Those that read come before those that are read, which thus still are stand-ins, or tables. */
static bool make_views(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                       struct error *err) {
    struct writer w = {0};
    writer_format(&w, "SET search_path = '%s.catalog,%s.static'; BEGIN", database->hidden, PGCAT_SHARED);
    bool ok = run(connection, &w, err);
    for (int32_t i = pgcat->relations.count; ok && i-- > 0;) {
        const struct pgcat_relation *relation = &pgcat->relations.all[i];
        if (!relation->query)
            continue;
        const char *live = live_schemas[relation->schema], *table = table_schemas[relation->schema];
        if (relation->storage == PGCAT_STORAGE_VIEW && relation->columns) {
            writer_format(&w, "DROP VIEW %s.%s.%s; ", database->hidden, table, relation->name);
            write_view(&w, database, relation, table);
            writer_text(&w, "; ");
        }
        if (relation->columns)
            writer_format(&w, "DROP TABLE %s.%s.%s; ", database->hidden, live, relation->name);
        write_view(&w, database, relation, live);
        if (relation->storage == PGCAT_STORAGE_VOLATILE && !relation->columns) { /* one of ours, read by clients */
            writer_text(&w, "; ");
            write_view(&w, database, relation, table);
        }
        ok = run(connection, &w, err);
        if (!ok && err)
            error_set_detail(err, "While the catalog relation \"%s\" was made.", relation->name);
    }
    writer_destroy(&w);
    return ok && engine_connection_execute(connection, "COMMIT", err);
}

static struct pgcat_database *create_database(struct pgcat *pgcat, const char *name) {
    struct pgcat_database *database = arena_allocate_zeroed(&pgcat->arena, 1, sizeof *database);
    struct writer w = {0};
    char prefixed[256];
    if (!database || snprintf(prefixed, sizeof prefixed, PGCAT_SHARED "%s", name) >= (int)sizeof prefixed)
        return NULL;
    write_quoted(&w, prefixed, '"');
    if (writer_ok(&w))
        database->hidden = arena_copy_string_n(&pgcat->arena, (const char *)w.bytes, w.length);
    writer_destroy(&w);
    if (!database->hidden)
        return NULL;
    database->name = arena_copy_string(&pgcat->arena, name);
    database->information_schema = arena_format(&pgcat->arena, "%s.information", database->hidden);
    database->live_information_schema = arena_format(&pgcat->arena, "%s.live_information", database->hidden);
    database->live_catalog = arena_format(&pgcat->arena, "%s.live_catalog", database->hidden);
    pthread_mutex_init(&database->refreshing, NULL);
    return database->name && database->information_schema && database->live_information_schema && database->live_catalog
               ? database
               : NULL;
}

static struct pgcat_database *find_database(struct pgcat *pgcat, const char *name) {
    pthread_mutex_lock(&pgcat->mutex);
    struct pgcat_database *database = pgcat->databases;
    while (database && strcmp(database->name, name) != 0)
        database = database->next;
    pthread_mutex_unlock(&pgcat->mutex);
    return database;
}

static void add_database(struct pgcat *pgcat, struct pgcat_database *database) {
    pthread_mutex_lock(&pgcat->mutex);
    database->next = pgcat->databases;
    pgcat->databases = database;
    pthread_mutex_unlock(&pgcat->mutex);
}

void pgcat_database_destroy(struct pgcat_database *database) {
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        pgcat_facts_release(database->facts[scope]);
    pthread_mutex_destroy(&database->refreshing);
}

/* Turns the shared views that the set names into tables. */
static bool load_static(struct pgcat *pgcat, struct engine_connection *connection, const struct pgcat_relation_set *set,
                        struct error *err) {
    struct writer w = {0};
    bool ok = true;
    for (int32_t i = 0; ok && i < pgcat->relations.count; i++) {
        const struct pgcat_relation *relation = &pgcat->relations.all[i];
        if (pgcat->static_loaded[i] || !relation->rows || relation->schema != PGCAT_SCHEMA_CATALOG ||
            !pgcat_relation_set_has(set, i))
            continue;
        writer_format(&w, "BEGIN; DROP VIEW " PGCAT_SHARED ".static.%s; CREATE TABLE " PGCAT_SHARED ".static.%s AS ",
                      relation->name, relation->name);
        write_rows(&w, relation);
        writer_text(&w, "; COMMIT");
        pgcat->static_loaded[i] = ok = run(connection, &w, err);
    }
    writer_destroy(&w);
    return ok;
}

/* Puts facts in the place of others that somebody may still hold. */
static void replace_facts(struct pgcat *pgcat, struct pgcat_facts **place, struct pgcat_facts *facts) {
    pthread_mutex_lock(&pgcat->mutex);
    struct pgcat_facts *old = *place;
    *place = facts;
    pthread_mutex_unlock(&pgcat->mutex);
    pgcat_facts_release(old);
}

/* Those of the wanted scopes that were not read yet. */
static bool load_static_facts(struct pgcat *pgcat, struct engine_connection *connection, uint32_t wanted,
                              struct error *err) {
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++) {
        if (!(wanted >> scope & 1) || !pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope) || pgcat->static_facts[scope])
            continue;
        struct pgcat_facts *facts = pgcat_facts_read(connection, (enum pgcat_fact_scope)scope, err);
        if (!facts)
            return false;
        replace_facts(pgcat, &pgcat->static_facts[scope], facts);
    }
    return true;
}

/* Makes one relation's table anew; the first time in place of the view, if there is one. */
static void write_refresh(struct writer *w, const struct pgcat_database *database, const struct pgcat_relation *relation,
                          bool is_first) {
    const char *schema = table_schemas[relation->schema];
    if (is_first && relation->columns)
        writer_format(w, "DROP VIEW %s.%s.%s; ", database->hidden, schema, relation->name);
    writer_format(w, "CREATE OR REPLACE %s %s.%s.%s AS ", relation->storage == PGCAT_STORAGE_VIEW ? "VIEW" : "TABLE",
                  database->hidden, schema, relation->name);
    write_select(w, relation, database->name);
}

static bool refresh_tables(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                           const struct pgcat_relation_set *stale, struct error *err) {
    struct writer w = {0};
    writer_format(&w, "SET search_path = '%s.catalog,%s.static'; BEGIN", database->hidden, PGCAT_SHARED);
    bool ok = run(connection, &w, err);
    for (int32_t i = 0; ok && i < pgcat->relations.count; i++) {
        if (!pgcat_relation_set_has(stale, i))
            continue;
        write_refresh(&w, database, &pgcat->relations.all[i], database->generations[i] == 0);
        ok = run(connection, &w, err);
        if (!ok && err)
            error_set_detail(err, "While the catalog relation \"%s\" was made.", pgcat->relations.all[i].name);
    }
    ok = ok && engine_connection_execute(connection, "COMMIT", err);
    writer_destroy(&w);
    return ok;
}

static bool refresh_facts(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                          uint64_t generation, uint32_t wanted, struct error *err) {
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++) {
        if (!(wanted >> scope & 1) || pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope) ||
            database->facts_generation[scope] == generation)
            continue;
        struct pgcat_facts *facts = pgcat_facts_read(connection, (enum pgcat_fact_scope)scope, err);
        if (!facts)
            return false;
        replace_facts(pgcat, &database->facts[scope], facts);
        database->facts_generation[scope] = generation;
    }
    return true;
}

/* What a statement needs: relations, and scopes of facts with the relations that these are read from. */
struct need {
    struct pgcat_relation_set relations;
    uint32_t scopes;
};

static struct need need_of(const struct pgcat *pgcat, const char *sql) {
    struct need need = {.scopes = pgcat_fact_scopes_wanted(sql)};
    pgcat_relations_named(&pgcat->relations, sql, &need.relations);
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        if (need.scopes >> scope & 1)
            pgcat_relation_set_add_all(&need.relations, &pgcat->facts_read[scope]);
    return need;
}

static bool lacks_facts(struct pgcat *pgcat, const struct pgcat_database *database, uint64_t generation, uint32_t wanted) {
    bool lacks = false;
    pthread_mutex_lock(&pgcat->mutex);
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        if (wanted >> scope & 1)
            lacks |= pgcat_fact_scope_is_static((enum pgcat_fact_scope)scope) ? !pgcat->static_facts[scope]
                                                                              : database->facts_generation[scope] != generation;
    pthread_mutex_unlock(&pgcat->mutex);
    return lacks;
}

/* Tables, and views of ours, which have no stand-in; the latter, and constants, once. */
static bool is_made(const struct pgcat_relation *relation) {
    return relation->query && (relation->storage == PGCAT_STORAGE_TABLE || relation->storage == PGCAT_STORAGE_CONSTANT ||
                               (relation->storage == PGCAT_STORAGE_VIEW && !relation->columns));
}

/* What of it must be made anew; false: nothing. */
static bool find_stale(struct pgcat *pgcat, const struct pgcat_database *database, uint64_t generation,
                       const struct need *need, struct pgcat_relation_set *stale) {
    bool any = lacks_facts(pgcat, database, generation, need->scopes);
    for (int32_t i = 0; i < pgcat->relations.count; i++) {
        const struct pgcat_relation *relation = &pgcat->relations.all[i];
        if (!pgcat_relation_set_has(&need->relations, i))
            continue;
        bool is_stale = is_made(relation) && database->generations[i] != generation &&
                        !(relation->storage != PGCAT_STORAGE_TABLE && database->generations[i]);
        if (is_stale)
            pgcat_relation_set_add(stale, i);
        any |= is_stale || (relation->rows && !pgcat->static_loaded[i] && relation->schema == PGCAT_SCHEMA_CATALOG);
    }
    return any;
}

/* What is shared first: the database's relations and facts are made from it. */
static bool load_shared(struct pgcat *pgcat, struct engine_connection *connection, const struct need *need,
                        struct error *err) {
    struct pgcat_relation_set set = need->relations;
    pgcat_relation_set_add_all(&set, &pgcat->relations.static_reads);
    pthread_mutex_lock(&pgcat->loading);
    bool ok = load_static(pgcat, connection, &set, err) && load_static_facts(pgcat, connection, need->scopes, err);
    pthread_mutex_unlock(&pgcat->loading);
    return ok;
}

static bool refresh(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                    const struct need *need, struct error *err) {
    struct pgcat_relation_set stale = {0};
    uint64_t generation = pgcat_generation(pgcat);
    if (!find_stale(pgcat, database, generation, need, &stale))
        return true;
    struct engine_connection *own = connection ? NULL : pgcat_connect(pgcat, err);
    if (!connection && !(connection = own))
        return false;
    bool ok = load_shared(pgcat, connection, need, err) && refresh_tables(pgcat, database, connection, &stale, err);
    for (int32_t i = 0; ok && i < pgcat->relations.count; i++)
        if (pgcat_relation_set_has(&stale, i))
            database->generations[i] = generation;
    ok = ok && refresh_facts(pgcat, database, connection, generation, need->scopes, err);
    engine_connection_destroy(own);
    return ok;
}

bool pgcat_database_is_current(struct pgcat *pgcat, struct pgcat_database *database, const char *sql) {
    struct need need = need_of(pgcat, sql);
    struct pgcat_relation_set stale = {0};
    pthread_mutex_lock(&database->refreshing);
    bool current = !find_stale(pgcat, database, pgcat_generation(pgcat), &need, &stale);
    pthread_mutex_unlock(&database->refreshing);
    return current;
}

bool pgcat_database_refresh(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                            const char *sql, struct error *err) {
    struct need need = need_of(pgcat, sql);
    pthread_mutex_lock(&database->refreshing);
    bool ok = refresh(pgcat, database, connection, &need, err);
    pthread_mutex_unlock(&database->refreshing);
    return ok;
}

/* Ours at once, because no stand-in has their columns; the others when they are asked for. */
static bool make_relations(struct pgcat *pgcat, struct pgcat_database *database, struct engine_connection *connection,
                           struct error *err) {
    struct need need = need_of(pgcat, "");
    for (int32_t i = 0; i < pgcat->relations.count; i++)
        if (!pgcat->relations.all[i].columns)
            pgcat_relation_set_add_all(&need.relations, &pgcat->relations.reads[i]);
    return make_places(pgcat, database, connection, err) &&
           refresh(pgcat, database, connection, &need, err) &&
           make_views(pgcat, database, connection, err);
}

static struct pgcat_database *make_database(struct pgcat *pgcat, const char *name, struct engine_connection *connection,
                                            struct error *err) {
    struct pgcat_database *database = create_database(pgcat, name);
    if (!database) {
        error_set_no_memory(err);
        return NULL;
    }
    struct engine_connection *own = connection ? NULL : pgcat_connect(pgcat, err);
    if (!connection)
        connection = own;
    bool ok = connection && make_relations(pgcat, database, connection, err);
    engine_connection_destroy(own);
    if (ok)
        add_database(pgcat, database);
    else
        pgcat_database_destroy(database);
    return ok ? database : NULL;
}

struct pgcat_database *pgcat_database_get(struct pgcat *pgcat, const char *name, struct engine_connection *connection,
                                          struct error *err) {
    pthread_mutex_lock(&pgcat->making);
    struct pgcat_database *database = find_database(pgcat, name);
    if (!database)
        database = make_database(pgcat, name, connection, err);
    pthread_mutex_unlock(&pgcat->making);
    return database;
}

/* Facts, sorted twice: by OID and by name. */
#include "pgcat/fact.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pgcat/relation.h"

struct rows {
    struct pgcat_fact *by_oid;
    const struct pgcat_fact **by_name;
    size_t count, space;
};

struct pgcat_facts {
    atomic_int references;
    struct arena arena;
    struct rows kinds[PGCAT_FACT_COUNT];
};

static const struct fact_query {
    const char *file;
    enum pgcat_fact_scope scope;
} fact_queries[PGCAT_FACT_COUNT] = {
#define PGCAT_FACT(fact, file, scope) {file, PGCAT_SCOPE_##scope},
#include "pgcat_facts.def"
#undef PGCAT_FACT
};

static const struct scope_row {
    bool is_static;
    const char *words;
} scope_rows[PGCAT_SCOPE_COUNT] = {
#define PGCAT_FACT_SCOPE(scope, is_static, words) {is_static, words},
#include "pgcat_fact_scopes.def"
#undef PGCAT_FACT_SCOPE
};

bool pgcat_fact_scope_is_static(enum pgcat_fact_scope scope) {
    return scope_rows[scope].is_static;
}

/* Whether the text has one of the words, which are divided by spaces, in any case. */
static bool has_word(const char *sql, const char *words) {
    char word[32];
    for (size_t length; *words; words += length + (words[length] == ' ')) {
        length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        if (strcasestr(sql, word))
            return true;
    }
    return false;
}

uint32_t pgcat_fact_scopes_wanted(const char *sql) {
    uint32_t wanted = 0;
    for (int scope = 0; scope < PGCAT_SCOPE_COUNT; scope++)
        if (!scope_rows[scope].words || has_word(sql, scope_rows[scope].words))
            wanted |= (uint32_t)1 << scope;
    return wanted;
}

enum pgcat_fact_scope pgcat_fact_scope(enum pgcat_fact_kind kind) {
    return fact_queries[kind].scope;
}

static const char *copy_slot(struct arena *arena, const struct engine_vector *vector, int64_t row) {
    if (engine_vector_is_null(vector, row))
        return "";
    const struct engine_string *string = (const struct engine_string *)vector->data + row;
    return arena_copy_string_n(arena, engine_string_bytes(string), string->length);
}

static bool add_chunk(struct pgcat_facts *facts, struct rows *rows, const struct engine_chunk *chunk, struct error *err) {
    if (rows->space - rows->count < (size_t)chunk->row_count) {
        size_t space = 2 * rows->space + ENGINE_VECTOR_ROWS;
        struct pgcat_fact *grown = memory_resize(rows->by_oid, space * sizeof *grown);
        if (!grown)
            return error_set_no_memory(err);
        rows->by_oid = grown;
        rows->space = space;
    }
    for (int64_t row = 0; row < chunk->row_count; row++) {
        struct pgcat_fact *fact = &rows->by_oid[rows->count];
        fact->oid = (uint32_t)((const int64_t *)chunk->columns[0].data)[row];
        fact->sub = ((const int64_t *)chunk->columns[1].data)[row];
        fact->schema = copy_slot(&facts->arena, &chunk->columns[2], row);
        fact->text = copy_slot(&facts->arena, &chunk->columns[3], row);
        if (!fact->schema || !fact->text)
            return error_set_no_memory(err);
        rows->count++;
    }
    return true;
}

static const char *query_text(const char *file) {
    char name[96];
    snprintf(name, sizeof name, "pg_catalog/facts/%s.sql", file);
    return pgcat_file(name);
}

void pgcat_facts_relations(enum pgcat_fact_scope scope, const struct pgcat_relations *relations,
                           struct pgcat_relation_set *set) {
    for (int kind = 0; kind < PGCAT_FACT_COUNT; kind++)
        if (fact_queries[kind].scope == scope)
            pgcat_relations_named(relations, query_text(fact_queries[kind].file), set);
}

static bool read_rows(struct pgcat_facts *facts, struct rows *rows, struct engine_connection *connection, const char *file,
                      struct error *err) {
    /* The queries may give any integers and strings. */
    char sql[8192];
    if (snprintf(sql, sizeof sql, "SELECT CAST(#1 AS BIGINT), CAST(#2 AS BIGINT), CAST(#3 AS VARCHAR), CAST(#4 AS VARCHAR) "
                                  "FROM (%s)", query_text(file)) >= (int)sizeof sql)
        return error_set(err, ERROR_LIMIT, "the query of fact \"%s\" is too long", file);
    struct engine_statement *statement = engine_statement_prepare(connection, sql, err);
    struct engine_result *result = statement ? engine_statement_execute(statement, err) : NULL;
    const struct engine_chunk *chunk = NULL;
    bool ok = result != NULL;
    while (ok && (ok = engine_result_fetch(result, &chunk, err)) && chunk)
        ok = add_chunk(facts, rows, chunk, err);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    return ok;
}

static int compare_oids(const void *a, const void *b) {
    const struct pgcat_fact *x = a, *y = b;
    if (x->oid != y->oid)
        return x->oid < y->oid ? -1 : 1;
    return x->sub < y->sub ? -1 : x->sub > y->sub;
}

static int compare_names(const void *a, const void *b) {
    const struct pgcat_fact *x = *(const struct pgcat_fact *const *)a, *y = *(const struct pgcat_fact *const *)b;
    int order = strcmp(x->text, y->text);
    return order ? order : strcmp(x->schema, y->schema);
}

static bool sort_rows(struct rows *rows, struct error *err) {
    if (rows->count == 0)
        return true;
    rows->by_name = memory_allocate(rows->count * sizeof *rows->by_name);
    if (!rows->by_name)
        return error_set_no_memory(err);
    qsort(rows->by_oid, rows->count, sizeof *rows->by_oid, compare_oids);
    for (size_t i = 0; i < rows->count; i++)
        rows->by_name[i] = &rows->by_oid[i];
    qsort(rows->by_name, rows->count, sizeof *rows->by_name, compare_names);
    return true;
}

struct pgcat_facts *pgcat_facts_read(struct engine_connection *connection, enum pgcat_fact_scope scope, struct error *err) {
    struct pgcat_facts *facts = memory_allocate_zeroed(1, sizeof *facts);
    if (!facts) {
        error_set_no_memory(err);
        return NULL;
    }
    atomic_init(&facts->references, 1);
    for (int kind = 0; kind < PGCAT_FACT_COUNT; kind++) {
        struct rows *rows = &facts->kinds[kind];
        if (fact_queries[kind].scope != scope)
            continue;
        if (!read_rows(facts, rows, connection, fact_queries[kind].file, err) || !sort_rows(rows, err)) {
            pgcat_facts_release(facts);
            return NULL;
        }
    }
    return facts;
}

struct pgcat_facts *pgcat_facts_retain(struct pgcat_facts *facts) {
    if (facts)
        atomic_fetch_add(&facts->references, 1);
    return facts;
}

void pgcat_facts_release(struct pgcat_facts *facts) {
    if (!facts || atomic_fetch_sub(&facts->references, 1) != 1)
        return;
    for (int kind = 0; kind < PGCAT_FACT_COUNT; kind++) {
        memory_free(facts->kinds[kind].by_oid);
        memory_free(facts->kinds[kind].by_name);
    }
    arena_destroy(&facts->arena);
    memory_free(facts);
}

/* The first row that is not before (oid, sub). */
static const struct pgcat_fact *lower_bound(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, uint32_t oid,
                                            int64_t sub) {
    if (!facts)
        return NULL;
    const struct rows *rows = &facts->kinds[kind];
    const struct pgcat_fact wanted = {.oid = oid, .sub = sub};
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_oids(&rows->by_oid[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->count && rows->by_oid[low].oid == oid ? &rows->by_oid[low] : NULL;
}

const struct pgcat_fact *pgcat_fact_of(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, uint32_t oid) {
    return lower_bound(facts, kind, oid, INT64_MIN);
}

const struct pgcat_fact *pgcat_fact_of_sub(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, uint32_t oid,
                                           int64_t sub) {
    const struct pgcat_fact *fact = lower_bound(facts, kind, oid, sub);
    return fact && fact->sub == sub ? fact : NULL;
}

const struct pgcat_fact *pgcat_fact_next(const struct pgcat_facts *facts, enum pgcat_fact_kind kind,
                                         const struct pgcat_fact *fact) {
    const struct rows *rows = &facts->kinds[kind];
    const struct pgcat_fact *next = fact + 1;
    return next < rows->by_oid + rows->count && next->oid == fact->oid ? next : NULL;
}

/* Where a row with this schema and text stands in the order of names, or would. */
static size_t name_bound(const struct rows *rows, const char *schema, const char *text) {
    const struct pgcat_fact wanted = {.schema = schema, .text = text}, *key = &wanted;
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(&rows->by_name[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct pgcat_fact *pgcat_fact_named(const struct pgcat_facts *facts, enum pgcat_fact_kind kind, const char *schema,
                                          const char *text) {
    if (!facts)
        return NULL;
    const struct rows *rows = &facts->kinds[kind];
    size_t at = name_bound(rows, schema ? schema : "", text);
    if (at == rows->count || strcmp(rows->by_name[at]->text, text) != 0)
        return NULL;
    return !schema || strcmp(rows->by_name[at]->schema, schema) == 0 ? rows->by_name[at] : NULL;
}

const struct pgcat_fact *pgcat_fact_next_named(const struct pgcat_facts *facts, enum pgcat_fact_kind kind,
                                               const struct pgcat_fact *fact) {
    const struct rows *rows = &facts->kinds[kind];
    size_t at = name_bound(rows, fact->schema, fact->text);
    while (at < rows->count && rows->by_name[at] != fact)
        at++;
    return at + 1 < rows->count && strcmp(rows->by_name[at + 1]->text, fact->text) == 0 ? rows->by_name[at + 1] : NULL;
}

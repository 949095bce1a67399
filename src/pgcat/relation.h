/* The relations of pg_catalog and information_schema: which there are, their columns, and where their rows come from.
 *
 * Read once from data/pg_catalog/relations.tsv and the files beside it; immutable afterwards, any thread. Besides
 * PostgreSQL's relations there are ours, `engine_*`, which the live ones are made of.
 */
#ifndef PGCAT_RELATION_H
#define PGCAT_RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum { PGCAT_RELATION_LIMIT = 256 };

enum pgcat_schema { PGCAT_SCHEMA_CATALOG, PGCAT_SCHEMA_INFORMATION, PGCAT_SCHEMA_COUNT };

/* Where the rows of a relation's query are, told by its file's first words. */
enum pgcat_storage {
    PGCAT_STORAGE_TABLE,    /* in a table, made anew when the catalog has changed */
    PGCAT_STORAGE_CONSTANT, /* "-- Constant": in a table, made once */
    PGCAT_STORAGE_VIEW,     /* "-- View": nowhere, because they follow easily from what others store */
    PGCAT_STORAGE_VOLATILE, /* "-- Volatile": nowhere, because they change by themselves */
};

struct pgcat_column {
    const char *name;
    const char *type; /* as relations.tsv names it: "oid", "text[]" … */
};

struct pgcat_relation {
    const char *name;
    enum pgcat_schema schema;
    const struct pgcat_column *columns; /* NULL for ours: as the query says */
    int32_t column_count;
    const char *rows;  /* a .tsv of rows that never change; NULL: none */
    const char *query; /* over the engine's own catalog and other relations; NULL: none */
    enum pgcat_storage storage; /* of the query's rows */
};

/* Set of relations, by index. */
struct pgcat_relation_set {
    uint64_t words[PGCAT_RELATION_LIMIT / 64];
};

static inline bool pgcat_relation_set_has(const struct pgcat_relation_set *set, int32_t index) {
    return set->words[index / 64] >> (index % 64) & 1;
}

static inline void pgcat_relation_set_add(struct pgcat_relation_set *set, int32_t index) {
    set->words[index / 64] |= (uint64_t)1 << (index % 64);
}

static inline void pgcat_relation_set_add_all(struct pgcat_relation_set *set, const struct pgcat_relation_set *added) {
    for (int w = 0; w < PGCAT_RELATION_LIMIT / 64; w++)
        set->words[w] |= added->words[w];
}

struct pgcat_relations {
    struct pgcat_relation all[PGCAT_RELATION_LIMIT]; /* each after those its query reads */
    struct pgcat_relation_set reads[PGCAT_RELATION_LIMIT]; /* what the query reads, directly or not; and itself */
    struct pgcat_relation_set static_reads; /* whose rows that never change are read by a query, as static.NAME */
    int32_t count;
    int32_t buckets[4 * PGCAT_RELATION_LIMIT]; /* by name; -1 is free */
};

bool pgcat_relations_load(struct pgcat_relations *relations, struct arena *arena, struct error *err);
/* -1: there is none of that name (of this length). Names are in lower case. */
int32_t pgcat_relations_find(const struct pgcat_relations *relations, const char *name, size_t length,
                             enum pgcat_schema schema);
/* Adds the relations that the text may name, and whatever they read. */
void pgcat_relations_named(const struct pgcat_relations *relations, const char *sql, struct pgcat_relation_set *set);
/* A column's type as the engine names it, e.g. `"pg_oid"[]`; static. NULL: unknown. */
const char *pgcat_engine_type(const char *type);
/* An embedded file by its name below data/; NULL: there is none. */
const char *pgcat_file(const char *name);

#endif

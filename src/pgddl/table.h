/* Tables as they are, with all that goes down and comes up again with them. Internal to this layer. */
#ifndef PGDDL_TABLE_H
#define PGDDL_TABLE_H

#include "pgddl/pgddl.h"

struct table_index {
    const char *name;
    bool is_unique;
    const char *keys;    /* the engine's text behind the table's name */
    const char *comment; /* NULL: none */
};

struct table_sequence {
    const char *database, *schema, *name;
    const char *options; /* as SQL, without START */
    int64_t engine_oid;
    int64_t start, next, increment;
    bool is_moved; /* `next` is to be where it was not: made anew though it outlives the table */
};

struct table {
    struct pgsql_shape shape;
    const char *name;  /* qualified, as SQL, as it is called now */
    const char *facts; /* as kept now */
    const char *comment;
    int64_t engine_oid;
    struct table_index *indexes;
    int32_t index_count;
    struct table_sequence *sequences; /* that its defaults draw from */
    int32_t sequence_count;
    bool is_referenced, references; /* by foreign keys of the engine's, of other tables or its own */
    const char *saved;              /* where its rows are meanwhile */
};

/* The table of that name: `*table` is NULL when there is none that the engine itself keeps. */
bool table_find(const struct pgddl *ddl, const struct pgsql_alter *alter, struct table **table, struct error *err);
/* The view that the action names, with all qualifiers, as SQL; NULL when there is none. */
bool table_find_view(const struct pgddl *ddl, const struct pgsql_alter *alter, const char **name, struct error *err);
/* Those that reference the table, with those that reference them, each behind all that it references; the table comes first. */
bool table_family(const struct pgddl *ddl, struct table *table, struct table ***family, int32_t *count, struct error *err);
/* Until somebody says otherwise, its values come from where they are. */
void table_set_sources(const struct pgddl *ddl, struct table *table);
/* Its rows, by the sources of its columns, into the temporary table `saved`. */
bool table_save_rows(const struct pgddl *ddl, struct table *table, struct error *err);
/* Makes it as its shape is now, with the rows that were saved, its indexes, comments, OID and the sequences that it owned. */
bool table_create(const struct pgddl *ddl, const struct table *table, struct error *err);
/* Drops the tables and makes them anew as their shapes are now; `shape.columns[].source` tells where values come from. */
bool table_rebuild(const struct pgddl *ddl, struct table **family, int32_t count, struct error *err);
/* Keeps the facts of the table's shape where they have changed. */
bool table_keep_facts(const struct pgddl *ddl, const struct table *table, struct error *err);

/* Sequences by a condition over duckdb_sequences(), and the tables whose defaults draw from one. */
bool table_find_sequences(const struct pgddl *ddl, const char *condition, struct table_sequence **sequences, int32_t *count,
                          struct error *err);
bool table_find_drawing(const struct pgddl *ddl, const struct table_sequence *sequence, struct table ***tables, int32_t *count,
                        struct error *err);
/* CREATE SEQUENCE, and its next value where it was. */
bool table_create_sequence(const struct pgddl *ddl, const struct table_sequence *sequence, struct error *err);
/* Its name with all qualifiers, as SQL. */
const char *table_sequence_name(const struct pgddl *ddl, const struct table_sequence *sequence);

/* Whether a foreign key that the engine knows refers from one table to the other. */
bool table_refers(const struct table *table, const struct pgsql_shape_constraint *constraint, const struct table *referenced);
/* Conditions about a row with a foreign key and one that may be what it references, by these names of the two: that they belong
 * together, and that the first refers to any at all. */
const char *table_reference_condition(const struct pgddl *ddl, const struct pgsql_shape_constraint *constraint, const char *row,
                                      const char *referenced);
const char *table_reference_present(const struct pgddl *ddl, const struct pgsql_shape_constraint *constraint, const char *row);
/* Violations in PostgreSQL's words: a key (its columns and values, joined by commas) that a table's foreign key still references, and
 * a NULL where none may be. Return false. */
bool violation_set_referenced(struct error *err, const struct pgsql_shape *referenced, const struct pgsql_shape *table,
                              const char *constraint, const char *columns, const char *values);
bool violation_set_null(struct error *err, const struct pgsql_shape *table, const char *column);

struct pgsql_shape_column *table_column(const struct table *table, const char *name); /* NULL: none */

/* The rows of a query whose columns are texts: rows[row * columns + column], NULL for NULL. */
bool table_query(const struct pgddl *ddl, const char *sql, int32_t columns, const char ***rows, int32_t *count, struct error *err);
bool table_run(const struct pgddl *ddl, struct error *err, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif

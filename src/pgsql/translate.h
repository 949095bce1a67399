/* Translation: a PostgreSQL statement into the text that DuckDB runs.
 *
 * Tokens are edited in place: whatever no rule touches goes to DuckDB byte for byte, so its own dialect stays intact. The
 * result says what the client must be told differently from what DuckDB would say: column names, parameter types, and where
 * an error stands in the client's own text.
 */
#ifndef PGSQL_TRANSLATE_H
#define PGSQL_TRANSLATE_H

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/shape.h"
#include "pgsql/statement.h"
#include "pgtype/type.h"

struct pgsql_options {
    /* What stands for the schema information_schema in a FROM, e.g. "\"__pg_shop\".\"information\""; NULL: it is left alone.
     * Names of pg_catalog lose their prefix: the search path leads to them. */
    const char *information_schema;
    /* The schema that objects without a qualifier are created in, unquoted; NULL: main. Only definitions look at it. */
    const char *schema;
    /* OIDs declared by Parse, 0 for those left open; fewer than the statement uses is allowed. Each use of a declared
     * parameter gets a cast. */
    const uint32_t *parameter_oids;
    int32_t parameter_count;
    const struct pgtype_resolver *resolver; /* types beyond PostgreSQL's own; may be NULL */
    /* The columns of a table's unique constraint, as SQL; NULL: it has none of that name. May be NULL: the engine then finds the
     * constraint where there is but one. */
    const char *(*key_columns)(void *self, struct arena *arena, const char *schema, const char *table, const char *constraint);
    void *self; /* of key_columns */
    /* Makes a text from which DuckDB infers types for parameters left open as PostgreSQL would (= ANY($1), $1 + 1 …). It is
     * only to be prepared, never run: translate again with the types found. See pgsql_translate(). */
    bool infer;
};

enum pgsql_step_kind {
    PGSQL_STEP_MAIN,     /* the statement's own: its rows and its count are the answer */
    PGSQL_STEP_RUN,      /* goes with it; its rows are dropped */
    PGSQL_STEP_GENERATE, /* a query whose one value is a script to run, or NULL for nothing */
    PGSQL_STEP_ALTER,    /* an action of ALTER TABLE, for which the table must be looked at */
    PGSQL_STEP_ENUM,     /* labels of an enum, likewise */
};

struct pgsql_step {
    enum pgsql_step_kind kind;
    const char *sql; /* NUL-terminated */
    union {
        const struct pgsql_alter *alter;          /* of PGSQL_STEP_ALTER */
        const struct pgsql_enum_change *labels; /* of PGSQL_STEP_ENUM */
    };
};

struct pgsql_edit {
    uint32_t start, length;     /* replaced bytes of the script */
    const char *text;           /* by this */
    uint32_t text_length;
    uint8_t order; /* among edits of one place */
};

/* One item of the top-level select list. */
struct pgsql_column {
    bool star;        /* stands for an unknown number of columns */
    const char *name; /* NULL: as DuckDB names it */
};

struct pgsql_translation {
    const struct pgsql_step *steps; /* run in order, in one transaction; at most one is PGSQL_STEP_MAIN */
    int32_t step_count;             /* 0: nothing to do but to answer with the tag */
    const struct pgsql_step *main;  /* NULL: no rows and no count */
    const char *notice; /* what the client should be told (NOTICE), NULL when nothing */
    const struct pgsql_column *columns;
    int32_t column_count; /* 0: all as DuckDB names them */
    const struct pgsql_edit *edits; /* ascending; what turned the statement into the main step's text */
    int32_t edit_count;
    uint32_t start; /* the statement's place in the script */
};

/* The statement's form must be PGSQL_FORM_ENGINE (or it is the query inside a PREPARE, DECLARE, EXPLAIN or COPY).
 *
 * For parameters: translate and prepare. If the engine leaves the type of one open, translate once more with `infer`, prepare
 * that, and take its parameter types, text for those still open; then translate for good with these types declared.
 *
 * Forms of PostgreSQL that have no meaning here fail with ERROR_UNSUPPORTED,
 * the feature's name and its place. */
bool pgsql_translate(struct arena *arena, const struct pgsql_statement *statement, const struct pgsql_options *options,
                     struct pgsql_translation *translation, struct error *err);

/* The name of a result column as PostgreSQL would give it; NULL: DuckDB's own name stands. */
const char *pgsql_translation_column_name(const struct pgsql_translation *translation, int32_t column,
                                          int32_t column_count);

/* The byte of the script that a byte of the main step's text came from. */
size_t pgsql_translation_origin(const struct pgsql_translation *translation, size_t byte);

/* Turns an engine error about the main step into one about the client's text: its position, a byte of the step's text from
 * 1, becomes a character of the script. */
void pgsql_translation_place_error(const struct pgsql_statement *statement, const struct pgsql_translation *translation,
                                   struct error *err);

#endif

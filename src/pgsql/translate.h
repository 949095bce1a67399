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
#include "pgsql/statement.h"

/* Where the emulation lives in the engine: prefixes of qualified names, e.g. "pgc.main". */
struct pgsql_options {
    const char *catalog;            /* what stands for pg_catalog */
    const char *information_schema; /* what stands for information_schema */
    /* OIDs declared by Parse, 0 for those left open; fewer than the statement uses is allowed. */
    const uint32_t *parameter_oids;
    int32_t parameter_count;
};

enum pgsql_step_kind {
    PGSQL_STEP_MAIN,    /* the statement's own: its rows and its count are the answer */
    PGSQL_STEP_RUN,     /* goes with it; its rows are dropped */
    PGSQL_STEP_COLLECT, /* a query whose first column holds statements; they run after the last step */
};

struct pgsql_step {
    enum pgsql_step_kind kind;
    const char *sql; /* NUL-terminated */
};

struct pgsql_edit {
    uint32_t start, length;     /* replaced bytes of the script */
    const char *text;           /* by this */
    uint32_t text_length;
};

/* One item of the top-level select list. */
struct pgsql_column {
    bool star;        /* stands for an unknown number of columns */
    const char *name; /* NULL: as DuckDB names it */
};

struct pgsql_translation {
    const struct pgsql_step *steps; /* run in order, in one transaction; exactly one is PGSQL_STEP_MAIN */
    int32_t step_count;
    const struct pgsql_step *main;
    const char *notice; /* what the client should be told (NOTICE), NULL when nothing */
    /* Types that PostgreSQL would give the parameters, as OIDs; 0: as DuckDB infers, and text where it does not. */
    const uint32_t *parameter_oids;
    int32_t parameter_count;
    const struct pgsql_column *columns;
    int32_t column_count; /* 0: all as DuckDB names them */
    const struct pgsql_edit *edits; /* ascending; what turned the statement into the main step's text */
    int32_t edit_count;
    uint32_t start; /* the statement's place in the script */
};

/* The statement's form must be PGSQL_FORM_ENGINE. Forms of PostgreSQL that have no meaning here fail with ERROR_UNSUPPORTED,
 * the feature's name and its place. */
bool pgsql_translate(struct arena *arena, const struct pgsql_statement *statement, const struct pgsql_options *options,
                     struct pgsql_translation *translation, struct error *err);

/* The name of a result column as PostgreSQL would give it; NULL: DuckDB's own name stands. */
const char *pgsql_translation_column_name(const struct pgsql_translation *translation, int32_t column,
                                          int32_t column_count);

/* The byte of the script that a byte of the main step's text came from. */
size_t pgsql_translation_origin(const struct pgsql_translation *translation, size_t byte);

/* Turns an engine error about the main step into one about the client's text: takes DuckDB's "LINE 1: …" lines off the
 * message and sets the position, in characters of the script. */
void pgsql_translation_place_error(const struct pgsql_statement *statement, const struct pgsql_translation *translation,
                                   struct error *err);

#endif

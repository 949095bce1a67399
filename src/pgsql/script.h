/* A script: the text of a Query or Parse message, split into statements that are classified and, where the session itself
 * carries them out, parsed.
 *
 * Pure: everything made lies in the arena; the text is borrowed by all of it.
 */
#ifndef PGSQL_SCRIPT_H
#define PGSQL_SCRIPT_H

#include "base/arena.h"
#include "base/error.h"
#include "pgsql/statement.h"

struct pgsql_script {
    const char *text;
    size_t length;
    const struct pgsql_statement *statements;
    int32_t statement_count; /* 0: nothing but spaces, comments and semicolons (EmptyQueryResponse) */
};

/* Errors have PostgreSQL's text, SQLSTATE and position. As in PostgreSQL, one that is found here is told before any
 * statement of the script runs. */
bool pgsql_script_parse(struct arena *arena, const char *text, size_t length, struct pgsql_script *script,
                        struct error *err);

#endif

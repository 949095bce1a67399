/* Reading a small result row by row: what the engine's catalog functions answer. Sticky: read all, ask once. */
#ifndef DUCKCAT_ROWS_H
#define DUCKCAT_ROWS_H

#include "base/arena.h"
#include "duckcat/lease.h"

struct rows {
    struct engine_statement *statement;
    struct engine_result *result;
    const struct engine_chunk *chunk;
    int64_t row; /* of the chunk */
    struct arena *arena;
    struct error *err;
    bool failed;
};

/* Every `?` of the statement is bound to the text `argument` (NULL: there is none). Texts of the rows go to the arena.
 * Close it in any case. */
void rows_open(struct rows *rows, struct lease *lease, struct arena *arena, const char *sql, const char *argument,
               struct error *err);
/* Moves to the next row; false at the end, or after a failure. */
bool rows_next(struct rows *rows);
/* Values of the current row: VARCHAR (NULL for a null), BIGINT, BOOLEAN. */
const char *rows_text(struct rows *rows, int32_t column);
int64_t rows_int64(const struct rows *rows, int32_t column);
bool rows_boolean(const struct rows *rows, int32_t column);
/* Whether everything was read; else the error says why. */
bool rows_close(struct rows *rows);

#endif

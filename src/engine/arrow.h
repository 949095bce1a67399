/* Arrow in and out: schemas of our types, batches gathered from chunks, and rows from outside as a table of a
 * statement.
 *
 * How each type travels is a row of data/engine_arrow.def. Batches are written straight from DuckDB's vectors, any
 * number of chunks into one batch, so that a value is copied once on its way to the wire.
 */
#ifndef ENGINE_ARROW_H
#define ENGINE_ARROW_H

#include "base/arrow_abi.h"
#include "engine/connection.h"

/* Whether the type, with everything inside it, has a form in Arrow. */
bool engine_arrow_supports(const struct engine_type *type);
/* Whether a reader finds another type than `type`: ENUM arrives as VARCHAR, alone or nested, NULL as INTEGER. */
bool engine_arrow_changes(const struct engine_type *type);
/* The type that a reader finds, in the arena; `type` itself where nothing changes; NULL when memory is out. */
const struct engine_type *engine_arrow_seen_type(struct arena *arena, const struct engine_type *type);
/* A struct of nullable columns. `out` is owned, free with its release. */
bool engine_arrow_schema(const struct engine_type *const *types, const char *const *names, int32_t count,
                         struct ArrowSchema *out, struct error *err);

/* A batch being gathered. One thread at a time. */
struct engine_arrow_batch;

/* The types are borrowed until the batch is destroyed. Owned, free with engine_arrow_batch_destroy. */
struct engine_arrow_batch *engine_arrow_batch_create(const struct engine_type *const *types, int32_t count,
                                                     struct error *err);
void engine_arrow_batch_destroy(struct engine_arrow_batch *batch);
/* Appends rows from `first_row` on, of the chunk's first columns, as many as the batch has: all rows, or fewer (at
 * least one) where texts are very long. Returns how many; -1 for a failure, after which the batch can only be
 * destroyed. */
int64_t engine_arrow_batch_append(struct engine_arrow_batch *batch, const struct engine_chunk *chunk, int64_t first_row,
                                  struct error *err);
int64_t engine_arrow_batch_row_count(const struct engine_arrow_batch *batch);
/* What the rows take in buffers. */
size_t engine_arrow_batch_bytes(const struct engine_arrow_batch *batch);
/* Hands the rows out as a struct array, owned, free with its release; the batch is empty again. */
bool engine_arrow_batch_finish(struct engine_arrow_batch *batch, struct ArrowArray *out, struct error *err);

/* Rows from outside, which the statements of one connection read as the table function engine_input(): columns c0,
 * c1, … of the types that DuckDB gives the Arrow ones, and `position`, a BIGINT that counts the rows from 0. Rows
 * come in the order in which they were added. A connection has one input at a time. */
struct engine_input;

/* `schema` is a struct, borrowed until the input is destroyed. `wanted` are the types of what the columns will be assigned to,
 * for values whose schema does not tell all of theirs: NULL, as each of them, when that does not matter. Owned, free with
 * engine_input_destroy, after the statements that were prepared with it. */
struct engine_input *engine_input_create(struct engine_connection *connection, const struct ArrowSchema *schema,
                                         const struct engine_type *const *wanted, struct error *err);
void engine_input_destroy(struct engine_input *input);
int32_t engine_input_column_count(const struct engine_input *input);
const struct engine_type *engine_input_column_type(const struct engine_input *input, int32_t column);
/* Adds rows; `batch` is moved. Its layout must have been checked against the schema; values are checked here, where DuckDB
 * does not (input_check.h). */
bool engine_input_add(struct engine_input *input, struct ArrowArray *batch, struct error *err);
int64_t engine_input_row_count(const struct engine_input *input);
/* Drops the rows, which no statement may be reading. */
void engine_input_clear(struct engine_input *input);

/* The types of a struct schema's columns, in the arena. */
bool engine_arrow_read_types(struct engine_connection *connection, const struct ArrowSchema *schema,
                             struct arena *arena, const struct engine_type *const **types, struct error *err);

#endif

/* From the engine's vectors to PostgreSQL's bytes: DataRow messages and COPY rows, text and binary.
 *
 * An encoder is compiled once for a result's columns and then runs over whole chunks without allocating for each
 * value. Text is byte for byte what PostgreSQL 15 prints with the same settings. A ragged list of lists, which no
 * PostgreSQL array can hold, is printed with nested braces all the same ({{1},{2,3}}) and is an error in binary.
 * Immutable once compiled: any thread, as long as the settings it borrows do not change.
 */
#ifndef PGTYPE_ENCODE_H
#define PGTYPE_ENCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"
#include "engine/type.h"
#include "engine/vector.h"
#include "pgtype/settings.h"
#include "pgwire/copy.h"

struct pgtype_encoder;

/* `formats` are Bind's result format codes (pgwire_format_at). Types are borrowed as long as the encoder lives, and
 * so are the settings. In the arena; NULL when memory is out. */
const struct pgtype_encoder *pgtype_encoder_compile(struct arena *arena, const struct engine_type *const *types,
                                                    int32_t count, const int16_t *formats, int32_t format_count,
                                                    const struct pgtype_settings *settings, struct error *err);

/* Appends a DataRow for each of the chunk's rows first_row … first_row + row_count - 1. False: `err` says why (a
 * value that PostgreSQL's format cannot hold, a row beyond 1 GiB, no memory), and the writer ends after the last
 * whole row. */
bool pgtype_encode_rows(const struct pgtype_encoder *encoder, const struct engine_chunk *chunk, int64_t first_row,
                        int64_t row_count, struct writer *w, struct error *err);

/* Likewise CopyData messages, one for each row. The encoder's format is text for text and csv, binary for binary. */
bool pgtype_encode_copy_rows(const struct pgtype_encoder *encoder, const struct pgwire_copy_options *options,
                             const struct engine_chunk *chunk, int64_t first_row, int64_t row_count, struct writer *w,
                             struct error *err);

/* The text of one value, without a length; for what is shown rather than sent (SHOW, EXECUTE's messages, tests).
 * NULL writes nothing. */
bool pgtype_encode_text(const struct pgtype_encoder *encoder, int32_t column, const struct engine_vector *vector,
                        int64_t row, struct writer *w, struct error *err);

#endif

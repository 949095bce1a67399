/* From PostgreSQL's bytes to the engine: parameters into values, COPY fields into vectors; text and binary.
 *
 * Every length is the peer's claim and checked; errors carry PostgreSQL 15's texts and SQLSTATEs (22P02, 22003,
 * 22007, 22008, 22P03, 22021 …). Immutable once compiled: any thread, as long as the settings it borrows do not
 * change.
 */
#ifndef PGTYPE_DECODE_H
#define PGTYPE_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/type.h"
#include "engine/value.h"
#include "engine/vector.h"
#include "pgtype/settings.h"
#include "pgwire/message.h"

/* A parameter of Bind as a value to bind: of the engine's type that stands for the OID (pgtype_engine_type; arrays
 * become lists). OID 0 and `unknown` give VARCHAR, for the engine to convert. Owned, free with engine_value_destroy;
 * NULL on failure. `parameter` (from 1) is named in errors of the protocol. The arena holds scratch memory until its
 * reset. */
struct engine_value *pgtype_decode_parameter(struct arena *arena, const struct pgtype_settings *settings, uint32_t oid,
                                             enum pgwire_format format, struct pgwire_value value, int32_t parameter,
                                             struct error *err);

/* What fields for a column of this type are decoded into: the type itself, or one that the engine converts to it:
 * JSON for MAP and VARIANT (as they are written), text for UNION and GEOMETRY, text or HUGEINT for BIGNUM; inside of
 * lists and structs, too. In the arena or the type itself; NULL when memory is out. */
const struct engine_type *pgtype_decodable(struct arena *arena, const struct engine_type *type,
                                           enum pgwire_format format);

struct pgtype_decoder;

/* For rows of COPY FROM into columns of these (decodable) types, which are borrowed with the settings. In the arena;
 * NULL: `err`. */
struct pgtype_decoder *pgtype_decoder_compile(struct arena *arena, const struct engine_type *const *types, int32_t count,
                                              enum pgwire_format format, const struct pgtype_settings *settings,
                                              struct error *err);
/* Writes the fields into row `row` of the chunk's columns. On failure `*failed_column` says where. */
bool pgtype_decode_row(struct pgtype_decoder *decoder, const struct pgwire_value *fields, struct engine_chunk *chunk,
                       int64_t row, int32_t *failed_column, struct error *err);
/* Frees what decoding needed beyond the arena. NULL is allowed. */
void pgtype_decoder_destroy(struct pgtype_decoder *decoder);

#endif

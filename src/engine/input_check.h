/* Values from outside that DuckDB takes on trust. */
#ifndef ENGINE_INPUT_CHECK_H
#define ENGINE_INPUT_CHECK_H

#include "base/arrow_abi.h"
#include "base/error.h"
#include "engine/type.h"

/* Checks rows `start` … of an array, counted from its own offset, with everything inside them. `type` is what DuckDB makes of
 * the schema. */
bool engine_input_check(const struct engine_type *type, const struct ArrowSchema *schema, const struct ArrowArray *array,
                        int64_t start, int64_t count, struct error *err);

#endif

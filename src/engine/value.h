/* Single values: what is bound to a statement's parameters. Opaque; each constructor returns an owned value, free with
 * engine_value_destroy, or NULL when memory is out. */
#ifndef ENGINE_VALUE_H
#define ENGINE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/type.h"
#include "engine/vector.h"

struct engine_value;

struct engine_value *engine_value_null(void);
struct engine_value *engine_value_boolean(bool value);
/* TINYINT … UBIGINT, DATE, TIME, TIME_NS, TIME_TZ, TIMESTAMP*, from the slot's representation in a vector (see
 * data/engine_types.def); `id` says which. */
struct engine_value *engine_value_int64(enum engine_type_id id, int64_t value);
struct engine_value *engine_value_hugeint(enum engine_type_id id, struct engine_hugeint value); /* HUGEINT, UHUGEINT, UUID */
struct engine_value *engine_value_decimal(uint8_t width, uint8_t scale, struct engine_hugeint unscaled);
struct engine_value *engine_value_float(float value);
struct engine_value *engine_value_double(double value);
struct engine_value *engine_value_interval(struct engine_interval value);
/* VARCHAR (valid UTF-8), BLOB, BIT, BIGNUM. */
struct engine_value *engine_value_bytes(enum engine_type_id id, const void *bytes, size_t length);
/* LIST and ARRAY of `element`; STRUCT of `type` (values in member order). The values are copied. */
struct engine_value *engine_value_list(const struct engine_type *element, struct engine_value *const *values,
                                       int64_t count);
struct engine_value *engine_value_struct(const struct engine_type *type, struct engine_value *const *values);
void engine_value_destroy(struct engine_value *value);

#endif

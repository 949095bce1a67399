/* length(bytea) and octet_length(text): bytes (PostgreSQL 15, 9.4 and 9.5). The engine's functions count characters, and bytes of
 * BLOB and BIT only. */
#include "pgcat/value_function.h"

bool pgcat_byte_length(const struct pgcat_value_call *call, struct error *err) {
    (void)err;
    return pgcat_give_integer(call, (int32_t)pgcat_text_argument(call, 0).length);
}

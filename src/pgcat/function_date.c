/* Arithmetic of dates and times (PostgreSQL 15, 9.9). A date plus or minus days: DuckDB counts days in INTEGER only, and makes BIGINT of generate_series(). */
#include <stdint.h>

#include "pgcat/value_function.h"

/* DuckDB's infinite dates stand at both ends. PostgreSQL's first and last are 4714-11-24 BC and 5874897-12-31. */
enum { DATE_INFINITY = INT32_MAX, DATE_FIRST = -2440588, DATE_LAST = 2145031948 };

bool pgcat_date_shift(const struct pgcat_value_call *call, struct error *err) {
    bool is_reversed = call->parameter == 2; /* days + date */
    int32_t date = ((const int32_t *)call->arguments->columns[is_reversed].data)[call->row];
    int64_t days = pgcat_bigint_argument(call, !is_reversed), shifted;
    if (date == DATE_INFINITY || date == -DATE_INFINITY)
        return pgcat_give_integer(call, date);
    bool overflow = call->parameter < 0 ? __builtin_sub_overflow((int64_t)date, days, &shifted)
                                        : __builtin_add_overflow((int64_t)date, days, &shifted);
    if (overflow || shifted < DATE_FIRST || shifted > DATE_LAST)
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "date out of range");
    return pgcat_give_integer(call, (int32_t)shifted);
}

bool pgcat_time_difference(const struct pgcat_value_call *call, struct error *err) {
    (void)err;
    ((struct engine_interval *)call->result->data)[call->row] =
        (struct engine_interval){.micros = pgcat_bigint_argument(call, 0) - pgcat_bigint_argument(call, 1)};
    return true;
}

bool pgcat_is_finite_interval(const struct pgcat_value_call *call, struct error *err) {
    (void)err;
    return pgcat_give_boolean(call, true);
}

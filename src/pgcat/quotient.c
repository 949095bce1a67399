/* pgcat_divide(a, b), which the SQL front end puts in the place of a / b: the types of the quotients are PostgreSQL's, a zero
 * divisor is an error. The overloads are rows of data/pgcat_quotients.def. */
#include <math.h>

#include "engine/function.h"
#include "engine/vector.h"
#include "pgcat/session.h"
#include "pgtype/numeric.h"

/* Decimals of numeric quotients: as many as PostgreSQL gives one between 1 and 10000. */
enum { SCALE = 16, DAYS_PER_MONTH = 30, SECONDS_PER_DAY = 86400 };

static const double MICROS_PER_SECOND = 1000000.0;

static bool zero_divisor(struct error *err) {
    return error_set(err, ERROR_DIVIDE_BY_ZERO, "division by zero");
}

static bool divide_integers(int64_t a, int64_t b, int64_t least, int64_t *quotient, const char *type, struct error *err) {
    if (b == 0)
        return zero_divisor(err);
    if (b == -1 && a == least)
        return error_set(err, ERROR_OUT_OF_RANGE, "%s out of range", type);
    *quotient = a / b;
    return true;
}

static bool divide_smallint(const int16_t *a, const int16_t *b, int16_t *quotient, struct error *err) {
    int64_t wide = 0;
    bool ok = divide_integers(*a, *b, INT16_MIN, &wide, "smallint", err);
    *quotient = (int16_t)wide;
    return ok;
}

static bool divide_integer(const int32_t *a, const int32_t *b, int32_t *quotient, struct error *err) {
    int64_t wide = 0;
    bool ok = divide_integers(*a, *b, INT32_MIN, &wide, "integer", err);
    *quotient = (int32_t)wide;
    return ok;
}

static bool divide_bigint(const int64_t *a, const int64_t *b, int64_t *quotient, struct error *err) {
    return divide_integers(*a, *b, INT64_MIN, quotient, "bigint", err);
}

static bool divide_real(const float *a, const float *b, float *quotient, struct error *err) {
    *quotient = *a / *b;
    return *b != 0 || isnan(*a) || zero_divisor(err);
}

static bool divide_double(const double *a, const double *b, double *quotient, struct error *err) {
    *quotient = *a / *b;
    return *b != 0 || isnan(*a) || zero_divisor(err);
}

/* ---- numeric ---- */

/* How many decimal digits a remainder below `divisor` can be moved at a time without leaving 128 bits; divides SCALE. */
static int32_t digits_at_a_time(pgtype_uint128 divisor) {
    return divisor >> 74 == 0 ? SCALE : divisor >> 101 == 0 ? SCALE / 2 : 1;
}

/* a / b with SCALE decimals, rounded half away from zero. */
static bool divide_magnitudes(pgtype_uint128 a, pgtype_uint128 b, pgtype_uint128 *quotient) {
    const pgtype_uint128 most = pgtype_power_128(PGTYPE_DECIMAL_DIGITS) - 1;
    if (b >> 124) { /* the last digit counts behind the last decimal of any quotient */
        a /= 10;
        b /= 10;
    }
    pgtype_uint128 whole = a / b, rest = a % b;
    int32_t step = digits_at_a_time(b);
    pgtype_uint128 power = pgtype_power_128(step);
    for (int32_t digits = 0; digits < SCALE; digits += step) {
        if (whole > most / power)
            return false;
        rest *= power;
        whole = whole * power + rest / b;
        rest %= b;
    }
    *quotient = whole + (rest >= b - rest);
    return *quotient <= most;
}

static pgtype_uint128 magnitude_of(const struct engine_hugeint *value) {
    pgtype_uint128 bits = (pgtype_uint128)(uint64_t)value->upper << 64 | value->lower;
    return value->upper < 0 ? -bits : bits;
}

/* Two values of the same scale, or two integers. */
static bool divide_numeric(const struct engine_hugeint *a, const struct engine_hugeint *b, struct engine_hugeint *quotient,
                           struct error *err) {
    pgtype_uint128 divisor = magnitude_of(b), value;
    if (divisor == 0)
        return zero_divisor(err);
    if (!divide_magnitudes(magnitude_of(a), divisor, &value))
        return error_set(err, ERROR_OUT_OF_RANGE, "numeric field overflow");
    value = (a->upper < 0) == (b->upper < 0) ? value : -value;
    *quotient = (struct engine_hugeint){.lower = (uint64_t)value, .upper = (int64_t)(value >> 64)};
    return true;
}

/* ---- interval ---- */

/* To the microsecond, so that what a division leaves behind its last digit does not add up (PostgreSQL's TSROUND). */
static double round_micros(double seconds) {
    return rint(seconds * MICROS_PER_SECOND) / MICROS_PER_SECOND;
}

/* What is left of a month becomes days, what is left of a day becomes time (PostgreSQL's interval_div). */
static bool divide_interval(const struct engine_interval *a, const double *b, struct engine_interval *quotient, struct error *err) {
    if (*b == 0)
        return zero_divisor(err);
    double months = trunc(a->months / *b), days = trunc(a->days / *b);
    double month_days = round_micros((a->months / *b - months) * DAYS_PER_MONTH);
    double seconds = round_micros((a->days / *b - days + month_days - trunc(month_days)) * SECONDS_PER_DAY);
    if (fabs(seconds) >= SECONDS_PER_DAY) {
        days += trunc(seconds / SECONDS_PER_DAY);
        seconds -= trunc(seconds / SECONDS_PER_DAY) * SECONDS_PER_DAY;
    }
    days += trunc(month_days);
    double micros = rint((double)a->micros / *b + seconds * MICROS_PER_SECOND);
    if (!(fabs(months) <= INT32_MAX && fabs(days) <= INT32_MAX && fabs(micros) < (double)INT64_MAX))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22008", "interval out of range");
    *quotient = (struct engine_interval){.months = (int32_t)months, .days = (int32_t)days, .micros = (int64_t)micros};
    return true;
}

/* ---- rows ---- */

#define PGCAT_QUOTIENT(dividend, divisor, result, a_type, b_type, q_type, divide)                                                   \
    static bool rows_of_##dividend(void *self, int64_t connection_id, const struct engine_chunk *arguments,                         \
                                   struct engine_vector *quotients, struct error *err) {                                            \
        const struct engine_vector *a = &arguments->columns[0], *b = &arguments->columns[1];                                        \
        bool ok = true;                                                                                                             \
        (void)self, (void)connection_id;                                                                                            \
        for (int64_t row = 0; ok && row < arguments->row_count; row++)                                                              \
            if (engine_vector_is_null(a, row) || engine_vector_is_null(b, row))                                                     \
                engine_vector_set_null(quotients, row);                                                                             \
            else                                                                                                                    \
                ok = divide((const a_type *)a->data + row, (const b_type *)b->data + row, (q_type *)quotients->data + row, err);    \
        return ok;                                                                                                                  \
    }
#include "pgcat_quotients.def"
#undef PGCAT_QUOTIENT

static const struct engine_type numeric = {.id = ENGINE_TYPE_DECIMAL,
                                           .value_bytes = sizeof(struct engine_hugeint),
                                           .width = PGTYPE_DECIMAL_DIGITS,
                                           .scale = SCALE,
                                           .alias = ""};

static const struct engine_type *type_of(enum engine_type_id id) {
    return id == ENGINE_TYPE_DECIMAL ? &numeric : engine_type_simple(id);
}

bool pgcat_register_quotients(struct engine_connection *connection, struct error *err) {
    static const struct {
        enum engine_type_id dividend, divisor, quotient;
        bool (*evaluate)(void *, int64_t, const struct engine_chunk *, struct engine_vector *, struct error *);
    } rows[] = {
#define PGCAT_QUOTIENT(dividend, divisor, quotient, a_type, b_type, q_type, divide)                                                 \
    {ENGINE_TYPE_##dividend, ENGINE_TYPE_##divisor, ENGINE_TYPE_##quotient, rows_of_##dividend},
#include "pgcat_quotients.def"
#undef PGCAT_QUOTIENT
    };
    enum { COUNT = sizeof rows / sizeof *rows };
    const struct engine_type *parameters[COUNT][2];
    struct engine_scalar_function overloads[COUNT];
    for (int32_t i = 0; i < COUNT; i++) {
        parameters[i][0] = type_of(rows[i].dividend);
        parameters[i][1] = type_of(rows[i].divisor);
        overloads[i] = (struct engine_scalar_function){.name = "pgcat_divide",
                                                       .parameters = parameters[i],
                                                       .parameter_count = 2,
                                                       .result = type_of(rows[i].quotient),
                                                       .evaluate = rows[i].evaluate};
    }
    return engine_register_scalar(connection, overloads, COUNT, err);
}

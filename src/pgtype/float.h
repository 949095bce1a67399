/* Floating point numbers as PostgreSQL prints and reads them. */
#ifndef PGTYPE_FLOAT_H
#define PGTYPE_FLOAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PGTYPE_FLOAT_CHARS = 32 };

/* The shortest digits that read back as the same number, in PostgreSQL's format: fixed notation for exponents from
 * -4 to 14 (float8) or 5 (float4), otherwise 1e+15. `out` has room for PGTYPE_FLOAT_CHARS; returns the end. */
char *pgtype_write_double(char *out, double value);
char *pgtype_write_float(char *out, float value);
/* The same with `digits` significant digits, as %.*g: for extra_float_digits of 0 and below. */
char *pgtype_write_rounded(char *out, double value, int32_t digits);

enum pgtype_float_status { PGTYPE_FLOAT_OK, PGTYPE_FLOAT_INVALID, PGTYPE_FLOAT_OUT_OF_RANGE };

/* The whole text, spaces around it allowed. */
enum pgtype_float_status pgtype_read_double(const char *text, size_t length, double *value);
enum pgtype_float_status pgtype_read_float(const char *text, size_t length, float *value);

#endif

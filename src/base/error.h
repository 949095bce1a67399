/* The error object: what went wrong, owned by the caller, filled without allocating.
 *
 * Every function that can fail takes `struct error *err` last and returns false (or NULL, or -1); on failure its other
 * outputs are untouched. The first failure is the one that is told: a filled error is overwritten only by
 * error_set(), never by clean-up code. Kinds, with their SQLSTATE and gRPC status, are rows of data/errors.def.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum error_kind {
#define ERROR_KIND(kind, name, sqlstate, grpc) ERROR_##kind,
#include "errors.def"
#undef ERROR_KIND
    ERROR_KIND_COUNT
};

enum { ERROR_MESSAGE_BYTES = 2048, ERROR_DETAIL_BYTES = 512, ERROR_NAME_BYTES = 64 };

struct error {
    enum error_kind kind;
    char sqlstate[6];                 /* "" means the kind's own */
    int32_t position; /* in the statement, from 1; 0: unknown. Characters, but bytes in an error of the engine layer */
    char message[ERROR_MESSAGE_BYTES]; /* longer texts are cut at a character boundary */
    char detail[ERROR_DETAIL_BYTES];   /* "" means none; likewise hint and all that follow */
    char hint[ERROR_DETAIL_BYTES];
    char context[ERROR_DETAIL_BYTES]; /* where it happened, e.g. `COPY t, line 3, column a: "x"` */
    char schema[ERROR_NAME_BYTES];
    char table[ERROR_NAME_BYTES];
    char column[ERROR_NAME_BYTES];
    char data_type[ERROR_NAME_BYTES];
    char constraint[ERROR_NAME_BYTES];
};

/* Empties the error; every other field is "" or 0 after it. */
void error_clear(struct error *err);

/* Each fills `err` (NULL is allowed: the caller does not want to know) and returns false, so that a failing function can
 * end with `return error_set(...)`. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
bool error_set_v(struct error *err, enum error_kind kind, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
/* As error_set, with a SQLSTATE other than the kind's own. */
bool error_set_state(struct error *err, enum error_kind kind, const char *sqlstate, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* As error_set, with ": " and the text of errno behind the message. */
bool error_set_errno(struct error *err, enum error_kind kind, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool error_set_no_memory(struct error *err);

/* Adds to an error that is set; each replaces what stood there. */
void error_set_detail(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_set_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_set_context(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Facts of data/errors.def. */
const char *error_kind_name(enum error_kind kind);
int error_kind_grpc_status(enum error_kind kind);
/* The SQLSTATE of this very error: its own, or its kind's. */
const char *error_sqlstate(const struct error *err);

#endif

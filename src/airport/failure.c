#include "airport/failure.h"

#include <stdio.h>
#include <string.h>

struct kind_row {
    enum airport_error_kind kind;
    const char *name;
    int grpc;
    const char *exception;
};

static const struct kind_row kind_rows[] = {
#define AIRPORT_ERROR(kind, grpc, exception) {AIRPORT_##kind, #kind, grpc, exception},
#include "airport_errors.def"
#undef AIRPORT_ERROR
};

static const struct kind_row *row_of(enum airport_error_kind kind) {
    for (size_t i = 0; i < sizeof kind_rows / sizeof *kind_rows; i++)
        if (kind_rows[i].kind == kind)
            return &kind_rows[i];
    return &kind_rows[2]; /* UNKNOWN */
}

const char *airport_error_kind_name(enum airport_error_kind kind) {
    return row_of(kind)->name;
}

int airport_error_grpc_status(enum airport_error_kind kind) {
    return row_of(kind)->grpc;
}

const char *failure_exception(enum airport_error_kind kind) {
    return row_of(kind)->exception;
}

bool airport_fail_v(struct airport_error *err, enum airport_error_kind kind, const char *format, va_list args) {
    if (!err)
        return false;
    /* error_set_v cuts long texts at a character boundary. */
    struct error inner;
    error_set_v(&inner, ERROR_INTERNAL, format, args);
    inner.message[sizeof err->message - 1] = '\0';
    memcpy(err->message, inner.message, sizeof err->message);
    err->kind = kind;
    return false;
}

bool airport_fail(struct airport_error *err, enum airport_error_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    airport_fail_v(err, kind, format, args);
    va_end(args);
    return false;
}

bool airport_fail_no_memory(struct airport_error *err) {
    return airport_fail(err, AIRPORT_NO_MEMORY, "out of memory");
}

bool failure_from_error(struct airport_error *out, const struct error *inner) {
    enum airport_error_kind kind = (enum airport_error_kind)error_kind_grpc_status(inner->kind);
    if (inner->kind == ERROR_NO_MEMORY)
        kind = AIRPORT_NO_MEMORY;
    else if (inner->kind == ERROR_CONSTRAINT)
        kind = AIRPORT_CONSTRAINT_EXCEPTION;
    else if (inner->kind == ERROR_INVALID_INPUT || inner->kind == ERROR_INVALID_TYPE)
        kind = AIRPORT_FAILED_PRECONDITION;
    return airport_fail(out, kind, "%s", inner->message);
}

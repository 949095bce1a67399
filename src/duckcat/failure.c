/* Which kind of failure a client sees: by SQLSTATE where that says more than the engine's class, else by the class. */
#include "duckcat/failure.h"

#include <string.h>

struct state_row {
    const char *sqlstate;
    enum airport_error_kind kind;
};

static const struct state_row state_rows[] = {
    {"42P01", AIRPORT_NOT_FOUND},            /* table */
    {"3F000", AIRPORT_NOT_FOUND},            /* schema */
    {"3D000", AIRPORT_NOT_FOUND},            /* database */
    {"42703", AIRPORT_NOT_FOUND},            /* column */
    {"42704", AIRPORT_NOT_FOUND},            /* type and others */
    {"42P07", AIRPORT_ALREADY_EXISTS},       /* table */
    {"42P06", AIRPORT_ALREADY_EXISTS},       /* schema */
    {"42P04", AIRPORT_ALREADY_EXISTS},       /* database */
    {"42701", AIRPORT_ALREADY_EXISTS},       /* column */
    {"42710", AIRPORT_ALREADY_EXISTS},       /* type and others */
    {"42723", AIRPORT_ALREADY_EXISTS},       /* function */
    {"25006", AIRPORT_FAILED_PRECONDITION},  /* the database is read-only */
    {"40001", AIRPORT_FAILED_PRECONDITION},  /* a conflict; not ABORTED, for which the client waits three seconds */
};

enum airport_error_kind failure_kind(const struct error *why) {
    switch (why->kind) {
    case ERROR_CONSTRAINT:
        return AIRPORT_CONSTRAINT_EXCEPTION;
    case ERROR_PERMISSION:
        return AIRPORT_PERMISSION_EXCEPTION;
    case ERROR_NO_MEMORY:
        return AIRPORT_NO_MEMORY;
    default:
        break;
    }
    /* The state of this very error: what its class has in common says no more than the class. */
    for (size_t i = 0; i < sizeof state_rows / sizeof state_rows[0]; i++)
        if (strcmp(state_rows[i].sqlstate, why->sqlstate) == 0)
            return state_rows[i].kind;
    return (enum airport_error_kind)error_kind_grpc_status(why->kind);
}

bool failure_tell(const struct error *why, struct airport_error *err) {
    const char *separator = why->hint[0] ? "\n" : "";
    return airport_fail(err, failure_kind(why), "%s%s%s", why->message, separator, why->hint);
}

/* The error object and the table of kinds. */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

struct kind_row {
    const char *name;
    const char sqlstate[6];
    int grpc;
};

static const struct kind_row kind_rows[ERROR_KIND_COUNT] = {
#define ERROR_KIND(kind, name, sqlstate, grpc) [ERROR_##kind] = {name, sqlstate, grpc},
#include "errors.def"
#undef ERROR_KIND
};

void error_clear(struct error *err) {
    if (!err)
        return;
    err->kind = ERROR_NONE;
    err->position = 0;
    err->sqlstate[0] = err->message[0] = err->detail[0] = err->hint[0] = err->context[0] = '\0';
    err->schema[0] = err->table[0] = err->column[0] = err->data_type[0] = err->constraint[0] = '\0';
}

/* vsnprintf cuts at a byte; a cut inside a UTF-8 sequence would make the message invalid on the wire. */
static void format_whole_characters(char *out, size_t size, const char *format, va_list args) {
    int wanted = vsnprintf(out, size, format, args);
    if (wanted < 0)
        out[0] = '\0';
    if (wanted < 0 || (size_t)wanted < size)
        return;
    size_t last = size - 2; /* where the last character begins */
    while (last > 0 && ((unsigned char)out[last] & 0xC0) == 0x80)
        last--;
    unsigned char lead = (unsigned char)out[last];
    size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (width > size - 1 - last)
        out[last] = '\0';
}

bool error_set_v(struct error *err, enum error_kind kind, const char *format, va_list args) {
    if (!err)
        return false;
    error_clear(err);
    err->kind = kind;
    format_whole_characters(err->message, sizeof err->message, format, args);
    return false;
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_set_v(err, kind, format, args);
    va_end(args);
    return false;
}

bool error_set_state(struct error *err, enum error_kind kind, const char *sqlstate, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_set_v(err, kind, format, args);
    va_end(args);
    if (err)
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", sqlstate);
    return false;
}

bool error_set_errno(struct error *err, enum error_kind kind, int errnum, const char *format, ...) {
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    error_set_v(err, kind, format, args);
    va_end(args);
    char text[128];
    size_t length = strlen(err->message);
    snprintf(err->message + length, sizeof err->message - length, ": %s", strerror_r(errnum, text, sizeof text));
    return false;
}

bool error_set_no_memory(struct error *err) {
    return error_set(err, ERROR_NO_MEMORY, "out of memory");
}

void error_set_detail(struct error *err, const char *format, ...) {
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    format_whole_characters(err->detail, sizeof err->detail, format, args);
    va_end(args);
}

void error_set_hint(struct error *err, const char *format, ...) {
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    format_whole_characters(err->hint, sizeof err->hint, format, args);
    va_end(args);
}

void error_set_context(struct error *err, const char *format, ...) {
    if (!err)
        return;
    va_list args;
    va_start(args, format);
    format_whole_characters(err->context, sizeof err->context, format, args);
    va_end(args);
}

const char *error_kind_name(enum error_kind kind) {
    return kind_rows[kind].name;
}

int error_kind_grpc_status(enum error_kind kind) {
    return kind_rows[kind].grpc;
}

const char *error_sqlstate(const struct error *err) {
    return err->sqlstate[0] ? err->sqlstate : kind_rows[err->kind].sqlstate;
}

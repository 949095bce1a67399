#include "pgwire/backend.h"

#include <stdarg.h>

enum { AUTHENTICATION_OK = 0, AUTHENTICATION_MD5 = 5, AUTHENTICATION_SASL = 10,
       AUTHENTICATION_SASL_CONTINUE = 11, AUTHENTICATION_SASL_FINAL = 12 };

/* A message without a body. */
static void write_empty(struct writer *w, char tag) {
    pgwire_end(w, pgwire_begin(w, tag));
}

static void write_authentication(struct writer *w, uint32_t kind, const void *bytes, size_t length) {
    size_t start = pgwire_begin(w, 'R');
    writer_u32(w, kind);
    writer_bytes(w, bytes, length);
    pgwire_end(w, start);
}

void pgwire_write_authentication_ok(struct writer *w) {
    write_authentication(w, AUTHENTICATION_OK, NULL, 0);
}

void pgwire_write_authentication_md5(struct writer *w, const uint8_t salt[4]) {
    write_authentication(w, AUTHENTICATION_MD5, salt, 4);
}

void pgwire_write_authentication_sasl(struct writer *w, bool channel_binding) {
    size_t start = pgwire_begin(w, 'R');
    writer_u32(w, AUTHENTICATION_SASL);
    if (channel_binding)
        writer_string(w, "SCRAM-SHA-256-PLUS");
    writer_string(w, "SCRAM-SHA-256");
    writer_u8(w, 0);
    pgwire_end(w, start);
}

void pgwire_write_authentication_sasl_continue(struct writer *w, const void *bytes, size_t length) {
    write_authentication(w, AUTHENTICATION_SASL_CONTINUE, bytes, length);
}

void pgwire_write_authentication_sasl_final(struct writer *w, const void *bytes, size_t length) {
    write_authentication(w, AUTHENTICATION_SASL_FINAL, bytes, length);
}

void pgwire_write_parameter_status(struct writer *w, const char *name, const char *value) {
    size_t start = pgwire_begin(w, 'S');
    writer_string(w, name);
    writer_string(w, value);
    pgwire_end(w, start);
}

void pgwire_write_backend_key_data(struct writer *w, int32_t pid, const uint8_t *key, size_t key_bytes) {
    size_t start = pgwire_begin(w, 'K');
    writer_u32(w, (uint32_t)pid);
    writer_bytes(w, key, key_bytes);
    pgwire_end(w, start);
}

void pgwire_write_negotiate_protocol_version(struct writer *w, uint32_t newest_minor, const char *const *unknown_options,
                                             int32_t unknown_option_count) {
    size_t start = pgwire_begin(w, 'v');
    /* Written with the major version, as PostgreSQL does and libpq expects. */
    writer_u32(w, 3u << 16 | newest_minor);
    writer_u32(w, (uint32_t)unknown_option_count);
    for (int32_t i = 0; i < unknown_option_count; i++)
        writer_string(w, unknown_options[i]);
    pgwire_end(w, start);
}

void pgwire_write_ready_for_query(struct writer *w, enum pgwire_transaction_status status) {
    size_t start = pgwire_begin(w, 'Z');
    writer_u8(w, (uint8_t)status);
    pgwire_end(w, start);
}

void pgwire_write_row_description(struct writer *w, const struct pgwire_field *fields, int32_t count) {
    size_t start = pgwire_begin(w, 'T');
    writer_u16(w, (uint16_t)count);
    for (int32_t i = 0; i < count; i++) {
        writer_string(w, fields[i].name);
        writer_u32(w, fields[i].table);
        writer_u16(w, (uint16_t)fields[i].column);
        writer_u32(w, fields[i].type);
        writer_u16(w, (uint16_t)fields[i].length);
        writer_u32(w, (uint32_t)fields[i].modifier);
        writer_u16(w, (uint16_t)fields[i].format);
    }
    pgwire_end(w, start);
}

void pgwire_write_parameter_description(struct writer *w, const uint32_t *types, int32_t count) {
    size_t start = pgwire_begin(w, 't');
    writer_u16(w, (uint16_t)count);
    for (int32_t i = 0; i < count; i++)
        writer_u32(w, types[i]);
    pgwire_end(w, start);
}

void pgwire_write_data_row(struct writer *w, const char *const *values, int32_t count) {
    size_t start = pgwire_begin(w, 'D');
    writer_u16(w, (uint16_t)count);
    for (int32_t i = 0; i < count; i++) {
        size_t length = values[i] ? strlen(values[i]) : 0;
        writer_u32(w, values[i] ? (uint32_t)length : UINT32_MAX);
        writer_bytes(w, values[i], length);
    }
    pgwire_end(w, start);
}

void pgwire_write_command_complete(struct writer *w, const char *tag) {
    size_t start = pgwire_begin(w, 'C');
    writer_string(w, tag);
    pgwire_end(w, start);
}

void pgwire_write_empty_query_response(struct writer *w) {
    write_empty(w, 'I');
}

void pgwire_write_parse_complete(struct writer *w) {
    write_empty(w, '1');
}

void pgwire_write_bind_complete(struct writer *w) {
    write_empty(w, '2');
}

void pgwire_write_close_complete(struct writer *w) {
    write_empty(w, '3');
}

void pgwire_write_no_data(struct writer *w) {
    write_empty(w, 'n');
}

void pgwire_write_portal_suspended(struct writer *w) {
    write_empty(w, 's');
}

static void write_copy_response(struct writer *w, char tag, int8_t format, int32_t column_count) {
    size_t start = pgwire_begin(w, tag);
    writer_u8(w, (uint8_t)format);
    writer_u16(w, (uint16_t)column_count);
    for (int32_t i = 0; i < column_count; i++)
        writer_u16(w, (uint16_t)format);
    pgwire_end(w, start);
}

void pgwire_write_copy_in_response(struct writer *w, int8_t format, int32_t column_count) {
    write_copy_response(w, 'G', format, column_count);
}

void pgwire_write_copy_out_response(struct writer *w, int8_t format, int32_t column_count) {
    write_copy_response(w, 'H', format, column_count);
}

void pgwire_write_copy_data(struct writer *w, const void *bytes, size_t length) {
    size_t start = pgwire_begin(w, 'd');
    writer_bytes(w, bytes, length);
    pgwire_end(w, start);
}

void pgwire_write_copy_done(struct writer *w) {
    write_empty(w, 'c');
}

void pgwire_write_notification_response(struct writer *w, int32_t pid, const char *channel, const char *payload) {
    size_t start = pgwire_begin(w, 'A');
    writer_u32(w, (uint32_t)pid);
    writer_string(w, channel);
    writer_string(w, payload);
    pgwire_end(w, start);
}

const char *pgwire_severity_name(enum pgwire_severity severity) {
    static const char *const names[] = {
        [PGWIRE_ERROR] = "ERROR",   [PGWIRE_FATAL] = "FATAL", [PGWIRE_PANIC] = "PANIC", [PGWIRE_WARNING] = "WARNING",
        [PGWIRE_NOTICE] = "NOTICE", [PGWIRE_DEBUG] = "DEBUG", [PGWIRE_INFO] = "INFO",   [PGWIRE_LOG] = "LOG",
    };
    return names[severity];
}

static void write_field(struct writer *w, char code, const char *text) {
    if (!*text)
        return;
    writer_u8(w, (uint8_t)code);
    writer_string(w, text);
}

/* S, V, C and M: what every error and notice has. */
static size_t begin_report(struct writer *w, enum pgwire_severity severity, const char *sqlstate) {
    size_t start = pgwire_begin(w, severity <= PGWIRE_PANIC ? 'E' : 'N');
    write_field(w, 'S', pgwire_severity_name(severity));
    write_field(w, 'V', pgwire_severity_name(severity));
    write_field(w, 'C', sqlstate);
    writer_u8(w, 'M');
    return start;
}

void pgwire_write_error(struct writer *w, enum pgwire_severity severity, const struct error *err) {
    size_t start = begin_report(w, severity, error_sqlstate(err));
    writer_string(w, err->message);
    write_field(w, 'D', err->detail);
    write_field(w, 'H', err->hint);
    if (err->position > 0) {
        writer_u8(w, 'P');
        writer_format(w, "%d", err->position);
        writer_u8(w, 0);
    }
    write_field(w, 'W', err->context);
    write_field(w, 's', err->schema);
    write_field(w, 't', err->table);
    write_field(w, 'c', err->column);
    write_field(w, 'd', err->data_type);
    write_field(w, 'n', err->constraint);
    writer_u8(w, 0);
    pgwire_end(w, start);
}

void pgwire_write_notice(struct writer *w, enum pgwire_severity severity, const char *sqlstate, const char *format,
                         ...) {
    struct error text;
    va_list args;
    va_start(args, format);
    error_set_v(&text, ERROR_NONE, format, args);
    va_end(args);
    size_t start = begin_report(w, severity, sqlstate);
    writer_string(w, text.message);
    writer_u8(w, 0);
    pgwire_end(w, start);
}

/* The backend's messages, written into a sticky writer (PostgreSQL 15 documentation, section 55.7). Any thread. */
#ifndef PGWIRE_BACKEND_H
#define PGWIRE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/writer.h"

enum pgwire_severity {
    PGWIRE_ERROR,
    PGWIRE_FATAL,
    PGWIRE_PANIC,
    PGWIRE_WARNING,
    PGWIRE_NOTICE,
    PGWIRE_DEBUG,
    PGWIRE_INFO,
    PGWIRE_LOG,
};

/* Opens a message: its tag and a length to come; pgwire_end() fills that in. */
static inline size_t pgwire_begin(struct writer *w, char tag) {
    writer_u8(w, (uint8_t)tag);
    size_t start = w->length;
    writer_u32(w, 0);
    return start;
}

static inline void pgwire_end(struct writer *w, size_t start) {
    writer_patch_u32(w, start, (uint32_t)(w->length - start));
}

void pgwire_write_authentication_ok(struct writer *w);
void pgwire_write_authentication_md5(struct writer *w, const uint8_t salt[4]);
/* SCRAM-SHA-256, preceded by SCRAM-SHA-256-PLUS when `channel_binding`. */
void pgwire_write_authentication_sasl(struct writer *w, bool channel_binding);
void pgwire_write_authentication_sasl_continue(struct writer *w, const void *bytes, size_t length);
void pgwire_write_authentication_sasl_final(struct writer *w, const void *bytes, size_t length);
void pgwire_write_parameter_status(struct writer *w, const char *name, const char *value);
void pgwire_write_backend_key_data(struct writer *w, int32_t pid, const uint8_t *key, size_t key_bytes);
void pgwire_write_negotiate_protocol_version(struct writer *w, uint32_t newest_minor, const char *const *unknown_options,
                                             int32_t unknown_option_count);

enum pgwire_transaction_status { PGWIRE_IDLE = 'I', PGWIRE_IN_TRANSACTION = 'T', PGWIRE_FAILED_TRANSACTION = 'E' };
void pgwire_write_ready_for_query(struct writer *w, enum pgwire_transaction_status status);

struct pgwire_field {
    const char *name;
    uint32_t table;  /* OID, 0: none */
    int16_t column;  /* attribute number, 0: none */
    uint32_t type;   /* OID */
    int16_t length;  /* typlen; negative: variable */
    int32_t modifier; /* atttypmod, -1: none */
    int16_t format;  /* 0 in the answer to a statement's Describe */
};

void pgwire_write_row_description(struct writer *w, const struct pgwire_field *fields, int32_t count);
void pgwire_write_parameter_description(struct writer *w, const uint32_t *types, int32_t count);
/* A DataRow of text values; NULL stands for NULL. For results that do not come from the engine's vectors. */
void pgwire_write_data_row(struct writer *w, const char *const *values, int32_t count);
void pgwire_write_command_complete(struct writer *w, const char *tag);
void pgwire_write_empty_query_response(struct writer *w);
void pgwire_write_parse_complete(struct writer *w);
void pgwire_write_bind_complete(struct writer *w);
void pgwire_write_close_complete(struct writer *w);
void pgwire_write_no_data(struct writer *w);
void pgwire_write_portal_suspended(struct writer *w);
void pgwire_write_copy_in_response(struct writer *w, int8_t format, int32_t column_count);
void pgwire_write_copy_out_response(struct writer *w, int8_t format, int32_t column_count);
void pgwire_write_copy_data(struct writer *w, const void *bytes, size_t length);
void pgwire_write_copy_done(struct writer *w);
void pgwire_write_notification_response(struct writer *w, int32_t pid, const char *channel, const char *payload);

/* ErrorResponse for ERROR, FATAL and PANIC, NoticeResponse otherwise; every field of the error that is not empty. */
void pgwire_write_error(struct writer *w, enum pgwire_severity severity, const struct error *err);
/* A NoticeResponse of its own text. */
void pgwire_write_notice(struct writer *w, enum pgwire_severity severity, const char *sqlstate, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
const char *pgwire_severity_name(enum pgwire_severity severity);

/* How many bytes of results of these kinds fit before 2^31: a DataRow beyond it is refused with PostgreSQL's 54000. */
enum { PGWIRE_MESSAGE_BYTES_MAX = 0x3fffffff };

#endif

/* The frontend's messages, parsed: every length and count checked against what is left, text checked to be UTF-8,
 * nothing left over.
 *
 * Strings and values are borrowed from the frame; arrays stand in the arena. Errors carry PostgreSQL 15's texts and
 * SQLSTATEs. Follows PostgreSQL 15's documentation, section 55.7. Any thread.
 */
#ifndef PGWIRE_MESSAGE_H
#define PGWIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "pgwire/frame.h"

enum {
    PGWIRE_PROTOCOL_MAJOR = 3,
    PGWIRE_PROTOCOL_MINOR = 0,    /* the newest one we speak */
    PGWIRE_CANCEL_KEY_BYTES = 256 /* protocol 3.2 allows keys of this length */
};

/* One value on the wire; a length of -1 is NULL (PGWIRE_NULL). */
struct pgwire_value {
    const uint8_t *bytes;
    int32_t length;
};

enum { PGWIRE_NULL = -1 };

enum pgwire_format { PGWIRE_TEXT = 0, PGWIRE_BINARY = 1 };

/* The first packet. */
enum pgwire_startup_kind { PGWIRE_STARTUP, PGWIRE_SSL_REQUEST, PGWIRE_GSSENC_REQUEST, PGWIRE_CANCEL_REQUEST };

struct pgwire_parameter {
    const char *name;
    const char *value;
};

struct pgwire_startup {
    enum pgwire_startup_kind kind;
    uint16_t major, minor; /* STARTUP: what the client asked for */
    /* STARTUP: as sent, without those whose name begins with _pq_. */
    const struct pgwire_parameter *parameters;
    int32_t parameter_count;
    /* STARTUP: names beginning with _pq_: protocol options, of which we know none. */
    const char *const *unknown_options;
    int32_t unknown_option_count;
    /* CANCEL_REQUEST */
    int32_t cancel_pid;
    const uint8_t *cancel_key;
    size_t cancel_key_bytes;
};

/* NULL when the parameter was not sent; the last one counts, as in PostgreSQL. */
const char *pgwire_startup_parameter(const struct pgwire_startup *startup, const char *name);

/* Major versions other than 3 are refused here. The user parameter's presence is checked, too. */
bool pgwire_startup_parse(const struct pgwire_frame *frame, struct arena *arena, struct pgwire_startup *startup,
                          struct error *err);

struct pgwire_query {
    const char *text;
};

struct pgwire_parse {
    const char *statement; /* "" is the unnamed one */
    const char *query;
    const uint32_t *parameter_types; /* 0 leaves a type to be inferred */
    int32_t parameter_type_count;
};

struct pgwire_bind {
    const char *portal;
    const char *statement;
    /* 0 codes: all text; 1: for all; otherwise one for each. */
    const int16_t *parameter_formats;
    int32_t parameter_format_count;
    const struct pgwire_value *parameters;
    int32_t parameter_count;
    const int16_t *result_formats;
    int32_t result_format_count;
};

/* Describe and Close. */
struct pgwire_target {
    char kind; /* 'S' statement, 'P' portal */
    const char *name;
};

struct pgwire_execute {
    const char *portal;
    int32_t max_rows; /* 0 or less: all */
};

struct pgwire_function_call {
    uint32_t function;
    const int16_t *argument_formats;
    int32_t argument_format_count;
    const struct pgwire_value *arguments;
    int32_t argument_count;
    int16_t result_format;
};

struct pgwire_message {
    enum pgwire_message_id id;
    union {
        struct pgwire_query query;
        struct pgwire_parse parse;
        struct pgwire_bind bind;
        struct pgwire_target describe;
        struct pgwire_target close;
        struct pgwire_execute execute;
        struct pgwire_function_call function_call;
        struct pgwire_value copy_data;
        const char *copy_fail; /* the client's reason */
        struct pgwire_value password; /* to be read by one of the functions below */
    };
};

/* Any message but the first packet. A failure with SQLSTATE 08P01 leaves the stream in step: the session goes on as
 * after any other error. */
bool pgwire_message_parse(const struct pgwire_frame *frame, struct arena *arena, struct pgwire_message *message,
                          struct error *err);

/* The three readings of a PasswordMessage. */
bool pgwire_password_read(const struct pgwire_message *message, const char **password, struct error *err);

struct pgwire_sasl_initial {
    const char *mechanism;
    struct pgwire_value response; /* PGWIRE_NULL: none was sent */
};

bool pgwire_sasl_initial_read(const struct pgwire_message *message, struct pgwire_sasl_initial *initial,
                              struct error *err);
/* A SASLResponse is the message's bytes: message->password. */

/* PostgreSQL's context of an error in a parameter, which is counted from 1: `unnamed portal parameter $1 = '...'`;
 * `has_text` when it arose from the text of a value. */
void pgwire_explain_parameter(const char *portal, int32_t parameter, bool has_text, struct error *err);

/* The format of the nth of `count` values by a list of format codes; true when the list fits the count and holds only 0
 * and 1. `what` is PostgreSQL's word: "parameter" gives `bind message has 2 parameter formats but 3 parameters`,
 * "result" gives `bind message has 2 result formats but query has 3 columns`. */
bool pgwire_formats_check(const int16_t *formats, int32_t format_count, int32_t count, const char *what,
                          struct error *err);
static inline enum pgwire_format pgwire_format_at(const int16_t *formats, int32_t format_count, int32_t index) {
    int16_t code = format_count == 0 ? 0 : formats[format_count == 1 ? 0 : index];
    return code ? PGWIRE_BINARY : PGWIRE_TEXT;
}

/* PostgreSQL's check of any text a client sends: valid UTF-8 without NUL, else 22021
 * `invalid byte sequence for encoding "UTF8": 0x..`. */
bool pgwire_text_check(const void *bytes, size_t length, struct error *err);

#endif

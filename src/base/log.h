/* The log: one line for each event, as text or as a JSON object, to standard error or to a file.
 *
 * A line is one write(2), so that lines of several threads and processes never mix. Any thread. Nothing here fails:
 * a line that cannot be written is lost.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Least first. The names are PostgreSQL's in lower case ("debug" … "fatal"). */
enum log_level {
    LOG_LEVEL_DEBUG,
    LOG_LEVEL_INFO,
    LOG_LEVEL_WARNING,
    LOG_LEVEL_ERROR,
    LOG_LEVEL_FATAL,
    LOG_LEVEL_COUNT
};
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

/* Whom a line concerns; all of it may be missing. */
struct log_identity {
    const char *door;   /* "postgresql" or "airport"; NULL: the process */
    int64_t connection; /* from 1; 0: none */
    int64_t statement;  /* of this connection, from 1; 0: none */
};

struct log;

struct log_options {
    const char *file;     /* appended to; NULL: standard error */
    enum log_level level; /* lines below it are not written */
    enum log_format format;
};

/* Owned, free with log_destroy. */
struct log *log_create(const struct log_options *options, struct error *err);
void log_destroy(struct log *log);

/* Opens the file anew, after somebody renamed the one before; on failure that one stays in use. */
bool log_reopen(struct log *log, struct error *err);
void log_set_level(struct log *log, enum log_level level);
void log_set_format(struct log *log, enum log_format format);
/* Whether a line of this level would be written: for what is dear to prepare. A NULL log writes nothing. */
bool log_writes(const struct log *log, enum log_level level);

/* A fact of a line that programs read: a member of the JSON object, NAME=VALUE in text. */
struct log_field {
    const char *name;
    const char *text; /* NULL: it is a number. Empty texts are left out */
    double number;    /* negative ones are left out */
    int decimals;
};

static inline struct log_field log_text(const char *name, const char *text) {
    return (struct log_field){.name = name, .text = text ? text : ""};
}

static inline struct log_field log_number(const char *name, double number, int decimals) {
    return (struct log_field){.name = name, .number = number, .decimals = decimals};
}

/* What a line says. */
struct log_event {
    const char *message;
    const struct error *err; /* NULL: it tells of none */
    const struct log_field *fields;
    size_t field_count;
};

/* `who` may be NULL. Any bytes may stand in the message: the line stays one line of valid UTF-8. */
void log_write(struct log *log, enum log_level level, const struct log_identity *who, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* As log_write, with the error's message behind the text, and its SQLSTATE, detail and hint. */
void log_error(struct log *log, enum log_level level, const struct log_identity *who, const struct error *err,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
/* As both, with fields behind. */
void log_event(struct log *log, enum log_level level, const struct log_identity *who, const struct log_event *event);

#endif

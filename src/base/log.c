#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "base/writer.h"

enum { MESSAGE_BYTES = 8192 }; /* longer messages are cut */

struct log {
    int fd; /* the same number for life: reopening puts another file under it, so that writers need no lock */
    char *file;
    _Atomic(enum log_level) level;
    _Atomic(enum log_format) format;
};

static const struct {
    const char *text, *json;
} level_names[LOG_LEVEL_COUNT] = {
    [LOG_LEVEL_DEBUG] = {"DEBUG", "debug"},       [LOG_LEVEL_INFO] = {"INFO", "info"},
    [LOG_LEVEL_WARNING] = {"WARNING", "warning"}, [LOG_LEVEL_ERROR] = {"ERROR", "error"},
    [LOG_LEVEL_FATAL] = {"FATAL", "fatal"},
};

static int open_file(const char *file, struct error *err) {
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0)
        error_set_errno(err, ERROR_CONFIG, errno, "cannot open the log file \"%s\"", file);
    return fd;
}

struct log *log_create(const struct log_options *options, struct error *err) {
    struct log *log = memory_allocate_zeroed(1, sizeof *log);
    if (!log)
        goto no_memory;
    log->fd = STDERR_FILENO;
    atomic_init(&log->level, options->level);
    atomic_init(&log->format, options->format);
    if (!options->file)
        return log;
    log->file = memory_copy_string(options->file);
    if (!log->file)
        goto no_memory;
    log->fd = open_file(log->file, err);
    if (log->fd >= 0)
        return log;
    log_destroy(log);
    return NULL;
no_memory:
    error_set_no_memory(err);
    memory_free(log);
    return NULL;
}

void log_destroy(struct log *log) {
    if (!log)
        return;
    if (log->file && log->fd >= 0)
        close(log->fd);
    memory_free(log->file);
    memory_free(log);
}

bool log_reopen(struct log *log, struct error *err) {
    if (!log->file)
        return true;
    int fd = open_file(log->file, err);
    if (fd < 0)
        return false;
    bool replaced = dup3(fd, log->fd, O_CLOEXEC) >= 0;
    if (!replaced)
        error_set_errno(err, ERROR_SYSTEM, errno, "cannot open the log file \"%s\"", log->file);
    close(fd);
    return replaced;
}

void log_set_level(struct log *log, enum log_level level) {
    atomic_store_explicit(&log->level, level, memory_order_relaxed);
}

void log_set_format(struct log *log, enum log_format format) {
    atomic_store_explicit(&log->format, format, memory_order_relaxed);
}

bool log_writes(const struct log *log, enum log_level level) {
    return log && level >= atomic_load_explicit(&log->level, memory_order_relaxed);
}

/* The length of the character at `text`; 0 when no valid one begins there. */
static size_t character_length(const char *text, size_t left) {
    size_t claimed = utf8_claimed_bytes((unsigned char)*text);
    return claimed <= left && utf8_valid_bytes(text, claimed) == claimed ? claimed : 0;
}

/* Control characters and bytes that are not UTF-8 as C's escapes. */
static void write_text(struct writer *w, const char *text) {
    for (size_t left = strlen(text), step; left; text += step, left -= step) {
        unsigned char byte = (unsigned char)*text;
        size_t length = character_length(text, left);
        step = length ? length : 1;
        if (byte == '\n' || byte == '\t')
            writer_text(w, byte == '\n' ? "\\n" : "\\t");
        else if (length == 0 || byte < 0x20 || byte == 0x7F)
            writer_format(w, "\\x%02x", byte);
        else
            writer_bytes(w, text, length);
    }
}

/* A JSON string (RFC 8259, 7); a byte that is not UTF-8 becomes U+FFFD. */
static void write_json_string(struct writer *w, const char *text) {
    writer_u8(w, '"');
    for (size_t left = strlen(text), step; left; text += step, left -= step) {
        unsigned char byte = (unsigned char)*text;
        size_t length = character_length(text, left);
        step = length ? length : 1;
        if (length == 0)
            writer_text(w, "\xEF\xBF\xBD");
        else if (byte == '"' || byte == '\\')
            writer_format(w, "\\%c", byte);
        else if (byte == '\n')
            writer_text(w, "\\n");
        else if (byte < 0x20 || byte == 0x7F)
            writer_format(w, "\\u%04x", byte);
        else
            writer_bytes(w, text, length);
    }
    writer_u8(w, '"');
}

static void write_json_field(struct writer *w, const char *name, const char *text) {
    if (!text || !text[0])
        return;
    writer_format(w, ",\"%s\":", name);
    write_json_string(w, text);
}

/* `separator` stands between date and time: a blank in text, T in ISO 8601. */
static void write_time(struct writer *w, char separator) {
    int64_t now_us = clock_wall_us();
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    writer_format(w, "%04d-%02d-%02d%c%02d:%02d:%02d.%03d", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, separator,
                  utc.tm_hour, utc.tm_min, utc.tm_sec, (int)(now_us % 1000000 / 1000));
}

static void write_identity(struct writer *w, const struct log_identity *who) {
    if (who->door)
        writer_text(w, who->door);
    if (who->connection)
        writer_format(w, "#%lld", (long long)who->connection);
    if (who->statement)
        writer_format(w, ".%lld", (long long)who->statement);
    if (who->door || who->connection || who->statement)
        writer_text(w, ": ");
}

static void write_text_error(struct writer *w, const struct error *err) {
    write_text(w, err->message);
    writer_format(w, " (SQLSTATE %s)", error_sqlstate(err));
    if (err->detail[0]) {
        writer_text(w, " DETAIL: ");
        write_text(w, err->detail);
    }
    if (err->hint[0]) {
        writer_text(w, " HINT: ");
        write_text(w, err->hint);
    }
}

static bool is_left_out(const struct log_field *field) {
    return field->text ? !field->text[0] : field->number < 0;
}

static void write_text_field(struct writer *w, const struct log_field *field) {
    if (is_left_out(field))
        return;
    writer_format(w, " %s=", field->name);
    if (field->text)
        write_text(w, field->text);
    else
        writer_format(w, "%.*f", field->decimals, field->number);
}

static void write_text_line(struct writer *w, enum log_level level, const struct log_identity *who,
                            const struct log_event *event) {
    write_time(w, ' ');
    writer_format(w, " UTC [%d] %s:  ", (int)getpid(), level_names[level].text);
    write_identity(w, who);
    write_text(w, event->message);
    if (event->err) {
        writer_text(w, event->message[0] ? ": " : "");
        write_text_error(w, event->err);
    }
    for (size_t i = 0; i < event->field_count; i++)
        write_text_field(w, &event->fields[i]);
    writer_u8(w, '\n');
}

static void write_json_line(struct writer *w, enum log_level level, const struct log_identity *who,
                            const struct log_event *event) {
    writer_text(w, "{\"time\":\"");
    write_time(w, 'T');
    writer_format(w, "Z\",\"pid\":%d,\"level\":\"%s\"", (int)getpid(), level_names[level].json);
    write_json_field(w, "door", who->door);
    if (who->connection)
        writer_format(w, ",\"connection\":%lld", (long long)who->connection);
    if (who->statement)
        writer_format(w, ",\"statement\":%lld", (long long)who->statement);
    write_json_field(w, "message", event->message);
    if (event->err) {
        write_json_field(w, "error", event->err->message);
        write_json_field(w, "sqlstate", error_sqlstate(event->err));
        write_json_field(w, "detail", event->err->detail);
        write_json_field(w, "hint", event->err->hint);
    }
    for (size_t i = 0; i < event->field_count; i++) {
        const struct log_field *field = &event->fields[i];
        if (field->text)
            write_json_field(w, field->name, field->text);
        else if (!is_left_out(field))
            writer_format(w, ",\"%s\":%.*f", field->name, field->decimals, field->number);
    }
    writer_text(w, "}\n");
}

static void write_whole(int fd, const uint8_t *bytes, size_t length) {
    while (length) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        length -= (size_t)written;
    }
}

static void write_line(struct log *log, enum log_level level, const struct log_identity *who,
                       const struct log_event *event) {
    static const struct log_identity nobody;
    struct writer line = {0};
    if (atomic_load_explicit(&log->format, memory_order_relaxed) == LOG_FORMAT_JSON)
        write_json_line(&line, level, who ? who : &nobody, event);
    else
        write_text_line(&line, level, who ? who : &nobody, event);
    if (writer_ok(&line))
        write_whole(log->fd, line.bytes, line.length);
    writer_destroy(&line);
}

static void write_format(struct log *log, enum log_level level, const struct log_identity *who, const struct error *err,
                         const char *format, va_list args) {
    char message[MESSAGE_BYTES];
    vsnprintf(message, sizeof message, format, args);
    write_line(log, level, who, &(struct log_event){.message = message, .err = err});
}

void log_write(struct log *log, enum log_level level, const struct log_identity *who, const char *format, ...) {
    if (!log_writes(log, level))
        return;
    va_list args;
    va_start(args, format);
    write_format(log, level, who, NULL, format, args);
    va_end(args);
}

void log_error(struct log *log, enum log_level level, const struct log_identity *who, const struct error *err,
               const char *format, ...) {
    if (!log_writes(log, level))
        return;
    va_list args;
    va_start(args, format);
    write_format(log, level, who, err, format, args);
    va_end(args);
}

void log_event(struct log *log, enum log_level level, const struct log_identity *who, const struct log_event *event) {
    if (log_writes(log, level))
        write_line(log, level, who, event);
}

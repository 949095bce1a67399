/* Messages behind the start-up packet. Each reader here has PostgreSQL's order of fields and texts (pqformat.c,
 * postgres.c, fastpath.c). */
#include "pgwire/message.h"

#include <string.h>

#include "base/reader.h"
#include "base/utf8.h"

/* PostgreSQL tells which kind of field was cut off. */
static bool fail_short(struct error *err) {
    return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
}

static bool read_text(struct reader *r, const char **text, struct error *err) {
    *text = reader_string(r);
    if (!reader_ok(r))
        return error_set(err, ERROR_PROTOCOL, "invalid string in message");
    return pgwire_text_check(*text, strlen(*text), err);
}

static bool finish(const struct reader *r, struct error *err) {
    if (!reader_ok(r))
        return fail_short(err);
    return reader_finished(r) || error_set(err, ERROR_PROTOCOL, "invalid message format");
}

/* Items of `item_bytes` each are there: so their count is no mere claim. */
static bool check_count(const struct reader *r, size_t item_bytes, int32_t count, struct error *err) {
    return (reader_ok(r) && r->left / item_bytes >= (size_t)count) || fail_short(err);
}

static bool read_count(struct reader *r, size_t item_bytes, int32_t *count, struct error *err) {
    *count = reader_u16(r);
    return check_count(r, item_bytes, *count, err);
}

static bool read_formats(struct reader *r, struct arena *arena, const int16_t **formats, int32_t *count,
                         struct error *err) {
    if (!read_count(r, sizeof(int16_t), count, err))
        return false;
    int16_t *codes = arena_allocate(arena, (size_t)*count * sizeof *codes);
    if (!codes)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < *count; i++)
        codes[i] = (int16_t)reader_u16(r);
    *formats = codes;
    return true;
}

/* On failure `*failed` is the value's index, or stays what it was. */
static bool read_values(struct reader *r, struct arena *arena, int32_t count, const struct pgwire_value **values,
                        int32_t *failed, struct error *err) {
    struct pgwire_value *read = arena_allocate(arena, (size_t)count * sizeof *read);
    if (!read)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < count; i++) {
        int32_t length = (int32_t)reader_u32(r);
        read[i].length = length;
        read[i].bytes = length < 0 ? NULL : reader_bytes(r, (size_t)length);
        if (length < PGWIRE_NULL || !reader_ok(r)) {
            *failed = i;
            return fail_short(err);
        }
    }
    *values = read;
    return true;
}

static bool read_parse(struct reader *r, struct arena *arena, struct pgwire_parse *parse, struct error *err) {
    if (!read_text(r, &parse->statement, err) || !read_text(r, &parse->query, err) ||
        !read_count(r, sizeof(uint32_t), &parse->parameter_type_count, err))
        return false;
    uint32_t *types = arena_allocate(arena, (size_t)parse->parameter_type_count * sizeof *types);
    if (!types)
        return error_set_no_memory(err);
    for (int32_t i = 0; i < parse->parameter_type_count; i++)
        types[i] = reader_u32(r);
    parse->parameter_types = types;
    return finish(r, err);
}

void pgwire_explain_parameter(const char *portal, int32_t parameter, bool has_text, struct error *err) {
    const char *value = has_text ? " = '...'" : "";
    if (*portal)
        error_set_context(err, "portal \"%s\" parameter $%d%s", portal, parameter, value);
    else
        error_set_context(err, "unnamed portal parameter $%d%s", parameter, value);
}

static bool read_parameters(struct reader *r, struct arena *arena, struct pgwire_bind *bind, struct error *err) {
    int32_t failed = -1;
    bind->parameter_count = reader_u16(r);
    if (!reader_ok(r))
        return fail_short(err);
    if (!pgwire_formats_check(bind->parameter_formats, bind->parameter_format_count, bind->parameter_count, "parameter",
                              err) ||
        !check_count(r, sizeof(int32_t), bind->parameter_count, err))
        return false;
    bool ok = read_values(r, arena, bind->parameter_count, &bind->parameters, &failed, err);
    if (failed >= 0)
        pgwire_explain_parameter(bind->portal, failed + 1, false, err);
    return ok;
}

static bool read_bind(struct reader *r, struct arena *arena, struct pgwire_bind *bind, struct error *err) {
    if (!read_text(r, &bind->portal, err) || !read_text(r, &bind->statement, err) ||
        !read_formats(r, arena, &bind->parameter_formats, &bind->parameter_format_count, err) ||
        !read_parameters(r, arena, bind, err) ||
        !read_formats(r, arena, &bind->result_formats, &bind->result_format_count, err))
        return false;
    return finish(r, err);
}

static bool read_target(struct reader *r, const char *verb, struct pgwire_target *target, struct error *err) {
    uint8_t kind = reader_u8(r);
    if (!reader_ok(r))
        return error_set(err, ERROR_PROTOCOL, "no data left in message");
    if (!read_text(r, &target->name, err) || !finish(r, err))
        return false;
    if (kind != 'S' && kind != 'P')
        return error_set(err, ERROR_PROTOCOL, "invalid %s message subtype %d", verb, kind);
    target->kind = (char)kind;
    return true;
}

static bool read_execute(struct reader *r, struct pgwire_execute *execute, struct error *err) {
    if (!read_text(r, &execute->portal, err))
        return false;
    execute->max_rows = (int32_t)reader_u32(r);
    return finish(r, err);
}

static bool read_function_call(struct reader *r, struct arena *arena, struct pgwire_function_call *call,
                               struct error *err) {
    call->function = reader_u32(r);
    if (!read_formats(r, arena, &call->argument_formats, &call->argument_format_count, err) ||
        !read_count(r, sizeof(int32_t), &call->argument_count, err))
        return false;
    if (call->argument_format_count > 1 && call->argument_format_count != call->argument_count)
        return error_set(err, ERROR_PROTOCOL, "function call message contains %d argument formats but %d arguments",
                         call->argument_format_count, call->argument_count);
    int32_t failed;
    if (!read_values(r, arena, call->argument_count, &call->arguments, &failed, err))
        return false;
    call->result_format = (int16_t)reader_u16(r);
    return finish(r, err);
}

static bool read_query(struct reader *r, struct pgwire_query *query, struct error *err) {
    return read_text(r, &query->text, err) && finish(r, err);
}

static bool read_rest(struct reader *r, struct pgwire_value *value) {
    value->length = (int32_t)r->left;
    value->bytes = reader_bytes(r, r->left);
    return true;
}

bool pgwire_message_parse(const struct pgwire_frame *frame, struct arena *arena, struct pgwire_message *message,
                          struct error *err) {
    struct reader reader = reader_over(frame->body, frame->body_bytes), *r = &reader;
    message->id = frame->id;
    switch (frame->id) {
    case PGWIRE_QUERY:
        return read_query(r, &message->query, err);
    case PGWIRE_PARSE:
        return read_parse(r, arena, &message->parse, err);
    case PGWIRE_BIND:
        return read_bind(r, arena, &message->bind, err);
    case PGWIRE_DESCRIBE:
        return read_target(r, "DESCRIBE", &message->describe, err);
    case PGWIRE_CLOSE:
        return read_target(r, "CLOSE", &message->close, err);
    case PGWIRE_EXECUTE:
        return read_execute(r, &message->execute, err);
    case PGWIRE_FUNCTION_CALL:
        return read_function_call(r, arena, &message->function_call, err);
    case PGWIRE_COPY_DATA:
        return read_rest(r, &message->copy_data);
    case PGWIRE_COPY_FAIL:
        return read_text(r, &message->copy_fail, err) && finish(r, err);
    case PGWIRE_PASSWORD:
        return read_rest(r, &message->password);
    case PGWIRE_SYNC:
    case PGWIRE_FLUSH:
    case PGWIRE_COPY_DONE:
    case PGWIRE_TERMINATE:
        return finish(r, err);
    case PGWIRE_MESSAGE_COUNT:
        break;
    }
    return error_set(err, ERROR_PROTOCOL, "invalid frontend message type %d", frame->id);
}

bool pgwire_password_read(const struct pgwire_message *message, const char **password, struct error *err) {
    struct reader r = reader_over(message->password.bytes, (size_t)message->password.length);
    const char *text = reader_string(&r);
    if (!reader_finished(&r))
        return error_set(err, ERROR_PROTOCOL, "invalid password packet size");
    if (!*text)
        return error_set_state(err, ERROR_UNAUTHENTICATED, "28P01", "empty password returned by client");
    *password = text;
    return true;
}

bool pgwire_sasl_initial_read(const struct pgwire_message *message, struct pgwire_sasl_initial *initial,
                              struct error *err) {
    struct reader r = reader_over(message->password.bytes, (size_t)message->password.length);
    struct pgwire_sasl_initial read = {0};
    if (!read_text(&r, &read.mechanism, err))
        return false;
    read.response.length = (int32_t)reader_u32(&r);
    if (read.response.length < PGWIRE_NULL)
        return fail_short(err);
    if (read.response.length != PGWIRE_NULL)
        read.response.bytes = reader_bytes(&r, (size_t)read.response.length);
    if (!finish(&r, err))
        return false;
    *initial = read;
    return true;
}

bool pgwire_formats_check(const int16_t *formats, int32_t format_count, int32_t count, const char *what,
                          struct error *err) {
    bool of_result = strcmp(what, "result") == 0;
    if (format_count > 1 && format_count != count)
        return error_set(err, ERROR_PROTOCOL, "bind message has %d %s formats but %s%d %s", format_count, what,
                         of_result ? "query has " : "", count, of_result ? "columns" : "parameters");
    for (int32_t i = 0; i < format_count; i++)
        if (formats[i] != PGWIRE_TEXT && formats[i] != PGWIRE_BINARY)
            return error_set(err, ERROR_INVALID_ARGUMENT, "unsupported format code: %d", formats[i]);
    return true;
}

bool pgwire_text_check(const void *bytes, size_t length, struct error *err) {
    const uint8_t *text = bytes;
    size_t valid = utf8_valid_bytes(text, length);
    const uint8_t *nul = valid ? memchr(text, 0, valid) : NULL;
    if (nul)
        valid = (size_t)(nul - text);
    else if (valid == length)
        return true;
    /* PostgreSQL shows the bytes that the bad character claims, as far as they are there. */
    char shown[4 * 5 + 1] = "";
    size_t count = utf8_claimed_bytes(text[valid]);
    if (count > length - valid)
        count = length - valid;
    for (size_t i = 0; i < count; i++) {
        static const char digits[] = "0123456789abcdef";
        uint8_t byte = text[valid + i];
        memcpy(shown + 5 * i, (char[]){'0', 'x', digits[byte >> 4], digits[byte & 15], ' '}, 5);
    }
    shown[5 * count - 1] = '\0';
    return error_set_state(err, ERROR_INVALID_ARGUMENT, "22021", "invalid byte sequence for encoding \"UTF8\": %s",
                           shown);
}

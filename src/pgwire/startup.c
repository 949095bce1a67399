/* The first packet of a connection: StartupMessage, SSLRequest, GSSENCRequest, CancelRequest. */
#include <string.h>

#include "base/reader.h"
#include "pgwire/message.h"

enum {
    /* Request codes are protocol versions with the impossible major version 1234 (pqcomm.h). */
    CANCEL_REQUEST_CODE = 1234 << 16 | 5678,
    SSL_REQUEST_CODE = 1234 << 16 | 5679,
    GSSENC_REQUEST_CODE = 1234 << 16 | 5680,
    CANCEL_KEY_BYTES_LEAST = 4,
};

static bool read_cancel(struct reader *r, struct pgwire_startup *startup, struct error *err) {
    startup->kind = PGWIRE_CANCEL_REQUEST;
    startup->cancel_pid = (int32_t)reader_u32(r);
    startup->cancel_key_bytes = r->left;
    startup->cancel_key = reader_bytes(r, r->left);
    if (!reader_ok(r) || startup->cancel_key_bytes < CANCEL_KEY_BYTES_LEAST ||
        startup->cancel_key_bytes > PGWIRE_CANCEL_KEY_BYTES)
        return error_set(err, ERROR_PROTOCOL, "invalid length of cancel request packet");
    return true;
}

/* Every parameter takes at least three bytes: a letter and two NULs. */
static bool allocate_parameters(struct reader *r, struct arena *arena, struct pgwire_parameter **parameters,
                                const char ***unknown, struct error *err) {
    size_t most = r->left / 3 + 1;
    *parameters = arena_allocate_zeroed(arena, most, sizeof **parameters);
    *unknown = arena_allocate_zeroed(arena, most, sizeof **unknown);
    return (*parameters && *unknown) || error_set_no_memory(err);
}

static bool read_parameters(struct reader *r, struct arena *arena, struct pgwire_startup *startup, struct error *err) {
    struct pgwire_parameter *parameters;
    const char **unknown;
    if (!allocate_parameters(r, arena, &parameters, &unknown, err))
        return false;
    while (reader_ok(r) && r->left > 0 && *r->at) {
        struct pgwire_parameter parameter = {.name = reader_string(r), .value = reader_string(r)};
        if (!reader_ok(r))
            break;
        if (!pgwire_text_check(parameter.name, strlen(parameter.name), err) ||
            !pgwire_text_check(parameter.value, strlen(parameter.value), err))
            return false;
        if (strncmp(parameter.name, "_pq_.", 5) == 0)
            unknown[startup->unknown_option_count++] = parameter.name;
        else
            parameters[startup->parameter_count++] = parameter;
    }
    reader_u8(r);
    if (!reader_finished(r))
        return error_set(err, ERROR_PROTOCOL, "invalid startup packet layout: expected terminator as last byte");
    startup->parameters = parameters;
    startup->unknown_options = unknown;
    return true;
}

static bool read_startup(struct reader *r, uint32_t version, struct arena *arena, struct pgwire_startup *startup,
                         struct error *err) {
    startup->kind = PGWIRE_STARTUP;
    startup->major = (uint16_t)(version >> 16);
    startup->minor = (uint16_t)version;
    if (startup->major != PGWIRE_PROTOCOL_MAJOR)
        return error_set_state(err, ERROR_PROTOCOL, "0A000",
                               "unsupported frontend protocol %u.%u: server supports %u.0 to %u.%u",
                               (unsigned)startup->major, (unsigned)startup->minor, (unsigned)PGWIRE_PROTOCOL_MAJOR,
                               (unsigned)PGWIRE_PROTOCOL_MAJOR, (unsigned)PGWIRE_PROTOCOL_MINOR);
    if (!read_parameters(r, arena, startup, err))
        return false;
    const char *user = pgwire_startup_parameter(startup, "user");
    if (!user || !*user)
        return error_set_state(err, ERROR_PROTOCOL, "28000",
                               "no PostgreSQL user name specified in startup packet");
    return true;
}

bool pgwire_startup_parse(const struct pgwire_frame *frame, struct arena *arena, struct pgwire_startup *startup,
                          struct error *err) {
    struct reader r = reader_over(frame->body, frame->body_bytes);
    struct pgwire_startup parsed = {0};
    uint32_t code = reader_u32(&r);
    bool ok = true;
    if (code == SSL_REQUEST_CODE)
        parsed.kind = PGWIRE_SSL_REQUEST;
    else if (code == GSSENC_REQUEST_CODE)
        parsed.kind = PGWIRE_GSSENC_REQUEST;
    else if (code == CANCEL_REQUEST_CODE)
        ok = read_cancel(&r, &parsed, err);
    else
        ok = read_startup(&r, code, arena, &parsed, err);
    if (ok)
        *startup = parsed;
    return ok;
}

const char *pgwire_startup_parameter(const struct pgwire_startup *startup, const char *name) {
    for (int32_t i = startup->parameter_count - 1; i >= 0; i--)
        if (strcmp(startup->parameters[i].name, name) == 0)
            return startup->parameters[i].value;
    return NULL;
}

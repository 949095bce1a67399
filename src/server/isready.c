/* Sends a StartupMessage without TLS and judges the first answer, as libpq's PQping() does: an authentication request,
 * or any error but 57P03, comes from a server that is up. (PostgreSQL 15, protocol 3.0, "Message Formats".) */
#include "server/isready.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/reader.h"
#include "base/writer.h"
#include "net/connect.h"

enum { PROTOCOL_3_0 = 3 << 16, ANSWER_BYTES = 2048 };
static const int64_t timeout_ns = 3 * (int64_t)1000000000; /* pg_isready's own */

static void write_startup(struct writer *out, const char *user) {
    writer_u32(out, 0);
    writer_u32(out, PROTOCOL_3_0);
    writer_string(out, "user");
    writer_string(out, user);
    writer_string(out, "application_name");
    writer_string(out, "mallardb isready");
    writer_u8(out, 0);
    writer_patch_u32(out, 0, (uint32_t)out->length);
}

static bool send_all(struct net_stream *stream, const struct writer *out, int64_t due_ns, struct error *err) {
    for (size_t sent = 0, moved; sent < out->length; sent += moved) {
        enum net_status status = net_stream_write(stream, out->bytes + sent, out->length - sent, &moved, err);
        if (status == NET_FAILED || (status != NET_DONE && !net_wait(stream, status, due_ns)))
            return false;
    }
    return true;
}

/* The first message, as much of it as fits: tag, length, body. Returns its bytes. */
static size_t receive_message(struct net_stream *stream, uint8_t answer[ANSWER_BYTES], int64_t due_ns) {
    size_t got = 0, wanted = 5;
    while (got < wanted) {
        size_t moved;
        struct error err;
        enum net_status status = net_stream_read(stream, answer + got, wanted - got, &moved, &err);
        if (status == NET_EOF || status == NET_FAILED || (status != NET_DONE && !net_wait(stream, status, due_ns)))
            break;
        got += moved;
        if (got == 5) {
            struct reader header = reader_over(answer + 1, 4);
            uint32_t length = reader_u32(&header);
            wanted = length < 4 ? 5 : length > ANSWER_BYTES - 1 ? ANSWER_BYTES : (size_t)length + 1;
        }
    }
    return got;
}

static enum isready_status judge(const uint8_t *answer, size_t length) {
    struct reader r = reader_over(answer, length);
    uint8_t tag = reader_u8(&r);
    reader_u32(&r);
    if (!reader_ok(&r))
        return ISREADY_NO_ANSWER;
    if (tag == 'R')
        return ISREADY_ACCEPTS;
    if (tag != 'E')
        return ISREADY_NO_ANSWER;
    for (uint8_t field; (field = reader_u8(&r)) != 0;) {
        const char *text = reader_string(&r);
        if (field == 'C' && reader_ok(&r))
            return strcmp(text, "57P03") ? ISREADY_ACCEPTS : ISREADY_REJECTS;
    }
    return ISREADY_NO_ANSWER;
}

static enum isready_status ask(const char *host, uint16_t port, const char *user) {
    struct error err;
    struct writer out = {0};
    uint8_t answer[ANSWER_BYTES];
    int64_t due_ns = clock_monotonic_ns() + timeout_ns;
    enum isready_status status = ISREADY_NO_ANSWER;
    struct net_stream *stream = net_connect(host, port, due_ns, &err);
    write_startup(&out, user);
    if (stream && writer_ok(&out) && send_all(stream, &out, due_ns, &err))
        status = judge(answer, receive_message(stream, answer, due_ns));
    net_stream_destroy(stream);
    writer_destroy(&out);
    return status;
}

enum isready_status isready_run(const struct config_input *input, FILE *out) {
    static const char *const words[] = {"accepting connections", "rejecting connections", "no response", "no attempt"};
    struct config config;
    struct error err;
    enum isready_status status = ISREADY_NOT_ASKED;
    if (!config_load(&config, input, &err))
        return status;
    const char *host = config_host_to_connect(&config);
    uint16_t port = (uint16_t)config_number(&config, SETTING_PORT);
    for (const struct config_problem *problem = config.problems; problem; problem = problem->next)
        fprintf(stderr, "mallardb: %s\n", problem->text);
    if (!config.problem_count && port)
        status = ask(host, port, config_text(&config, SETTING_USER));
    fprintf(out, "%s:%u - %s\n", host, port, words[status]);
    config_destroy(&config);
    return status;
}

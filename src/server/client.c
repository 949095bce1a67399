#include "server/client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/reader.h"
#include "base/writer.h"
#include "net/connect.h"
#include "pgwire/auth.h"

enum {
    PROTOCOL_3_0 = 3 << 16,
    BODY_BYTES = 16 * 1024, /* of a message that is read; what is longer is cut */
    AUTHENTICATION_OK = 0,  /* the codes of an Authentication message */
    AUTHENTICATION_MD5 = 5,
};
static const char no_data[] = "a script has no data to copy from";
static const int64_t slice_ns = 100 * 1000000; /* between two looks at whether to give up */

struct client {
    struct client_options options;
    struct net_stream *stream;
    struct writer out;
    uint8_t tag; /* of the message read last, and its body */
    uint8_t body[BODY_BYTES];
    size_t body_bytes;
};

static bool wait_for(struct client *client, enum net_status status, struct error *err) {
    while (!net_wait(client->stream, status, clock_monotonic_ns() + slice_ns))
        if (client->options.gives_up(client->options.self))
            return error_set(err, ERROR_SHUTDOWN, "the server is to stop");
    return true;
}

static bool send_out(struct client *client, struct error *err) {
    struct writer *out = &client->out;
    if (!writer_ok(out))
        return error_set_no_memory(err);
    for (size_t sent = 0, moved; sent < out->length; sent += moved) {
        enum net_status status = net_stream_write(client->stream, out->bytes + sent, out->length - sent, &moved, err);
        if (status == NET_FAILED || (status != NET_DONE && !wait_for(client, status, err)))
            return false;
    }
    writer_reset(out);
    return true;
}

static bool receive(struct client *client, uint8_t *bytes, size_t length, struct error *err) {
    for (size_t got = 0, moved; got < length; got += moved) {
        enum net_status status = net_stream_read(client->stream, bytes + got, length - got, &moved, err);
        if (status == NET_EOF)
            return error_set(err, ERROR_CONNECTION, "the server has closed the connection");
        if (status == NET_FAILED || (status != NET_DONE && !wait_for(client, status, err)))
            return false;
    }
    return true;
}

/* The next message; of its body as much as there is room for. */
static bool receive_message(struct client *client, struct error *err) {
    uint8_t header[5], dropped[4096];
    if (!receive(client, header, sizeof header, err))
        return false;
    struct reader r = reader_over(header + 1, 4);
    uint32_t length = reader_u32(&r);
    size_t left = length < 4 ? 0 : length - 4;
    client->tag = header[0];
    client->body_bytes = left < BODY_BYTES ? left : BODY_BYTES;
    if (!receive(client, client->body, client->body_bytes, err))
        return false;
    left -= client->body_bytes;
    for (size_t part; left; left -= part) {
        part = left < sizeof dropped ? left : sizeof dropped;
        if (!receive(client, dropped, part, err))
            return false;
    }
    return true;
}

/* The fields of an ErrorResponse. */
static bool take_error(const struct client *client, struct error *err) {
    const char *message = "", *sqlstate = "XX000", *detail = "", *hint = "", *position = "0";
    struct reader r = reader_over(client->body, client->body_bytes);
    for (uint8_t field; (field = reader_u8(&r)) != 0;) {
        const char *text = reader_string(&r);
        const char **place = field == 'M'   ? &message
                             : field == 'C' ? &sqlstate
                             : field == 'D' ? &detail
                             : field == 'H' ? &hint
                             : field == 'P' ? &position
                                            : NULL;
        if (place && reader_ok(&r))
            *place = text;
    }
    error_set_state(err, ERROR_CONFIG, sqlstate, "%s", message);
    error_set_detail(err, "%s", detail);
    error_set_hint(err, "%s", hint);
    err->position = atoi(position);
    return false;
}

static void write_startup(struct client *client) {
    const char *const parameters[] = {"user",
                                      client->options.user,
                                      "database",
                                      client->options.database,
                                      "application_name",
                                      client->options.application};
    writer_u32(&client->out, 0);
    writer_u32(&client->out, PROTOCOL_3_0);
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        writer_string(&client->out, parameters[i]);
    writer_u8(&client->out, 0);
    writer_patch_u32(&client->out, 0, (uint32_t)client->out.length);
}

/* A message of a tag and one text. */
static void write_text_message(struct client *client, char tag, const char *text, size_t length) {
    size_t start = client->out.length + 1;
    writer_u8(&client->out, (uint8_t)tag);
    writer_u32(&client->out, 0);
    writer_bytes(&client->out, text, length);
    writer_u8(&client->out, 0);
    writer_patch_u32(&client->out, start, (uint32_t)(client->out.length - start));
}

static bool authenticate(struct client *client, struct error *err) {
    char answer[PGWIRE_MD5_TEXT_BYTES];
    struct reader r = reader_over(client->body, client->body_bytes);
    uint32_t method = reader_u32(&r);
    if (method == AUTHENTICATION_OK)
        return true;
    const uint8_t *salt = reader_bytes(&r, 4);
    if (method != AUTHENTICATION_MD5 || !salt || !client->options.password ||
        !pgwire_md5_answer(client->options.user, client->options.password, salt, answer))
        return error_set(err, ERROR_UNSUPPORTED, "the server asks for an authentication that there is not");
    write_text_message(client, 'p', answer, strlen(answer));
    return send_out(client, err);
}

/* Reads on until ReadyForQuery; an error that comes before it fails, and stays the one that is told. */
static bool until_ready(struct client *client, struct error *err) {
    bool ok = true;
    while (receive_message(client, ok ? err : NULL)) {
        switch (client->tag) {
        case 'Z':
            return ok;
        case 'E':
            ok = take_error(client, err);
            break;
        case 'R':
            if (!authenticate(client, err))
                return false;
            break;
        case 'G': /* CopyInResponse */
            write_text_message(client, 'f', no_data, sizeof no_data - 1);
            if (!send_out(client, err))
                return false;
            break;
        default: /* rows, tags, notices, parameters */
            break;
        }
    }
    return false;
}

struct client *client_connect(const struct client_options *options, struct error *err) {
    struct client *client = memory_allocate_zeroed(1, sizeof *client);
    if (!client) {
        if (options->socket)
            close(options->socket);
        error_set_no_memory(err);
        return NULL;
    }
    client->options = *options;
    client->stream = options->socket ? net_stream_create(options->socket, err)
                                     : net_connect("127.0.0.1", options->port, INT64_MAX, err);
    write_startup(client);
    if (client->stream && send_out(client, err) && until_ready(client, err))
        return client;
    client_destroy(client);
    return NULL;
}

bool client_run(struct client *client, const char *sql, size_t length, struct error *err) {
    write_text_message(client, 'Q', sql, length);
    return send_out(client, err) && until_ready(client, err);
}

void client_destroy(struct client *client) {
    if (!client)
        return;
    net_stream_destroy(client->stream);
    writer_destroy(&client->out);
    memory_free(client);
}

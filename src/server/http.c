#include "server/http.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/stream.h"

enum { CONNECTIONS_MAX = 64 };

static const int64_t patience_ns = 15 * (int64_t)1000000000; /* for a request to come, and for an answer to leave */

/* A connection; the loop's thread's. After the handshake, with TLS, it takes in a request, then sends the answer, then begins
 * anew. */
struct client {
    struct client *next, **at;
    struct http_server *server;
    struct net_stream *stream;
    struct net_watch watch;
    struct net_timer deadline;
    struct writer out;
    size_t sent;      /* of out */
    bool shakes_hands;
    bool closes;      /* after the answer */
    size_t in_length; /* of what came of requests */
    char in[HTTP_REQUEST_BYTES];
};

struct http_server {
    struct http_options options;
    struct net_loop *loop;
    struct net_listener *listener;
    struct net_tls_slot tls;
    struct client *clients; /* the loop's thread's */
    int32_t client_count;
    struct net_task stop_task;
};

static void close_client(struct client *client) {
    net_timer_disarm(&client->deadline);
    net_watch_remove(&client->watch);
    net_stream_shutdown(client->stream);
    net_stream_destroy(client->stream);
    *client->at = client->next;
    if (client->next)
        client->next->at = client->at;
    client->server->client_count--;
    writer_destroy(&client->out);
    memory_free(client);
}

static void expired(struct net_timer *timer) {
    close_client((struct client *)((char *)timer - offsetof(struct client, deadline)));
}

/* ---- answers ---- */

static const char *reason_of(int status) {
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {{200, "OK"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {413, "Content Too Large"},
                   {431, "Request Header Fields Too Large"},
                   {503, "Service Unavailable"},
                   {505, "HTTP Version Not Supported"}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Internal Server Error";
}

static void write_answer(struct client *client, const struct http_response *response, bool is_head) {
    struct writer *out = &client->out;
    writer_format(out, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", response->status,
                  reason_of(response->status), response->type, response->body.length);
    writer_text(out, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                     "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n");
    if (response->status == 401)
        writer_text(out, "WWW-Authenticate: Basic realm=\"mallardb\"\r\n");
    if (response->status == 405)
        writer_text(out, "Allow: GET, HEAD\r\n");
    writer_format(out, "Connection: %s\r\n\r\n", client->closes ? "close" : "keep-alive");
    if (!is_head)
        writer_bytes(out, response->body.bytes, response->body.length);
}

static void answer_page(struct client *client, const struct http_request *request) {
    struct http_response response = {.status = 200, .type = "text/plain; charset=utf-8"};
    client->server->options.handle(client->server->options.self, request, &response);
    if (!writer_ok(&response.body)) { /* memory is out */
        response.status = 500;
        writer_reset(&response.body);
    }
    write_answer(client, &response, request->is_head);
    writer_destroy(&response.body);
}

static void answer_failure(struct client *client, int status) {
    struct http_response response = {.status = status, .type = "text/plain; charset=utf-8"};
    writer_format(&response.body, "%d %s\n", status, reason_of(status));
    client->closes = true;
    write_answer(client, &response, false);
    writer_destroy(&response.body);
}

/* Answers the request that has come, if it is whole. */
static void answer(struct client *client) {
    struct http_request request;
    size_t used = 0;
    int status = http_request_parse(client->in, client->in_length, &request, &used);
    if (status == HTTP_PARTIAL)
        return;
    if (status != HTTP_COMPLETE) {
        answer_failure(client, status);
        return;
    }
    client->in_length -= used;
    memmove(client->in, client->in + used, client->in_length);
    client->closes = !request.keeps_alive;
    answer_page(client, &request);
}

/* ---- bytes ---- */

/* False: the connection is over. */
static bool receive(struct client *client, enum net_status *status) {
    struct error err;
    size_t moved;
    *status = net_stream_read(client->stream, client->in + client->in_length, sizeof client->in - client->in_length,
                              &moved, &err);
    client->in_length += moved;
    return *status != NET_EOF && *status != NET_FAILED;
}

static bool send_out(struct client *client, enum net_status *status) {
    struct error err;
    *status = NET_DONE;
    while (client->sent < client->out.length && *status == NET_DONE) {
        size_t moved;
        *status = net_stream_write(client->stream, client->out.bytes + client->sent, client->out.length - client->sent,
                                   &moved, &err);
        client->sent += moved;
    }
    return *status != NET_FAILED && *status != NET_EOF;
}

static bool shake_hands(struct client *client, enum net_status *status) {
    struct error err;
    *status = net_stream_handshake(client->stream, &err);
    client->shakes_hands = *status != NET_DONE;
    return *status != NET_FAILED && *status != NET_EOF;
}

/* Goes on until the socket has to be waited for. False: the connection is over. */
static bool advance(struct client *client, enum net_status *status) {
    if (client->shakes_hands && !shake_hands(client, status))
        return false;
    while (!client->shakes_hands) {
        if (client->out.length == 0)
            answer(client);
        if (!writer_ok(&client->out) || !send_out(client, status))
            return false;
        if (*status != NET_DONE)
            return true;
        bool answered = client->out.length > 0;
        if (answered && client->closes)
            return false;
        client->sent = 0;
        writer_reset(&client->out);
        if (answered)
            net_timer_arm(client->server->loop, &client->deadline, clock_monotonic_ns() + patience_ns);
        else if (!receive(client, status))
            return false;
        else if (*status != NET_DONE)
            return true;
    }
    return true;
}

static void report(struct net_watch *watch, unsigned ready) {
    struct client *client = (struct client *)((char *)watch - offsetof(struct client, watch));
    enum net_status status;
    (void)ready;
    if (advance(client, &status))
        net_watch_arm(watch, status == NET_WANT_WRITE ? NET_WRITABLE : NET_READABLE);
    else
        close_client(client);
}

/* ---- life ---- */

static bool start_tls(struct client *client, struct error *err) {
    struct net_tls_context *tls = net_tls_slot_get(&client->server->tls);
    bool ok = !tls || net_stream_start_tls(client->stream, tls, err);
    client->shakes_hands = tls != NULL;
    net_tls_context_release(tls);
    return ok;
}

static void accepted(void *self, int fd) {
    struct http_server *server = self;
    struct error err;
    struct client *client = server->client_count < CONNECTIONS_MAX ? memory_allocate_zeroed(1, sizeof *client) : NULL;
    if (!client) {
        close(fd);
        return;
    }
    client->server = server;
    client->stream = net_stream_create(fd, &err);
    if (!client->stream || !start_tls(client, &err) || !net_watch_add(&client->watch, server->loop, fd, report, &err)) {
        net_stream_destroy(client->stream);
        memory_free(client);
        return;
    }
    client->at = &server->clients;
    client->next = server->clients;
    if (client->next)
        client->next->at = &client->next;
    server->clients = client;
    server->client_count++;
    client->deadline.expired = expired;
    net_timer_arm(server->loop, &client->deadline, clock_monotonic_ns() + patience_ns);
    net_watch_arm(&client->watch, NET_READABLE);
}

struct http_server *http_server_create(const struct http_options *options, struct error *err) {
    struct http_server *server = memory_allocate_zeroed(1, sizeof *server);
    if (!server) {
        error_set_no_memory(err);
        return NULL;
    }
    server->options = *options;
    net_tls_slot_init(&server->tls);
    http_server_set_tls(server, options->tls);
    server->loop = net_loop_create("http", 1, err);
    if (server->loop &&
        (server->listener = net_listener_create(server->loop, options->host, options->port, accepted, server, err)))
        return server;
    http_server_destroy(server);
    return NULL;
}

void http_server_set_tls(struct http_server *server, struct net_tls_context *tls) {
    net_tls_slot_set(&server->tls, tls ? net_tls_context_retain(tls) : NULL);
}

uint16_t http_server_port(const struct http_server *server) {
    return net_listener_port(server->listener);
}

static void stop(struct net_task *task) {
    struct http_server *server = (struct http_server *)((char *)task - offsetof(struct http_server, stop_task));
    while (server->clients)
        close_client(server->clients);
}

void http_server_destroy(struct http_server *server) {
    if (!server)
        return;
    net_listener_destroy(server->listener);
    server->stop_task.run = stop;
    if (server->loop)
        net_loop_post(server->loop, &server->stop_task); /* run before the loop ends */
    net_loop_destroy(server->loop);
    net_tls_slot_destroy(&server->tls);
    memory_free(server);
}

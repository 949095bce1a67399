#include "flight_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "flight/grpc.h"

enum { PATIENCE_S = 30 };

struct transfer {
    const struct flight_call *call;
    size_t sent;
    struct flight_answer *out;
    bool over;
};

void flight_call_add(struct flight_call *call, const void *message, size_t length) {
    uint8_t prefix[GRPC_PREFIX_BYTES];
    grpc_write_prefix(prefix, length);
    writer_bytes(&call->requests, prefix, sizeof prefix);
    writer_bytes(&call->requests, message, length);
}

int flight_answer_count(const struct flight_answer *answer) {
    int count = 0;
    for (size_t at = 0; at + GRPC_PREFIX_BYTES <= answer->length; count++) {
        const uint8_t *prefix = answer->body + at;
        at += GRPC_PREFIX_BYTES + ((size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 | (size_t)prefix[3] << 8 | prefix[4]);
    }
    return count;
}

/* ---- what nghttp2 asks for and tells ---- */

static ssize_t read_requests(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t size, uint32_t *flags,
                             nghttp2_data_source *source, void *user) {
    (void)session;
    (void)stream;
    (void)user;
    struct transfer *t = source->ptr;
    size_t left = t->call->requests.length - t->sent;
    size_t taken = left < size ? left : size;
    memcpy(buffer, t->call->requests.bytes + t->sent, taken);
    t->sent += taken;
    if (taken == left)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)taken;
}

static int take_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                       const uint8_t *value, size_t length, uint8_t flags, void *user) {
    (void)session;
    (void)frame;
    (void)flags;
    struct flight_answer *out = ((struct transfer *)user)->out;
    if (name_length == 11 && memcmp(name, "grpc-status", 11) == 0)
        out->status = atoi((const char *)value);
    else if (name_length == 12 && memcmp(name, "grpc-message", 12) == 0 && length < sizeof out->text)
        memcpy(out->text, value, length);
    return 0;
}

static int take_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t length,
                     void *user) {
    (void)session;
    (void)flags;
    (void)stream;
    struct flight_answer *out = ((struct transfer *)user)->out;
    size_t taken = length < sizeof out->body - out->length ? length : sizeof out->body - out->length;
    memcpy(out->body + out->length, bytes, taken);
    out->length += taken;
    return 0;
}

static int end_stream(nghttp2_session *session, int32_t stream, uint32_t code, void *user) {
    (void)session;
    (void)stream;
    (void)code;
    ((struct transfer *)user)->over = true;
    return 0;
}

/* ---- the connection ---- */

static int connect_to(int port) {
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool send_pending(nghttp2_session *session, int fd) {
    const uint8_t *bytes;
    for (ssize_t length; (length = nghttp2_session_mem_send(session, &bytes)) > 0;)
        if (send(fd, bytes, (size_t)length, MSG_NOSIGNAL) != length)
            return false;
    return true;
}

static void converse(nghttp2_session *session, int fd, const struct transfer *t) {
    uint8_t buffer[65536];
    while (!t->over && send_pending(session, fd)) {
        ssize_t length = recv(fd, buffer, sizeof buffer, 0);
        if (length <= 0 || nghttp2_session_mem_recv(session, buffer, (size_t)length) != length)
            return;
    }
}

static nghttp2_nv header(const char *name, const char *value) {
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value), NGHTTP2_NV_FLAG_NONE};
}

static void submit(nghttp2_session *session, struct transfer *t) {
    char path[128] = "/arrow.flight.protocol.FlightService/";
    strncat(path, t->call->method, sizeof path - strlen(path) - 1);
    const char *operation = t->call->operation;
    const nghttp2_nv headers[] = {
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":path", path),
        header(":authority", "localhost"),
        header("content-type", "application/grpc"),
        header("te", "trailers"),
        header("return-chunks", t->call->returning ? "1" : "0"),
        header("airport-operation", operation ? operation : ""),
    };
    size_t count = sizeof headers / sizeof *headers - (operation ? 0 : 1);
    const nghttp2_data_provider body = {{.ptr = t}, read_requests};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, NULL, 0);
    nghttp2_submit_request(session, NULL, headers, count, &body, NULL);
}

void flight_call_make(const struct flight_call *call, int port, struct flight_answer *out) {
    struct transfer t = {.call = call, .out = out};
    nghttp2_session_callbacks *callbacks;
    nghttp2_session *session;
    memset(out, 0, sizeof *out);
    out->status = FLIGHT_NO_STATUS;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, take_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, take_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, end_stream);
    nghttp2_session_client_new(&session, callbacks, &t);
    submit(session, &t);
    int fd = connect_to(port);
    if (fd >= 0) {
        converse(session, fd, &t);
        close(fd);
    }
    nghttp2_session_del(session);
    nghttp2_session_callbacks_del(callbacks);
}

#include "support.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/stream.h"
#include "net/tls.h"

enum { TRANSFER_BYTES = 3 * 1000 * 1000 };

static char directory[64];

/* A blocking client on OpenSSL, in its own thread. */
struct client {
    int fd;
    int max_version;
    bool with_certificate;
    const char *alpn; /* as on the wire */
    const char *ciphers;
    bool shook_hands;
    bool closed_in_order;
    size_t received;
    bool disordered;
};

static const char *path_to(const char *name) {
    static char paths[8][128];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, 128, "%s/%s", directory, name);
    return path;
}

static uint8_t pattern(size_t at) {
    return (uint8_t)(at * 31 + (at >> 11));
}

static void send_pattern(SSL *ssl) {
    static uint8_t bytes[TRANSFER_BYTES];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = pattern(i);
    SSL_write(ssl, bytes, sizeof bytes);
}

static void receive_pattern(struct client *client, SSL *ssl) {
    uint8_t bytes[50000];
    int got;
    while ((got = SSL_read(ssl, bytes, sizeof bytes)) > 0)
        for (int i = 0; i < got; i++)
            client->disordered |= bytes[i] != pattern(client->received++);
    client->closed_in_order = SSL_get_error(ssl, got) == SSL_ERROR_ZERO_RETURN;
}

static void *run_client(void *self) {
    struct client *client = self;
    sigset_t broken_pipe; /* OpenSSL's own sockets raise it; ours must not, so it stays as it is elsewhere */
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(context, path_to("ca.pem"), NULL);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    if (client->max_version)
        SSL_CTX_set_max_proto_version(context, client->max_version);
    if (client->ciphers)
        SSL_CTX_set_cipher_list(context, client->ciphers);
    if (client->with_certificate) {
        SSL_CTX_use_certificate_file(context, path_to("client.pem"), SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(context, path_to("client.key"), SSL_FILETYPE_PEM);
    }
    SSL *ssl = SSL_new(context);
    if (client->alpn)
        SSL_set_alpn_protos(ssl, (const unsigned char *)client->alpn, (unsigned)strlen(client->alpn));
    SSL_set_fd(ssl, client->fd);
    if (SSL_connect(ssl) == 1) {
        client->shook_hands = true;
        send_pattern(ssl);
        receive_pattern(client, ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(client->fd);
    return NULL;
}

static void wait_for(struct net_stream *stream, enum net_status status) {
    struct pollfd poll_fd = {.fd = net_stream_fd(stream), .events = status == NET_WANT_WRITE ? POLLOUT : POLLIN};
    assert_int_equal(1, poll(&poll_fd, 1, 10000));
}

static enum net_status shake_hands(struct net_stream *stream, struct error *err) {
    enum net_status status;
    while ((status = net_stream_handshake(stream, err)) == NET_WANT_READ || status == NET_WANT_WRITE)
        wait_for(stream, status);
    return status;
}

static void expect_pattern(struct net_stream *stream) {
    static uint8_t bytes[7777];
    struct error err;
    for (size_t at = 0, moved; at < TRANSFER_BYTES; at += moved) {
        enum net_status status = net_stream_read(stream, bytes, sizeof bytes, &moved, &err);
        if (status == NET_WANT_READ)
            wait_for(stream, status);
        else
            assert_int_equal(NET_DONE, status);
        for (size_t i = 0; i < moved; i++)
            assert_int_equal(pattern(at + i), bytes[i]);
    }
}

/* Parts small and large, always from a buffer that moves. */
static void write_pattern(struct net_stream *stream) {
    struct error err;
    for (size_t at = 0, moved; at < TRANSFER_BYTES; at += moved) {
        size_t left = TRANSFER_BYTES - at, sizes[3] = {9, at % 5 ? 100 : 40000, 20000};
        struct iovec parts[3];
        uint8_t *copy = malloc(left);
        for (size_t i = 0; i < left; i++)
            copy[i] = pattern(at + i);
        int count = 0;
        size_t taken = 0;
        if (at % 3 == 0)
            sizes[0] = 30000;
        for (; count < 3 && taken < left; taken += parts[count++].iov_len)
            parts[count] = (struct iovec){copy + taken, sizes[count] < left - taken ? sizes[count] : left - taken};
        enum net_status status = net_stream_write_parts(stream, parts, count, &moved, &err);
        free(copy);
        if (status == NET_WANT_WRITE)
            wait_for(stream, status);
        else
            assert_int_equal(NET_DONE, status);
    }
}

static struct net_tls_context *make_context(bool with_ca, bool required, const char *const *alpn, bool alpn_required) {
    struct error err = {0};
    struct net_tls_options options = {.certificate_file = path_to("server.pem"),
                                      .key_file = path_to("server.key"),
                                      .client_ca_file = with_ca ? path_to("ca.pem") : NULL,
                                      .client_required = required,
                                      .alpn = alpn,
                                      .alpn_required = alpn_required};
    struct net_tls_context *context = net_tls_context_create(&options, &err);
    assert_string_equal("", err.message);
    return context;
}

/* Starts the client and shakes hands; the context may go at once. */
static struct net_stream *serve(struct net_tls_context *context, struct client *client, pthread_t *thread,
                                enum net_status *status, struct error *err) {
    int fds[2];
    make_tcp_pair(fds);
    client->fd = fds[1];
    pthread_create(thread, NULL, run_client, client);
    struct net_stream *stream = net_stream_create(fds[0], err);
    assert_true(net_stream_start_tls(stream, context, err));
    net_tls_context_release(context);
    *status = shake_hands(stream, err);
    return stream;
}

static void transfer_both_ways(int max_version, const char *version) {
    struct client client = {.max_version = max_version};
    pthread_t thread;
    enum net_status status;
    struct error err = {0};
    struct net_stream *stream = serve(make_context(false, false, NULL, false), &client, &thread, &status, &err);
    assert_string_equal("", err.message);
    assert_int_equal(NET_DONE, status);
    assert_true(net_stream_is_tls(stream));
    assert_string_equal(version, net_stream_tls_version(stream));
    assert_string_not_equal("", net_stream_tls_cipher(stream));
    expect_pattern(stream);
    write_pattern(stream);
    net_stream_shutdown(stream);
    pthread_join(thread, NULL);
    net_stream_destroy(stream);
    assert_int_equal(TRANSFER_BYTES, client.received);
    assert_false(client.disordered);
    assert_true(client.closed_in_order);
}

static void transfers_with_tls_1_3(void **state) {
    (void)state;
    transfer_both_ways(0, "TLSv1.3");
}

static void transfers_with_tls_1_2(void **state) {
    (void)state;
    transfer_both_ways(TLS1_2_VERSION, "TLSv1.2");
}

/* What a client offers, and what comes of it. */
struct offer {
    struct client client;
    bool with_ca, required, alpn_required;
    enum net_status status;
    const char *alpn, *name;
};

static const char *const protocols[] = {"h2", "postgresql", NULL};

static void check_offer(const struct offer *offer) {
    struct client client = offer->client;
    pthread_t thread;
    enum net_status status;
    struct error err = {0};
    struct net_stream *stream = serve(make_context(offer->with_ca, offer->required, protocols, offer->alpn_required),
                                      &client, &thread, &status, &err);
    assert_int_equal(offer->status, status);
    if (status == NET_DONE) {
        size_t length;
        const char *alpn = net_stream_alpn(stream, &length);
        assert_int_equal(strlen(offer->alpn), length);
        assert_memory_equal(offer->alpn, alpn, length);
        assert_string_equal(offer->name, net_stream_client_name(stream));
        expect_pattern(stream);
    } else {
        assert_int_equal(ERROR_NETWORK, err.kind);
        assert_memory_equal("TLS failed: ", err.message, 12);
    }
    net_stream_shutdown(stream);
    net_stream_destroy(stream);
    pthread_join(thread, NULL);
}

static void negotiates(void **state) {
    (void)state;
    const struct offer offers[] = {
        {.client = {.alpn = "\2h2"}, .status = NET_DONE, .alpn = "h2", .name = ""},
        {.client = {.alpn = "\12postgresql\2h2"}, .status = NET_DONE, .alpn = "h2", .name = ""},
        {.client = {.alpn = "\12postgresql"},
         .alpn_required = true,
         .status = NET_DONE,
         .alpn = "postgresql",
         .name = ""},
        {.client = {.alpn = "\4http"}, .status = NET_DONE, .alpn = "", .name = ""},
        {.client = {.alpn = "\4http"}, .alpn_required = true, .status = NET_FAILED},
        {.client = {.alpn = NULL}, .alpn_required = true, .status = NET_DONE, .alpn = "", .name = ""},
        {.client = {.with_certificate = true},
         .with_ca = true,
         .required = true,
         .status = NET_DONE,
         .alpn = "",
         .name = "duck"},
        {.client = {.with_certificate = true}, .status = NET_DONE, .alpn = "", .name = ""},
        {.client = {.with_certificate = false}, .with_ca = true, .status = NET_DONE, .alpn = "", .name = ""},
        {.client = {.with_certificate = false}, .with_ca = true, .required = true, .status = NET_FAILED},
        {.client = {.max_version = TLS1_1_VERSION, .ciphers = "DEFAULT@SECLEVEL=0"}, .status = NET_FAILED},
        {.client = {.max_version = TLS1_2_VERSION, .ciphers = "AES128-SHA"}, .status = NET_FAILED},
    };
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
        check_offer(&offers[i]);
}

static void garbage_is_no_handshake(void **state) {
    (void)state;
    int fds[2];
    struct error err = {0};
    make_tcp_pair(fds);
    struct net_tls_context *context = make_context(false, false, NULL, false);
    struct net_stream *stream = net_stream_create(fds[0], &err);
    assert_true(net_stream_start_tls(stream, context, &err));
    assert_int_equal(NET_WANT_READ, net_stream_handshake(stream, &err));
    assert_int_equal(21, write(fds[1], "GET / HTTP/1.1\r\n\r\n\r\n\r", 21));
    wait_for(stream, NET_WANT_READ);
    assert_int_equal(NET_FAILED, net_stream_handshake(stream, &err));
    assert_string_equal("TLS failed: http request", err.message);
    net_stream_shutdown(stream);
    net_stream_destroy(stream);
    net_tls_context_release(context);
    close(fds[1]);
}

/* A client that goes away in the middle of the handshake, after every prefix of its first message. */
static void truncated_handshake_ends(void **state) {
    (void)state;
    struct net_tls_context *context = make_context(false, false, NULL, false);
    SSL_CTX *client_context = SSL_CTX_new(TLS_client_method());
    SSL *client = SSL_new(client_context);
    BIO *out = BIO_new(BIO_s_mem());
    SSL_set_bio(client, BIO_new(BIO_s_mem()), out);
    SSL_connect(client);
    char *hello;
    long length = BIO_get_mem_data(out, &hello);
    assert_true(length > 100);
    for (long cut = 0; cut < length; cut += 7) {
        int fds[2];
        struct error err = {0};
        make_socket_pair(fds);
        assert_int_equal(cut, write(fds[1], hello, (size_t)cut));
        close(fds[1]);
        struct net_stream *stream = net_stream_create(fds[0], &err);
        assert_true(net_stream_start_tls(stream, context, &err));
        enum net_status status = shake_hands(stream, &err);
        assert_true(status == NET_EOF || status == NET_FAILED);
        net_stream_destroy(stream);
    }
    SSL_free(client);
    SSL_CTX_free(client_context);
    net_tls_context_release(context);
}

static void names_the_file_that_is_wrong(void **state) {
    (void)state;
    const struct {
        const char *certificate, *key, *ca, *says;
    } wrong[] = {
        {"none.pem", "server.key", NULL, "cannot use the TLS certificate \"%s/none.pem\": No such file or directory"},
        {"server.key", "server.key", NULL, "cannot use the TLS certificate \"%s/server.key\": "},
        {"server.pem", "none.key", NULL, "cannot use the TLS key \"%s/none.key\": No such file or directory"},
        {"server.pem", "other.key", NULL, "cannot use the TLS key \"%s/other.key\": key values mismatch"},
        {"server.pem", "locked.key", NULL, "cannot use the TLS key \"%s/locked.key\": "},
        {"server.pem", "server.key", "none.pem", "cannot use the TLS client CA \"%s/none.pem\": No such file"},
        {"server.pem", "server.key", "server.key", "cannot use the TLS client CA \"%s/server.key\": "},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = {0};
        struct net_tls_options options = {.certificate_file = path_to(wrong[i].certificate),
                                          .key_file = path_to(wrong[i].key),
                                          .client_ca_file = wrong[i].ca ? path_to(wrong[i].ca) : NULL};
        assert_null(net_tls_context_create(&options, &err));
        char expected[256];
        snprintf(expected, sizeof expected, wrong[i].says, directory);
        assert_int_equal(ERROR_CONFIG, err.kind);
        assert_memory_equal(expected, err.message, strlen(expected));
    }
    net_tls_context_release(NULL);
}

/* The same bytes as `openssl x509 -fingerprint -sha256` shows. */
static void hashes_the_certificate(void **state) {
    (void)state;
    struct net_tls_context *context = make_context(false, false, NULL, false);
    uint8_t hash[64];
    char text[128] = "", command[256], shown[256] = "";
    assert_int_equal(32, net_tls_context_endpoint_hash(context, hash));
    for (int i = 0; i < 32; i++)
        snprintf(text + strlen(text), 4, i < 31 ? "%02X:" : "%02X", hash[i]);
    snprintf(command, sizeof command, "openssl x509 -noout -fingerprint -sha256 -in %s", path_to("server.pem"));
    FILE *pipe = popen(command, "r");
    assert_non_null(fgets(shown, sizeof shown, pipe));
    pclose(pipe);
    assert_non_null(strstr(shown, text));
    net_tls_context_release(context);
}

static void slot_keeps_the_context_in_force(void **state) {
    (void)state;
    struct net_tls_slot slot;
    net_tls_slot_init(&slot);
    assert_null(net_tls_slot_get(&slot));
    struct net_tls_context *first = make_context(false, false, NULL, false);
    net_tls_slot_set(&slot, first);
    struct net_tls_context *held = net_tls_slot_get(&slot);
    assert_ptr_equal(first, held);
    net_tls_slot_set(&slot, make_context(false, false, NULL, false));
    uint8_t hash[64];
    assert_int_equal(32, net_tls_context_endpoint_hash(held, hash)); /* alive while held */
    net_tls_context_release(held);
    net_tls_slot_destroy(&slot);
}

static int set_up(void **state) {
    (void)state;
    make_certificates(directory);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    remove_certificates(directory);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfers_with_tls_1_3),
        cmocka_unit_test(transfers_with_tls_1_2),
        cmocka_unit_test(negotiates),
        cmocka_unit_test(garbage_is_no_handshake),
        cmocka_unit_test(truncated_handshake_ends),
        cmocka_unit_test(names_the_file_that_is_wrong),
        cmocka_unit_test(hashes_the_certificate),
        cmocka_unit_test(slot_keeps_the_context_in_force),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

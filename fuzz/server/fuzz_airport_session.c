/* A whole connection of the Airport door: HTTP/2, calls, the catalog of a real engine.
 *
 * An input is a list of what the client does, so that mutations reach further than HPACK would let them:
 *     C path names…   a call: an index into `paths`, a count, then for each header an index into `names`, a length, a value
 *     M, D            a gRPC message, or bytes as they are, of the stream opened last: two bytes of length, then they
 *     F               bytes between the frames, likewise
 *     E, R            that stream's end, or its reset
 * What follows no such letter is skipped. The engine has no files and little time.
 *
 * Checked: every stream whose request has ended is answered, the connection ends, and what came was a sequence of frames.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "airport/connection.h"
#include "airport/server.h"
#include "base/clock.h"
#include "base/reader.h"
#include "base/writer.h"
#include "duckcat/duckcat.h"
#include "engine/connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 64 << 10, STREAMS_MAX = 200, ANSWER_BYTES_MAX = 8 << 20, PATIENCE_MS = 20000, QUIET_MS = 30, STATEMENT_MS = 200 };
enum { FRAME_DATA, FRAME_HEADERS, FRAME_RESET = 3, FRAME_SETTINGS, FRAME_WINDOW = 8, FRAME_LAST = 9 };
enum { END_STREAM = 1, END_HEADERS = 4 };

static const char *const paths[] = {"DoAction", "DoGet", "DoExchange", "ListFlights", "GetFlightInfo", "GetSchema",
                                    "ListActions", "Handshake", "DoPut", "PollFlightInfo", "Nothing"};
static const char *const names[] = {"authorization", "airport-catalog", "airport-operation", "return-chunks",
                                    "airport-transaction-id", "grpc-timeout", "grpc-encoding", "airport-flight-path",
                                    "airport-action-name", "airport-trace-id", "airport-client-session-id", "x-bin"};

static const char fixture[] =
    "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
    "CREATE TABLE public.ducks (id INTEGER PRIMARY KEY, name VARCHAR, weight DECIMAL(8, 3), seen TIMESTAMPTZ, tags VARCHAR[]);"
    "CREATE MACRO public.twice(x) AS 2 * x;"
    "CREATE MACRO public.first_ducks(n) AS TABLE SELECT * FROM public.ducks LIMIT n;"
    "INSERT INTO public.ducks VALUES (1, 'Ada', 1.5, '2024-01-02 03:04:05+00', ['a', 'b']), (2, NULL, NULL, NULL, NULL)";

static struct {
    struct engine_database *database;
    struct duckcat *catalog;
    struct airport_server *server;
    uint64_t catalog_version;
} rig;

static uint8_t answer[ANSWER_BYTES_MAX];

static void die(const char *what, const char *why) {
    fprintf(stderr, "fuzz_airport_session: %s %s\n", what, why);
    abort();
}

/* ---- the server ---- */

static bool install(void *self, struct engine_connection *connection, struct error *err) {
    (void)self;
    return engine_connection_execute(connection, "SET enable_external_access = false", err);
}

static bool authenticate(void *self, struct airport_call *call, const char *token, const char **identity,
                         struct airport_error *err) {
    (void)self;
    (void)call;
    *identity = token && strcmp(token, "reader") == 0 ? "reader" : "writer";
    return !token || strcmp(token, "wrong") != 0 || airport_fail(err, AIRPORT_UNAUTHORIZED, "the token is wrong");
}

static void log_nothing(void *self, enum airport_log_level level, const struct airport_call *call, const char *message) {
    (void)self;
    (void)level;
    (void)call;
    (void)message;
}

static void refresh_tables(void) {
    struct error err;
    struct engine_connection *connection = engine_connection_create(rig.database, &err);
    if (!connection || !engine_connection_execute(connection, fixture, &err))
        die("cannot make the tables:", err.message);
    engine_connection_destroy(connection);
    rig.catalog_version = engine_database_catalog_version(rig.database);
}

static void set_up(void) {
    struct error err;
    struct airport_error failure = {0};
    const struct engine_options engine = {.path = ":memory:", .memory_limit = "256MB", .threads = 1, .opened = install};
    if (!(rig.database = engine_database_create(&engine, &err)))
        die("cannot open the database:", err.message);
    const struct duckcat_options options = {.reader_identity = "reader", .admin_actions = true, .query_timeout_ms = STATEMENT_MS};
    if (!(rig.catalog = duckcat_create(&options, rig.database, &err)))
        die("cannot make the catalog:", err.message);
    struct airport_server_config config = {.size = sizeof config, .port = -1, .authenticate = authenticate, .log = log_nothing,
                                           .max_received_message_bytes = 1 << 20, .worker_threads = 2, .io_threads = 1};
    duckcat_configure(rig.catalog, &config);
    rig.server = airport_server_create(&config, &failure);
    if (!rig.server || !airport_server_start(rig.server, &failure))
        die("cannot start the server:", failure.message);
    refresh_tables();
}

struct arrival {
    struct net_task task;
    int fd;
};

static void arrive(struct net_task *task) {
    connection_accept(rig.server, &rig.server->io[0], ((struct arrival *)task)->fd);
}

static struct airport_server_counters counters(void) {
    struct airport_server_counters now = {.size = sizeof now};
    airport_server_read_counters(rig.server, &now);
    return now;
}

/* ---- what the client sends ---- */

struct client {
    struct writer out;
    uint32_t streams;     /* opened; the last one's id is 2 * streams - 1 */
    bool open;            /* the last one, from our side */
    bool disorderly;      /* bytes between frames, or a reset: not every call has to be answered */
};

static void frame(struct client *client, uint8_t type, uint8_t flags, uint32_t stream, const void *body, size_t length) {
    writer_u8(&client->out, (uint8_t)(length >> 16));
    writer_u16(&client->out, (uint16_t)length);
    writer_u8(&client->out, type);
    writer_u8(&client->out, flags);
    writer_u32(&client->out, stream);
    writer_bytes(&client->out, body, length);
}

static uint32_t current(const struct client *client) {
    return 2 * client->streams - 1;
}

/* An HPACK literal without indexing, RFC 7541, 6.2.2; lengths below 127 fit one byte. */
static void header(struct writer *block, const char *name, const void *value, size_t length) {
    writer_u8(block, 0);
    writer_u8(block, (uint8_t)strlen(name));
    writer_bytes(block, name, strlen(name));
    writer_u8(block, (uint8_t)length);
    writer_bytes(block, value, length);
}

static void end_call(struct client *client) {
    if (client->open)
        frame(client, FRAME_DATA, END_STREAM, current(client), NULL, 0);
    client->open = false;
}

static void begin_call(struct client *client, struct reader *r) {
    struct writer block = {0};
    char path[96];
    end_call(client);
    snprintf(path, sizeof path, "/arrow.flight.protocol.FlightService/%s", paths[reader_u8(r) % (sizeof paths / sizeof *paths)]);
    header(&block, ":method", "POST", 4);
    header(&block, ":scheme", "http", 4);
    header(&block, ":path", path, strlen(path));
    header(&block, "content-type", "application/grpc", 16);
    header(&block, "te", "trailers", 8);
    for (int left = reader_u8(r) % 16; left > 0; left--) {
        const char *name = names[reader_u8(r) % (sizeof names / sizeof *names)];
        size_t length = reader_u8(r) % 127;
        const void *value = reader_bytes(r, length);
        if (reader_ok(r))
            header(&block, name, value, length);
    }
    client->streams++;
    client->open = true;
    frame(client, FRAME_HEADERS, END_HEADERS, current(client), block.bytes, block.length);
    writer_destroy(&block);
}

static void send_data(struct client *client, struct reader *r, bool is_message) {
    size_t length = reader_u16(r);
    length = length < 16000 ? length : 16000;
    length = length < r->left ? length : r->left;
    const void *bytes = reader_bytes(r, length);
    struct writer body = {0};
    if (is_message) {
        writer_u8(&body, 0);
        writer_u32(&body, (uint32_t)length);
    }
    writer_bytes(&body, bytes, length);
    if (client->open)
        frame(client, FRAME_DATA, 0, current(client), body.bytes, body.length);
    writer_destroy(&body);
}

static void send_anything(struct client *client, struct reader *r) {
    size_t length = reader_u16(r);
    length = length < r->left ? length : r->left;
    writer_bytes(&client->out, reader_bytes(r, length), length);
    client->disorderly = true;
}

static void reset_call(struct client *client) {
    if (client->streams)
        frame(client, FRAME_RESET, 0, current(client), "\0\0\0\x08", 4);
    client->open = false;
}

static void follow(struct client *client, const uint8_t *data, size_t size) {
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static const uint8_t wide_streams[] = {0, 4, 0x7f, 0xff, 0xff, 0xff}, wide_connection[] = {0x7f, 0, 0, 0};
    struct reader r = reader_over(data, size);
    writer_bytes(&client->out, preface, sizeof preface - 1);
    frame(client, FRAME_SETTINGS, 0, 0, wide_streams, sizeof wide_streams);
    frame(client, FRAME_WINDOW, 0, 0, wide_connection, sizeof wide_connection);
    while (reader_ok(&r) && r.left && client->streams < STREAMS_MAX) {
        uint8_t what = reader_u8(&r);
        if (what == 'C')
            begin_call(client, &r);
        else if (what == 'M' || what == 'D')
            send_data(client, &r, what == 'M');
        else if (what == 'F')
            send_anything(client, &r);
        else if (what == 'E')
            end_call(client);
        else if (what == 'R')
            reset_call(client);
    }
    end_call(client);
}

/* ---- one connection ---- */

/* Receives until every call has been answered, or nothing more is to be expected. */
static size_t receive_answers(int fd, const struct client *client, long long received_before) {
    size_t got = 0, sent = 0;
    const struct writer *out = &client->out;
    int64_t begun_ns = clock_monotonic_ns(), limit_ms = client->disorderly ? QUIET_MS : PATIENCE_MS;
    for (;;) {
        if (sent < out->length) {
            ssize_t wrote = send(fd, out->bytes + sent, out->length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            sent += wrote > 0 ? (size_t)wrote : 0;
        }
        if (got == sizeof answer)
            got = 0;
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int ready = poll(&poll_fd, 1, 1);
        ssize_t came = ready > 0 ? recv(fd, answer + got, sizeof answer - got, MSG_DONTWAIT) : -1;
        if (ready > 0 && came <= 0)
            return got; /* the server has closed */
        got += came > 0 ? (size_t)came : 0;
        struct airport_server_counters now = counters();
        bool taken = now.bytes_received - received_before >= (long long)out->length;
        if (taken && !now.calls_active && ready == 0)
            return got;
        if (clock_monotonic_ns() - begun_ns > limit_ms * 1000000) {
            if (!client->disorderly)
                die("a call is not answered,", taken ? "though it was received" : "nor received");
            return got;
        }
    }
}

static void check_frames(size_t length) {
    for (size_t at = 0; length - at >= 9;) {
        size_t body = (size_t)answer[at] << 16 | (size_t)answer[at + 1] << 8 | answer[at + 2];
        if (answer[at + 3] > FRAME_LAST)
            die("no frame", "of HTTP/2");
        if (body > length - at - 9)
            return;
        at += 9 + body;
    }
}

static void wait_for_the_end(void) {
    int64_t begun_ns = clock_monotonic_ns();
    for (struct airport_server_counters now = counters(); now.connections || now.calls_active; now = counters()) {
        if (clock_monotonic_ns() - begun_ns > PATIENCE_MS * (int64_t)1000000)
            die("what the connection began", "does not end");
        usleep(50);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!rig.database)
        set_up();
    if (size > INPUT_BYTES_MAX)
        return 0;
    struct client client = {0};
    follow(&client, data, size);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        die("no", "sockets");
    struct arrival arrival = {{.run = arrive}, ends[1]};
    long long received_before = counters().bytes_received;
    atomic_fetch_add(&rig.server->connections, 1);
    net_loop_post(rig.server->io[0].loop, &arrival.task);
    size_t got = receive_answers(ends[0], &client, received_before);
    if (got < sizeof answer)
        check_frames(got);
    close(ends[0]);
    wait_for_the_end();
    writer_destroy(&client.out);
    if (engine_database_catalog_version(rig.database) != rig.catalog_version)
        refresh_tables();
    return 0;
}

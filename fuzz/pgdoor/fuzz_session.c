/* A whole session of the PostgreSQL door: what a client sends, from its first packet to the end of its side.
 *
 * The first byte of an input says which door and whether the start-up packet is given: without it most inputs would get no
 * further than that. The session is the real one, on threads of its own; only the listening socket is left out. Its
 * engine has no files and little time, so that a statement found by chance does no harm.
 *
 * Checked: the session ends when the client's side has ended, and what it answers is a sequence of whole messages.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/reader.h"
#include "net/crew.h"
#include "observe/observer.h"
#include "pgcat/pgcat.h"
#include "pgdoor/host.h"
#include "pgdoor/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 64 << 10, ANSWER_BYTES_MAX = 4 << 20, PATIENCE_MS = 20000, STATEMENT_MS = 200, WORKERS = 2 };
enum { MODE_STARTED = 1, MODE_READER = 2, MODE_PASSWORDS = 4 };

static const char fixture[] =
    "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;"
    "CREATE TABLE public.ducks (id INTEGER PRIMARY KEY, name VARCHAR, weight DECIMAL(8, 3), seen TIMESTAMPTZ, tags VARCHAR[]);"
    "INSERT INTO public.ducks VALUES (1, 'Ada', 1.5, '2024-01-02 03:04:05+00', ['a', 'b']), (2, NULL, NULL, NULL, NULL)";

static struct {
    struct engine_database *database;
    struct pgcat *catalog;
    struct pgdoor_host *host;
    struct net_crew *crew;
    struct net_loop *loop;
    struct observer *observer;
    struct pgdoor *open, *closed; /* trusting, and asking for passwords */
    uint64_t catalog_version;
} rig;

static uint8_t answer[ANSWER_BYTES_MAX];

static void must(bool ok, const struct error *err) {
    if (ok)
        return;
    fprintf(stderr, "fuzz_session: %s\n", err->message);
    abort();
}

static bool install(void *self, struct engine_connection *connection, struct error *err) {
    (void)self;
    return pgcat_install(rig.catalog, connection, err) &&
           engine_connection_execute(connection, "SET enable_external_access = false", err);
}

static void refresh_tables(void) {
    struct error err;
    struct engine_connection *connection = engine_connection_create(rig.database, &err);
    must(connection && engine_connection_execute(connection, fixture, &err), &err);
    engine_connection_destroy(connection);
    rig.catalog_version = engine_database_catalog_version(rig.database);
}

static struct pgdoor *open_door(enum pgdoor_auth auth) {
    static const struct pgdoor_user users[] = {{"mallard", "secret", false}, {"reader", "secret", true}};
    struct error err;
    const struct pgdoor_options options = {
        .database = rig.database,
        .crew = rig.crew,
        .loop = rig.loop,
        .pgcat = rig.catalog,
        .observer = rig.observer,
        .host = "127.0.0.1",
        .users = users,
        .user_count = 2,
        .auth = auth,
        .database_alias = "mallard",
        .server_version = "15.0",
        .product_version = "0",
        .max_connections = 10,
        .max_strangers = 10,
        .max_message_bytes = 1 << 20,
        .batch_bytes = 4096,
        .statement_timeout_ms = STATEMENT_MS,
    };
    struct pgdoor *door = pgdoor_create(&options, &err);
    must(door != NULL, &err);
    return door;
}

static void set_up(void) {
    struct error err;
    must((rig.host = pgdoor_host_create(&err)) != NULL, &err);
    const struct pgcat_options catalog = {.server_version = "15.0", .product_version = "0", .writer = "mallard",
                                          .reader = "reader", .host = pgdoor_host_catalog(rig.host)};
    must((rig.catalog = pgcat_create(&catalog, &err)) != NULL, &err);
    const struct engine_options engine = {.path = ":memory:", .memory_limit = "256MB", .threads = 1, .opened = install};
    must((rig.database = engine_database_create(&engine, &err)) != NULL, &err);
    must((rig.observer = observer_create(NULL, 16, &err)) != NULL, &err);
    must((rig.crew = net_crew_create("fuzz", 1, WORKERS, &err)) != NULL, &err);
    must((rig.loop = net_loop_create("fuzz", 1, &err)) != NULL, &err);
    rig.open = open_door(PGDOOR_TRUST);
    rig.closed = open_door(PGDOOR_SCRAM);
    pgdoor_host_attach(rig.host, rig.open, NULL);
    refresh_tables();
}

/* ---- one conversation ---- */

static size_t write_startup(uint8_t *out, bool reader) {
    static const uint8_t writer_packet[] = "\0\0\0\0\0\3\0\0user\0mallard\0", reader_packet[] = "\0\0\0\0\0\3\0\0user\0reader\0";
    size_t length = reader ? sizeof reader_packet : sizeof writer_packet;
    memcpy(out, reader ? reader_packet : writer_packet, length);
    out[3] = (uint8_t)length;
    return length;
}

/* Sends while there is something to send, reads to the end; the answer beyond its buffer is dropped. */
static size_t converse(int fd, const uint8_t *bytes, size_t length) {
    static uint8_t dropped[64 << 10];
    size_t sent = 0, got = 0;
    for (bool sending = true;;) {
        if (sending && sent == length) {
            shutdown(fd, SHUT_WR);
            sending = false;
        }
        struct pollfd poll_fd = {.fd = fd, .events = (short)(POLLIN | (sending ? POLLOUT : 0))};
        int ready = poll(&poll_fd, 1, PATIENCE_MS);
        if (ready < 0)
            continue; /* libFuzzer's alarm */
        if (ready == 0) {
            fprintf(stderr, "fuzz_session: the session neither answers nor ends\n");
            abort();
        }
        if (sending && poll_fd.revents & POLLOUT) {
            ssize_t wrote = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            sent = wrote > 0 ? sent + (size_t)wrote : length;
        }
        if (!(poll_fd.revents & (POLLIN | POLLHUP | POLLERR)))
            continue;
        bool room = got < sizeof answer;
        ssize_t read_now = recv(fd, room ? answer + got : dropped, room ? sizeof answer - got : sizeof dropped, 0);
        if (read_now <= 0)
            return got;
        got += room ? (size_t)read_now : 0;
    }
}

/* Answers to requests for encryption are single bytes, and stand before everything else. */
static void check_answer(size_t length) {
    static const char tags[] = "123ACDEGHIKNRSTVWZcdnstv";
    size_t at = 0;
    while (at < length && answer[at] == 'N' && (at + 1 == length || answer[at + 1] != 0))
        at++;
    while (at < length && length < sizeof answer) {
        struct reader r = reader_over(answer + at, length - at);
        uint8_t tag = reader_u8(&r);
        size_t body = reader_u32(&r);
        if (!reader_ok(&r) || !strchr(tags, tag) || body < 4 || body > length - at - 1) {
            fprintf(stderr, "fuzz_session: no message at byte %zu of %zu: %.60s\n", at, length, (const char *)answer + at);
            abort();
        }
        at += 1 + body;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static uint8_t input[INPUT_BYTES_MAX + 64];
    if (!rig.database)
        set_up();
    if (size < 1 || size > INPUT_BYTES_MAX)
        return 0;
    size_t length = data[0] & MODE_STARTED ? write_startup(input, data[0] & MODE_READER) : 0;
    memcpy(input + length, data + 1, size - 1);
    length += size - 1;
    int ends[2];
    struct error err;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        abort();
    struct pgdoor *door = data[0] & MODE_PASSWORDS ? rig.closed : rig.open;
    must(session_start(door, ends[1], false, &err), &err);
    check_answer(converse(ends[0], input, length));
    close(ends[0]);
    while (pgdoor_session_count(door) > 0)
        usleep(50);
    if (engine_database_catalog_version(rig.database) != rig.catalog_version)
        refresh_tables();
    return 0;
}

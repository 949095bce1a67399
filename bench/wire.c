/* A PostgreSQL client that does as little as possible, so that what is measured is the server.
 *
 *   wire HOST PORT USER DATABASE text   SQL          all rows in text, by the simple protocol
 *   wire HOST PORT USER DATABASE binary SQL          all rows in binary, by the extended protocol
 *   wire HOST PORT USER DATABASE out    SQL          COPY … TO STDOUT
 *   wire HOST PORT USER DATABASE in     SQL FILE     COPY … FROM STDIN of the file's bytes
 *
 * Prints one line of JSON: rows (messages of data), bytes, seconds, first_ms (until the first row). Only for servers that
 * ask for no password, with messages of any length, and trusting what they send: a measuring tool, not a client.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 20 };

struct client {
    int fd;
    uint8_t *bytes; /* BUFFER_BYTES */
    size_t start, end;
    int64_t rows, total_bytes;
    double begun, first;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what) {
    fprintf(stderr, "wire: %s\n", what);
    exit(1);
}

static void send_all(struct client *client, const void *bytes, size_t length) {
    for (const char *at = bytes; length;) {
        ssize_t sent = send(client->fd, at, length, MSG_NOSIGNAL);
        if (sent <= 0)
            die("the server hung up");
        at += sent;
        length -= (size_t)sent;
    }
}

static void send_message(struct client *client, char tag, const void *body, size_t length) {
    uint8_t head[5] = {(uint8_t)tag};
    uint32_t size = htonl((uint32_t)length + 4);
    memcpy(head + 1, &size, 4);
    send_all(client, tag ? head : head + 1, tag ? 5 : 4);
    send_all(client, body, length);
}

static void receive_more(struct client *client) {
    memmove(client->bytes, client->bytes + client->start, client->end - client->start);
    client->end -= client->start;
    client->start = 0;
    ssize_t got = recv(client->fd, client->bytes + client->end, BUFFER_BYTES - client->end, 0);
    if (got <= 0)
        die("the server hung up");
    client->end += (size_t)got;
    client->total_bytes += got;
}

/* The next message's tag; its body is dropped, but for an error's, which is shown. */
static char next_message(struct client *client) {
    while (client->end - client->start < 5)
        receive_more(client);
    char tag = (char)client->bytes[client->start];
    uint32_t size;
    memcpy(&size, client->bytes + client->start + 1, 4);
    size_t left = (size_t)ntohl(size) + 1;
    while (left > client->end - client->start && tag != 'E') {
        left -= client->end - client->start;
        client->start = client->end;
        receive_more(client);
    }
    while (tag == 'E' && client->end - client->start < left)
        receive_more(client);
    if (tag == 'E') {
        fwrite(client->bytes + client->start + 5, 1, left - 5, stderr);
        die(" (an error)");
    }
    client->start += left;
    return tag;
}

static void run_until_ready(struct client *client) {
    for (char tag; (tag = next_message(client)) != 'Z';)
        if ((tag == 'D' || tag == 'd') && client->rows++ == 0)
            client->first = now();
}

static void connect_to(struct client *client, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &address.sin_addr);
    client->fd = socket(AF_INET, SOCK_STREAM, 0);
    client->bytes = malloc(BUFFER_BYTES);
    if (client->fd < 0 || !client->bytes || connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("cannot connect");
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    char packet[256];
    int length = snprintf(packet, sizeof packet, "%c%c%c%cuser%c%s%cdatabase%c%s%c%c", 0, 3, 0, 0, 0, argv[3], 0, 0,
                          argv[4], 0, 0);
    send_message(client, 0, packet, (size_t)length);
    run_until_ready(client);
    client->rows = client->total_bytes = 0;
}

static void send_binary(struct client *client, const char *sql) {
    static const char bind[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 1}; /* no parameters, one result format: binary */
    size_t length = strlen(sql);
    char *parse = calloc(1, length + 4);
    if (!parse)
        die("no memory");
    memcpy(parse + 1, sql, length);
    send_message(client, 'P', parse, length + 4);
    send_message(client, 'B', bind, sizeof bind);
    send_message(client, 'E', "\0\0\0\0\0", 5);
    send_message(client, 'S', "", 0);
    free(parse);
}

static void send_file(struct client *client, const char *path) {
    FILE *file = fopen(path, "rb");
    static char block[1 << 16];
    size_t length;
    if (!file)
        die("cannot open the file");
    while (next_message(client) != 'G')
        ;
    while ((length = fread(block, 1, sizeof block, file)) > 0) {
        send_message(client, 'd', block, length);
        client->total_bytes += (int64_t)length;
    }
    send_message(client, 'c', "", 0);
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc < 7)
        die("usage: wire HOST PORT USER DATABASE text|binary|out|in SQL [FILE]");
    struct client client = {0};
    connect_to(&client, argv);
    client.begun = now();
    if (strcmp(argv[5], "binary") == 0)
        send_binary(&client, argv[6]);
    else
        send_message(&client, 'Q', argv[6], strlen(argv[6]) + 1);
    if (strcmp(argv[5], "in") == 0)
        send_file(&client, argv[7]);
    run_until_ready(&client);
    double seconds = now() - client.begun;
    printf("{\"rows\": %lld, \"bytes\": %lld, \"seconds\": %.6f, \"first_ms\": %.3f}\n", (long long)client.rows,
           (long long)client.total_bytes, seconds, client.rows ? 1e3 * (client.first - client.begun) : 0);
    return 0;
}

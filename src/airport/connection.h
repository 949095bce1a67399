/* A client's connection: socket, HTTP/2 session and calls, all owned by one I/O thread.
 *
 * Nothing here waits: bytes go in and out as the socket allows, methods run elsewhere.
 */
#ifndef AIRPORT_CONNECTION_H
#define AIRPORT_CONNECTION_H

#include "net/loop.h"

struct airport_server;
struct connection;
struct io_thread;

/* Takes the socket over. On the I/O thread. */
void connection_accept(struct airport_server *server, struct io_thread *io, int fd);
/* The next one of its I/O thread. */
struct connection *connection_next(const struct connection *connection);
/* GOAWAY: no new calls. I/O thread. */
void connection_shut_down(struct connection *connection);
/* Closes at once, cancelling its calls. I/O thread. */
void connection_destroy(struct connection *connection);
/* Task: sends what a call has put out. */
void connection_flush_call(struct net_task *task);

#endif

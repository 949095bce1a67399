/* A Flight client for tests in the server's own process: one call per connection, its requests known beforehand. Allocates
 * nothing by base/memory.h, so that injected faults strike the server alone.
 */
#ifndef TESTS_AIRPORT_FLIGHT_CLIENT_H
#define TESTS_AIRPORT_FLIGHT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/writer.h"

enum { FLIGHT_NO_STATUS = -1, FLIGHT_BODY_MAX = 1 << 20, FLIGHT_TEXT_MAX = 4096 };

struct flight_call {
    const char *method;     /* "DoAction" */
    const char *operation;  /* the header airport-operation; NULL: none */
    bool returning;         /* the header return-chunks */
    struct writer requests; /* gRPC messages, made with flight_call_add; owned, free with writer_destroy */
};

struct flight_answer {
    int status;                  /* gRPC's; FLIGHT_NO_STATUS: the connection ended without one */
    char text[FLIGHT_TEXT_MAX];  /* grpc-message as it came, with its escapes */
    uint8_t body[FLIGHT_BODY_MAX]; /* gRPC messages; what exceeds it is dropped */
    size_t length;
};

/* Appends a request message. */
void flight_call_add(struct flight_call *call, const void *message, size_t length);
/* Makes the call at 127.0.0.1:port and waits for its end. */
void flight_call_make(const struct flight_call *call, int port, struct flight_answer *out);
/* How many messages an answer holds. */
int flight_answer_count(const struct flight_answer *answer);

#endif

/* Requests to a server of the full catalog (full_catalog.h), one for each thing that a client can ask. */
#ifndef TESTS_AIRPORT_SCENARIOS_H
#define TESTS_AIRPORT_SCENARIOS_H

#include "flight_client.h"

struct scenario {
    const char *name;
    int status;   /* the gRPC status it ends with when nothing goes wrong */
    int messages; /* how many are answered */
    void (*prepare)(struct flight_call *call); /* fills it in */
};

extern const struct scenario scenarios[];
extern const int scenario_count;

/* The scenario of that name; its requests are owned, free with writer_destroy. */
struct flight_call scenario_call(const char *name);

#endif

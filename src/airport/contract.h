/* When a method breaks its contract: a warning in the log, and an error that says so. */
#ifndef AIRPORT_CONTRACT_H
#define AIRPORT_CONTRACT_H

#include "airport.h"

/* Returns false. */
bool contract_broken(struct airport_call *call, struct airport_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

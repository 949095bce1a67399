/* What programs owe the library, and how it is held to: members behind a struct's `size` count as zero, groups of methods
 * are whole, and what breaks the contract is a warning in the log and an error that says so. Any thread.
 */
#ifndef AIRPORT_CONTRACT_H
#define AIRPORT_CONTRACT_H

#include "airport.h"
#include "base/error.h"

/* A member of a program's method table; NULL without a table, and if the program's header did not have the member yet. */
#define METHOD(table, member)                                                                                          \
    ((table) && (table)->size >= offsetof(__typeof__(*(table)), member) + sizeof (table)->member ? (table)->member : NULL)

/* True if the table has the method; otherwise the contract is broken. */
#define REQUIRE(call, table, member, err)                                                                              \
    (METHOD(table, member) ||                                                                                          \
     contract_broken(call, err, "a method table lacks \"%s\", or its size is not set", #member))

/* Returns false. */
bool contract_broken(struct airport_call *call, struct airport_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The error of a stream's method that returned `code`. Returns false. */
bool stream_failed(const struct airport_call *call, struct ArrowArrayStream *stream, int code, struct airport_error *err);
/* The error of a program's rows that could not be encoded: memory is out, or they do not fit their schema. Returns false. */
bool rows_failed(struct airport_call *call, const struct error *inner, struct airport_error *err);

/* Copies what a program filled in of a struct of ours, which begins with its size; the rest becomes zero. False if nothing was
 * given, or its size is not set; `name` is the struct's, for the error. */
bool copy_sized(void *out, size_t size, const void *given, const char *name, struct airport_error *err);
/* The same for an element of an array, which is stepped by its first element's size. */
bool copy_element(void *out, size_t size, const void *array, size_t index, const char *name, struct airport_error *err);

#endif

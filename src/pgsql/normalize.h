/* Statements without their constants: for statistics, and for logs that must not tell a secret. Any thread. */
#ifndef PGSQL_NORMALIZE_H
#define PGSQL_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes the statement with `$n` in the place of each constant, one blank between tokens where there was space or a comment,
 * and only the first constant of a list behind IN or in brackets (as PostgreSQL 18 does); NUL-terminated, cut at a character
 * to fit. Text that cannot be read as SQL becomes "<unreadable>". Returns the length. */
size_t pgsql_normalize(const char *text, size_t length, char *out, size_t size);

/* Whether the text may hold a password, key or token, judged by the words in it: then it is shown normalised only. */
bool pgsql_mentions_secret(const char *text, size_t length);

#endif

/* Identifiers as text: quoted where PostgreSQL would quote them, and read back. Any thread. */
#ifndef PGCAT_IDENTIFIER_H
#define PGCAT_IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"

enum { PGCAT_NAME_PARTS = 3 };

/* As quote_ident(): in double quotes unless it is plain lower case and no keyword that matters. */
void pgcat_write_identifier(struct writer *w, const char *name, size_t length);
/* As quote_literal(). */
void pgcat_write_literal(struct writer *w, const char *text, size_t length);

/* A text as a literal of DuckDB's, which has no escapes. */
void pgcat_write_string(struct writer *w, const char *text);

struct pgcat_name {
    const char *parts[PGCAT_NAME_PARTS]; /* the last one is the object's own */
    int count;
};

/* Splits `a."B c".d` at its dots, unquotes and folds each part; fails as PostgreSQL does (42602 invalid name syntax). */
bool pgcat_name_parse(struct arena *arena, const char *text, size_t length, struct pgcat_name *name, struct error *err);

#endif

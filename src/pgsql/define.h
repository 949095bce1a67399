/* Definitions: tables, indexes, sequences and the rest of DDL, turned into what DuckDB has. What is left out without loss of
 * meaning is deleted from the text, what DuckDB does in several statements becomes steps, what has no counterpart is refused.
 * Internal to this layer. */
#ifndef PGSQL_DEFINE_H
#define PGSQL_DEFINE_H

#include "pgsql/rewrite.h"

/* A name with its qualifiers: tokens first … last. */
struct qualified {
    int32_t first, last;
};

/* The qualified name at `i`. */
struct qualified qualified_at(const struct rewriter *r, int32_t i);
/* Behind it. */
static inline int32_t behind(struct qualified name) {
    return name.last + 1;
}
/* Its SQL text as written. */
const char *qualified_text(struct rewriter *r, struct qualified name);
/* The text of another object in the same schema: the qualifiers as written, then `name` quoted. */
const char *sibling(struct rewriter *r, struct qualified name, const char *other);

/* ALTER SEQUENCE … OWNED BY wants a table as schema.name, and finds no temporary one that way. */
const char *owner_text(struct rewriter *r, struct qualified table, bool temporary);

/* Steps around the statement; the text is formatted into the arena. */
void step_before(struct rewriter *r, struct steps *steps, const char *format, ...) __attribute__((format(printf, 3, 4)));
void step_behind(struct rewriter *r, struct steps *steps, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A step that is a query for a script, before or behind the statement. */
void step_generate_before(struct rewriter *r, struct steps *steps, const char *format, ...) __attribute__((format(printf, 3, 4)));
void step_generate(struct rewriter *r, struct steps *steps, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A step in the statement's place. */
void step_instead(struct rewriter *r, struct steps *steps, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Steps that the door carries out. */
void step_alter(struct rewriter *r, struct steps *steps, const struct pgsql_alter *alter);
void step_enum(struct rewriter *r, struct steps *steps, const struct pgsql_enum_change *labels);
/* Nothing is left of the statement but its tag; the client is told why, if there is something to tell. */
void step_nothing(struct steps *steps, const char *notice);

/* Skips the words that are there, in this order; gives the token behind. */
int32_t skip_words(const struct rewriter *r, int32_t i, int count, const uint16_t *words);
/* Behind IF EXISTS, IF NOT EXISTS or nothing. */
int32_t skip_if_exists(const struct rewriter *r, int32_t i);
/* The first token from `i` on, at the same level, that is the keyword; the token count if there is none. */
int32_t find_word(const struct rewriter *r, int32_t i, enum pgsql_keyword keyword);
/* The end (exclusive) of the clause that starts at `i`: the next comma or closing bracket of its level, or the end. */
int32_t clause_end(const struct rewriter *r, int32_t i);

/* A column definition; see define_column.c. */
struct column {
    int32_t name;       /* token */
    int32_t first, end; /* tokens: first of the type, behind the last constraint */
};

struct table {
    struct qualified name;
    bool temporary;
    bool if_not_exists;
};

void define_column(struct rewriter *r, struct steps *steps, const struct table *table, struct column *column);
/* Edits the type at token `i` where the engine has another name for it. */
void define_type(struct rewriter *r, int32_t i);
/* The engine's type of a column declared as serial; NULL: it is not. */
const char *serial_type(const struct rewriter *r, int32_t i);
/* Behind the expression of the DEFAULT at token `i`. */
int32_t default_end(const struct rewriter *r, int32_t i, int32_t end);
/* PRIMARY KEY (…), FOREIGN KEY (…) … from `i` up to `end`: edits what every constraint may carry, refuses what DuckDB lacks. Gives
 * the token behind what was looked at, which may lie behind `end`. */
int32_t define_constraint(struct rewriter *r, int32_t i, int32_t end);
/* The sequence behind a serial or identity column, and the DEFAULT that reads it; its options in the brackets that open at token
 * `open`, -1: none. */
const char *define_sequence(struct rewriter *r, struct steps *steps, const struct table *table, int32_t column, int32_t open);

/* One for each kind of statement that needs it. */
typedef void define_function(struct rewriter *r, struct steps *steps);
define_function define_create_table, define_create_table_as, define_select_into, define_alter_table, define_create_index,
    define_drop, define_truncate, define_create_sequence, define_alter_sequence, define_create_type, define_alter_type,
    define_create_schema, define_create_view, define_alter_object, define_comment, define_vacuum, define_create_function;

#endif

/* JSON documents as trees: what json's and jsonb's functions look into and build.
 *
 * A tree is read once and then immutable; all of it, and the texts that it points at, stands in the arena or in the text that
 * it was read from. jsonb's order holds in objects unless told otherwise: shorter keys first, then by bytes, of equal keys the
 * last (PostgreSQL 15, 8.14).
 */
#ifndef PGTYPE_JSON_H
#define PGTYPE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/writer.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_text {
    const char *bytes; /* UTF-8, not NUL-terminated */
    size_t length;
};

struct json_node;

/* An element of an array has no key. */
struct json_member {
    struct json_text key;
    const struct json_node *value;
};

struct json_node {
    enum json_kind kind;
    int32_t count;                     /* ARRAY, OBJECT */
    const struct json_member *members; /* ARRAY, OBJECT */
    struct json_text text;             /* STRING: without quotes and escapes; NUMBER: plain decimal digits */
    struct json_text source;           /* as it was written; empty for what was built */
};

enum json_order { JSON_ORDER_JSONB, JSON_ORDER_WRITTEN };

/* NULL: `err` says why (22P02 for bad syntax, 22P05 for a NUL character, 54001 for too deep a nesting). */
const struct json_node *json_read(struct arena *arena, const char *text, size_t length, enum json_order order, struct error *err);

/* As jsonb prints it: a space behind colons and commas. */
void json_write(const struct json_node *node, struct writer *w);
/* As jsonb_pretty() does, four columns a level. */
void json_write_pretty(const struct json_node *node, int32_t level, struct writer *w);
/* Between quotes, with escapes. */
void json_write_string(struct json_text text, struct writer *w);

/* NULL when the object has no such key, the array no such element (negative: from the end), or the node is neither. */
const struct json_node *json_find(const struct json_node *object, struct json_text key);
const struct json_node *json_element(const struct json_node *array, int64_t index);

/* jsonb's order of keys. */
int json_compare_keys(struct json_text a, struct json_text b);
bool json_equal(const struct json_node *a, const struct json_node *b);
/* a @> b */
bool json_contains(const struct json_node *a, const struct json_node *b);

/* Nodes made of others. NULL when memory is out. */
const struct json_node *json_make_string(struct arena *arena, struct json_text text);
/* The members are borrowed; an object's get sorted where they stand, and of equal keys the one written last remains. */
const struct json_node *json_make_array(struct arena *arena, struct json_member *members, int32_t count);
const struct json_node *json_make_object(struct arena *arena, struct json_member *members, int32_t count);

#endif

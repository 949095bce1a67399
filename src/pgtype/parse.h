/* Inside of the decoder: reading one value's bytes into the engine's representation.
 *
 * A parser is built once for a type and a format and then only read. It turns bytes that are not NULL into a datum:
 * a slot as it stands in a vector, or bytes, or the data of children. What a datum points at is borrowed from the
 * input or stands in the arena.
 */
#ifndef PGTYPE_PARSE_H
#define PGTYPE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/vector.h"
#include "pgtype/settings.h"
#include "pgwire/message.h"

struct pgtype_bytes {
    const uint8_t *bytes;
    size_t length;
};

struct pgtype_datum {
    bool is_null;
    union {
        int64_t integer; /* integers, BOOLEAN, dates and times; the low bytes are the slot */
        struct engine_hugeint huge;
        struct engine_interval interval;
        double number;
        float single;
        struct pgtype_bytes bytes; /* VARCHAR, BLOB, BIT */
        struct {
            struct pgtype_datum *items; /* LIST, ARRAY: elements; STRUCT: fields */
            int64_t count;
        } children;
    };
};

struct pgtype_parser;

typedef bool pgtype_parse_function(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                                   struct pgtype_datum *out, struct error *err);

struct pgtype_parser {
    pgtype_parse_function *parse;
    const struct engine_type *type;
    const struct pgtype_settings *settings;
    uint32_t oid;     /* what the bytes are */
    const char *name; /* of the type, for errors: "integer" */
    bool binary;
    struct pgtype_parser *children; /* LIST, ARRAY: one; STRUCT: one for each field */
    int32_t child_count;
    const struct pgtype_labels *labels; /* ENUM */
};

/* For values that are of type `oid` on the wire, to become `type`. */
bool pgtype_parser_init(struct pgtype_parser *parser, struct arena *arena, const struct engine_type *type, uint32_t oid,
                        bool binary, const struct pgtype_settings *settings, struct error *err);

/* As parser->parse; a NULL (length -1) gives a NULL datum. */
bool pgtype_parse(const struct pgtype_parser *parser, struct arena *arena, struct pgwire_value value,
                  struct pgtype_datum *out, struct error *err);

struct pgtype_parse_pair {
    pgtype_parse_function *text;
    pgtype_parse_function *binary;
};

/* Parsers of the types without children; NULL for the others. */
const struct pgtype_parse_pair *pgtype_parse_pair_of(enum engine_type_id id);

pgtype_parse_function pgtype_parse_array_text, pgtype_parse_array_binary, pgtype_parse_vector_text;
pgtype_parse_function pgtype_parse_record_text, pgtype_parse_record_binary;
pgtype_parse_function pgtype_parse_oid_text, pgtype_parse_oid_binary, pgtype_parse_oid_as_text, pgtype_parse_xid8_binary;
pgtype_parse_function pgtype_parse_text, pgtype_parse_json, pgtype_parse_jsonb, pgtype_parse_jsonb_binary, pgtype_parse_no_binary;
pgtype_parse_function pgtype_parse_date, pgtype_parse_time, pgtype_parse_time_tz, pgtype_parse_timestamp,
    pgtype_parse_interval;
pgtype_parse_function pgtype_parse_numeric_text, pgtype_parse_numeric_binary, pgtype_parse_float_text,
    pgtype_parse_double_text, pgtype_parse_numeric_double;

/* The type that a numeric parameter's value needs: DECIMAL with as many decimals as it has; DOUBLE for NaN, infinity
 * and numbers of more than 38 digits before the point. NULL when memory is out. */
const struct engine_type *pgtype_numeric_type(struct arena *arena, struct pgtype_bytes in, bool binary);

/* 22P02 `invalid input syntax for type integer: "x"`; returns false. */
bool pgtype_fail_syntax(const struct pgtype_parser *parser, struct pgtype_bytes in, struct error *err);
/* 22003 `value "x" is out of range for type integer`. */
bool pgtype_fail_range(const struct pgtype_parser *parser, struct pgtype_bytes in, struct error *err);
/* Binary values must have exactly this length: 08P01 when they are shorter, 22P03 when longer, as PostgreSQL's
 * receive functions. */
bool pgtype_check_length(struct pgtype_bytes in, size_t length, struct error *err);
/* 22P03 `incorrect binary data format`. */
bool pgtype_fail_binary(struct error *err);

static inline bool pgtype_is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline struct pgtype_bytes pgtype_trim(struct pgtype_bytes in) {
    while (in.length && pgtype_is_space(in.bytes[0])) {
        in.bytes++;
        in.length--;
    }
    while (in.length && pgtype_is_space(in.bytes[in.length - 1]))
        in.length--;
    return in;
}

/* Whether the bytes are this word, in any case; `word` is in lower case. */
bool pgtype_is_word(struct pgtype_bytes in, const char *word);

/* JSON (RFC 8259) as PostgreSQL's json type takes it. */
bool pgtype_json_check(struct pgtype_bytes in, struct error *err);

#endif

/* Arrays and records, in text (array_in, record_in) and binary (array_recv, record_recv).
 *
 * Departures from PostgreSQL, because lists can be what arrays cannot: inner lists may be empty, NULL and of
 * different lengths; bounds before the array ([0:1]={…}) are read and forgotten.
 */
#include <string.h>

#include "base/reader.h"
#include "pgtype/parse.h"

enum { DIMENSIONS_MOST = 6 /* PostgreSQL's MAXDIM */, ELEMENTS_MOST = 134217727 /* its MaxArraySize */ };

static bool is_list(const struct engine_type *type) {
    return type->id == ENGINE_TYPE_LIST || type->id == ENGINE_TYPE_ARRAY;
}

static bool fail_literal(const char *kind, struct pgtype_bytes in, const char *detail, struct error *err) {
    if (!pgwire_text_check(in.bytes, in.length, err))
        return false;
    error_set(err, ERROR_CONVERSION, "malformed %s literal: \"%.*s\"", kind, in.length > 1024 ? 1024 : (int)in.length,
              (const char *)in.bytes);
    error_set_detail(err, "%s", detail);
    return false;
}

/* Items as they come; owned by the arena. */
struct items {
    struct pgtype_datum *items;
    int64_t count, room;
};

static struct pgtype_datum *push_item(struct items *list, struct arena *arena, struct error *err) {
    if (list->count == list->room) {
        int64_t room = list->room ? list->room * 2 : 8;
        struct pgtype_datum *items = arena_allocate(arena, (size_t)room * sizeof *items);
        if (!items) {
            error_set_no_memory(err);
            return NULL;
        }
        if (list->count)
            memcpy(items, list->items, (size_t)list->count * sizeof *items);
        list->items = items;
        list->room = room;
    }
    return &list->items[list->count++];
}

static bool finish_list(const struct pgtype_parser *parser, const struct items *list, struct pgtype_datum *out,
                        struct error *err) {
    const struct engine_type *type = parser->type;
    if (type->id == ENGINE_TYPE_ARRAY && list->count != type->array_size)
        return error_set_state(err, ERROR_CONVERSION, "2202E", "expected %lld array elements, found %lld",
                               (long long)type->array_size, (long long)list->count);
    out->is_null = false;
    out->children.items = list->items;
    out->children.count = list->count;
    return true;
}

/* What is left of an array or record literal. */
struct scan {
    const uint8_t *at, *end;
    struct pgtype_bytes whole; /* for errors */
    uint8_t *out;              /* where texts are unquoted to; together they are no longer than the literal */
    struct arena *arena;
};

static bool begin_scan(struct scan *s, struct pgtype_bytes in, struct arena *arena, struct error *err) {
    *s = (struct scan){.at = in.bytes, .end = in.bytes + in.length, .whole = in, .arena = arena};
    s->out = arena_allocate(arena, in.length + 1);
    return s->out || error_set_no_memory(err);
}

static void skip_space(struct scan *s) {
    while (s->at < s->end && pgtype_is_space(*s->at))
        s->at++;
}

static bool fail_array(const struct scan *s, const char *detail, struct error *err) {
    return fail_literal("array", s->whole, detail, err);
}

static bool fail_array_here(const struct scan *s, struct error *err) {
    if (s->at == s->end)
        return fail_array(s, "Unexpected end of input.", err);
    char detail[] = "Unexpected \"?\" character.";
    *strchr(detail, '?') = (char)*s->at;
    return fail_array(s, *s->at < 0x80 ? detail : "Unexpected array element.", err);
}

/* "…" with backslashes before quotes and themselves; then only space up to the comma or brace. */
static bool take_quoted(struct scan *s, struct error *err) {
    for (s->at++; s->at < s->end && *s->at != '"'; s->at++) {
        if (*s->at == '\\' && ++s->at == s->end)
            break;
        *s->out++ = *s->at;
    }
    if (s->at == s->end)
        return true; /* the caller sees the end */
    s->at++;
    skip_space(s);
    if (s->at < s->end && *s->at != ',' && *s->at != '}')
        return fail_array(s, "Unexpected array element.", err);
    return true;
}

/* Up to the comma or brace, without the space before it; `*escaped` when there were backslashes. */
static bool take_bare(struct scan *s, bool *escaped, struct error *err) {
    uint8_t *last = s->out;
    for (; s->at < s->end && *s->at != ',' && *s->at != '}'; s->at++) {
        bool literal = *s->at == '\\';
        if (*s->at == '"')
            return fail_array(s, "Unexpected array element.", err);
        if (*s->at == '{')
            return fail_array_here(s, err);
        if (literal && ++s->at == s->end)
            break;
        *escaped |= literal;
        *s->out++ = *s->at;
        if (literal || !pgtype_is_space(*s->at))
            last = s->out;
    }
    s->out = last;
    return true;
}

/* An element's text; `*quoted` when it is not just its bytes, so that it is not the word NULL. */
static bool take_element(struct scan *s, struct pgtype_bytes *text, bool *quoted, struct error *err) {
    const uint8_t *start = s->out;
    *quoted = s->at < s->end && *s->at == '"';
    if (!(*quoted ? take_quoted(s, err) : take_bare(s, quoted, err)))
        return false;
    if (s->at == s->end)
        return fail_array(s, "Unexpected end of input.", err);
    *text = (struct pgtype_bytes){start, (size_t)(s->out - start)};
    return *quoted || text->length || fail_array_here(s, err);
}

static bool take_list(struct scan *s, const struct pgtype_parser *parser, struct pgtype_datum *out, struct error *err);

static bool take_item(struct scan *s, const struct pgtype_parser *child, struct pgtype_datum *out, struct error *err) {
    struct pgtype_bytes text = {0};
    bool quoted = false;
    if (is_list(child->type) && s->at < s->end && *s->at == '{')
        return take_list(s, child, out, err);
    if (!take_element(s, &text, &quoted, err))
        return false;
    out->is_null = !quoted && pgtype_is_word(text, "null");
    if (out->is_null)
        return true;
    if (is_list(child->type))
        return fail_array(s, "Unexpected array element.", err);
    return child->parse(child, s->arena, text, out, err);
}

/* {item,item,…} */
static bool take_list(struct scan *s, const struct pgtype_parser *parser, struct pgtype_datum *out, struct error *err) {
    struct items list = {0};
    s->at++;
    skip_space(s);
    if (s->at < s->end && *s->at == '}') {
        s->at++;
        return finish_list(parser, &list, out, err);
    }
    for (;;) {
        skip_space(s);
        struct pgtype_datum *item = push_item(&list, s->arena, err);
        if (!item || !take_item(s, &parser->children[0], item, err))
            return false;
        skip_space(s);
        if (s->at == s->end || (*s->at != ',' && *s->at != '}'))
            return fail_array_here(s, err);
        if (*s->at++ == '}')
            return finish_list(parser, &list, out, err);
    }
}

/* [1:2][0:3]= */
static bool skip_bounds(struct scan *s, struct error *err) {
    if (s->at == s->end || *s->at != '[')
        return true;
    while (s->at < s->end && (*s->at == '[' || *s->at == ']' || *s->at == ':' || *s->at == '-' || *s->at == '+' ||
                              pgtype_is_space(*s->at) || (*s->at >= '0' && *s->at <= '9')))
        s->at++;
    if (s->at == s->end || *s->at != '=')
        return fail_array(s, "Missing \"=\" after array dimensions.", err);
    s->at++;
    skip_space(s);
    return true;
}

bool pgtype_parse_array_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                             struct pgtype_datum *out, struct error *err) {
    struct scan s;
    if (!begin_scan(&s, in, arena, err))
        return false;
    skip_space(&s);
    if (!skip_bounds(&s, err))
        return false;
    if (s.at == s.end || *s.at != '{')
        return fail_array(&s, "Array value must start with \"{\" or dimension information.", err);
    if (!take_list(&s, parser, out, err))
        return false;
    skip_space(&s);
    return s.at == s.end || fail_array(&s, "Junk after closing right brace.", err);
}

/* int2vector, oidvector: numbers and spaces. */
bool pgtype_parse_vector_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                              struct pgtype_datum *out, struct error *err) {
    const struct pgtype_parser *child = &parser->children[0];
    const uint8_t *at = in.bytes, *end = in.bytes + in.length;
    struct items list = {0};
    for (;;) {
        while (at < end && pgtype_is_space(*at))
            at++;
        if (at == end)
            return finish_list(parser, &list, out, err);
        const uint8_t *start = at;
        while (at < end && !pgtype_is_space(*at))
            at++;
        struct pgtype_datum *item = push_item(&list, arena, err);
        if (!item)
            return false;
        item->is_null = false;
        const struct pgtype_parse_pair *pair = pgtype_parse_pair_of(child->type->id);
        if (!pair->text(child, arena, (struct pgtype_bytes){start, (size_t)(at - start)}, item, err))
            return false;
    }
}

/* An element or field behind its length. */
static bool take_sized(const struct pgtype_parser *parser, struct arena *arena, struct reader *r,
                       struct pgtype_datum *out, struct error *err) {
    struct pgwire_value value = {.length = (int32_t)reader_u32(r)};
    if (value.length < PGWIRE_NULL)
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    if (value.length != PGWIRE_NULL)
        value.bytes = reader_bytes(r, (size_t)value.length);
    if (!reader_ok(r))
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    return pgtype_parse(parser, arena, value, out, err);
}

struct shape {
    int32_t dimensions;
    int32_t lengths[DIMENSIONS_MOST];
};

static bool take_level(const struct pgtype_parser *parser, struct arena *arena, const struct shape *shape, int32_t level,
                       struct reader *r, struct pgtype_datum *out, struct error *err) {
    struct items list = {0};
    for (int32_t i = 0; i < shape->lengths[level]; i++) {
        struct pgtype_datum *item = push_item(&list, arena, err);
        if (!item)
            return false;
        bool ok = level + 1 < shape->dimensions
                      ? take_level(&parser->children[0], arena, shape, level + 1, r, item, err)
                      : take_sized(&parser->children[0], arena, r, item, err);
        if (!ok)
            return false;
    }
    return finish_list(parser, &list, out, err);
}

static int32_t depth_of(const struct engine_type *type) {
    int32_t depth = 0;
    for (; is_list(type); type = type->child)
        depth++;
    return depth;
}

static const struct pgtype_parser *leaf_of(const struct pgtype_parser *parser) {
    while (is_list(parser->type))
        parser = &parser->children[0];
    return parser;
}

/* The dimensions, whose product is a claim until the elements are there: each takes four bytes at least. */
static bool read_shape(struct reader *r, const struct pgtype_parser *parser, struct shape *shape, struct error *err) {
    int32_t dimensions = (int32_t)reader_u32(r);
    uint32_t flags = reader_u32(r), element = reader_u32(r);
    if (!reader_ok(r))
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    if (dimensions < 0)
        return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid number of dimensions: %d", dimensions);
    if (dimensions > DIMENSIONS_MOST)
        return error_set(err, ERROR_LIMIT, "number of array dimensions (%d) exceeds the maximum allowed (%d)", dimensions,
                         DIMENSIONS_MOST);
    if (flags > 1)
        return error_set_state(err, ERROR_CONVERSION, "22P03", "invalid array flags");
    const struct pgtype *own = pgtype_find(parser->oid);
    if (element != leaf_of(parser)->oid && !(own && own->element == element))
        return error_set(err, ERROR_MISMATCH_TYPE, "wrong element type");
    int64_t elements = 1;
    shape->dimensions = dimensions;
    for (int32_t i = 0; i < dimensions; i++) {
        shape->lengths[i] = (int32_t)reader_u32(r);
        reader_u32(r); /* the first index */
        if (shape->lengths[i] < 0 || (elements *= shape->lengths[i]) > ELEMENTS_MOST)
            return error_set(err, ERROR_LIMIT, "array size exceeds the maximum allowed (%d)", ELEMENTS_MOST);
    }
    if (!reader_ok(r) || (dimensions && r->left / 4 < (size_t)elements))
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    /* Lists of nothing would cost memory that the message does not pay for. */
    return elements || dimensions <= 1 || pgtype_fail_binary(err);
}

bool pgtype_parse_array_binary(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                               struct pgtype_datum *out, struct error *err) {
    struct reader r = reader_over(in.bytes, in.length);
    struct shape shape;
    struct items empty = {0};
    if (!read_shape(&r, parser, &shape, err))
        return false;
    if (shape.dimensions && shape.dimensions != depth_of(parser->type))
        return error_set(err, ERROR_MISMATCH_TYPE, "array has %d dimensions, but %d are expected", shape.dimensions,
                         depth_of(parser->type));
    bool ok = shape.dimensions ? take_level(parser, arena, &shape, 0, &r, out, err)
                               : finish_list(parser, &empty, out, err);
    return ok && (reader_finished(&r) || pgtype_fail_binary(err));
}

static bool fail_record(const struct scan *s, const char *detail, struct error *err) {
    return fail_literal("record", s->whole, detail, err);
}

/* A field's text; nothing at all is NULL. Quotes may begin and end anywhere; within them they are doubled. */
static bool take_field(struct scan *s, struct pgtype_bytes *text, bool *is_null, struct error *err) {
    const uint8_t *start = s->out;
    bool in_quotes = false;
    *is_null = s->at < s->end && (*s->at == ',' || *s->at == ')');
    while (s->at < s->end && (in_quotes || (*s->at != ',' && *s->at != ')'))) {
        uint8_t c = *s->at++;
        if (c == '\\') {
            if (s->at == s->end)
                break;
            *s->out++ = *s->at++;
        } else if (c == '"' && in_quotes && s->at < s->end && *s->at == '"') {
            *s->out++ = *s->at++;
        } else if (c == '"') {
            in_quotes = !in_quotes;
        } else {
            *s->out++ = c;
        }
    }
    *text = (struct pgtype_bytes){start, (size_t)(s->out - start)};
    return s->at < s->end || fail_record(s, "Unexpected end of input.", err);
}

static struct pgtype_datum *allocate_fields(const struct pgtype_parser *parser, struct arena *arena,
                                            struct pgtype_datum *out, struct error *err) {
    struct pgtype_datum *fields = arena_allocate_zeroed(arena, (size_t)parser->child_count, sizeof *fields);
    if (!fields)
        error_set_no_memory(err);
    out->children.items = fields;
    out->children.count = parser->child_count;
    return fields;
}

bool pgtype_parse_record_text(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                              struct pgtype_datum *out, struct error *err) {
    struct scan s;
    struct pgtype_datum *fields = allocate_fields(parser, arena, out, err);
    if (!fields || !begin_scan(&s, in, arena, err))
        return false;
    skip_space(&s);
    if (s.at == s.end || *s.at++ != '(')
        return fail_record(&s, "Missing left parenthesis.", err);
    for (int32_t i = 0; i < parser->child_count; i++) {
        const struct pgtype_parser *child = &parser->children[i];
        struct pgtype_bytes text;
        if (i && *s.at++ != ',')
            return fail_record(&s, "Too few columns.", err);
        if (!take_field(&s, &text, &fields[i].is_null, err) ||
            (!fields[i].is_null && !child->parse(child, arena, text, &fields[i], err)))
            return false;
    }
    if (s.at == s.end)
        return fail_record(&s, "Unexpected end of input.", err);
    if (*s.at++ != ')')
        return fail_record(&s, "Too many columns.", err);
    skip_space(&s);
    return s.at == s.end || fail_record(&s, "Junk after right parenthesis.", err);
}

bool pgtype_parse_record_binary(const struct pgtype_parser *parser, struct arena *arena, struct pgtype_bytes in,
                                struct pgtype_datum *out, struct error *err) {
    struct reader r = reader_over(in.bytes, in.length);
    struct pgtype_datum *fields = allocate_fields(parser, arena, out, err);
    int32_t count = (int32_t)reader_u32(&r);
    if (!fields)
        return false;
    if (!reader_ok(&r))
        return error_set(err, ERROR_PROTOCOL, "insufficient data left in message");
    if (count != parser->child_count)
        return error_set(err, ERROR_MISMATCH_TYPE, "wrong number of columns: %d, expected %d", count,
                         parser->child_count);
    for (int32_t i = 0; i < count; i++) {
        uint32_t oid = reader_u32(&r);
        if (reader_ok(&r) && oid != parser->children[i].oid)
            return error_set(err, ERROR_MISMATCH_TYPE,
                             "binary data has type %u instead of expected %u in record column %d", oid,
                             parser->children[i].oid, i + 1);
        if (!take_sized(&parser->children[i], arena, &r, &fields[i], err))
            return false;
    }
    return reader_finished(&r) || pgtype_fail_binary(err);
}

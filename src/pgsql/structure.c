/* The structure of a statement, found in one pass without recursion: which brackets belong together, and in which clause
 * each token stands. */
#include "pgsql/rewrite.h"

struct structure {
    struct rewriter *r;
    int32_t *partner, *enclosing;
    uint8_t *places;
    int32_t *open; /* indexes of the brackets that are open */
    int32_t depth;
    enum place place;
};

static bool opens(uint8_t kind) {
    return kind == PGSQL_OPEN_PAREN || kind == PGSQL_OPEN_BRACKET || kind == PGSQL_OPEN_BRACE;
}

static bool closes(uint8_t kind) {
    return kind == PGSQL_CLOSE_PAREN || kind == PGSQL_CLOSE_BRACKET || kind == PGSQL_CLOSE_BRACE;
}

/* Inside brackets: the tables of a parenthesised join, or an expression until SELECT says otherwise. */
static enum place place_inside(const struct structure *s, int32_t i) {
    bool joins = s->place == PLACE_FROM && s->r->tokens[i].kind == PGSQL_OPEN_PAREN && !is_name(s->r, i - 1);
    return joins ? PLACE_FROM : PLACE_ARGUMENTS;
}

static void open_bracket(struct structure *s, int32_t i) {
    s->open[s->depth++] = i;
    s->place = place_inside(s, i);
}

/* Closing brackets of another kind than the one that is open are left alone: DuckDB finds the error. */
static void close_bracket(struct structure *s, int32_t i) {
    if (s->depth == 0 || s->r->tokens[s->open[s->depth - 1]].kind + 1 != s->r->tokens[i].kind)
        return;
    int32_t opening = s->open[--s->depth];
    s->partner[i] = opening;
    s->partner[opening] = i;
    s->place = (enum place)s->places[opening];
}

/* IS [NOT] DISTINCT FROM. */
static bool compares(const struct rewriter *r, int32_t from) {
    return is_word(r, from - 1, KW_DISTINCT) && (is_word(r, from - 2, KW_IS) || is_word(r, from - 2, KW_NOT));
}

static void enter_clause(struct structure *s, int32_t i) {
    bool in_arguments = s->place == PLACE_ARGUMENTS;
    switch (s->r->tokens[i].keyword) {
    case KW_SELECT:
    case KW_RETURNING:
        s->place = PLACE_SELECT_LIST;
        break;
    case KW_FROM:
        if (!in_arguments && !compares(s->r, i))
            s->place = PLACE_FROM;
        break;
    case KW_JOIN:
        if (!in_arguments)
            s->place = PLACE_FROM;
        break;
    case KW_ON:
        if (s->place == PLACE_FROM)
            s->place = PLACE_CONDITION;
        break;
    case KW_INTO:
    case KW_UPDATE:
        if (!in_arguments)
            s->place = PLACE_TARGET;
        break;
    case KW_USING: /* DELETE … USING, MERGE … USING */
        if (s->place == PLACE_TARGET)
            s->place = PLACE_FROM;
        break;
    case KW_WHERE:
    case KW_GROUP:
    case KW_HAVING:
    case KW_ORDER:
    case KW_LIMIT:
    case KW_OFFSET:
    case KW_FETCH:
    case KW_WINDOW:
    case KW_QUALIFY:
    case KW_UNION:
    case KW_INTERSECT:
    case KW_EXCEPT:
    case KW_VALUES:
    case KW_SET:
        if (!in_arguments)
            s->place = PLACE_OTHER;
        break;
    default:
        break;
    }
}

bool rewriter_find_structure(struct rewriter *r) {
    size_t count = (size_t)r->count;
    struct structure s = {
        .r = r,
        .partner = arena_allocate(r->arena, (count + 1) * sizeof *s.partner),
        .enclosing = arena_allocate(r->arena, (count + 1) * sizeof *s.enclosing),
        .places = arena_allocate(r->arena, count + 1),
        .open = arena_allocate(r->arena, (count + 1) * sizeof *s.open),
    };
    if (!s.partner || !s.enclosing || !s.places || !s.open)
        return parser_no_memory(&r->parser);
    for (int32_t i = 0; i <= r->count; i++) {
        uint8_t kind = r->tokens[i].kind;
        s.partner[i] = -1;
        if (closes(kind))
            close_bracket(&s, i);
        else if (kind == PGSQL_COMMA && s.place == PLACE_CONDITION)
            s.place = PLACE_FROM;
        else if (r->tokens[i].keyword != PGSQL_NO_KEYWORD && !is_kind(r, i - 1, PGSQL_DOT))
            enter_clause(&s, i);
        s.enclosing[i] = s.depth ? s.open[s.depth - 1] : -1;
        s.places[i] = (uint8_t)s.place;
        if (opens(kind))
            open_bracket(&s, i);
    }
    r->partner = s.partner;
    r->enclosing = s.enclosing;
    r->places = s.places;
    return true;
}

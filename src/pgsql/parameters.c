/* Parameters: casts to their declared types, and what lets DuckDB infer the others. */
#include "pgsql/lexer.h"
#include "pgsql/rewrite.h"

/* The engine's SQL name of a type by OID; NULL when a cast would say nothing or too much. */
static const char *type_sql(struct rewriter *r, uint32_t oid) {
    const char *brackets = "";
    const struct pgtype *type = pgtype_find(oid);
    if (type && type->element) {
        oid = type->element;
        brackets = "[]";
    }
    /* A bound numeric brings its own scale along. */
    if (oid == PGTYPE_NONE || oid == PGTYPE_UNKNOWN || (oid == PGTYPE_NUMERIC && !*brackets))
        return NULL;
    const struct engine_type *engine_type = pgtype_engine_type(oid, r->options->resolver);
    const char *sql = engine_type ? engine_type_to_sql(r->arena, engine_type) : NULL;
    return sql ? arena_format(r->arena, "%s%s", sql, brackets) : NULL;
}

static uint32_t declared_oid(const struct rewriter *r, int32_t i) {
    int32_t number = pgsql_parameter_number(r->text, &r->tokens[i]);
    return number >= 1 && number <= r->options->parameter_count ? r->options->parameter_oids[number - 1] : PGTYPE_NONE;
}

static void cast_parameter(struct rewriter *r, int32_t i, const char *sql) {
    bool has_suffix = is_kind(r, i + 1, PGSQL_OPEN_BRACKET) || is_kind(r, i + 1, PGSQL_DOT);
    if (has_suffix)
        edit_insert_before(r, i, "(");
    edit_add_suffix(r, i, has_suffix ? "::%s)" : "::%s", sql);
}

/* Operands longer than this say nothing that is worth copying for each parameter beside them. */
enum { OPERAND_BYTES = 1024 };

/* So that the parameter takes the type of `like`; the value does not matter, the text is never run. */
static void infer_like(struct rewriter *r, int32_t i, const char *like) {
    if (!like)
        return;
    edit_insert_before(r, i, "coalesce(");
    edit_add_suffix(r, i, ", %s)", like);
}

static const char *short_operand(struct rewriter *r, int32_t first, int32_t last) {
    uint32_t end = token_at(r, last)->start + token_at(r, last)->length;
    return end - token_at(r, first)->start <= OPERAND_BYTES ? token_range_text(r, first, last) : NULL;
}

static bool infer_from_cast(struct rewriter *r, int32_t i) {
    bool casts = is_kind(r, i + 1, PGSQL_CAST);
    bool cast_call = is_word(r, i + 1, KW_AS) && is_kind(r, i - 1, PGSQL_OPEN_PAREN) && is_word(r, i - 2, KW_CAST);
    if (!casts && !cast_call)
        return false;
    bool qualified = is_word(r, i + 2, KW_PG_CATALOG) && is_kind(r, i + 3, PGSQL_DOT);
    int32_t first = qualified ? i + 4 : i + 2;
    const char *type = token_range_text(r, first, type_end(r, first));
    const struct pgtype *known = qualified ? pgtype_find_name(type) : NULL;
    /* The catalog's own types (regclass, name …) are casts of ours, which take text. */
    if (qualified ? known && !known->by_alias : !is_kind(r, i + 2, PGSQL_QUOTED_WORD))
        infer_like(r, i, arena_format(r->arena, "NULL::%s", type));
    return true;
}

/* x = ANY($1): an array of what x is. */
static bool infer_from_any(struct rewriter *r, int32_t i) {
    bool quantified = is_kind(r, i - 1, PGSQL_OPEN_PAREN) && is_kind(r, i + 1, PGSQL_CLOSE_PAREN) &&
                      (is_word(r, i - 2, KW_ANY) || is_word(r, i - 2, KW_ALL) || is_word(r, i - 2, KW_SOME));
    if (!quantified || !is_kind(r, i - 3, PGSQL_OPERATOR) || !ends_operand(r, i - 4))
        return false;
    const char *operand = short_operand(r, operand_start(r, i - 4), i - 4);
    infer_like(r, i, operand ? arena_format(r->arena, "[%s]", operand) : NULL);
    return true;
}

static bool is_arithmetic(const struct rewriter *r, int32_t i) {
    static const char *const operators[] = {"+", "-", "*", "/", "%", "^", "||", "&", "|", "@>", "<@", "&&"};
    for (size_t n = 0; n < sizeof operators / sizeof *operators; n++)
        if (is_text(r, i, operators[n]) && is_kind(r, i, PGSQL_OPERATOR))
            return true;
    return false;
}

/* $1 + x, x || $1: as PostgreSQL's operators take an unknown operand, it is of the other's type. */
static bool infer_from_operator(struct rewriter *r, int32_t i) {
    int32_t first, last;
    if (is_arithmetic(r, i - 1) && ends_operand(r, i - 2)) {
        last = i - 2;
        first = operand_start(r, last);
    } else if (is_arithmetic(r, i + 1)) {
        first = i + 2;
        last = operand_end(r, first);
    } else {
        return false;
    }
    bool joins_text = is_text(r, i - 1, "||") || is_text(r, i + 1, "||");
    bool unknown = is_kind(r, first, PGSQL_PARAMETER) || is_word(r, first, KW_NULL);
    if (first == last && (unknown || (joins_text && is_string(r, first))))
        infer_like(r, i, "''::VARCHAR");
    else
        infer_like(r, i, short_operand(r, first, last));
    return true;
}

/* generate_series(1, $1): all bounds are of the first one's type. */
static bool infer_from_series(struct rewriter *r, int32_t i) {
    int32_t open = r->enclosing[i];
    if (open < 1 || !is_word(r, open - 1, KW_GENERATE_SERIES) || is_kind(r, open + 1, PGSQL_PARAMETER))
        return false;
    int32_t comma = find_in_arguments(r, open, i, PGSQL_COMMA, PGSQL_NO_KEYWORD);
    if (comma != i - 1)
        return false;
    infer_like(r, i, short_operand(r, open + 1, comma - 1));
    return true;
}

/* The first token of the item at a place of a row of VALUES; -1 when the row is shorter. */
static int32_t row_item(const struct rewriter *r, int32_t open, int32_t column) {
    int32_t at = open + 1;
    for (; at < r->partner[open] && column > 0; at++) {
        column -= is_kind(r, at, PGSQL_COMMA);
        at = r->partner[at] > at ? r->partner[at] : at;
    }
    return column == 0 && at < r->partner[open] ? at : -1;
}

static int32_t item_end(const struct rewriter *r, int32_t first, int32_t close) {
    int32_t at = first;
    while (at < close && !is_kind(r, at, PGSQL_COMMA))
        at = r->partner[at] > at ? r->partner[at] + 1 : at + 1;
    return at - 1;
}

/* What a value of another row says about the type of this one's; NULL: nothing. */
static const char *value_like(struct rewriter *r, int32_t first, int32_t last) {
    if (first == last && is_word(r, first, KW_NULL))
        return NULL;
    if (first != last || !is_kind(r, first, PGSQL_PARAMETER))
        return short_operand(r, first, last);
    uint32_t oid = declared_oid(r, first);
    const char *sql = oid == PGTYPE_NUMERIC ? "DECIMAL(38, 10)" : type_sql(r, oid);
    return sql ? arena_format(r->arena, "NULL::%s", sql) : NULL;
}

/* VALUES (…, $1), (…, 5): the values of a column are of one type. The rows looked at are those around. */
static bool infer_from_values(struct rewriter *r, int32_t i) {
    enum { ROWS = 64 };
    int32_t open = r->enclosing[i], column = 0;
    bool alone = (is_kind(r, i - 1, PGSQL_OPEN_PAREN) || is_kind(r, i - 1, PGSQL_COMMA)) &&
                 (is_kind(r, i + 1, PGSQL_CLOSE_PAREN) || is_kind(r, i + 1, PGSQL_COMMA));
    if (!alone || open < 1 || r->partner[open] < 0 || (!is_word(r, open - 1, KW_VALUES) && !is_kind(r, open - 1, PGSQL_COMMA)))
        return false;
    for (int32_t at = open + 1; at < i; at++) {
        column += is_kind(r, at, PGSQL_COMMA);
        at = r->partner[at] > at ? r->partner[at] : at;
    }
    for (int32_t row = 0; row < ROWS && is_kind(r, open - 1, PGSQL_COMMA) && is_kind(r, open - 2, PGSQL_CLOSE_PAREN); row++)
        open = r->partner[open - 2];
    if (open < 1 || !is_word(r, open - 1, KW_VALUES))
        return false;
    for (int32_t row = 0; row < ROWS && is_kind(r, open, PGSQL_OPEN_PAREN) && r->partner[open] > 0; row++) {
        int32_t first = row_item(r, open, column);
        const char *like = first < 0 ? NULL : value_like(r, first, item_end(r, first, r->partner[open]));
        if (like) {
            infer_like(r, i, like);
            return true;
        }
        open = is_kind(r, r->partner[open] + 1, PGSQL_COMMA) ? r->partner[open] + 2 : r->count;
    }
    return false;
}

void rewriter_place_parameters(struct rewriter *r) {
    for (int32_t i = 0; i < r->count && !r->parser.failed; i++) {
        if (r->tokens[i].kind != PGSQL_PARAMETER)
            continue;
        uint32_t oid = declared_oid(r, i);
        const char *sql = oid == PGTYPE_NUMERIC && r->options->infer ? "DECIMAL(38, 10)" : type_sql(r, oid);
        if (sql)
            cast_parameter(r, i, sql);
        else if (oid == PGTYPE_NONE && r->options->infer && !infer_from_cast(r, i) && !infer_from_any(r, i))
            (void)(infer_from_values(r, i) || infer_from_series(r, i) || infer_from_operator(r, i));
    }
}

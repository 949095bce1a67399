/* Column names of results as PostgreSQL chooses them (its parse_target.c, FigureColname): the last name of a column or a
 * function, the type of a cast constant, a word for CASE, ARRAY, EXISTS …, else ?column?. Where the tokens do not show which
 * it is, DuckDB's name stands. */
#include <string.h>

#include "pgsql/lexer.h"
#include "pgsql/names.h"

enum { MAX_NESTING = 32 };

/* How good a name is; a cast prefers its operand's name only if that is GOOD. */
enum strength { UNSURE, NONE, WEAK, GOOD };

struct name {
    enum strength strength;
    const char *text;
};

static const struct name unsure = {UNSURE, NULL};
static const struct name none = {NONE, "?column?"};

static struct name name_expression(struct rewriter *r, int32_t first, int32_t last, int nesting);

/* What PostgreSQL calls a type that is written with SQL's words. */
static const struct {
    uint16_t word;
    const char *name;
} sql_types[] = {
    {KW_INT, "int4"},         {KW_INTEGER, "int4"}, {KW_SMALLINT, "int2"}, {KW_BIGINT, "int8"},     {KW_REAL, "float4"},
    {KW_FLOAT, "float8"},     {KW_DEC, "numeric"},  {KW_DECIMAL, "numeric"}, {KW_BOOLEAN, "bool"},  {KW_CHAR, "bpchar"},
    {KW_CHARACTER, "bpchar"}, {KW_NCHAR, "bpchar"},
};

static struct name name_type(struct rewriter *r, int32_t i) {
    while (is_kind(r, i + 1, PGSQL_DOT))
        i += 2;
    const char *text = is_name(r, i) ? value_at(r, i) : NULL;
    for (size_t n = 0; n < sizeof sql_types / sizeof *sql_types; n++)
        if (is_word(r, i, sql_types[n].word))
            text = sql_types[n].name;
    int32_t zone = is_kind(r, i + 1, PGSQL_OPEN_PAREN) ? i + 4 : i + 1;
    if (is_named(r, i, "double"))
        text = "float8";
    else if (is_word(r, i + 1, KW_VARYING))
        text = is_word(r, i, KW_BIT) ? "varbit" : "varchar";
    else if (is_word(r, i, KW_TIMESTAMP) && is_word(r, zone, KW_WITH))
        text = "timestamptz";
    else if (is_word(r, i, KW_TIME) && is_word(r, zone, KW_WITH))
        text = "timetz";
    return text ? (struct name){WEAK, text} : unsure;
}

static bool is_operator(const struct rewriter *r, int32_t i) {
    static const uint16_t words[] = {KW_OPERATOR, KW_AND,  KW_OR,    KW_NOT,     KW_IS,      KW_IN,     KW_LIKE,
                                     KW_ILIKE,    KW_GLOB, KW_BETWEEN, KW_SIMILAR, KW_ISNULL, KW_NOTNULL, KW_OVERLAPS};
    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        if (is_word(r, i, words[n]))
            return true;
    return is_kind(r, i, PGSQL_OPERATOR);
}

/* Operators and the words that work as such, at the level of the expression, outside of CASE. */
static bool has_operator(const struct rewriter *r, int32_t first, int32_t last) {
    int32_t level = r->enclosing[first], cases = 0;
    for (int32_t i = first; i <= last; i++) {
        cases += is_word(r, i, KW_CASE) - is_word(r, i, KW_END);
        if (cases == 0 && r->enclosing[i] == level && is_operator(r, i))
            return true;
        if (r->partner[i] > i)
            i = r->partner[i] <= last ? r->partner[i] : last;
    }
    return false;
}

/* CASE … ELSE x END is named as x is, if that is a good name. */
static struct name name_case(struct rewriter *r, int32_t first, int32_t last, int nesting) {
    int32_t cases = 0, otherwise = -1;
    for (int32_t i = first; i <= last; i++) {
        cases += is_word(r, i, KW_CASE) - is_word(r, i, KW_END);
        if (cases == 1 && is_word(r, i, KW_ELSE))
            otherwise = i;
        if (r->partner[i] > i)
            i = r->partner[i];
    }
    struct name name = otherwise < 0 ? none : name_expression(r, otherwise + 1, last - 1, nesting);
    return name.strength == GOOD || name.strength == UNSURE ? name : (struct name){WEAK, "case"};
}

static bool ends_list(const struct rewriter *r, int32_t i) {
    switch (token_at(r, i)->keyword) {
    case KW_FROM:
        return !is_word(r, i - 1, KW_DISTINCT);
    case KW_GROUP:
        return !is_word(r, i - 1, KW_WITHIN);
    case KW_WHERE:
    case KW_HAVING:
    case KW_ORDER:
    case KW_LIMIT:
    case KW_OFFSET:
    case KW_FETCH:
    case KW_FOR:
    case KW_WINDOW:
    case KW_UNION:
    case KW_INTERSECT:
    case KW_EXCEPT:
    case KW_INTO:
    case KW_QUALIFY:
        return !is_kind(r, i - 1, PGSQL_DOT);
    default:
        return is_kind(r, i, PGSQL_END) || is_kind(r, i, PGSQL_CLOSE_PAREN);
    }
}

/* Behind the last token of the list item that starts at `i`: a comma or the end of the list. */
static int32_t item_end(const struct rewriter *r, int32_t i) {
    for (; !is_kind(r, i, PGSQL_COMMA) && !ends_list(r, i); i++)
        if (r->partner[i] > i)
            i = r->partner[i];
    return i;
}

/* Where the list behind SELECT starts. */
static int32_t list_start(const struct rewriter *r, int32_t select) {
    int32_t i = select + 1;
    if (is_word(r, i, KW_ALL))
        return i + 1;
    if (!is_word(r, i, KW_DISTINCT))
        return i;
    bool on = is_word(r, i + 1, KW_ON) && is_kind(r, i + 2, PGSQL_OPEN_PAREN) && r->partner[i + 2] > 0;
    return on ? r->partner[i + 2] + 1 : i + 1;
}

/* A label without AS: a name behind the end of an operand. */
static bool is_bare_label(const struct rewriter *r, int32_t first, int32_t last) {
    if (last <= first || !is_name(r, last) || !ends_operand(r, last - 1))
        return false;
    uint16_t word = token_at(r, last)->keyword, before = token_at(r, last - 1)->keyword;
    if (word == KW_PRECISION || word == KW_VARYING || (pgsql_keyword_traits(word) & PGSQL_UNIT))
        return false;
    if (before == KW_OVER || before == KW_ESCAPE || (before == KW_ZONE && is_word(r, last - 2, KW_TIME)))
        return false;
    return !(word == KW_ZONE && before == KW_TIME) && !(before == KW_TIME && is_word(r, last - 2, KW_AT));
}

static bool has_label(const struct rewriter *r, int32_t first, int32_t last) {
    bool behind_as = last > first && is_word(r, last - 1, KW_AS) && (is_name(r, last) || is_kind(r, last, PGSQL_WORD));
    return behind_as || is_bare_label(r, first, last);
}

static struct name name_item(struct rewriter *r, int32_t first, int32_t last, int nesting) {
    if (has_label(r, first, last))
        return (struct name){GOOD, value_at(r, last)};
    if (is_kind(r, first + 1, PGSQL_COLON)) /* DuckDB's label: expression */
        return unsure;
    return name_expression(r, first, last, nesting);
}

/* (SELECT x …) as a value is named as its only column is. */
static struct name name_subquery(struct rewriter *r, int32_t select, int nesting) {
    int32_t start = list_start(r, select), end = item_end(r, start);
    struct name name = end > start ? name_item(r, start, end - 1, nesting) : unsure;
    return name.strength == UNSURE ? unsure : (struct name){GOOD, name.text};
}

/* In parentheses: an expression, a row or a query. */
static struct name name_parentheses(struct rewriter *r, int32_t open, int nesting) {
    int32_t close = r->partner[open];
    if (close == open + 1)
        return unsure;
    if (is_word(r, open + 1, KW_SELECT))
        return name_subquery(r, open + 1, nesting);
    if (is_word(r, open + 1, KW_WITH) || is_word(r, open + 1, KW_VALUES) || is_word(r, open + 1, KW_FROM))
        return unsure;
    return item_end(r, open + 1) < close ? (struct name){GOOD, "row"} : name_expression(r, open + 1, close - 1, nesting);
}

/* CAST(x AS type) */
static struct name name_cast(struct rewriter *r, int32_t open, int nesting) {
    int32_t close = r->partner[open], as = close - 1;
    while (as > open && !(is_word(r, as, KW_AS) && r->enclosing[as] == open))
        as--;
    if (as <= open + 1)
        return unsure;
    struct name name = name_expression(r, open + 1, as - 1, nesting);
    return name.strength == GOOD || name.strength == UNSURE ? name : name_type(r, as + 1);
}

static struct name name_call(struct rewriter *r, int32_t name, int32_t open, int nesting) {
    if (is_word(r, name, KW_CAST) || is_word(r, name, KW_TRY_CAST))
        return name_cast(r, open, nesting);
    if (is_named(r, name, "columns"))
        return unsure;
    if (is_word(r, name, KW_TRIM))
        return (struct name){GOOD, is_word(r, open + 1, KW_LEADING)    ? "ltrim"
                                   : is_word(r, open + 1, KW_TRAILING) ? "rtrim"
                                                                       : "btrim"};
    return (struct name){GOOD, value_at(r, name)};
}

/* Words that are a value by themselves and give it their name. */
static bool is_value_word(const struct rewriter *r, int32_t i) {
    static const uint16_t words[] = {KW_CURRENT_DATE, KW_CURRENT_TIME, KW_CURRENT_TIMESTAMP, KW_LOCALTIME,
                                     KW_LOCALTIMESTAMP, KW_CURRENT_USER, KW_SESSION_USER, KW_USER,
                                     KW_CURRENT_ROLE, KW_CURRENT_CATALOG, KW_CURRENT_SCHEMA, KW_CTID, KW_TABLEOID, KW_XMIN};
    for (size_t n = 0; n < sizeof words / sizeof *words; n++)
        if (is_word(r, i, words[n]))
            return true;
    return false;
}

/* The operand that starts an expression; `*end` is its last token. */
static struct name name_primary(struct rewriter *r, int32_t first, int32_t *end, int nesting) {
    *end = first;
    if (is_kind(r, first, PGSQL_OPEN_PAREN) && r->partner[first] > 0) {
        *end = r->partner[first];
        return name_parentheses(r, first, nesting);
    }
    if (is_word(r, first, KW_CASE)) {
        *end = case_end(r, first);
        return name_case(r, first, *end, nesting);
    }
    if (is_word(r, first, KW_ARRAY) && r->partner[first + 1] > 0) {
        *end = r->partner[first + 1];
        return (struct name){GOOD, "array"};
    }
    if (is_name(r, first)) {
        int32_t last = first;
        while (is_kind(r, last + 1, PGSQL_DOT) && is_name(r, last + 2))
            last += 2;
        *end = last;
        if (is_kind(r, last + 1, PGSQL_OPEN_PAREN) && r->partner[last + 1] > 0) {
            *end = r->partner[last + 1];
            if (!is_string(r, *end + 1))
                return name_call(r, last, last + 1, nesting);
        }
        if (is_string(r, *end + 1)) { /* a constant with its type in front: date '2020-01-01' */
            *end += 1;
            if (pgsql_keyword_traits(token_at(r, *end + 1)->keyword) & PGSQL_UNIT)
                *end = is_word(r, *end + 2, KW_TO) ? *end + 3 : *end + 1;
            return name_type(r, first);
        }
        return (struct name){GOOD, is_value_word(r, last) ? value_at(r, last) : NULL};
    }
    bool constant = is_word(r, first, KW_NULL) || is_word(r, first, KW_TRUE) || is_word(r, first, KW_FALSE);
    if (is_kind(r, first, PGSQL_WORD) && !constant)
        return unsure;
    return is_kind(r, first, PGSQL_OPEN_BRACKET) || is_kind(r, first, PGSQL_OPEN_BRACE) ? unsure : none;
}

/* One suffix behind `*end`; false when none stands there. */
static bool name_suffix(struct rewriter *r, struct name *name, int32_t *end) {
    int32_t i = *end + 1;
    if (is_kind(r, i, PGSQL_CAST)) {
        if (name->strength < GOOD && name->strength != UNSURE)
            *name = name_type(r, i + 1);
        *end = type_end(r, i + 1);
    } else if (is_kind(r, i, PGSQL_OPEN_BRACKET) && r->partner[i] > 0) {
        *end = r->partner[i];
        if (name->strength == GOOD && !name->text) /* a plain column: its own name, which DuckDB does not keep */
            *name = (struct name){GOOD, value_at(r, i - 1)};
    } else if (is_kind(r, i, PGSQL_DOT) && is_name(r, i + 1)) {
        *name = (struct name){GOOD, value_at(r, i + 1)};
        *end = i + 1;
    } else if ((is_word(r, i, KW_FILTER) || is_word(r, i, KW_OVER)) && is_kind(r, i + 1, PGSQL_OPEN_PAREN)) {
        *end = r->partner[i + 1] < 0 ? i + 1 : r->partner[i + 1];
    } else if (is_word(r, i, KW_OVER) && is_name(r, i + 1)) {
        *end = i + 1;
    } else if (is_word(r, i, KW_WITHIN) && is_kind(r, i + 2, PGSQL_OPEN_PAREN)) {
        *end = r->partner[i + 2] < 0 ? i + 2 : r->partner[i + 2];
    } else if (is_word(r, i, KW_COLLATE)) {
        *end = is_kind(r, i + 2, PGSQL_DOT) ? i + 3 : i + 1;
    } else {
        return false;
    }
    return true;
}

static bool has_time_zone(const struct rewriter *r, int32_t first, int32_t last) {
    for (int32_t i = first + 1; i < last - 1; i++)
        if (is_word(r, i, KW_AT) && is_word(r, i + 1, KW_TIME) && is_word(r, i + 2, KW_ZONE) &&
            r->enclosing[i] == r->enclosing[first])
            return true;
    return false;
}

/* A column that is named by a token, and rewritten or cast: DuckDB would name it after the expression. */
static struct name spell_out(struct rewriter *r, struct name name, int32_t column_end, bool changed) {
    if (name.strength == GOOD && !name.text && changed)
        name.text = value_at(r, column_end);
    return name;
}

static struct name name_expression(struct rewriter *r, int32_t first, int32_t last, int nesting) {
    if (nesting >= MAX_NESTING || last < first)
        return unsure;
    if (has_operator(r, first, last))
        return none;
    if (has_time_zone(r, first, last))
        return (struct name){GOOD, "timezone"};
    int32_t end;
    struct name name = name_primary(r, first, &end, nesting + 1);
    int32_t column_end = end;
    while (end < last && name_suffix(r, &name, &end))
        continue;
    if (end != last)
        return unsure;
    return spell_out(r, name, column_end, end != column_end || nesting > 0);
}

/* *, t.*, * EXCLUDE (…) and COLUMNS(…) stand for any number of columns. */
static bool is_star(const struct rewriter *r, int32_t first, int32_t last) {
    if (is_text(r, first, "*") || is_named(r, first, "columns"))
        return true;
    int32_t i = first;
    while (i < last && is_name(r, i) && is_kind(r, i + 1, PGSQL_DOT))
        i += 2;
    return i > first && is_text(r, i, "*");
}

static void add_column(struct rewriter *r, struct parser_list *columns, bool star, const char *name) {
    struct pgsql_column *column = parser_list_add(&r->parser, columns, sizeof *column);
    if (column)
        *column = (struct pgsql_column){.star = star, .name = name};
}

static void name_list(struct rewriter *r, int32_t start, struct parser_list *columns) {
    for (int32_t i = start; i < r->count && !r->parser.failed;) {
        int32_t end = item_end(r, i);
        if (end == i)
            return;
        bool star = is_star(r, i, end - 1);
        struct name name = star ? unsure : name_item(r, i, end - 1, 0);
        add_column(r, columns, star, name.strength == UNSURE ? NULL : name.text);
        if (!is_kind(r, end, PGSQL_COMMA))
            return;
        i = end + 1;
    }
}

struct parser_list names_of_list(struct rewriter *r, int32_t select) {
    struct parser_list items = {0};
    int32_t end;
    for (int32_t i = list_start(r, select); i < r->count && (end = item_end(r, i)) > i; i = end + 1) {
        struct name name = is_star(r, i, end - 1) ? unsure : name_item(r, i, end - 1, 0);
        struct named_item *item = parser_list_add(&r->parser, &items, sizeof *item);
        if (item)
            *item = (struct named_item){name.strength == UNSURE ? NULL : name.text, end - 1, has_label(r, i, end - 1)};
        if (!is_kind(r, end, PGSQL_COMMA))
            break;
    }
    return items;
}

/* VALUES (…), …: column1, column2 … */
static void name_values(struct rewriter *r, int32_t open, struct parser_list *columns) {
    int32_t number = 1;
    for (int32_t i = open + 1; is_kind(r, open, PGSQL_OPEN_PAREN) && i <= r->partner[open]; i++) {
        if (is_kind(r, i, PGSQL_COMMA) || i == r->partner[open])
            add_column(r, columns, false, arena_format(r->arena, "column%d", number++));
        if (r->partner[i] > i)
            i = r->partner[i];
    }
}

int32_t names_find_at_level(const struct rewriter *r, int32_t i, int32_t level, enum pgsql_keyword keyword) {
    for (; i < r->count; i++) {
        if (r->tokens[i].keyword == keyword && r->enclosing[i] == level && !is_kind(r, i - 1, PGSQL_DOT))
            return i;
        if (r->partner[i] > i)
            i = r->partner[i];
    }
    return r->count;
}

void rewriter_name_columns(struct rewriter *r, struct pgsql_translation *translation) {
    struct parser_list columns = {0};
    int32_t i = 0;
    while (is_kind(r, i, PGSQL_OPEN_PAREN))
        i++;
    int32_t level = i - 1;
    enum pgsql_keyword list = r->statement->kind == PGSQL_STATEMENT_SELECT   ? KW_SELECT
                              : r->statement->kind == PGSQL_STATEMENT_VALUES ? KW_VALUES
                              : r->statement->kind == PGSQL_STATEMENT_FROM   ? KW_SELECT
                                                                             : KW_RETURNING;
    i = names_find_at_level(r, i, level, list);
    if (i < r->count && list == KW_VALUES)
        name_values(r, i + 1, &columns);
    else if (i < r->count)
        name_list(r, list_start(r, i), &columns);
    translation->columns = columns.items;
    translation->column_count = columns.count;
}

const char *pgsql_translation_column_name(const struct pgsql_translation *translation, int32_t column, int32_t column_count) {
    int32_t stars = 0, first_star = translation->column_count, last_star = -1;
    for (int32_t i = 0; i < translation->column_count; i++)
        if (translation->columns[i].star) {
            stars++;
            first_star = first_star < i ? first_star : i;
            last_star = i;
        }
    if (column_count < translation->column_count - stars)
        return NULL;
    if (stars == 0)
        return column_count == translation->column_count && column < column_count ? translation->columns[column].name : NULL;
    int32_t behind = translation->column_count - 1 - last_star;
    if (column < first_star)
        return translation->columns[column].name;
    return column >= column_count - behind ? translation->columns[translation->column_count - (column_count - column)].name
                                           : NULL;
}

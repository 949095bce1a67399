#include "pgdoor/grouping.h"

#include <string.h>
#include <strings.h>

#include "base/writer.h"
#include "pgddl/table.h"
#include "pgsql/lexer.h"

enum { ITEM_LIMIT = 64 }; /* items of a GROUP BY that are looked at */

struct grouping {
    const struct pgddl *ddl;
    const char *sql;
    const struct pgsql_token *tokens; /* PGSQL_END stands behind the last one, and before the first */
    int32_t count;
    struct writer text; /* sql up to `copied`, with the columns added */
    size_t copied;
};

/* A GROUP BY and what is grouped: tokens first … last are its items. */
struct clause {
    int32_t from, first, last;
    int32_t items[ITEM_LIMIT]; /* the last token of each plain column among the items */
    int32_t item_count;
};

/* A table among those of the query, as it is named and as its columns are qualified. */
struct source {
    int32_t first, last, alias;
};

static uint16_t word(const struct grouping *g, int32_t i) {
    return g->tokens[i].keyword;
}

static bool is_name(const struct grouping *g, int32_t i) {
    const struct pgsql_token *token = &g->tokens[i];
    return token->kind == PGSQL_QUOTED_WORD ||
           (token->kind == PGSQL_WORD && !(pgsql_keyword_traits(token->keyword) & PGSQL_RESERVED));
}

/* As the engine compares names: in any case. */
static bool is_named(const struct grouping *g, int32_t i, const char *name) {
    const char *value = is_name(g, i) ? pgsql_token_value(g->ddl->arena, g->sql, &g->tokens[i], NULL) : NULL;
    return value && strcasecmp(value, name) == 0;
}

static bool same_name(const struct grouping *g, int32_t a, int32_t b) {
    const char *name = pgsql_token_value(g->ddl->arena, g->sql, &g->tokens[b], NULL);
    return name && is_named(g, a, name);
}

/* How a token changes the depth of brackets. */
static int depth_step(const struct grouping *g, int32_t i) {
    enum pgsql_token_kind kind = (enum pgsql_token_kind)g->tokens[i].kind;
    return (kind == PGSQL_OPEN_PAREN || kind == PGSQL_OPEN_BRACKET) - (kind == PGSQL_CLOSE_PAREN || kind == PGSQL_CLOSE_BRACKET);
}

static bool joins_queries(uint16_t keyword) {
    return keyword == KW_UNION || keyword == KW_EXCEPT || keyword == KW_INTERSECT;
}

static bool ends_items(uint16_t keyword) {
    return keyword == KW_HAVING || keyword == KW_ORDER || keyword == KW_LIMIT || keyword == KW_OFFSET || keyword == KW_FETCH ||
           keyword == KW_WINDOW || keyword == KW_QUALIFY || keyword == KW_FOR || joins_queries(keyword);
}

/* The FROM of the query whose GROUP is at `group`; -1: it has none. */
static int32_t find_from(const struct grouping *g, int32_t group) {
    int depth = 0;
    for (int32_t i = group - 1; g->tokens[i].kind != PGSQL_END && depth >= 0; i--) {
        depth -= depth_step(g, i);
        if (depth == 0 && joins_queries(word(g, i)))
            break;
        if (depth == 0 && word(g, i) == KW_FROM && word(g, i - 1) != KW_DISTINCT)
            return i;
    }
    return -1;
}

static bool find_items(const struct grouping *g, int32_t group, struct clause *clause) {
    int depth = 0;
    int32_t i = group + 2;
    *clause = (struct clause){.from = find_from(g, group), .first = i};
    for (; g->tokens[i].kind != PGSQL_END && g->tokens[i].kind != PGSQL_SEMICOLON; i++) {
        depth += depth_step(g, i);
        if (depth < 0 || (depth == 0 && ends_items(word(g, i))))
            break;
        bool begins = i == clause->first || g->tokens[i - 1].kind == PGSQL_COMMA;
        int32_t last = i;
        while (begins && g->tokens[last + 1].kind == PGSQL_DOT && is_name(g, last + 2))
            last += 2;
        int next_depth = depth_step(g, last + 1);
        bool ends = g->tokens[last + 1].kind == PGSQL_COMMA || g->tokens[last + 1].kind == PGSQL_END ||
                    g->tokens[last + 1].kind == PGSQL_SEMICOLON || next_depth < 0 || ends_items(word(g, last + 1));
        if (depth == 0 && begins && ends && is_name(g, i) && clause->item_count < ITEM_LIMIT)
            clause->items[clause->item_count++] = last;
    }
    clause->last = i - 1;
    return clause->from >= 0 && clause->item_count > 0;
}

/* Reads the table at `i`; false when something else stands there. */
static bool read_source(const struct grouping *g, int32_t i, struct source *source) {
    *source = (struct source){.first = i, .last = i};
    if (!is_name(g, i))
        return false;
    while (g->tokens[source->last + 1].kind == PGSQL_DOT && is_name(g, source->last + 2))
        source->last += 2;
    int32_t alias = source->last + 1 + (word(g, source->last + 1) == KW_AS);
    bool named = is_name(g, alias) && word(g, alias) != KW_LEFT && word(g, alias) != KW_RIGHT;
    source->alias = named ? alias : source->last;
    return g->tokens[source->last + 1].kind != PGSQL_OPEN_PAREN;
}

/* The column at token `i` is the table's: qualified by its alias, or not at all. */
static bool belongs_to(const struct grouping *g, int32_t i, const struct source *source) {
    return g->tokens[i - 1].kind != PGSQL_DOT || same_name(g, i - 2, source->alias);
}

static bool is_grouped(const struct grouping *g, const struct clause *clause, const struct source *source, const char *column) {
    for (int32_t i = 0; i < clause->item_count; i++)
        if (is_named(g, clause->items[i], column) && belongs_to(g, clause->items[i], source))
            return true;
    return false;
}

/* Somewhere in the statement, by its name or by a star. */
static bool is_used(const struct grouping *g, const struct source *source, const char *column) {
    for (int32_t i = 0; i < g->count; i++) {
        bool star = g->tokens[i].length == 1 && g->sql[g->tokens[i].start] == '*' &&
                    (g->tokens[i - 1].kind == PGSQL_DOT || word(g, i - 1) == KW_SELECT || g->tokens[i - 1].kind == PGSQL_COMMA);
        if ((star || is_named(g, i, column)) && belongs_to(g, i, source))
            return true;
    }
    return false;
}

static const char *source_text(const struct grouping *g, int32_t first, int32_t last) {
    const struct pgsql_token *begin = &g->tokens[first], *end = &g->tokens[last];
    const char *text = arena_copy_string_n(g->ddl->arena, g->sql + begin->start, end->start + end->length - begin->start);
    return text ? text : "";
}

/* If the whole key of the table is grouped, adds its other columns that the statement uses. */
static void add_columns(struct grouping *g, const struct clause *clause, const struct source *source) {
    struct arena *arena = g->ddl->arena;
    const char *name = pgsql_quoted(arena, source_text(g, source->first, source->last), '\'');
    const char **columns; /* each with "true" for those of the key */
    int32_t count, keys = 0, grouped = 0;
    const char *query = name ? arena_format(arena, "SELECT name, pk::VARCHAR FROM pragma_table_info(%s)", name) : NULL;
    if (!table_query(g->ddl, query, 2, &columns, &count, NULL))
        return;
    for (int32_t i = 0; i < count; i++) {
        bool is_key = strcmp(columns[2 * i + 1], "true") == 0;
        keys += is_key;
        grouped += is_key && is_grouped(g, clause, source, columns[2 * i]);
    }
    if (!keys || grouped < keys)
        return;
    size_t behind = g->tokens[clause->last].start + g->tokens[clause->last].length;
    writer_bytes(&g->text, g->sql + g->copied, behind - g->copied);
    g->copied = behind;
    for (int32_t i = 0; i < count; i++) {
        const char *column = pgsql_quoted(arena, columns[2 * i], '"');
        if (column && is_used(g, source, columns[2 * i]) && !is_grouped(g, clause, source, columns[2 * i]))
            writer_format(&g->text, ", %s.%s", source_text(g, source->alias, source->alias), column);
    }
}

/* The tables behind FROM, a comma or a join, at the level of the clause. */
static void complete(struct grouping *g, const struct clause *clause) {
    int depth = 0;
    struct source source;
    for (int32_t i = clause->from; i < clause->first - 2 && word(g, i) != KW_WHERE; i++) {
        depth += depth_step(g, i);
        bool leads = word(g, i) == KW_FROM || word(g, i) == KW_JOIN || g->tokens[i].kind == PGSQL_COMMA;
        if (depth == 0 && leads && read_source(g, i + 1, &source))
            add_columns(g, clause, &source);
    }
}

static bool tokenize(struct grouping *g) {
    struct pgsql_lexer lexer = pgsql_lexer_over(g->sql, strlen(g->sql));
    struct pgsql_token token;
    while (pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END)
        g->count++;
    struct pgsql_token *tokens = arena_allocate_zeroed(g->ddl->arena, (size_t)g->count + 3, sizeof *tokens);
    if (!tokens)
        return false;
    lexer = pgsql_lexer_over(g->sql, strlen(g->sql));
    g->tokens = tokens + 2; /* looking back from the first one is safe */
    for (int32_t i = 0; i <= g->count; i++)
        if (!pgsql_lexer_next(&lexer, &tokens[2 + i], NULL))
            return false;
    return true;
}

const char *grouping_add_dependent_columns(struct engine_connection *connection, struct arena *arena, const char *sql,
                                           const struct error *refusal) {
    const struct pgddl ddl = {.connection = connection, .arena = arena};
    struct grouping g = {.ddl = &ddl, .sql = sql};
    struct clause clause;
    if (!strstr(refusal->message, "must appear in the GROUP BY clause") || !tokenize(&g))
        return NULL;
    for (int32_t i = 0; i < g.count; i++)
        if (word(&g, i) == KW_GROUP && word(&g, i + 1) == KW_BY && find_items(&g, i, &clause))
            complete(&g, &clause);
    bool changed = g.text.length > 0;
    writer_string(&g.text, sql + g.copied);
    const char *text = changed && writer_ok(&g.text) ? arena_copy_string(arena, (const char *)g.text.bytes) : NULL;
    writer_destroy(&g.text);
    return text;
}

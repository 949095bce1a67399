/* Rules about names: the catalog's schemas, types that DuckDB's parser owns, labels, system columns, collations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pgsql/rewrite.h"

/* pg_catalog.x: the prefix goes, with a database before it. */
void rule_catalog_prefix(struct rewriter *r, int32_t i) {
    if (!is_kind(r, i + 1, PGSQL_DOT))
        return;
    int32_t first = is_kind(r, i - 1, PGSQL_DOT) && is_name(r, i - 2) ? i - 2 : i;
    edit_delete(r, first, i + 1);
}

/* information_schema.x among the tables gets the emulation's schema; before a column the prefix goes. */
void rule_information_schema(struct rewriter *r, int32_t i) {
    if (!is_kind(r, i + 1, PGSQL_DOT) || !r->options->information_schema)
        return;
    int32_t first = is_kind(r, i - 1, PGSQL_DOT) && is_name(r, i - 2) ? i - 2 : i;
    if (r->places[i] == PLACE_FROM)
        edit_replace(r, first, i, "%s", r->options->information_schema);
    else
        edit_delete(r, first, i + 1);
}

void rule_quoted_word(struct rewriter *r, int32_t i) {
    if (is_named(r, i, "pg_catalog"))
        rule_catalog_prefix(r, i);
    else if (is_named(r, i, "information_schema"))
        rule_information_schema(r, i);
    else if (is_named(r, i, "char") && in_type_position(r, i))
        edit_replace(r, i, i, "pg_char");
}

/* What a type is called in DuckDB, where that differs. */
static const struct {
    uint16_t word;
    const char *name;
} renamed_types[] = {
    {KW_OID, "pg_oid"},
    {KW_INT2VECTOR, "int2vector[]"},
    {KW_OIDVECTOR, "oidvector[]"},
    {KW_VARBIT, "BIT"},
};

void rule_type(struct rewriter *r, int32_t i) {
    bool before_string = is_string(r, i + 1) || (is_kind(r, i + 1, PGSQL_OPEN_PAREN) && is_string(r, i + 4));
    if (!in_type_position(r, i) && !before_string && r->statement->kind != PGSQL_STATEMENT_CREATE_TABLE &&
        r->statement->kind != PGSQL_STATEMENT_ALTER_TABLE)
        return;
    for (size_t n = 0; n < sizeof renamed_types / sizeof *renamed_types; n++)
        if (is_word(r, i, renamed_types[n].word) && in_type_position(r, i))
            edit_replace(r, i, i, "%s", renamed_types[n].name);
    int32_t open = is_word(r, i, KW_BIT) && is_word(r, i + 1, KW_VARYING) ? i + 2 : i + 1;
    if (open == i + 2)
        edit_delete(r, i + 1, i + 1);
    /* Lengths and precisions: the engine keeps microseconds and any length. */
    if (is_kind(r, open, PGSQL_OPEN_PAREN) && is_kind(r, open + 1, PGSQL_INTEGER) && is_kind(r, open + 2, PGSQL_CLOSE_PAREN))
        edit_delete(r, open, open + 2);
}

/* CURRENT_TIMESTAMP(3) */
void rule_precision(struct rewriter *r, int32_t i) {
    if (is_kind(r, i + 1, PGSQL_OPEN_PAREN) && is_kind(r, i + 2, PGSQL_INTEGER) && is_kind(r, i + 3, PGSQL_CLOSE_PAREN))
        edit_delete(r, i + 1, i + 3);
}

static bool is_unit(const struct rewriter *r, int32_t i) {
    return pgsql_keyword_traits(token_at(r, i)->keyword) & PGSQL_UNIT;
}

/* '1 02:03' DAY TO MINUTE and '1-2' YEAR TO MONTH in DuckDB's spelling. */
static void respell_interval(struct rewriter *r, int32_t string, bool months) {
    const char *value = value_at(r, string);
    char *end;
    strtol(value, &end, 10);
    if (end == value || *end != (months ? '-' : ' '))
        return;
    const char *respelled = months ? arena_format(r->arena, "%.*s years %s months", (int)(end - value), value, end + 1)
                                   : arena_format(r->arena, "%.*s days%s", (int)(end - value), value, end);
    if (respelled)
        edit_replace(r, string, string, "%s", quote_literal(r, respelled));
}

/* INTERVAL(3) '…', INTERVAL '…' SECOND(3), INTERVAL '…' DAY TO SECOND(3) */
void rule_interval(struct rewriter *r, int32_t i) {
    int32_t string = i + 1;
    if (is_kind(r, string, PGSQL_OPEN_PAREN) && is_kind(r, i + 2, PGSQL_INTEGER) && is_kind(r, i + 3, PGSQL_CLOSE_PAREN)) {
        edit_delete(r, i + 1, i + 3);
        string = i + 4;
    }
    if (!is_string(r, string) || !is_unit(r, string + 1))
        return;
    int32_t behind = string + 2;
    if (is_word(r, behind, KW_TO) && is_unit(r, behind + 1)) {
        respell_interval(r, string, is_word(r, string + 1, KW_YEAR));
        edit_delete(r, string + 1, behind + 1);
        behind += 2;
    }
    if (is_kind(r, behind, PGSQL_OPEN_PAREN) && is_kind(r, behind + 1, PGSQL_INTEGER))
        edit_delete(r, behind, behind + 2);
}

/* A label without AS that is a keyword of DuckDB: SELECT 1 name. */
void rule_label(struct rewriter *r, int32_t i) {
    bool at_item_end = is_kind(r, i + 1, PGSQL_COMMA) || is_kind(r, i + 1, PGSQL_END) ||
                       is_kind(r, i + 1, PGSQL_CLOSE_PAREN) || is_word(r, i + 1, KW_FROM);
    bool zone = is_word(r, i, KW_ZONE) && is_word(r, i - 1, KW_TIME); /* of a type, or behind AT */
    bool data_clause = is_word(r, i, KW_DATA) && (is_word(r, i - 1, KW_NO) || is_word(r, i - 1, KW_WITH)); /* WITH NO DATA */
    if (at_item_end && !data_clause && !zone && r->places[i] == PLACE_SELECT_LIST && ends_operand(r, i - 1))
        edit_replace(r, i, i, "%s", quote_name(r, value_at(r, i)));
}

/* A table's name or alias: behind FROM and the like, or behind a table. DuckDB's own joins and clauses stay. */
static bool names_table(const struct rewriter *r, int32_t i) {
    if (is_word(r, i - 1, KW_INTO) || is_word(r, i - 1, KW_UPDATE) || is_word(r, i - 1, KW_TABLE))
        return true;
    if (is_kind(r, i + 1, PGSQL_OPEN_PAREN) || r->places[i] != PLACE_FROM)
        return false;
    bool first = is_word(r, i - 1, KW_FROM) || is_word(r, i - 1, KW_JOIN) || is_kind(r, i - 1, PGSQL_COMMA);
    bool joins = !is_word(r, i, KW_AT) && (is_word(r, i + 1, KW_JOIN) || is_word(r, i + 1, KW_LEFT) || is_word(r, i + 1, KW_RIGHT) ||
                                           is_word(r, i + 1, KW_FULL) || is_word(r, i + 1, KW_INNER));
    return first || (ends_operand(r, i - 1) && !joins && !is_word(r, i, KW_QUALIFY));
}

/* A column: where an operand begins, with nothing behind that could make it DuckDB's clause. */
static bool names_column(const struct rewriter *r, int32_t i) {
    static const uint16_t before[] = {KW_SELECT, KW_WHERE, KW_AND, KW_OR,   KW_NOT, KW_BY,
                                      KW_ON,     KW_SET,   KW_WHEN, KW_THEN, KW_ELSE};
    static const uint16_t after[] = {KW_FROM, KW_AS,  KW_IS, KW_IN,  KW_NOT,  KW_BETWEEN, KW_LIKE,
                                     KW_AND,  KW_OR,  KW_ASC, KW_DESC, KW_THEN, KW_END};
    bool begins = is_kind(r, i - 1, PGSQL_COMMA) || is_kind(r, i - 1, PGSQL_OPEN_PAREN) || is_kind(r, i - 1, PGSQL_OPERATOR);
    bool ends = is_kind(r, i + 1, PGSQL_COMMA) || is_kind(r, i + 1, PGSQL_CLOSE_PAREN) || is_kind(r, i + 1, PGSQL_OPERATOR) ||
                is_kind(r, i + 1, PGSQL_CAST) || is_kind(r, i + 1, PGSQL_END);
    for (size_t n = 0; n < sizeof before / sizeof *before; n++)
        begins = begins || is_word(r, i - 1, before[n]);
    for (size_t n = 0; n < sizeof after / sizeof *after; n++)
        ends = ends || is_word(r, i + 1, after[n]);
    return begins && ends;
}

/* A name that is a reserved word of DuckDB's, not of PostgreSQL's: FROM pg_attribute at. */
void rule_name(struct rewriter *r, int32_t i) {
    bool qualifies = is_kind(r, i + 1, PGSQL_DOT) || is_word(r, i - 1, KW_AS);
    if (i > 0 && (qualifies || names_table(r, i) || names_column(r, i)))
        edit_replace(r, i, i, "%s", quote_name(r, value_at(r, i)));
    else
        rule_label(r, i);
}

/* Collations by which the engine compares anyway: bytes. */
void rule_collate(struct rewriter *r, int32_t i) {
    static const char *const binary[] = {"default", "C", "c", "POSIX", "posix", "ucs_basic", "C.UTF-8", "C.utf8"};
    int32_t name = is_kind(r, i + 2, PGSQL_DOT) ? i + 3 : i + 1;
    for (size_t n = 0; n < sizeof binary / sizeof *binary; n++)
        if (is_named(r, name, binary[n])) {
            edit_delete(r, i, name);
            return;
        }
}

/* A row's place: PostgreSQL's (block, item) is made of the engine's row number, with this many rows to a block. */
enum { ROWS_PER_BLOCK = 2048 };

static bool compares_order(const struct rewriter *r, int32_t i) {
    return is_word(r, i, KW_BETWEEN) || is_text(r, i, "<") || is_text(r, i, "<=") || is_text(r, i, ">") || is_text(r, i, ">=");
}

/* ctid, or t.ctid: compared by order it is a number, elsewhere its text. */
void rule_ctid(struct rewriter *r, int32_t i) {
    int32_t first = is_kind(r, i - 1, PGSQL_DOT) ? i - 2 : i;
    if (is_kind(r, i + 1, PGSQL_DOT) || is_kind(r, i + 1, PGSQL_OPEN_PAREN) || is_word(r, i - 1, KW_AS) || first < 0)
        return;
    const char *prefix = first < i ? token_range_text(r, first, first) : "";
    const char *dot = first < i ? "." : "";
    if (compares_order(r, i + 1) || compares_order(r, first - 1))
        edit_replace(r, first, i, "%s%srowid", prefix, dot);
    else
        edit_replace(r, first, i, "('('||%s%srowid//%d||','||%s%srowid%%%d+1||')')", prefix, dot, ROWS_PER_BLOCK, prefix, dot,
                     ROWS_PER_BLOCK);
}

/* '(block,item)'::tid in a comparison by order is the number that ctid was turned into. */
void rule_tid(struct rewriter *r, int32_t i) {
    unsigned long block, item;
    char close = '\0';
    if (!is_kind(r, i - 1, PGSQL_CAST) || !is_string(r, i - 2) || is_text(r, i - 3, "="))
        return;
    if (sscanf(value_at(r, i - 2), "(%lu,%lu%c", &block, &item, &close) == 3 && close == ')')
        edit_replace(r, i - 2, i, "%ld", (long)((block & UINT32_MAX) * ROWS_PER_BLOCK + (item & UINT16_MAX)) - 1);
}

/* The name, with its qualifiers, of the table that `alias` (a token, or -1 for the only table) stands for in the FROM of the
 * brackets `level`; false when there is none. */
static bool find_table(const struct rewriter *r, int32_t level, int32_t alias, int32_t *first, int32_t *last) {
    int32_t end = level < 0 ? r->count : r->partner[level];
    for (int32_t i = level + 1; i < end && i - level < REWRITER_FAR; i++) {
        bool begins = is_word(r, i, KW_FROM) || is_word(r, i, KW_JOIN) || is_kind(r, i, PGSQL_COMMA);
        if (begins && r->places[i] == PLACE_FROM && is_name(r, i + 1)) {
            *first = *last = i + 1;
            while (is_kind(r, *last + 1, PGSQL_DOT))
                *last += 2;
            int32_t label = *last + 1 + is_word(r, *last + 1, KW_AS);
            label = is_name(r, label) && !is_kind(r, label + 1, PGSQL_DOT) ? label : *last;
            const struct pgsql_token *a = token_at(r, label), *b = token_at(r, alias);
            if (alias < 0 || (a->length == b->length && strncasecmp(r->text + a->start, r->text + b->start, a->length) == 0))
                return true;
        }
        if (r->partner[i] > i)
            i = r->partner[i];
    }
    return false;
}

/* The name of the table that column `i`, behind `alias` or -1, belongs to; NULL: it cannot be told. */
static const char *column_table(struct rewriter *r, int32_t i, int32_t alias) {
    int32_t first, last;
    if (is_kind(r, i + 1, PGSQL_DOT) || is_kind(r, i + 1, PGSQL_OPEN_PAREN) || is_word(r, i - 1, KW_AS))
        return NULL;
    for (int32_t level = r->enclosing[i], tries = 0; tries < 8; level = r->enclosing[level], tries++) {
        if (find_table(r, level, alias, &first, &last))
            return token_range_text(r, first, last);
        if (level < 0)
            return NULL;
    }
    return NULL;
}

/* tableoid, or t.tableoid: the same for every row of a table. */
void rule_tableoid(struct rewriter *r, int32_t i) {
    int32_t alias = is_kind(r, i - 1, PGSQL_DOT) ? i - 2 : -1;
    const char *table = column_table(r, i, alias);
    if (table)
        edit_replace(r, alias < 0 ? i : alias, i, "%s::regclass::pg_oid", quote_literal(r, table));
}

/* xmin, or t.xmin, of a system catalog: of the transaction that made it. Rows of tables do not tell theirs. */
void rule_xmin(struct rewriter *r, int32_t i) {
    int32_t alias = is_kind(r, i - 1, PGSQL_DOT) ? i - 2 : -1;
    const char *table = column_table(r, i, alias);
    if (table && (strncasecmp(table, "pg_", 3) == 0 || strncasecmp(table, "pg_catalog.", 11) == 0))
        edit_replace(r, alias < 0 ? i : alias, i, "1::xid");
}

/* A column's type in a definition: behind its name, or TYPE, and before anything but another name. */
static bool is_column_type(const struct rewriter *r, int32_t i) {
    bool defines = r->statement->kind == PGSQL_STATEMENT_CREATE_TABLE || r->statement->kind == PGSQL_STATEMENT_ALTER_TABLE;
    return defines && is_name(r, i - 1) && !is_name(r, i + 1);
}

bool is_open_numeric(const struct rewriter *r, int32_t i) {
    bool numeric = is_word(r, i, KW_NUMERIC) || is_word(r, i, KW_DECIMAL) || is_word(r, i, KW_DEC);
    return numeric && !is_kind(r, i + 1, PGSQL_OPEN_PAREN);
}

void rule_numeric(struct rewriter *r, int32_t i) {
    if (in_type_position(r, i) && is_open_numeric(r, i))
        edit_replace(r, i, i, PGSQL_NUMERIC);
}

/* x::varchar(n) and CAST(x AS char(n)) cut what is longer. */
void rule_length(struct rewriter *r, int32_t i) {
    int32_t open = i + 1 + is_word(r, i + 1, KW_VARYING), close = open + 2;
    bool has_length = is_kind(r, open, PGSQL_OPEN_PAREN) && is_kind(r, open + 1, PGSQL_INTEGER) &&
                      is_kind(r, close, PGSQL_CLOSE_PAREN);
    if (!is_query(r->statement) || !has_length || is_kind(r, close + 1, PGSQL_OPEN_BRACKET) || is_kind(r, i - 1, PGSQL_DOT))
        return;
    const char *length = token_range_text(r, open + 1, open + 1);
    int32_t bracket = r->enclosing[i];
    if (is_kind(r, i - 1, PGSQL_CAST)) {
        edit_insert_before(r, operand_start(r, i - 2), "left(");
        edit_insert_behind(r, close, ", %s)", length);
    } else if (is_word(r, i - 1, KW_AS) && bracket > 0 && is_word(r, bracket - 1, KW_CAST) && r->partner[bracket] == close + 1) {
        edit_insert_before(r, bracket - 1, "left(");
        edit_insert_behind(r, close + 1, ", %s)", length);
    }
}

/* float is double precision, float(p) real up to 24 binary digits (PostgreSQL 15, 8.1.3); DuckDB's FLOAT is always real. */
void rule_float(struct rewriter *r, int32_t i) {
    if (!in_type_position(r, i) && !is_column_type(r, i))
        return;
    bool has_digits = is_kind(r, i + 1, PGSQL_OPEN_PAREN) && is_kind(r, i + 2, PGSQL_INTEGER) && is_kind(r, i + 3, PGSQL_CLOSE_PAREN);
    bool is_real = has_digits && strtol(value_at(r, i + 2), NULL, 10) <= 24;
    edit_replace(r, i, has_digits ? i + 3 : i, is_real ? "REAL" : "DOUBLE");
}

/* Rules about clauses: empty select lists, row locks, OVERRIDING, cursors. */
#include "pgsql/rewrite.h"

/* SELECT FROM t: as many rows, of no column; a column stands in. */
void rule_empty_select(struct rewriter *r, int32_t i) {
    if (is_word(r, i - 1, KW_SELECT) && !is_word(r, i - 2, KW_AS) && !is_kind(r, i - 2, PGSQL_DOT))
        edit_insert_before(r, i, "1 ");
}

/* FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, FOR KEY SHARE [OF t, …] [NOWAIT | SKIP LOCKED]: a transaction that updates rows
 * somebody else has updated fails in the engine, so there is nothing to lock. */
void rule_locking(struct rewriter *r, int32_t i) {
    int32_t last = i + 1;
    if (is_word(r, last, KW_NO))
        last++;
    if (is_word(r, last, KW_KEY))
        last++;
    if (!is_word(r, last, KW_UPDATE) && !is_word(r, last, KW_SHARE))
        return;
    if (is_word(r, last + 1, KW_OF)) {
        last += 2;
        while (is_kind(r, last + 1, PGSQL_COMMA) || is_kind(r, last + 1, PGSQL_DOT))
            last += 2;
    }
    if (is_word(r, last + 1, KW_NOWAIT))
        last++;
    else if (is_word(r, last + 1, KW_SKIP) && is_word(r, last + 2, KW_LOCKED))
        last += 2;
    edit_delete(r, i, last);
}

/* INSERT … OVERRIDING SYSTEM VALUE: identity columns take values anyway. */
void rule_overriding(struct rewriter *r, int32_t i) {
    if (!is_word(r, i + 2, KW_VALUE))
        return;
    if (is_word(r, i + 1, KW_USER))
        refuse(r, i, "OVERRIDING USER VALUE is not supported");
    edit_delete(r, i, i + 2);
}

/* ON CONFLICT ON CONSTRAINT name: the engine wants its columns. */
void rule_conflict(struct rewriter *r, int32_t i) {
    const char *schema, *table, *columns;
    if (!is_word(r, i - 1, KW_ON) || !is_word(r, i + 1, KW_ON) || !is_word(r, i + 2, KW_CONSTRAINT))
        return;
    if (!r->options->key_columns || !pgsql_statement_target(r->arena, r->statement, &schema, &table)) {
        edit_delete(r, i + 1, i + 3);
        return;
    }
    const char *name = value_at(r, i + 3);
    columns = r->options->key_columns(r->options->self, r->arena, schema, table, name);
    if (columns) {
        edit_replace(r, i + 1, i + 3, "(%s)", columns);
    } else if (!r->parser.failed) {
        error_set_state(r->parser.err, ERROR_NOT_FOUND, "42704", "constraint \"%s\" for table \"%s\" does not exist", name, table);
        r->parser.failed = true;
    }
}

void rule_current_of(struct rewriter *r, int32_t i) {
    if (is_word(r, i + 1, KW_OF) && is_word(r, i - 1, KW_WHERE))
        refuse(r, i, "WHERE CURRENT OF is not supported");
}

/* nextval('s'::regclass), nextval($1::regclass): the engine takes the name. */
void rule_sequence(struct rewriter *r, int32_t i) {
    bool named = is_string(r, i + 2) || is_kind(r, i + 2, PGSQL_PARAMETER);
    if (!is_kind(r, i + 1, PGSQL_OPEN_PAREN) || !named || !is_kind(r, i + 3, PGSQL_CAST))
        return;
    int32_t last = type_end(r, i + 4);
    if (is_named(r, last, "regclass"))
        edit_delete(r, i + 3, last);
}

/* SELECT last_value, is_called FROM s: a sequence read as a relation. */
void rule_sequence_row(struct rewriter *r, int32_t i) {
    int32_t from = i;
    while (from < r->count && from - i < REWRITER_FAR && !(is_word(r, from, KW_FROM) && r->enclosing[from] == r->enclosing[i]))
        from++;
    int32_t last = from + 1;
    while (is_kind(r, last + 1, PGSQL_DOT))
        last += 2;
    if (!is_word(r, i - 1, KW_SELECT) && !is_kind(r, i - 1, PGSQL_COMMA))
        return;
    if (!is_name(r, last) || (last + 1 < r->count && !is_kind(r, last + 1, PGSQL_CLOSE_PAREN)))
        return;
    const char *schema = last > from + 1 ? quote_literal(r, value_at(r, last - 2)) : "current_schema()";
    edit_replace(r, from + 1, last,
                 "(SELECT coalesce(last_value, start_value) AS last_value, 0 AS log_cnt, last_value IS NOT NULL AS is_called "
                 "FROM duckdb_sequences() WHERE database_name = current_database() AND schema_name = %s AND "
                 "sequence_name = %s)",
                 schema, quote_literal(r, value_at(r, last)));
}

/* TABLESAMPLE SYSTEM (10): per cent. */
void rule_sample(struct rewriter *r, int32_t i) {
    int32_t open = i + 2, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    bool is_number = close == open + 2 && (is_kind(r, open + 1, PGSQL_INTEGER) || is_kind(r, open + 1, PGSQL_NUMBER));
    if (is_number && (is_named(r, i + 1, "bernoulli") || is_named(r, i + 1, "system")))
        edit_insert_behind(r, open + 1, " PERCENT");
}

/* FROM (VALUES (…), …) AS v: the columns are column1, column2 and so on. */
void rule_values(struct rewriter *r, int32_t i) {
    int32_t open = r->enclosing[i], row = i + 1;
    if (open < 0 || open != i - 1 || r->partner[open] < 0 || r->places[open] != PLACE_FROM || !is_kind(r, row, PGSQL_OPEN_PAREN))
        return;
    int32_t alias = r->partner[open] + 1 + is_word(r, r->partner[open] + 1, KW_AS);
    if (!is_name(r, alias) || is_kind(r, alias + 1, PGSQL_OPEN_PAREN))
        return;
    struct parser_list names = {0};
    int32_t number = 0;
    for (int32_t at = row; at < r->partner[row]; at++) {
        if (at == row || is_kind(r, at, PGSQL_COMMA)) {
            const char **name = parser_list_add(&r->parser, &names, sizeof *name);
            if (name)
                *name = arena_format(r->arena, "column%d", ++number);
        } else if (r->partner[at] > at) {
            at = r->partner[at];
        }
    }
    edit_insert_behind(r, alias, "(%s)", join_texts(r, &names, ", "));
}

/* Rules about functions whose rows are described behind their alias: json_to_record(j) AS r(a int, b text). */
#include "pgsql/rewrite.h"

/* One described column, `name type`, as the field of that name cast to that type. */
static void write_column(struct rewriter *r, struct parser_list *columns, int32_t name, int32_t last) {
    const char **column = parser_list_add(&r->parser, columns, sizeof *column);
    const char *field = value_at(r, name), *type = token_range_text(r, name + 1, last);
    if (column)
        *column = arena_format(r->arena, "(pgcat_record ->> %s::VARCHAR)::%s AS %s", quote_literal(r, field), type, quote_name(r, field));
}

static bool read_columns(struct rewriter *r, int32_t open, struct parser_list *columns) {
    int32_t close = r->partner[open], name = open + 1;
    for (int32_t at = open + 1; at <= close && !r->parser.failed; at++) {
        if (at == close || is_kind(r, at, PGSQL_COMMA)) {
            if (!is_name(r, name) || at - name < 2)
                return false;
            write_column(r, columns, name, at - 1);
            name = at + 1;
        } else if (r->partner[at] > at) {
            at = r->partner[at];
        }
    }
    return true;
}

void rule_record(struct rewriter *r, int32_t i) {
    int32_t open = i + 1, close = is_kind(r, open, PGSQL_OPEN_PAREN) ? r->partner[open] : -1;
    if (close < 0 || r->places[i] != PLACE_FROM)
        return;
    int32_t alias = close + 1 + is_word(r, close + 1, KW_AS);
    int32_t described = is_name(r, alias) ? alias + 1 : alias;
    struct parser_list columns = {0};
    if (!is_kind(r, described, PGSQL_OPEN_PAREN) || r->partner[described] < 0 || !read_columns(r, described, &columns))
        return;
    bool several = is_word(r, i, KW_JSON_TO_RECORDSET) || is_word(r, i, KW_JSONB_TO_RECORDSET);
    edit_replace(r, i, open, "(SELECT %s FROM (SELECT %s", join_texts(r, &columns, ", "), several ? "unnest(pgcat_json_elements((" : "((");
    edit_replace(r, close, close, "%s AS pgcat_record))", several ? ")::jsonb))" : ")::jsonb)");
    edit_delete(r, described, r->partner[described]);
}

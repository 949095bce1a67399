/* CREATE INDEX. An index that is not unique has no meaning beyond speed, so what DuckDB lacks of it is left out. */
#include <string.h>

#include "pgsql/define.h"

/* PostgreSQL's names have at most 63 bytes. */
enum { NAME_BYTES = 63 };

/* PostgreSQL's name for an index without one: table_column_…_idx. */
static const char *choose_name(struct rewriter *r, struct qualified table, int32_t open) {
    const char *name = value_at(r, table.last);
    for (int32_t i = open + 1; i < r->partner[open] && strlen(name) < NAME_BYTES; i = clause_end(r, i) + 1) {
        name = arena_format(r->arena, "%s_%s", name, is_name(r, i) ? value_at(r, i) : "expr");
        if (!name) {
            parser_no_memory(&r->parser);
            return "";
        }
    }
    name = arena_format(r->arena, "%.*s_idx", NAME_BYTES - (int)strlen("_idx"), name);
    return name ? name : "";
}

/* An element's operator class: a name between the column and its order. */
static void edit_element(struct rewriter *r, int32_t i, int32_t end) {
    i = is_kind(r, i, PGSQL_OPEN_PAREN) && r->partner[i] > 0 ? r->partner[i] + 1 : operand_end(r, i) + 1;
    if (i >= end || !is_name(r, i) || is_word(r, i, KW_NULLS))
        return;
    struct qualified class = qualified_at(r, i);
    int32_t last = is_kind(r, behind(class), PGSQL_OPEN_PAREN) && r->partner[behind(class)] > 0 ? r->partner[behind(class)]
                                                                                                : class.last;
    edit_delete(r, i, last);
}

/* USING method: trees and hashes are what DuckDB's index does, its own methods stay. */
static void edit_method(struct rewriter *r, int32_t using) {
    static const char *const refused[] = {"gin", "gist", "brin", "spgist"};
    if (is_named(r, using + 1, "btree") || is_named(r, using + 1, "hash"))
        edit_delete(r, using, using + 1);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (is_named(r, using + 1, refused[i])) {
            refuse(r, using + 1, "index method %s is not supported", refused[i]);
            return;
        }
}

static void edit_tail(struct rewriter *r, int32_t i, bool unique) {
    for (; i < r->count && !r->parser.failed; i++) {
        if (is_word(r, i, KW_INCLUDE) && r->partner[i + 1] > 0) {
            edit_delete(r, i, r->partner[i + 1]);
            i = r->partner[i + 1];
        } else if (is_word(r, i, KW_TABLESPACE)) {
            edit_delete(r, i, i + 1);
            i++;
        } else if (is_word(r, i, KW_NULLS)) {
            if (is_word(r, i + 1, KW_NOT))
                refuse(r, i, "UNIQUE NULLS NOT DISTINCT is not supported");
            edit_delete(r, i, i + 1);
            i++;
        } else if (is_word(r, i, KW_WHERE)) {
            if (unique)
                refuse(r, i, "partial unique indexes are not supported");
            edit_delete(r, i, r->count - 1);
            return;
        } else if (r->partner[i] > i) {
            i = r->partner[i];
        }
    }
}

void define_create_index(struct rewriter *r, struct steps *steps) {
    (void)steps;
    bool unique = is_word(r, 1, KW_UNIQUE);
    int32_t on = find_word(r, 0, KW_ON), i = on + 1;
    if (is_word(r, i, KW_ONLY)) {
        edit_delete(r, i, i);
        i++;
    }
    struct qualified table = qualified_at(r, i);
    int32_t open = behind(table);
    if (is_word(r, open, KW_USING)) {
        edit_method(r, open);
        open += 2;
    }
    if (!is_kind(r, open, PGSQL_OPEN_PAREN) || r->partner[open] < 0 || r->parser.failed)
        return;
    if (is_word(r, on - 1, KW_INDEX) || is_word(r, on - 1, KW_CONCURRENTLY))
        edit_insert_before(r, on, "%s ", quote_name(r, choose_name(r, table, open)));
    for (i = open + 1; i < r->partner[open]; i = clause_end(r, i) + 1)
        edit_element(r, i, clause_end(r, i));
    edit_tail(r, r->partner[open] + 1, unique);
}

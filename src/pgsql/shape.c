/* Shapes of tables: read from the engine's CREATE TABLE, written as one, and their facts as JSON. */
#include "pgsql/shape.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/writer.h"
#include "pgsql/parser.h"
#include "pgsql/lexer.h"

/* ---- texts ---- */

/* What was written, in the arena; NULL when memory is out. */
static const char *keep(struct arena *arena, struct writer *w) {
    const char *text = writer_ok(w) ? arena_copy_string_n(arena, (const char *)w->bytes, w->length) : NULL;
    writer_destroy(w);
    return text;
}

static void write_quoted(struct writer *w, const char *text, char mark) {
    writer_u8(w, (uint8_t)mark);
    for (; *text; text++) {
        if (*text == mark)
            writer_u8(w, (uint8_t)mark);
        writer_u8(w, (uint8_t)*text);
    }
    writer_u8(w, (uint8_t)mark);
}

static void write_names(struct writer *w, const struct pgsql_name_list *list) {
    for (int32_t i = 0; i < list->count; i++) {
        writer_text(w, i ? ", " : "");
        write_quoted(w, list->names[i], '"');
    }
}

const char *pgsql_quoted(struct arena *arena, const char *text, char mark) {
    struct writer w = {0};
    write_quoted(&w, text, mark);
    return keep(arena, &w);
}

const char *pgsql_quoted_list(struct arena *arena, const struct pgsql_name_list *list) {
    struct writer w = {0};
    write_names(&w, list);
    return keep(arena, &w);
}

int32_t pgsql_name_position(const struct pgsql_name_list *list, const char *name) {
    for (int32_t i = 0; i < list->count; i++)
        if (strcasecmp(list->names[i], name) == 0)
            return i;
    return -1;
}

const char *pgsql_rename(struct arena *arena, const char *sql, const char *from, const char *to) {
    struct pgsql_lexer lexer = pgsql_lexer_over(sql, strlen(sql));
    struct pgsql_token token;
    struct writer w = {0};
    size_t copied = 0;
    while (pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END) {
        if (token.kind != PGSQL_WORD && token.kind != PGSQL_QUOTED_WORD)
            continue;
        const char *value = pgsql_token_value(arena, sql, &token, NULL);
        if (!value || strcasecmp(value, from) != 0)
            continue;
        writer_bytes(&w, sql + copied, token.start - copied);
        write_quoted(&w, to, '"');
        copied = token.start + token.length;
    }
    writer_text(&w, sql + copied);
    return keep(arena, &w);
}

/* ---- the engine's text ---- */

/* Ends the type of a column in the engine's text, or one of the clauses behind it. */
static bool begins_clause(const struct parser *p) {
    return parser_sees(p, KW_GENERATED) || parser_sees(p, KW_DEFAULT) || parser_sees(p, KW_NOT) || parser_sees(p, KW_PRIMARY) ||
           parser_sees(p, KW_UNIQUE) || parser_sees(p, KW_USING) || parser_sees_kind(p, PGSQL_COMMA) ||
           parser_sees_kind(p, PGSQL_CLOSE_PAREN) || parser_sees_kind(p, PGSQL_END);
}

/* The text in the brackets that stand here. */
static const char *bracketed(struct parser *p) {
    const struct pgsql_token *open = p->at;
    if (!parser_sees_kind(p, PGSQL_OPEN_PAREN) || !parser_skip(p)) {
        parser_fail(p);
        return "";
    }
    size_t start = open->start + 1, end = p->at[-1].start;
    const char *text = end > start ? arena_copy_string_n(p->arena, p->text + start, end - start) : "";
    if (!text)
        parser_no_memory(p);
    return text;
}

static void parse_clauses(struct parser *p, struct pgsql_shape_column *column) {
    while (!p->failed && !parser_sees_kind(p, PGSQL_COMMA) && !parser_sees_kind(p, PGSQL_CLOSE_PAREN)) {
        if (parser_accept(p, KW_GENERATED)) {
            parser_expect(p, KW_ALWAYS);
            parser_expect(p, KW_AS);
            column->generated = bracketed(p);
        } else if (parser_accept(p, KW_DEFAULT)) {
            column->value = bracketed(p);
        } else if (parser_accept(p, KW_NOT)) {
            parser_expect(p, KW_NULL);
            column->not_null = true;
        } else if (!parser_skip(p)) {
            parser_fail(p);
        }
    }
}

static void parse_column(struct parser *p, struct pgsql_shape_column *column) {
    *column = (struct pgsql_shape_column){.name = parser_name(p)};
    const struct pgsql_token *type = p->at;
    while (!p->failed && !begins_clause(p) && parser_skip(p))
        ;
    column->type = parser_text_since(p, type);
    parse_clauses(p, column);
}

static bool begins_constraint(const struct parser *p) {
    return parser_sees(p, KW_CHECK) || parser_sees(p, KW_PRIMARY) || parser_sees(p, KW_UNIQUE) || parser_sees(p, KW_FOREIGN);
}

/* All tokens of a text, ended by PGSQL_END; NULL: the error is told. */
static const struct pgsql_token *tokenize(struct parser *p) {
    struct pgsql_lexer lexer = pgsql_lexer_over(p->text, strlen(p->text));
    struct parser_list tokens = {0};
    struct pgsql_token *token;
    do {
        token = parser_list_add(p, &tokens, sizeof *token);
        if (!token || !pgsql_lexer_next(&lexer, token, p->err))
            return NULL;
    } while (token->kind != PGSQL_END);
    return tokens.items;
}

bool pgsql_shape_parse(struct arena *arena, const char *sql, struct pgsql_shape *shape, struct error *err) {
    struct parser p = {.arena = arena, .text = sql, .err = err};
    struct parser_list columns = {0};
    if (!(p.at = tokenize(&p)))
        return false;
    while (!parser_sees_kind(&p, PGSQL_OPEN_PAREN) && !parser_sees_kind(&p, PGSQL_END))
        p.at++;
    parser_expect_kind(&p, PGSQL_OPEN_PAREN);
    do {
        if (begins_constraint(&p) || parser_sees_kind(&p, PGSQL_CLOSE_PAREN)) /* the engine leaves keys to the table itself out */
            break;
        struct pgsql_shape_column *column = parser_list_add(&p, &columns, sizeof *column);
        if (column)
            parse_column(&p, column);
    } while (!p.failed && parser_accept_kind(&p, PGSQL_COMMA));
    shape->columns = columns.items;
    shape->column_count = columns.count;
    return !p.failed;
}

static void write_column(struct writer *w, const struct pgsql_shape_column *column) {
    write_quoted(w, column->name, '"');
    writer_format(w, " %s", column->type);
    if (column->generated)
        writer_format(w, " GENERATED ALWAYS AS (%s)", column->generated);
    else if (column->value)
        writer_format(w, " DEFAULT (%s)", column->value);
    if (column->not_null)
        writer_text(w, " NOT NULL");
}

static void write_constraint(struct writer *w, const struct pgsql_shape_constraint *constraint) {
    static const struct {
        char kind;
        const char *text;
    } kinds[] = {{'p', "PRIMARY KEY ("}, {'u', "UNIQUE ("}, {'f', "FOREIGN KEY ("}};
    if (constraint->kind == 'c') {
        writer_format(w, "CHECK (%s)", constraint->expression);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == constraint->kind)
            writer_text(w, kinds[i].text);
    write_names(w, &constraint->columns);
    writer_text(w, ")");
    if (constraint->kind != 'f')
        return;
    writer_text(w, " REFERENCES ");
    if (constraint->foreign_schema) {
        write_quoted(w, constraint->foreign_schema, '"');
        writer_text(w, ".");
    }
    write_quoted(w, constraint->foreign_table, '"');
    if (constraint->foreign_columns.count) {
        writer_text(w, " (");
        write_names(w, &constraint->foreign_columns);
        writer_text(w, ")");
    }
}

static void write_table_name(struct writer *w, const struct pgsql_shape *shape) {
    const char *parts[] = {shape->temporary ? "temp" : shape->database, shape->schema, shape->name};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i][0])
            continue;
        write_quoted(w, parts[i], '"');
        writer_text(w, i < 2 ? "." : "");
    }
}

const char *pgsql_shape_name(struct arena *arena, const struct pgsql_shape *shape) {
    struct writer w = {0};
    write_table_name(&w, shape);
    return keep(arena, &w);
}

const char *pgsql_shape_create(struct arena *arena, const struct pgsql_shape *shape) {
    struct writer w = {0};
    writer_text(&w, shape->temporary ? "CREATE TEMPORARY TABLE " : "CREATE TABLE ");
    write_table_name(&w, shape);
    for (int32_t i = 0; i < shape->column_count; i++) {
        writer_text(&w, i ? ", " : " (");
        write_column(&w, &shape->columns[i]);
    }
    for (int32_t i = 0; i < shape->column_count; i++) {
        const char *check = pgsql_length_check(arena, &shape->columns[i]);
        if (!check || check[0])
            writer_format(&w, ", CHECK (%s)", check ? check : "");
    }
    for (int32_t i = 0; i < shape->constraint_count; i++) {
        if (shape->constraints[i].by_index || shape->constraints[i].unenforced)
            continue;
        writer_text(&w, ", ");
        write_constraint(&w, &shape->constraints[i]);
    }
    writer_text(&w, ")");
    return keep(arena, &w);
}

/* ---- facts ---- */

/* A JSON string: quotes, backslashes and control characters escaped (RFC 8259, 7). */
static void write_json_string(struct writer *w, const char *text) {
    writer_text(w, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20)
            writer_format(w, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            writer_format(w, "\\%c", c);
        else
            writer_u8(w, c);
    }
    writer_text(w, "\"");
}

static void write_json_names(struct writer *w, const char *key, const struct pgsql_name_list *list) {
    writer_format(w, ",\"%s\":[", key);
    for (int32_t i = 0; i < list->count; i++) {
        writer_text(w, i ? "," : "");
        write_json_string(w, list->names[i]);
    }
    writer_text(w, "]");
}

static void write_json_text(struct writer *w, const char *key, const char *value) {
    if (!value)
        return;
    writer_format(w, ",\"%s\":", key);
    write_json_string(w, value);
}

static void write_column_fact(struct writer *w, const struct pgsql_shape_column *column, int32_t *count) {
    const struct pgsql_declared *declared = &column->declared;
    if (!declared->type_oid && !declared->identity)
        return;
    writer_text(w, (*count)++ ? ",{\"name\":" : "{\"name\":");
    write_json_string(w, column->name);
    if (declared->type_oid) {
        writer_format(w, ",\"type\":%u,\"modifier\":%d", declared->type_oid, declared->modifier);
        write_json_text(w, "engine", declared->engine);
    }
    if (declared->identity)
        writer_format(w, ",\"identity\":\"%c\"", declared->identity);
    writer_text(w, "}");
}

static bool is_action(char action) {
    return action && action != 'a';
}

/* Whether the engine forgets something of it. */
static bool is_fact(const struct pgsql_shape_constraint *constraint) {
    return constraint->name || constraint->deferrable || constraint->unenforced || constraint->by_index ||
           is_action(constraint->on_delete) || is_action(constraint->on_update);
}

/* `nth` counts the checks of the table from 1: they have nothing else to be told apart by. */
static void write_constraint_fact(struct writer *w, const struct pgsql_shape_constraint *constraint, int32_t nth,
                                  int32_t *count) {
    if (!is_fact(constraint))
        return;
    writer_format(w, "%s{\"kind\":\"%c\",\"nth\":%d", (*count)++ ? "," : "", constraint->kind, nth);
    write_json_text(w, "name", constraint->name);
    if (constraint->kind != 'c')
        write_json_names(w, "columns", &constraint->columns);
    if (constraint->kind == 'f') {
        writer_format(w, ",\"update\":\"%c\",\"delete\":\"%c\"", constraint->on_update ? constraint->on_update : 'a',
                      constraint->on_delete ? constraint->on_delete : 'a');
        write_json_text(w, "foreign_schema", constraint->foreign_schema);
        write_json_text(w, "foreign_table", constraint->foreign_table);
        write_json_names(w, "foreign_columns", &constraint->foreign_columns);
    }
    writer_text(w, constraint->deferrable ? ",\"deferrable\":true" : "");
    writer_text(w, constraint->deferred ? ",\"deferred\":true" : "");
    writer_text(w, constraint->unenforced ? ",\"unenforced\":true" : "");
    writer_text(w, constraint->by_index ? ",\"by_index\":true}" : "}");
}

const char *pgsql_shape_facts(struct arena *arena, const struct pgsql_shape *shape) {
    struct writer w = {0};
    int32_t facts = 0, listed = 0, nth = 0;
    writer_text(&w, "{\"columns\":[");
    for (int32_t i = 0; i < shape->column_count; i++)
        write_column_fact(&w, &shape->columns[i], &facts);
    writer_text(&w, "],\"constraints\":[");
    for (int32_t i = 0; i < shape->constraint_count; i++) {
        nth += shape->constraints[i].kind == 'c';
        write_constraint_fact(&w, &shape->constraints[i], nth, &listed);
    }
    writer_text(&w, "]}");
    const char *text = keep(arena, &w);
    return text && facts + listed == 0 ? "" : text;
}

const char *pgsql_shape_keep(struct arena *arena, const struct pgsql_shape *shape, const char *facts) {
    const char *database = shape->database, *prefix = database[0] ? pgsql_quoted(arena, database, '"') : "";
    const char *schema = prefix ? arena_format(arena, "%s%s" PGSQL_DECLARED_SCHEMA, prefix, database[0] ? "." : "") : NULL;
    const char *name = arena_format(arena, "%s.%s", shape->schema, shape->name);
    const char *view = name ? pgsql_quoted(arena, name, '"') : NULL;
    struct writer w = {0};
    if (!schema || !view)
        return NULL;
    if (!facts[0]) {
        writer_format(&w, "DROP VIEW IF EXISTS %s.%s", schema, view);
        return keep(arena, &w);
    }
    writer_format(&w, "CREATE SCHEMA IF NOT EXISTS %s; ", schema);
    writer_format(&w, "CREATE OR REPLACE VIEW %s.%s AS SELECT 'see the comment' AS facts; ", schema, view);
    writer_format(&w, "COMMENT ON VIEW %s.%s IS ", schema, view);
    write_quoted(&w, facts, '\'');
    return keep(arena, &w);
}

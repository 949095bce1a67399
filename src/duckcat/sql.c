/* Quoting. */
#include "duckcat/sql.h"

#include <string.h>

static void quoted(struct writer *w, const char *text, char quote) {
    writer_u8(w, (uint8_t)quote);
    for (const char *c = text; *c; c++) {
        if (*c == quote)
            writer_u8(w, (uint8_t)quote);
        writer_u8(w, (uint8_t)*c);
    }
    writer_u8(w, (uint8_t)quote);
}

void sql_identifier(struct writer *w, const char *name) {
    quoted(w, name, '"');
}

void sql_literal(struct writer *w, const char *text) {
    quoted(w, text, '\'');
}

void sql_path(struct writer *w, const char *database, const char *schema, const char *name) {
    sql_identifier(w, database);
    writer_u8(w, '.');
    sql_identifier(w, schema);
    writer_u8(w, '.');
    sql_identifier(w, name);
}

void sql_type(struct writer *w, const struct engine_type *type) {
    struct arena arena = {0};
    const char *text = engine_type_to_sql(&arena, type);
    if (text)
        writer_text(w, text);
    else
        w->failed = true;
    arena_destroy(&arena);
}

/* Behind the quoted text that begins here; NULL when it does not end. */
static const char *skip_quoted(const char *text) {
    const char *end = strchr(text + 1, text[0]);
    return end ? end + 1 : NULL;
}

bool sql_is_expression(const char *text) {
    int64_t depth = 0;
    while (text && *text) {
        if (*text == '\'' || *text == '"') {
            text = skip_quoted(text);
            continue;
        }
        depth += (*text == '(') - (*text == ')');
        bool is_comment = strncmp(text, "--", 2) == 0 || strncmp(text, "/*", 2) == 0;
        if (depth < 0 || is_comment || *text == ';' || *text == '$' || *text == '\\')
            return false;
        text++;
    }
    return text && depth == 0;
}

const char *sql_finish(struct writer *w, struct error *err) {
    writer_u8(w, 0);
    if (writer_ok(w))
        return (const char *)w->bytes;
    error_set_no_memory(err);
    return NULL;
}

/* Lengths of types, which the engine does not know: a check of the table's says what PostgreSQL's type would. The catalog tells these
 * checks from the client's by their words (engine_constraint.sql). Elements of arrays are of any length. */
#include "base/writer.h"
#include "pgsql/shape.h"

static const struct {
    uint32_t oid;
    int32_t header;
    const char *condition, *message;
} lengths[] = {
#define PG_LENGTH(oid, header, condition, message) {oid, header, condition, message},
#include "pg_lengths.def"
#undef PG_LENGTH
};

static void fill_in(struct writer *w, const char *template, const char *column, int32_t length) {
    for (; *template; template++)
        if (*template == '@')
            writer_text(w, column);
        else if (*template == '#')
            writer_format(w, "%d", length);
        else
            writer_u8(w, (uint8_t)*template);
}

const char *pgsql_length_check(struct arena *arena, const struct pgsql_shape_column *column) {
    const struct pgsql_declared *declared = &column->declared;
    size_t n = 0, count = sizeof lengths / sizeof *lengths;
    while (n < count && (lengths[n].oid != declared->type_oid || declared->modifier < lengths[n].header))
        n++;
    if (n == count)
        return "";
    const char *name = pgsql_quoted(arena, column->name, '"');
    int32_t length = declared->modifier - lengths[n].header;
    struct writer w = {0};
    writer_text(&w, "CASE WHEN ");
    fill_in(&w, lengths[n].condition, name ? name : "", length);
    writer_text(&w, " THEN error(");
    fill_in(&w, lengths[n].message, name ? name : "", length);
    writer_text(&w, ") ELSE true END");
    const char *check = name && writer_ok(&w) ? arena_copy_string_n(arena, (const char *)w.bytes, w.length) : NULL;
    writer_destroy(&w);
    return check;
}

/* Casts between text and the engine's types as PostgreSQL has them: what `'{1,2}'::int[]` and `'Jan 2 2024'::date` mean, for
 * literals, columns and inserted values alike. The types are rows of data/pgcat_casts.def; reading and writing is pgtype's.
 *
 * Any thread: DuckDB runs casts on its own threads, too, which have no session. There DateStyle is the default, and 'today'
 * is UTC's.
 */
#include <string.h>

#include "base/clock.h"
#include "engine/function.h"
#include "pgcat/session.h"
#include "pgtype/decode.h"
#include "pgtype/encode.h"

enum { IN = 1, OUT = 2, DIMENSIONS = 2 };

static const struct cast_row {
    enum engine_type_id id;
    int directions;
} cast_rows[] = {
#define PGCAT_TEXT_CAST(engine, in, out) {ENGINE_TYPE_##engine, (in) * IN | (out) * OUT},
#include "pgcat_casts.def"
#undef PGCAT_TEXT_CAST
};

static struct pgtype_settings current_settings(void) {
    const struct pgcat_session *session = pgcat_session_entered();
    struct pgtype_settings settings =
        session && session->identity.values ? *session->identity.values : pgtype_settings_default();
    settings.now_us = clock_wall_us();
    return settings;
}

/* DuckDB's text of a list as PostgreSQL's: brackets become braces, both kinds of quotes double ones. */
static struct pgwire_value respell_list(struct arena *arena, const char *text, size_t length) {
    uint8_t *out = arena_allocate(arena, length * 2 + 1), *to = out;
    char quote = '\0';
    for (size_t i = 0; out && i < length; i++) {
        char c = text[i];
        if (quote && c == '\\' && i + 1 < length) {
            *to++ = '\\';
            *to++ = (uint8_t)text[++i];
        } else if (quote ? c == quote : c == '\'' || c == '"') {
            quote = quote ? '\0' : c;
            *to++ = '"';
        } else {
            if (quote && c == '"')
                *to++ = '\\';
            *to++ = quote ? (uint8_t)c : c == '[' ? '{' : c == ']' ? '}' : (uint8_t)c;
        }
    }
    return (struct pgwire_value){.bytes = out, .length = out ? (int32_t)(to - out) : PGWIRE_NULL};
}

static int hex_digit(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *digit = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;
    return digit ? (int)(digit - digits) : -1;
}

/* DuckDB's text of a BLOB, \x before each pair of digits, as PostgreSQL's hexadecimal form; NULL when it is none. */
static struct pgwire_value respell_blob(struct arena *arena, const char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    uint8_t *out = arena_allocate(arena, length * 2 + 2), *to = out;
    struct pgwire_value none = {.length = PGWIRE_NULL};
    if (!out)
        return none;
    *to++ = '\\';
    *to++ = 'x';
    for (size_t i = 0; i < length; i++) {
        bool escape = text[i] == '\\';
        if (escape && (length - i < 4 || text[i + 1] != 'x' || hex_digit(text[i + 2]) < 0 || hex_digit(text[i + 3]) < 0))
            return none;
        uint8_t byte = escape ? (uint8_t)(hex_digit(text[i + 2]) << 4 | hex_digit(text[i + 3])) : (uint8_t)text[i];
        i += escape ? 3 : 0;
        *to++ = (uint8_t)digits[byte >> 4];
        *to++ = (uint8_t)digits[byte & 15];
    }
    return (struct pgwire_value){.bytes = out, .length = (int32_t)(to - out)};
}

/* The text in PostgreSQL's spelling when it is in DuckDB's; NULL when there is no such. */
static struct pgwire_value respell(struct arena *arena, const struct engine_type *type, const char *text, size_t length) {
    if (length > INT32_MAX / 2)
        return (struct pgwire_value){.length = PGWIRE_NULL};
    if (type->id == ENGINE_TYPE_LIST && memchr(text, '[', length))
        return respell_list(arena, text, length);
    if (type->id == ENGINE_TYPE_BLOB && length)
        return respell_blob(arena, text, length);
    return (struct pgwire_value){.length = PGWIRE_NULL};
}

struct reading {
    struct arena arena;   /* of the call */
    struct arena scratch; /* of one row */
    struct pgtype_settings settings;
    struct pgtype_decoder *decoder;
    struct engine_chunk chunk; /* the target alone */
};

static bool read_text(struct reading *reading, const struct engine_vector *source, int64_t row, struct error *err) {
    const struct engine_string *string = (const struct engine_string *)source->data + row;
    struct pgwire_value value = {.length = PGWIRE_NULL};
    int32_t column;
    bool is_null = engine_vector_is_null(source, row);
    if (!is_null && string->length > INT32_MAX)
        return error_set(err, ERROR_LIMIT, "text is too long to be cast");
    if (!is_null)
        value = (struct pgwire_value){.bytes = (const uint8_t *)engine_string_bytes(string), .length = (int32_t)string->length};
    if (pgtype_decode_row(reading->decoder, &value, &reading->chunk, row, &column, err))
        return true;
    struct error again;
    value = respell(&reading->scratch, reading->chunk.columns->type, engine_string_bytes(string), string->length);
    bool ok = value.length != PGWIRE_NULL &&
              pgtype_decode_row(reading->decoder, &value, &reading->chunk, row, &column, &again);
    arena_reset(&reading->scratch);
    if (ok)
        error_clear(err);
    return ok;
}

static bool text_to_value(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                          struct engine_vector *target, struct error *err) {
    (void)self;
    struct reading reading = {
        .settings = current_settings(),
        .chunk = {.row_count = row_count, .column_count = 1, .columns = target},
    };
    static const struct pgwire_value null = {.length = PGWIRE_NULL};
    reading.decoder = pgtype_decoder_compile(&reading.arena, &target->type, 1, PGWIRE_TEXT, &reading.settings, err);
    bool ok = reading.decoder != NULL;
    for (int64_t row = 0; ok && row < row_count; row++) {
        int32_t column;
        ok = read_text(&reading, source, row, err) ||
             (is_try && pgtype_decode_row(reading.decoder, &null, &reading.chunk, row, &column, err));
    }
    pgtype_decoder_destroy(reading.decoder);
    arena_destroy(&reading.arena);
    arena_destroy(&reading.scratch);
    return ok;
}

static bool value_to_text(void *self, bool is_try, const struct engine_vector *source, int64_t row_count,
                          struct engine_vector *target, struct error *err) {
    (void)self, (void)is_try;
    struct arena arena = {0};
    struct writer w = {0};
    struct pgtype_settings settings = current_settings();
    const struct pgtype_encoder *encoder = pgtype_encoder_compile(&arena, &source->type, 1, NULL, 0, &settings, err);
    bool ok = encoder != NULL;
    for (int64_t row = 0; ok && row < row_count; row++) {
        if (engine_vector_is_null(source, row)) {
            engine_vector_set_null(target, row);
            continue;
        }
        writer_reset(&w);
        ok = pgtype_encode_text(encoder, 0, source, row, &w, err) && (writer_ok(&w) || error_set_no_memory(err));
        if (ok)
            engine_vector_set_bytes(target, row, w.bytes, w.length);
    }
    writer_destroy(&w);
    arena_destroy(&arena);
    return ok;
}

/* Where nobody wrote the cast, it happens only to literals and to values that are stored: the engine asks for no cost there. */
enum { COST_EXPLICIT = -1 };

static bool add_casts(struct engine_connection *connection, const struct engine_type *type, int directions, struct error *err) {
    const struct engine_type *text = engine_type_simple(ENGINE_TYPE_VARCHAR);
    struct engine_cast in = {text, type, COST_EXPLICIT, text_to_value, NULL}, out = {type, text, COST_EXPLICIT, value_to_text, NULL};
    return (!(directions & IN) || engine_register_cast(connection, &in, err)) &&
           (!(directions & OUT) || engine_register_cast(connection, &out, err));
}

bool pgcat_register_casts(struct engine_connection *connection, struct error *err) {
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof cast_rows / sizeof cast_rows[0]; i++) {
        struct engine_type lists[DIMENSIONS];
        const struct engine_type *type = engine_type_simple(cast_rows[i].id);
        ok = add_casts(connection, type, cast_rows[i].directions, err);
        for (int dimension = 0; ok && dimension < DIMENSIONS; dimension++) {
            lists[dimension] = *engine_type_simple(ENGINE_TYPE_LIST);
            lists[dimension].child = dimension ? &lists[dimension - 1] : type;
            ok = add_casts(connection, &lists[dimension], IN | OUT, err);
        }
    }
    return ok;
}

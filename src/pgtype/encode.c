/* Rows out of chunks: DataRow and COPY. */
#include "pgtype/encode.h"

#include <string.h>

#include "pgtype/codec.h"
#include "pgwire/backend.h"

struct pgtype_encoder {
    int32_t column_count;
    struct pgtype_codec columns[];
};

const struct pgtype_encoder *pgtype_encoder_compile(struct arena *arena, const struct engine_type *const *types,
                                                    int32_t count, const int16_t *formats, int32_t format_count,
                                                    const struct pgtype_settings *settings, struct error *err) {
    struct pgtype_encoder *encoder =
        arena_allocate(arena, sizeof *encoder + (size_t)count * sizeof encoder->columns[0]);
    if (!encoder) {
        error_set_no_memory(err);
        return NULL;
    }
    encoder->column_count = count;
    for (int32_t i = 0; i < count; i++) {
        bool binary = pgwire_format_at(formats, format_count, i) == PGWIRE_BINARY;
        if (!pgtype_codec_init(&encoder->columns[i], arena, types[i], binary, settings, err))
            return NULL;
    }
    return encoder;
}

/* Each value with its length before it; NULL has -1 and no bytes. */
static inline bool write_values(const struct pgtype_encoder *encoder, const struct engine_chunk *chunk, int64_t row,
                                struct writer *w, struct error *err) {
    for (int32_t i = 0; i < encoder->column_count; i++) {
        const struct pgtype_codec *codec = &encoder->columns[i];
        const struct engine_vector *vector = &chunk->columns[i];
        size_t start = w->length;
        if (engine_vector_is_null(vector, row)) {
            writer_u32(w, UINT32_MAX);
            continue;
        }
        writer_u32(w, 0);
        if (!codec->write(codec, vector, row, w, err))
            return false;
        writer_patch_u32(w, start, (uint32_t)(w->length - start - 4));
    }
    return true;
}

/* Closes the message that began at `start`, or takes it back. */
static bool finish_row(struct writer *w, size_t start, bool ok, struct error *err) {
    if (!writer_ok(w)) {
        error_set_no_memory(err);
        ok = false;
    } else if (ok && w->length - start > PGWIRE_MESSAGE_BYTES_MAX) {
        ok = error_set(err, ERROR_LIMIT, "out of memory");
        error_set_detail(err, "Cannot send a row of %zu bytes.", w->length - start);
    }
    if (!ok)
        w->length = start;
    else
        writer_store_u32(w->bytes + start + 1, (uint32_t)(w->length - start - 1));
    return ok;
}

bool pgtype_encode_rows(const struct pgtype_encoder *encoder, const struct engine_chunk *chunk, int64_t first_row,
                        int64_t row_count, struct writer *w, struct error *err) {
    for (int64_t row = first_row; row < first_row + row_count; row++) {
        size_t start = w->length;
        uint8_t *head = writer_place(w, 7);
        if (!head)
            return error_set_no_memory(err);
        head[0] = 'D';
        writer_store_u16(head + 5, (uint16_t)encoder->column_count);
        bool ok = write_values(encoder, chunk, row, w, err);
        if (!finish_row(w, start, ok, err))
            return false;
    }
    return true;
}

/* Whether texts of this charset need no look before they go into COPY with these options: their characters are no
 * delimiter and no quote, and together they are never the null text. */
static bool is_harmless(const struct pgwire_copy_options *options, enum pgtype_charset charset) {
    static const char harmless_delimiters[] = "\t,;|";
    return charset != PGTYPE_CHARS_ANY && options->delimiter && strchr(harmless_delimiters, options->delimiter) &&
           (options->format == PGWIRE_COPY_TEXT || (options->quote == '"' && !options->null_bytes));
}

static bool write_copy_field(const struct pgtype_encoder *encoder, const struct pgwire_copy_options *options,
                             const struct engine_vector *vector, int32_t column, int64_t row, struct writer *w,
                             struct error *err) {
    const struct pgtype_codec *codec = &encoder->columns[column];
    bool force = options->force_quote && options->force_quote[column];
    size_t start = w->length;
    if (engine_vector_is_null(vector, row)) {
        writer_bytes(w, options->null_text, options->null_bytes);
        return true;
    }
    if (!codec->write(codec, vector, row, w, err))
        return false;
    if (!force && is_harmless(options, codec->charset))
        return true;
    if (options->format == PGWIRE_COPY_CSV)
        pgwire_copy_escape_csv(w, start, options, force, encoder->column_count == 1);
    else
        pgwire_copy_escape_text(w, start, options->delimiter);
    return true;
}

static bool write_copy_line(const struct pgtype_encoder *encoder, const struct pgwire_copy_options *options,
                            const struct engine_chunk *chunk, int64_t row, struct writer *w, struct error *err) {
    for (int32_t i = 0; i < encoder->column_count; i++) {
        if (i)
            writer_u8(w, (uint8_t)options->delimiter);
        if (!write_copy_field(encoder, options, &chunk->columns[i], i, row, w, err))
            return false;
    }
    writer_u8(w, '\n');
    return true;
}

bool pgtype_encode_copy_rows(const struct pgtype_encoder *encoder, const struct pgwire_copy_options *options,
                             const struct engine_chunk *chunk, int64_t first_row, int64_t row_count, struct writer *w,
                             struct error *err) {
    for (int64_t row = first_row; row < first_row + row_count; row++) {
        size_t start = pgwire_begin(w, 'd') - 1;
        bool ok;
        if (options->format == PGWIRE_COPY_BINARY) {
            writer_u16(w, (uint16_t)encoder->column_count);
            ok = write_values(encoder, chunk, row, w, err);
        } else {
            ok = write_copy_line(encoder, options, chunk, row, w, err);
        }
        if (!finish_row(w, start, ok, err))
            return false;
    }
    return true;
}

bool pgtype_encode_text(const struct pgtype_encoder *encoder, int32_t column, const struct engine_vector *vector,
                        int64_t row, struct writer *w, struct error *err) {
    const struct pgtype_codec *codec = &encoder->columns[column];
    if (engine_vector_is_null(vector, row))
        return true;
    if (!codec->write(codec, vector, row, w, err))
        return false;
    return writer_ok(w) || error_set_no_memory(err);
}

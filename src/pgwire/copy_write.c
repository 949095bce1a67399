/* Writing COPY data: headers, trailer, and escaping of values in place, from their end, so that no byte moves twice. */
#include <string.h>

#include "pgwire/backend.h"
#include "pgwire/copy.h"
#include "pgwire/scan.h"

/* The letter that stands for a control character behind a backslash, or 0. */
static uint8_t control_letter(uint8_t c) {
    static const char letters[32] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\v'] = 'v'};
    return c < sizeof letters ? (uint8_t)letters[c] : 0;
}

static bool needs_backslash(uint8_t c, uint8_t delimiter) {
    return c == '\\' || c == delimiter || control_letter(c);
}

/* The first byte that needs a backslash. */
static const uint8_t *find_special(const uint8_t *at, const uint8_t *end, uint8_t delimiter) {
#ifdef __SSE2__
    const __m128i controls = _mm_set1_epi8(0x0f), backslash = _mm_set1_epi8('\\');
    const __m128i delimiters = _mm_set1_epi8((char)delimiter);
    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)at);
        __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, controls), block);
        __m128i other = _mm_or_si128(_mm_cmpeq_epi8(block, backslash), _mm_cmpeq_epi8(block, delimiters));
        if (_mm_movemask_epi8(_mm_or_si128(control, other)))
            break;
    }
#endif
    while (at < end && !needs_backslash(*at, delimiter))
        at++;
    return at;
}

void pgwire_copy_escape_text(struct writer *w, size_t start, char delimiter) {
    if (!writer_ok(w) || w->length == start)
        return;
    const uint8_t *end = w->bytes + w->length;
    const uint8_t *first = find_special(w->bytes + start, end, (uint8_t)delimiter);
    if (first == end)
        return;
    size_t extra = 0, first_offset = (size_t)(first - w->bytes), length = w->length;
    for (const uint8_t *at = first; at < end; at++)
        extra += needs_backslash(*at, (uint8_t)delimiter);
    if (!writer_place(w, extra))
        return;
    uint8_t *to = w->bytes + w->length;
    for (size_t i = length; i > first_offset; i--) {
        uint8_t c = w->bytes[i - 1], letter = control_letter(c);
        *--to = letter ? letter : c;
        if (needs_backslash(c, (uint8_t)delimiter))
            *--to = '\\';
    }
}

static bool needs_csv_quotes(const uint8_t *text, size_t length, const struct pgwire_copy_options *options,
                             bool only_column) {
    struct pgwire_scan_set set = {{(uint8_t)options->delimiter, (uint8_t)options->quote, '\n', '\r'}};
    if (length == options->null_bytes && memcmp(text, options->null_text, length) == 0)
        return true;
    if (only_column && length == 2 && memcmp(text, "\\.", 2) == 0)
        return true;
    return pgwire_scan(text, text + length, set) != text + length;
}

void pgwire_copy_escape_csv(struct writer *w, size_t start, const struct pgwire_copy_options *options, bool force_quote,
                            bool only_column) {
    if (!writer_ok(w))
        return;
    size_t length = w->length - start, extra = 2;
    const uint8_t quote = (uint8_t)options->quote, escape = (uint8_t)options->escape;
    if (!force_quote && !needs_csv_quotes(w->bytes + start, length, options, only_column))
        return;
    for (size_t i = start; i < w->length; i++)
        extra += w->bytes[i] == quote || w->bytes[i] == escape;
    if (!writer_place(w, extra))
        return;
    uint8_t *to = w->bytes + w->length;
    *--to = quote;
    for (size_t i = start + length; i > start; i--) {
        uint8_t c = w->bytes[i - 1];
        *--to = c;
        if (c == quote || c == escape)
            *--to = escape;
    }
    *--to = quote;
}

void pgwire_copy_insert_binary_header(struct writer *w, size_t message) {
    static const uint8_t header[19] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n'}; /* no flags, no extension */
    size_t row = message + 1 + sizeof(uint32_t);
    uint32_t length;
    if (!writer_place(w, sizeof header))
        return;
    memmove(w->bytes + row + sizeof header, w->bytes + row, w->length - sizeof header - row);
    memcpy(w->bytes + row, header, sizeof header);
    memcpy(&length, w->bytes + message + 1, sizeof length);
    writer_store_u32(w->bytes + message + 1, __builtin_bswap32(length) + (uint32_t)sizeof header);
}

void pgwire_copy_write_header(struct writer *w, const struct pgwire_copy_options *options, const char *const *columns,
                              int32_t column_count) {
    if (options->format == PGWIRE_COPY_BINARY || options->header == PGWIRE_COPY_HEADER_NONE)
        return;
    size_t message = pgwire_begin(w, 'd');
    for (int32_t i = 0; i < column_count; i++) {
        if (i)
            writer_u8(w, (uint8_t)options->delimiter);
        size_t start = w->length;
        writer_text(w, columns[i]);
        if (options->format == PGWIRE_COPY_CSV)
            pgwire_copy_escape_csv(w, start, options, false, column_count == 1);
        else
            pgwire_copy_escape_text(w, start, options->delimiter);
    }
    writer_u8(w, '\n');
    pgwire_end(w, message);
}

void pgwire_copy_write_trailer(struct writer *w, const struct pgwire_copy_options *options) {
    static const uint8_t trailer[2] = {0xff, 0xff};
    if (options->format == PGWIRE_COPY_BINARY)
        pgwire_write_copy_data(w, trailer, sizeof trailer);
}

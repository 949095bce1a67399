/* How fast rows are encoded and COPY data is read, on one core, without a connection and without the engine: rows a
 * second.
 *
 * Usage: pgtype_codec [SECONDS]. One line for each question: its name and millions of rows a second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/writer.h"
#include "pgtype/decode.h"
#include "pgtype/encode.h"
#include "pgwire/copy.h"

enum { COLUMNS = 5, ROWS = ENGINE_VECTOR_ROWS };

static const struct engine_type types[] = {
    {.id = ENGINE_TYPE_INTEGER, .value_bytes = 4, .alias = ""},  {.id = ENGINE_TYPE_BIGINT, .value_bytes = 8, .alias = ""},
    {.id = ENGINE_TYPE_DOUBLE, .value_bytes = 8, .alias = ""},   {.id = ENGINE_TYPE_VARCHAR, .value_bytes = 16, .alias = ""},
    {.id = ENGINE_TYPE_DATE, .value_bytes = 4, .alias = ""},     {.id = ENGINE_TYPE_TIMESTAMP, .value_bytes = 8, .alias = ""},
    {.id = ENGINE_TYPE_TIMESTAMP_TZ, .value_bytes = 8, .alias = ""},
    {.id = ENGINE_TYPE_DECIMAL, .value_bytes = 8, .width = 18, .scale = 2, .alias = ""},
    {.id = ENGINE_TYPE_UUID, .value_bytes = 16, .alias = ""},    {.id = ENGINE_TYPE_BOOLEAN, .value_bytes = 1, .alias = ""},
    {.id = ENGINE_TYPE_INTERVAL, .value_bytes = 16, .alias = ""},
};

static const char *const type_names[] = {"integer", "bigint",  "double", "varchar", "date",    "timestamp",
                                         "timestamptz", "decimal", "uuid",   "boolean", "interval"};

enum { TYPE_COUNT = sizeof types / sizeof *types, CELLS = ROWS * 16 };

static uint8_t cells[TYPE_COUNT][CELLS] __attribute__((aligned(16)));

static void fill(void) {
    uint64_t random = 88172645463325252u;
    for (int64_t row = 0; row < ROWS; row++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        ((int32_t *)cells[0])[row] = (int32_t)row * 977;
        ((int64_t *)cells[1])[row] = (int64_t)(random >> 30);
        ((double *)cells[2])[row] = (double)row / 3;
        struct engine_string *string = (struct engine_string *)cells[3] + row;
        char text[16];
        string->length = (uint32_t)snprintf(text, sizeof text, "row %d", (int)row);
        memcpy((char *)string + 4, text, 12);
        ((int32_t *)cells[4])[row] = 18262 + (int32_t)row;
        ((int64_t *)cells[5])[row] = ((int64_t *)cells[6])[row] = 1577836800000000 + (int64_t)(random >> 20);
        ((int64_t *)cells[7])[row] = (int64_t)(random >> 35);
        memcpy(cells[8] + 16 * row, &random, 8);
        cells[9][row] = random & 1;
        ((struct engine_interval *)cells[10])[row] = (struct engine_interval){(int32_t)row % 40, 3, (int64_t)(random >> 25)};
    }
}

struct columns {
    struct engine_vector vectors[COLUMNS];
    const struct engine_type *types[COLUMNS];
    struct engine_chunk chunk;
};

static void choose(struct columns *columns, const int32_t *chosen, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        columns->types[i] = &types[chosen[i]];
        columns->vectors[i] = (struct engine_vector){.type = &types[chosen[i]], .data = cells[chosen[i]]};
    }
    columns->chunk = (struct engine_chunk){.row_count = ROWS, .column_count = count, .columns = columns->vectors};
}

/* Processor time: what others do on the machine counts less. */
static int64_t cpu_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void report(const char *name, const char *what, int64_t rows, int64_t ns) {
    printf("%-12s %-10s %7.2f M rows/s\n", name, what, (double)rows * 1e3 / (double)ns);
}

static void measure_rows(const char *name, const struct columns *columns, int16_t format, int64_t budget_ns) {
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct pgtype_settings settings = pgtype_settings_default();
    const struct pgtype_encoder *encoder = pgtype_encoder_compile(&arena, columns->types, columns->chunk.column_count,
                                                                  &format, 1, &settings, &err);
    int64_t start = cpu_ns(), rows = 0, now;
    do {
        for (int i = 0; i < 16; i++, rows += ROWS) {
            writer_reset(&w);
            if (!pgtype_encode_rows(encoder, &columns->chunk, 0, ROWS, &w, &err))
                exit(1);
        }
    } while ((now = cpu_ns()) - start < budget_ns);
    report(name, format ? "binary" : "text", rows, now - start);
    writer_destroy(&w);
    arena_destroy(&arena);
}

/* COPY data without the messages around it. */
static void strip_messages(const struct writer *w, struct writer *data) {
    for (size_t at = 0; at < w->length;) {
        const uint8_t *m = w->bytes + at;
        size_t length = (size_t)m[1] << 24 | (size_t)m[2] << 16 | (size_t)m[3] << 8 | m[4];
        writer_bytes(data, m + 5, length - 4);
        at += length + 1;
    }
}

static void measure_copy_out(const struct columns *columns, const struct pgwire_copy_options *options, const char *name,
                             struct writer *data, int64_t budget_ns) {
    static const int16_t formats[] = {0, 1};
    struct arena arena = {0};
    struct writer w = {0};
    struct error err;
    struct pgtype_settings settings = pgtype_settings_default();
    const struct pgtype_encoder *encoder =
        pgtype_encoder_compile(&arena, columns->types, columns->chunk.column_count,
                               &formats[options->format == PGWIRE_COPY_BINARY], 1, &settings, &err);
    int64_t start = cpu_ns(), rows = 0, now;
    do {
        for (int i = 0; i < 16; i++, rows += ROWS) {
            writer_reset(&w);
            if (!pgtype_encode_copy_rows(encoder, options, &columns->chunk, 0, ROWS, &w, &err))
                exit(1);
        }
    } while ((now = cpu_ns()) - start < budget_ns);
    report("copy out", name, rows, now - start);
    writer_reset(&w);
    pgwire_copy_write_header(&w, options, NULL, 0);
    pgtype_encode_copy_rows(encoder, options, &columns->chunk, 0, ROWS, &w, &err);
    strip_messages(&w, data);
    writer_destroy(&w);
    arena_destroy(&arena);
}

/* Framing alone, or with the fields decoded into vectors. Strings need the engine and are left out there. */
static void measure_copy_in(const struct columns *columns, const struct pgwire_copy_options *options, const char *name,
                            const struct writer *data, bool decode, int64_t budget_ns) {
    static const char *const names[COLUMNS] = {"a", "b", "c", "d", "e"};
    struct arena arena = {0};
    struct error err;
    struct pgtype_settings settings = pgtype_settings_default();
    struct pgwire_copy_row row;
    int32_t failed;
    struct columns target = *columns;
    target.chunk.columns = target.vectors;
    struct pgtype_decoder *decoder =
        pgtype_decoder_compile(&arena, columns->types, columns->chunk.column_count,
                               options->format == PGWIRE_COPY_BINARY ? PGWIRE_BINARY : PGWIRE_TEXT, &settings, &err);
    int64_t start = cpu_ns(), rows = 0, now;
    do {
        struct pgwire_copy_reader *reader =
            pgwire_copy_reader_create(options, "t", names, columns->chunk.column_count);
        pgwire_copy_reader_feed(reader, data->bytes, data->length);
        while (pgwire_copy_reader_next(reader, &row, &err) == PGWIRE_COPY_ROW) {
            if (decode && !pgtype_decode_row(decoder, row.fields, &target.chunk, rows % ROWS, &failed, &err))
                exit(1);
            rows++;
        }
        pgwire_copy_reader_destroy(reader);
    } while ((now = cpu_ns()) - start < budget_ns);
    report(decode ? "copy in" : "copy frames", name, rows, now - start);
    pgtype_decoder_destroy(decoder);
    arena_destroy(&arena);
}

int main(int argc, char **argv) {
    static const int32_t mixed[COLUMNS] = {0, 1, 2, 3, 4}, numbers[COLUMNS] = {0, 1, 2, 7, 4};
    static const char *const formats[] = {"text", "csv", "binary"};
    int64_t budget_ns = (int64_t)((argc > 1 ? atof(argv[1]) : 0.5) * 1e9);
    struct columns columns;
    fill();
    choose(&columns, mixed, COLUMNS);
    measure_rows("five columns", &columns, 0, budget_ns);
    measure_rows("five columns", &columns, 1, budget_ns);
    for (int format = 0; format < 3; format++) {
        struct pgwire_copy_options options = pgwire_copy_options_default((enum pgwire_copy_format)format);
        struct writer data = {0}, plain = {0};
        choose(&columns, mixed, COLUMNS);
        measure_copy_out(&columns, &options, formats[format], &data, budget_ns);
        measure_copy_in(&columns, &options, formats[format], &data, false, budget_ns);
        choose(&columns, numbers, COLUMNS);
        measure_copy_out(&columns, &options, "numbers", &plain, budget_ns / 10);
        measure_copy_in(&columns, &options, formats[format], &plain, true, budget_ns);
        writer_destroy(&data);
        writer_destroy(&plain);
    }
    for (int32_t type = 0; type < TYPE_COUNT; type++) {
        choose(&columns, &type, 1);
        measure_rows(type_names[type], &columns, 0, budget_ns);
        measure_rows(type_names[type], &columns, 1, budget_ns);
    }
    return 0;
}

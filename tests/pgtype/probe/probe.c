/* A filter that shows what the encoders and decoders make of values, for the comparison with a real PostgreSQL.
 *
 * Reads one request a line from standard input and answers each with one line:
 *   e FORMAT SQL          the first column's values of a DuckDB query, separated by tabs
 *   d FORMAT OID HEX      a parameter decoded, bound to DuckDB and encoded again in the same format
 *   c FORMAT TYPE HEX     a COPY field decoded into a column of that DuckDB type, and encoded again
 *   r FORMAT COLUMNS HEX  COPY data into rows; fields are separated by commas, rows by tabs
 *   s NAME VALUE          a setting
 *
 * FORMAT is t (text) or b (binary); for COPY data c (csv), too, and h (csv with a header to match). Values are in
 * hexadecimal digits; NULL is \N; an error is !SQLSTATE MESSAGE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/writer.h"
#include "engine/appender.h"
#include "engine/connection.h"
#include "engine/database.h"
#include "engine/value.h"
#include "pgtype/decode.h"
#include "pgtype/encode.h"

struct probe {
    struct engine_connection *connection;
    struct pgtype_settings settings;
    struct pgtype_zone *zone;
    struct arena arena;
};

static void print_error(const struct error *err) {
    printf("!%s ", error_sqlstate(err));
    for (const char *at = err->message; *at; at++)
        putchar(*at == '\n' ? ' ' : *at);
}

/* The DataRows' only values. */
static void print_rows(const struct writer *rows) {
    for (size_t at = 0; at < rows->length;) {
        const uint8_t *row = rows->bytes + at;
        uint32_t size = (uint32_t)row[1] << 24 | (uint32_t)row[2] << 16 | (uint32_t)row[3] << 8 | row[4];
        bool is_null = row[7] == 0xff;
        printf(is_null ? "\\N" : "");
        for (uint32_t i = 11; !is_null && i < size + 1; i++)
            printf("%02x", row[i]);
        at += size + 1;
        printf(at < rows->length ? "\t" : "");
    }
}

static bool encode_result(struct probe *probe, struct engine_result *result, int16_t format, struct writer *rows,
                          struct error *err) {
    const struct engine_type *type = engine_result_column_type(result, 0);
    const struct pgtype_encoder *encoder =
        pgtype_encoder_compile(&probe->arena, &type, 1, &format, 1, &probe->settings, err);
    const struct engine_chunk *chunk;
    while (encoder) {
        if (!engine_result_fetch(result, &chunk, err))
            return false;
        if (!chunk)
            return true;
        if (!pgtype_encode_rows(encoder, chunk, 0, chunk->row_count, rows, err))
            return false;
    }
    return false;
}

static void run(struct probe *probe, const char *sql, int16_t format, const struct engine_value *parameter) {
    struct error err;
    struct writer rows = {0};
    struct engine_statement *statement = engine_statement_prepare(probe->connection, sql, &err);
    struct engine_result *result = NULL;
    if (statement && (!parameter || engine_statement_bind(statement, 0, parameter, &err)))
        result = engine_statement_execute(statement, &err);
    if (result && encode_result(probe, result, format, &rows, &err))
        print_rows(&rows);
    else
        print_error(&err);
    engine_result_destroy(result);
    engine_statement_destroy(statement);
    writer_destroy(&rows);
}

static size_t read_hex(const char *text, uint8_t *bytes) {
    size_t count = 0;
    for (unsigned value; sscanf(text, "%2x", &value) == 1; text += 2)
        bytes[count++] = (uint8_t)value;
    return count;
}

static void decode(struct probe *probe, int16_t format, char *rest) {
    struct error err;
    uint8_t bytes[65536];
    char *hex = strchr(rest, ' ') + 1;
    struct pgwire_value value = {bytes, (int32_t)read_hex(hex, bytes)};
    struct engine_value *parameter =
        pgtype_decode_parameter(&probe->arena, &probe->settings, (uint32_t)atoi(rest),
                                format ? PGWIRE_BINARY : PGWIRE_TEXT, value, 1, &err);
    if (parameter)
        run(probe, "SELECT $1", format, parameter);
    else
        print_error(&err);
    engine_value_destroy(parameter);
}

static bool append(struct probe *probe, int16_t format, const struct engine_type *type, struct pgwire_value field,
                   struct error *err) {
    const char *name = "x";
    int32_t failed;
    type = pgtype_decodable(&probe->arena, type, format ? PGWIRE_BINARY : PGWIRE_TEXT);
    struct engine_appender *appender =
        engine_appender_create(probe->connection, "INSERT INTO probe FROM engine_rows()", &name, &type, 1, err);
    struct pgtype_decoder *decoder = pgtype_decoder_compile(
        &probe->arena, &type, 1, format ? PGWIRE_BINARY : PGWIRE_TEXT, &probe->settings, err);
    struct engine_chunk *chunk = appender ? engine_appender_chunk(appender) : NULL;
    bool ok = chunk && decoder && pgtype_decode_row(decoder, &field, chunk, 0, &failed, err);
    if (ok) {
        chunk->row_count = 1;
        int64_t rows;
        ok = engine_appender_append(appender, err) && engine_appender_finish(appender, &rows, err);
    }
    pgtype_decoder_destroy(decoder);
    engine_appender_destroy(appender);
    return ok;
}

static bool copy_in(struct probe *probe, int16_t format, const char *type, struct pgwire_value field,
                    struct error *err) {
    char sql[4096];
    snprintf(sql, sizeof sql, "CREATE OR REPLACE TEMP TABLE probe(x %s)", type);
    if (!engine_connection_execute(probe->connection, sql, err))
        return false;
    struct engine_statement *statement = engine_statement_prepare(probe->connection, "FROM probe", err);
    bool ok = statement && append(probe, format, engine_statement_column_type(statement, 0), field, err);
    engine_statement_destroy(statement);
    return ok;
}

static void copy(struct probe *probe, int16_t format, char *rest) {
    struct error err;
    uint8_t bytes[65536];
    char *hex = strrchr(rest, ' ');
    *hex++ = '\0';
    struct pgwire_value field = {bytes, (int32_t)read_hex(hex, bytes)};
    if (copy_in(probe, format, rest, field, &err))
        run(probe, "FROM probe", format, NULL);
    else
        print_error(&err);
}

static void print_row(const struct pgwire_copy_row *row) {
    for (int32_t i = 0; i < row->field_count; i++) {
        printf(i ? "," : "");
        if (row->fields[i].length == PGWIRE_NULL)
            printf("\\N");
        for (int32_t at = 0; at < row->fields[i].length; at++)
            printf("%02x", row->fields[i].bytes[at]);
    }
    printf("\t");
}

static void read_copy(char format, char *rest) {
    static const char *const names[] = {"a", "b", "c"};
    static uint8_t bytes[65536];
    struct error err = {0};
    struct pgwire_copy_row row;
    struct pgwire_copy_options options = pgwire_copy_options_default(
        format == 't' ? PGWIRE_COPY_TEXT : format == 'b' ? PGWIRE_COPY_BINARY : PGWIRE_COPY_CSV);
    options.header = format == 'h' ? PGWIRE_COPY_HEADER_MATCH : PGWIRE_COPY_HEADER_NONE;
    struct pgwire_copy_reader *reader = pgwire_copy_reader_create(&options, "t", names, atoi(rest));
    enum pgwire_copy_status status;
    pgwire_copy_reader_feed(reader, bytes, read_hex(strchr(rest, ' ') + 1, bytes));
    do {
        while ((status = pgwire_copy_reader_next(reader, &row, &err)) == PGWIRE_COPY_ROW)
            print_row(&row);
        pgwire_copy_reader_finish(reader);
    } while (status == PGWIRE_COPY_MORE);
    if (status == PGWIRE_COPY_FAILED)
        print_error(&err);
    pgwire_copy_reader_destroy(reader);
}

static void set(struct probe *probe, const char *name, const char *value) {
    struct error err;
    if (strcmp(name, "TimeZone") == 0) {
        pgtype_zone_close(probe->zone);
        probe->zone = pgtype_zone_open(value, &err);
        probe->settings.zone = probe->zone;
        printf("%s", probe->zone ? pgtype_zone_name(probe->zone) : err.message);
    } else if (strcmp(name, "extra_float_digits") == 0) {
        probe->settings.extra_float_digits = atoi(value);
    } else if (strcmp(name, "bytea_output") == 0) {
        probe->settings.bytea_output = strcmp(value, "hex") == 0 ? PGTYPE_BYTEA_HEX : PGTYPE_BYTEA_ESCAPE;
    } else if (strcmp(name, "IntervalStyle") == 0) {
        static const char *const styles[] = {"postgres", "postgres_verbose", "sql_standard", "iso_8601"};
        for (int i = 0; i < 4; i++)
            if (strcmp(value, styles[i]) == 0)
                probe->settings.interval_style = (enum pgtype_interval_style)i;
    } else if (strcmp(name, "DateOrder") == 0) {
        probe->settings.date_order = *value == 'Y' ? PGTYPE_DATE_YMD : *value == 'D' ? PGTYPE_DATE_DMY : PGTYPE_DATE_MDY;
    }
}

static void answer(struct probe *probe, char *line) {
    int16_t format = line[2] == 'b';
    if (line[0] == 'e')
        run(probe, line + 4, format, NULL);
    else if (line[0] == 'd')
        decode(probe, format, line + 4);
    else if (line[0] == 'c')
        copy(probe, format, line + 4);
    else if (line[0] == 'r')
        read_copy(line[2], line + 4);
    else if (line[0] == 's') {
        char *value = strchr(line + 2, ' ');
        *value++ = '\0';
        set(probe, line + 2, value);
    }
    printf("\n");
    arena_reset(&probe->arena);
}

int main(void) {
    static char line[1 << 20];
    struct error err;
    struct probe probe = {.settings = pgtype_settings_default()};
    struct engine_options options = {.path = ":memory:", .threads = 1};
    struct engine_database *database = engine_database_create(&options, &err);
    probe.connection = database ? engine_connection_create(database, &err) : NULL;
    if (!probe.connection) {
        print_error(&err);
        return 1;
    }
    engine_connection_execute(probe.connection, "SET TimeZone = 'UTC'", NULL);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(&probe, line);
        fflush(stdout);
    }
    engine_connection_destroy(probe.connection);
    engine_database_destroy(database);
    pgtype_zone_close(probe.zone);
    arena_destroy(&probe.arena);
    return 0;
}

/* The table functions of the schema utils. */
#include <stdio.h>

#include "suite.h"

#define WIDE(n) FIELD(.name = "result_" #n, .format = "i")
const struct airport_field wide_columns[WIDE_COLUMNS] = {
    WIDE(0),  WIDE(1),  WIDE(2),  WIDE(3),  WIDE(4),  WIDE(5),  WIDE(6),  WIDE(7),  WIDE(8),  WIDE(9),
    WIDE(10), WIDE(11), WIDE(12), WIDE(13), WIDE(14), WIDE(15), WIDE(16), WIDE(17), WIDE(18), WIDE(19),
};
static const struct airport_field text_columns[] = {FIELD(.name = "result", .format = "u"),
                                                    FIELD(.name = "result2", .format = "u")};

void append_wide_row(struct airport_batch_builder *builder) {
    for (int32_t i = 0; i < WIDE_COLUMNS; i++)
        airport_batch_append_int64(builder, i, i);
}

/* test_long: the numbers below the first, each in so many rows. */
enum { LONG_NUMBERS = 100, LONG_REPEATS = 3000 };

static bool repeat(struct airport_bytes text, int64_t count, struct ArrowArrayStream *out, struct airport_error *err) {
    struct airport_batch_builder *b = airport_batch_builder_from_fields(text_columns, 1, err);
    for (int64_t row = 0; b && row < count; row++)
        airport_batch_append_bytes(b, 0, text.data, text.size);
    return airport_stream_from_builder(b, out, err);
}

static bool scan_echo(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    return repeat(airport_argument_bytes(options->arguments, "input"), 1, out, err);
}

static bool scan_repeat(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    return repeat(airport_argument_bytes(options->arguments, "input"),
                  airport_argument_int64(options->arguments, "count", 0), out, err);
}

static bool scan_long(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)options;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(text_columns, 2, err);
    for (int32_t row = 0; b && row < LONG_NUMBERS * LONG_REPEATS; row++) {
        char text[16];
        int length = snprintf(text, sizeof text, "%d", row / LONG_REPEATS);
        for (int32_t column = 0; column < 2; column++)
            airport_batch_append_bytes(b, column, text, (size_t)length);
    }
    return airport_stream_from_builder(b, out, err);
}

static bool scan_wide(void *self, struct airport_call *call, const struct airport_scan_options *options,
                      struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(wide_columns, WIDE_COLUMNS, err);
    for (int64_t left = airport_argument_int64(options->arguments, "count", 0); b && left > 0; left--)
        append_wide_row(b);
    return airport_stream_from_builder(b, out, err);
}

/* The arguments are the row. */
static bool bind_arguments(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                           struct ArrowSchema *out, struct airport_error *err) {
    (void)self;
    (void)call;
    return airport_schema_copy(arguments->schema, out, err);
}

static bool scan_arguments(void *self, struct airport_call *call, const struct airport_scan_options *options,
                           struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    (void)call;
    const struct airport_arguments *arguments = options->arguments;
    struct airport_batch_builder *b = airport_batch_builder_create(arguments->schema, err);
    for (int32_t i = 0; b && i < arguments->schema->n_children; i++)
        airport_batch_append_from(b, i, arguments->row->children[i], arguments->row->offset);
    return airport_stream_from_builder(b, out, err);
}

static const struct airport_field input[] = {FIELD(.name = "input", .format = "u")};
static const struct airport_field any_input[] = {FIELD(.name = "input", .format = "u", .flags = AIRPORT_FIELD_ANY)};
static const struct airport_field input_count[] = {FIELD(.name = "input", .format = "u"),
                                                   FIELD(.name = "count", .format = "i")};
static const struct airport_field count[] = {FIELD(.name = "count", .format = "i")};
static const struct airport_field named[] = {
    FIELD(.name = "name", .format = "u"),
    FIELD(.name = "location", .format = "u", .flags = AIRPORT_FIELD_NAMED),
    FIELD(.name = "input", .format = "u", .flags = AIRPORT_FIELD_ANY),
    FIELD(.name = "city", .format = "u"),
};
static const struct airport_field unbound[] = {FIELD(.name = "input", .format = "i")};

void add_table_functions(struct airport_catalog_builder *builder) {
#define FUNCTION(name_, parameters_, parameter_count_, columns_, column_count_, scan_, bind_)                          \
    {.size = sizeof(struct airport_simple_table_function), .name = (name_), .parameters = (parameters_),               \
     .parameter_count = (parameter_count_), .columns = (columns_), .column_count = (column_count_), .scan = (scan_),   \
     .bind = (bind_)}
    static const struct airport_simple_table_function functions[] = {
        FUNCTION("test_echo", input, 1, text_columns, 1, scan_echo, NULL),
        FUNCTION("test_wide", count, 1, wide_columns, WIDE_COLUMNS, scan_wide, NULL),
        FUNCTION("test_long", input, 1, text_columns, 2, scan_long, NULL),
        FUNCTION("test_repeat", input_count, 2, text_columns, 1, scan_repeat, NULL),
        FUNCTION("test_dynamic_schema", any_input, 1, unbound, 1, scan_arguments, bind_arguments),
        FUNCTION("test_dynamic_schema_named_parameters", named, 4, unbound, 1, scan_arguments, bind_arguments),
    };
#undef FUNCTION
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        airport_builder_simple_table_function(builder, &functions[i]);
}

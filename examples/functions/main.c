/* functions: a scalar function, a table function and an in/out table function. See README.md. */
#include <airport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(...) {.size = sizeof(struct airport_field), __VA_ARGS__}

/* ---- multiply(BIGINT, BIGINT) -> BIGINT ---- */

static const struct airport_field factors[] = {FIELD(.name = "value", .format = "l"), FIELD(.name = "factor", .format = "l")};
static const struct airport_field product[] = {FIELD(.name = "product", .format = "l")};

static bool multiply(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                     struct ArrowArray *out, struct airport_error *err) {
    (void)self;
    (void)call;
    const struct ArrowSchema *x_type = schema->children[0], *y_type = schema->children[1];
    const struct ArrowArray *x = input->children[0], *y = input->children[1];
    struct airport_batch_builder *b = airport_batch_builder_from_fields(product, 1, err);
    for (int64_t row = input->offset; b && row < input->offset + input->length; row++) {
        int64_t value;
        if (airport_array_is_null(x_type, x, row) || airport_array_is_null(y_type, y, row) ||
            __builtin_mul_overflow(airport_array_int64(x_type, x, row), airport_array_int64(y_type, y, row), &value))
            airport_batch_append_null(b, 0);
        else
            airport_batch_append_int64(b, 0, value);
    }
    input->release(input);
    return airport_array_from_builder(b, out, err);
}

/* ---- series(start BIGINT, stop BIGINT, step := BIGINT) -> TABLE(value BIGINT) ---- */

static const struct airport_field series_parameters[] = {
    FIELD(.name = "start", .format = "l"),
    FIELD(.name = "stop", .format = "l"),
    FIELD(.name = "step", .format = "l", .flags = AIRPORT_FIELD_NAMED),
};
static const struct airport_field series_result[] = {FIELD(.name = "value", .format = "l")};

struct series {
    int64_t next, stop, step;
};

static bool next_of_series(void *self, struct airport_call *call, struct ArrowArray *out, struct airport_error *err) {
    enum { BATCH_ROWS = 8192 };
    (void)call;
    struct series *s = self;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(series_result, 1, err);
    if (!b)
        return false;
    for (int i = 0; i < BATCH_ROWS && (s->step > 0 ? s->next <= s->stop : s->next >= s->stop); i++) {
        airport_batch_append_int64(b, 0, s->next);
        if (__builtin_add_overflow(s->next, s->step, &s->next))
            s->stop = s->step > 0 ? INT64_MIN : INT64_MAX;
    }
    bool ok = airport_batch_row_count(b) == 0 || airport_batch_finish(b, out, err);
    airport_batch_builder_destroy(b);
    return ok;
}

static bool scan_series(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    struct ArrowSchema schema;
    int64_t step = airport_argument_int64(options->arguments, "step", 1);
    if (step == 0)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "step must not be 0");
    struct series *s = malloc(sizeof *s);
    if (!s)
        return airport_fail_no_memory(err);
    *s = (struct series){.next = airport_argument_int64(options->arguments, "start", 0),
                         .stop = airport_argument_int64(options->arguments, "stop", 0),
                         .step = step};
    if (!airport_schema_from_fields(series_result, 1, &schema, err)) {
        free(s);
        return false;
    }
    return airport_stream_from_function(call, &schema, next_of_series, free, s, out, err);
}

/* ---- twice(TABLE) -> TABLE: every row two times ---- */

static const struct airport_field twice_parameters[] = {FIELD(.name = "rows", .flags = AIRPORT_FIELD_TABLE)};

static bool describe_twice(void *self, struct airport_call *call, struct airport_function_info *out,
                           struct airport_error *err) {
    (void)self;
    (void)call;
    out->name = "twice";
    return airport_schema_from_fields(twice_parameters, 1, &out->parameters, err);
}

static bool bind_twice(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                       const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)arguments;
    return airport_schema_copy(input, out, err);
}

/* `self` is the schema of the rows. */
static bool process_twice(void *self, struct airport_call *call, struct ArrowArray *input, struct ArrowArrayStream *out,
                          struct airport_error *err) {
    const struct ArrowSchema *rows = self;
    (void)call;
    if (!input)
        return true;
    struct airport_batch_builder *b = airport_batch_builder_create(rows, err);
    for (int64_t i = 0; b && i < 2 * input->length; i++)
        for (int32_t c = 0; c < rows->n_children; c++)
            airport_batch_append_from(b, c, input->children[c], input->offset + i / 2);
    input->release(input);
    return airport_stream_from_builder(b, out, err);
}

static void release_nothing(void *self) {
    (void)self;
}

static bool open_twice(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                       const struct ArrowSchema *input, struct airport_processor *out, struct airport_error *err) {
    static const struct airport_processor_methods methods = {
        .size = sizeof methods, .release = release_nothing, .process = process_twice};
    (void)self;
    (void)call;
    (void)arguments;
    (void)err;
    *out = (struct airport_processor){&methods, (void *)input};
    return true;
}

static const struct airport_in_out_methods twice_in_out = {
    .size = sizeof twice_in_out, .bind = bind_twice, .open = open_twice};
static const struct airport_function_methods twice = {
    .size = sizeof twice, .describe = describe_twice, .in_out = &twice_in_out};

int main(int argc, char **argv) {
    struct airport_error err = {0};
    struct airport_server *server = NULL;
    struct airport_server_config config = {.size = sizeof config};
    if (argc == 3 && strcmp(argv[1], "--port") == 0)
        config.port = atoi(argv[2]);
    const struct airport_simple_function multiply_function = {
        .size = sizeof multiply_function,
        .name = "multiply",
        .parameters = factors,
        .parameter_count = 2,
        .result = product,
        .stability = AIRPORT_CONSISTENT,
        .execute = multiply,
    };
    const struct airport_simple_table_function series_function = {
        .size = sizeof series_function,
        .name = "series",
        .description = "The numbers from start to stop",
        .parameters = series_parameters,
        .parameter_count = 3,
        .columns = series_result,
        .column_count = 1,
        .scan = scan_series,
    };
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Functions");
    airport_builder_simple_function(builder, &multiply_function);
    airport_builder_simple_table_function(builder, &series_function);
    airport_builder_function(builder, (struct airport_function){&twice, NULL});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    if (!server || !airport_server_run_until_signal(server, &err))
        fprintf(stderr, "functions: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}

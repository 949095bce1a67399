/* functions: a scalar function, a table function and an in/out table function. See README.md. */
#include <airport.h>

#include <signal.h>
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
    struct ArrowSchema result;
    struct ArrowArray batch;
    if (!airport_schema_from_fields(product, 1, &result, err))
        return false;
    struct airport_batch_builder *b = airport_batch_builder_create(&result, err);
    for (int64_t i = 0; b && i < input->length; i++) {
        const struct ArrowArray *x = input->children[0], *y = input->children[1];
        int64_t at = input->offset + i, value;
        if (airport_array_is_null(schema->children[0], x, at) || airport_array_is_null(schema->children[1], y, at))
            airport_batch_append_null(b, 0);
        else if (__builtin_mul_overflow(airport_array_int64(schema->children[0], x, at),
                                        airport_array_int64(schema->children[1], y, at), &value))
            airport_batch_append_null(b, 0);
        else
            airport_batch_append_int64(b, 0, value);
    }
    bool ok = b && airport_batch_finish(b, &batch, err);
    airport_batch_builder_destroy(b);
    result.release(&result);
    input->release(input);
    if (!ok)
        return false;
    /* The result is the batch's one column: it is moved out, the rest let go. */
    *out = *batch.children[0];
    batch.children[0]->release = NULL;
    batch.release(&batch);
    return true;
}

/* ---- series(start BIGINT, stop BIGINT, step := BIGINT) -> TABLE(value BIGINT) ---- */

static const struct airport_field series_parameters[] = {
    FIELD(.name = "start", .format = "l"),
    FIELD(.name = "stop", .format = "l"),
    FIELD(.name = "step", .format = "l", .flags = AIRPORT_FIELD_NAMED),
};
static const struct airport_field series_result[] = {FIELD(.name = "value", .format = "l")};

static bool describe_series(void *self, struct airport_call *call, struct airport_function_info *out,
                            struct airport_error *err) {
    (void)self;
    (void)call;
    out->name = "series";
    out->description = "The numbers from start to stop";
    return airport_schema_from_fields(series_parameters, 3, &out->parameters, err);
}

static bool bind_series(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                        struct ArrowSchema *out, struct airport_error *err) {
    (void)self;
    (void)call;
    (void)arguments;
    return airport_schema_from_fields(series_result, 1, out, err);
}

struct series {
    struct ArrowSchema schema;
    int64_t next, stop, step;
};

static bool next_of_series(void *self, struct airport_call *call, struct ArrowArray *out, struct airport_error *err) {
    enum { BATCH_ROWS = 8192 };
    (void)call;
    struct series *s = self;
    struct airport_batch_builder *b = airport_batch_builder_create(&s->schema, err);
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

static void release_series(void *self) {
    struct series *s = self;
    s->schema.release(&s->schema);
    free(s);
}

static bool open_series(void *self, struct airport_call *call, const struct airport_scan_options *options,
                        struct ArrowArrayStream *out, struct airport_error *err) {
    (void)self;
    const struct ArrowSchema *types = options->arguments->schema;
    const struct ArrowArray *row = options->arguments->row;
    int64_t values[3] = {0, 0, 1};
    for (int64_t i = 0; i < types->n_children && i < 3; i++)
        if (!airport_array_is_null(types->children[i], row->children[i], row->offset))
            values[i] = airport_array_int64(types->children[i], row->children[i], row->offset);
    if (values[2] == 0)
        return airport_fail(err, AIRPORT_INVALID_ARGUMENT, "step must not be 0");
    struct series *s = malloc(sizeof *s);
    struct ArrowSchema schema;
    if (!s)
        return airport_fail_no_memory(err);
    *s = (struct series){.next = values[0], .stop = values[1], .step = values[2]};
    if (!airport_schema_from_fields(series_result, 1, &s->schema, err) || !airport_schema_copy(&s->schema, &schema, err))
        return false;
    return airport_stream_from_function(call, &schema, next_of_series, release_series, s, out, err);
}

static const struct airport_scan_methods series_scan = {.size = sizeof series_scan, .open = open_series};
static const struct airport_table_function_methods series_table = {
    .size = sizeof series_table, .bind = bind_series, .scan = &series_scan};
static const struct airport_function_methods series = {
    .size = sizeof series, .describe = describe_series, .table = &series_table};

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
    struct ArrowSchema schema;
    struct ArrowArray batch;
    (void)call;
    if (!input)
        return true;
    struct airport_batch_builder *b = airport_batch_builder_create(rows, err);
    for (int64_t i = 0; b && i < 2 * input->length; i++)
        for (int32_t c = 0; c < rows->n_children; c++)
            airport_batch_append_from(b, c, input->children[c], input->offset + i / 2);
    bool ok = b && airport_batch_finish(b, &batch, err) && airport_schema_copy(rows, &schema, err);
    airport_batch_builder_destroy(b);
    input->release(input);
    return ok && airport_stream_from_batches(&schema, &batch, 1, out, err);
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

/* ---- the server ---- */

static struct airport_server *server;

static void interrupt(int signal_number) {
    (void)signal_number;
    airport_server_interrupt(server);
}

int main(int argc, char **argv) {
    struct airport_error err = {0};
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
    struct airport_catalog_builder *builder = airport_catalog_builder_create();
    airport_builder_schema(builder, "demo", "Functions");
    airport_builder_simple_function(builder, &multiply_function);
    airport_builder_function(builder, (struct airport_function){&series, NULL});
    airport_builder_function(builder, (struct airport_function){&twice, NULL});
    if (airport_catalog_builder_finish(builder, &config.catalog, &err))
        server = airport_server_create(&config, &err);
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    if (!server || !airport_server_run(server, &err))
        fprintf(stderr, "functions: %s\n", err.message);
    airport_server_destroy(server);
    airport_catalog_release(config.catalog);
    return err.kind != AIRPORT_OK;
}

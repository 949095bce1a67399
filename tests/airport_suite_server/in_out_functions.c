/* The table functions of the schema utils that take a table. */
#include "suite.h"

#include <string.h>

enum { LONG_REPEATS = 10, HUGE_BATCHES = 10, HUGE_LAST_BATCHES = 3, HUGE_ROWS = 5000 };

/* One statement's use of a function; what is pointed to is borrowed until it is released. */
struct processor {
    const struct function *function;
    const struct airport_arguments *arguments;
    const struct ArrowSchema *input;
};

struct function {
    const char *name;
    const struct airport_field *parameters;
    int32_t parameter_count;
    const struct airport_field *columns; /* what is listed; with `bind`, before it is bound */
    int32_t column_count;
    /* The rows' columns if they depend on the table; may be NULL. */
    bool (*bind)(const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err);
    bool (*process)(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                    struct airport_error *err);
};

/* ---- the functions; `rows` NULL stands for the end ---- */

static bool bind_echo(const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err) {
    return airport_schema_copy(input, out, err);
}

static void append_rows(struct airport_batch_builder *b, const struct ArrowArray *rows) {
    for (int64_t row = 0; b && row < rows->length; row++)
        for (int32_t i = 0; i < rows->n_children; i++)
            airport_batch_append_from(b, i, rows->children[i], rows->offset + row);
}

static bool echo(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                 struct airport_error *err) {
    if (!rows)
        return true;
    struct airport_batch_builder *b = airport_batch_builder_create(p->input, err);
    append_rows(b, rows);
    return airport_stream_from_builder(b, out, err);
}

/* Makes `count` batches by `fill` and a stream of them. */
static bool stream_batches(const struct ArrowSchema *schema, int32_t count,
                           void (*fill)(struct airport_batch_builder *b, int32_t number, const void *self),
                           const void *self, struct ArrowArrayStream *out, struct airport_error *err) {
    struct ArrowArray batches[LONG_REPEATS > HUGE_BATCHES ? LONG_REPEATS : HUGE_BATCHES];
    struct ArrowSchema copy;
    int32_t made = 0;
    struct airport_batch_builder *b = airport_batch_builder_create(schema, err);
    bool ok = b != NULL;
    for (; ok && made < count; made += ok) {
        fill(b, made, self);
        ok = airport_batch_finish(b, &batches[made], err);
    }
    airport_batch_builder_destroy(b);
    if (ok && airport_schema_copy(schema, &copy, err))
        return airport_stream_from_batches(&copy, batches, count, out, err);
    for (int32_t i = 0; i < made; i++)
        batches[i].release(&batches[i]);
    return false;
}

static void fill_again(struct airport_batch_builder *b, int32_t number, const void *self) {
    (void)number;
    append_rows(b, self);
}

static bool repeat_rows(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                        struct airport_error *err) {
    return !rows || stream_batches(p->input, LONG_REPEATS, fill_again, rows, out, err);
}

static const struct airport_field huge_columns[] = {FIELD(.name = "multiplier", .format = "l"),
                                                    FIELD(.name = "value", .format = "l")};

/* Batches are numbered from 0 up, those behind the last rows from -1 down. */
static void fill_huge(struct airport_batch_builder *b, int32_t number, const void *self) {
    bool is_last = *(const bool *)self;
    for (int64_t row = 0; row < HUGE_ROWS; row++) {
        airport_batch_append_int64(b, 0, row);
        airport_batch_append_int64(b, 1, is_last ? -1 - number : number);
    }
}

static bool multiply_rows(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                          struct airport_error *err) {
    (void)p;
    struct ArrowSchema schema;
    bool is_last = !rows;
    if (!airport_schema_from_fields(huge_columns, 2, &schema, err))
        return false;
    bool ok = stream_batches(&schema, is_last ? HUGE_LAST_BATCHES : HUGE_BATCHES, fill_huge, &is_last, out, err);
    schema.release(&schema);
    return ok;
}

static bool widen(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                  struct airport_error *err) {
    (void)p;
    if (!rows)
        return true;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(wide_columns, WIDE_COLUMNS, err);
    for (int64_t row = 0; b && row < rows->length; row++)
        append_wide_row(b);
    return airport_stream_from_builder(b, out, err);
}

/* The argument beside the table's first column. */
static bool bind_beside(const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err) {
    const struct airport_field columns[] = {
        FIELD(.name = "input", .format = "u"),
        FIELD(.name = input->children[0]->name, .format = input->children[0]->format),
    };
    return airport_schema_from_fields(columns, 2, out, err);
}

static bool beside(const struct processor *p, const struct ArrowArray *rows, struct ArrowArrayStream *out,
                   struct airport_error *err) {
    struct ArrowSchema schema;
    struct airport_bytes argument = airport_argument_bytes(p->arguments, "input");
    if (!bind_beside(p->input, &schema, err))
        return false;
    struct airport_batch_builder *b = airport_batch_builder_create(&schema, err);
    for (int64_t row = 0; b && rows && row < rows->length; row++) {
        airport_batch_append_bytes(b, 0, argument.data, argument.size);
        airport_batch_append_from(b, 1, rows->children[0], rows->offset + row);
    }
    if (b && !rows) {
        airport_batch_append_text(b, 0, "last");
        if (p->input->children[0]->format[0] == 'u')
            airport_batch_append_text(b, 1, "row");
        else
            airport_batch_append_null(b, 1);
    }
    bool ok = airport_stream_from_builder(b, out, err);
    schema.release(&schema);
    return ok;
}

/* ---- as handles ---- */

#define TABLE FIELD(.name = "table_input", .format = "u", .flags = AIRPORT_FIELD_TABLE)
static const struct airport_field table[] = {TABLE};
static const struct airport_field input_table[] = {FIELD(.name = "input", .format = "u"), TABLE};
static const struct airport_field unbound[] = {FIELD(.name = "input", .format = "i"), FIELD(.name = "input", .format = "i")};

static const struct function functions[] = {
    {"test_table_in_out", input_table, 2, unbound, 2, bind_beside, beside},
    {"test_table_in_out_long", table, 1, unbound, 1, bind_echo, repeat_rows},
    {"test_table_in_out_huge", table, 1, huge_columns, 2, NULL, multiply_rows},
    {"test_table_in_out_wide", input_table, 2, wide_columns, WIDE_COLUMNS, NULL, widen},
    {"test_table_in_out_echo", table, 1, unbound, 1, bind_echo, echo},
};

static bool describe(void *self, struct airport_call *call, struct airport_function_info *out,
                     struct airport_error *err) {
    const struct function *f = self;
    (void)call;
    out->name = f->name;
    return airport_schema_from_fields(f->parameters, f->parameter_count, &out->parameters, err) &&
           airport_schema_from_fields(f->columns, f->column_count, &out->result, err);
}

static bool bind(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                 const struct ArrowSchema *input, struct ArrowSchema *out, struct airport_error *err) {
    const struct function *f = self;
    (void)call;
    (void)arguments;
    return f->bind ? f->bind(input, out, err) : airport_schema_from_fields(f->columns, f->column_count, out, err);
}

static bool process(void *self, struct airport_call *call, struct ArrowArray *input, struct ArrowArrayStream *out,
                    struct airport_error *err) {
    const struct processor *p = self;
    (void)call;
    bool ok = p->function->process(p, input, out, err);
    if (input)
        input->release(input);
    return ok;
}

/* Processors are in the call's memory. */
static void release_processor(void *self) {
    (void)self;
}

static bool open(void *self, struct airport_call *call, const struct airport_arguments *arguments,
                 const struct ArrowSchema *input, struct airport_processor *out, struct airport_error *err) {
    static const struct airport_processor_methods methods = {
        .size = sizeof methods, .release = release_processor, .process = process};
    struct processor *p = airport_call_allocate(call, sizeof *p);
    if (!p)
        return airport_fail_no_memory(err);
    *p = (struct processor){self, arguments, input};
    *out = (struct airport_processor){&methods, p};
    return true;
}

void add_in_out_functions(struct airport_catalog_builder *builder) {
    static const struct airport_in_out_methods in_out = {.size = sizeof in_out, .bind = bind, .open = open};
    static const struct airport_function_methods methods = {
        .size = sizeof methods, .describe = describe, .in_out = &in_out};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        airport_builder_function(builder, (struct airport_function){&methods, (void *)&functions[i]});
}

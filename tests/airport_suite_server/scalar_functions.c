/* The scalar functions of the schema utils. */
#include "suite.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct airport_field text_result[] = {FIELD(.name = "result", .format = "u")};
static const struct airport_field number_result[] = {FIELD(.name = "result", .format = "l")};
static const struct airport_field number_item[] = {FIELD(.name = "item", .format = "l")};
static const struct airport_field list_result[] = {
    FIELD(.name = "result", .format = "+l", .children = number_item, .child_count = 1)};

/* The arguments of a call, row by row. */
struct input {
    const struct ArrowSchema *schema;
    const struct ArrowArray *rows;
};

static bool has_null(const struct input *in, int64_t row) {
    for (int64_t i = 0; i < in->schema->n_children; i++)
        if (airport_array_is_null(in->schema->children[i], in->rows->children[i], row))
            return true;
    return false;
}

/* Computes one row without nulls and appends it. */
typedef bool compute_row(const struct input *in, int64_t row, struct airport_batch_builder *out, struct airport_error *err);

struct function {
    const char *name;
    const struct airport_field *parameters;
    int32_t parameter_count;
    const struct airport_field *result;
    compute_row *compute;
};

static bool execute(void *self, struct airport_call *call, const struct ArrowSchema *schema, struct ArrowArray *input,
                    struct ArrowArray *out, struct airport_error *err) {
    const struct function *f = self;
    const struct input in = {schema, input};
    (void)call;
    struct airport_batch_builder *b = airport_batch_builder_from_fields(f->result, 1, err);
    bool ok = b != NULL;
    for (int64_t row = input->offset; ok && row < input->offset + input->length; row++) {
        if (has_null(&in, row))
            airport_batch_append_null(b, 0);
        else
            ok = f->compute(&in, row, b, err);
    }
    input->release(input);
    if (ok)
        return airport_array_from_builder(b, out, err);
    airport_batch_builder_destroy(b);
    return false;
}

static int64_t number(const struct input *in, int column, int64_t row) {
    return airport_array_int64(in->schema->children[column], in->rows->children[column], row);
}

static bool uppercase(const struct input *in, int64_t row, struct airport_batch_builder *out, struct airport_error *err) {
    struct airport_bytes text = airport_array_bytes(in->schema->children[0], in->rows->children[0], row);
    char *upper = malloc(text.size + 1);
    if (!upper)
        return airport_fail_no_memory(err);
    for (size_t i = 0; i < text.size; i++)
        upper[i] = (char)toupper(((const unsigned char *)text.data)[i]);
    airport_batch_append_bytes(out, 0, upper, text.size);
    free(upper);
    return true;
}

static bool add(const struct input *in, int64_t row, struct airport_batch_builder *out, struct airport_error *err) {
    int64_t sum;
    if (__builtin_add_overflow(number(in, 0, row), number(in, 1, row), &sum))
        return airport_fail(err, AIRPORT_OUT_OF_RANGE, "the sum is out of range");
    airport_batch_append_int64(out, 0, sum);
    return true;
}

/* As Arrow casts to text: an arrow.bool8 is the number that it is stored as. */
static bool any_as_text(const struct input *in, int64_t row, struct airport_batch_builder *out,
                        struct airport_error *err) {
    const struct ArrowSchema *type = in->schema->children[0];
    const struct ArrowArray *column = in->rows->children[0];
    char text[32];
    switch (type->format[0]) {
    case 'b': airport_batch_append_text(out, 0, number(in, 0, row) ? "true" : "false"); return true;
    case 'u':
    case 'U':
    case 'v': {
        struct airport_bytes bytes = airport_array_bytes(type, column, row);
        airport_batch_append_bytes(out, 0, bytes.data, bytes.size);
        return true;
    }
    case 'f':
    case 'g': snprintf(text, sizeof text, "%.15g", airport_array_double(type, column, row)); break;
    default:
        if (!strchr("cCsSiIlL", type->format[0]))
            return airport_fail(err, AIRPORT_NOT_IMPLEMENTED, "no text is known for Arrow type \"%s\"", type->format);
        snprintf(text, sizeof text, "%" PRId64, number(in, 0, row));
    }
    airport_batch_append_text(out, 0, text);
    return true;
}

/* The next number of a Collatz sequence; 0 when it leaves the range. */
static int64_t collatz_next(int64_t n) {
    int64_t tripled;
    if (n % 2 == 0)
        return n / 2;
    return __builtin_mul_overflow(n, 3, &tripled) || __builtin_add_overflow(tripled, 1, &tripled) ? 0 : tripled;
}

static bool collatz(const struct input *in, int64_t row, struct airport_batch_builder *out, struct airport_error *err) {
    int64_t n = number(in, 0, row), steps = 0;
    for (; n > 1; n = collatz_next(n))
        steps++;
    if (n < 1)
        return airport_fail(err, AIRPORT_OUT_OF_RANGE, "the sequence leaves the range of 64-bit numbers");
    airport_batch_append_int64(out, 0, steps);
    return true;
}

/* The numbers behind the first. */
static bool collatz_sequence(const struct input *in, int64_t row, struct airport_batch_builder *out,
                             struct airport_error *err) {
    struct ArrowArray elements;
    int64_t n = number(in, 0, row);
    struct airport_batch_builder *b = airport_batch_builder_from_fields(number_item, 1, err);
    while (b && n > 1 && (n = collatz_next(n)) > 0)
        airport_batch_append_int64(b, 0, n);
    if (!airport_array_from_builder(b, &elements, err))
        return false;
    if (n == 1)
        airport_batch_append_list(out, 0, &elements, 0, elements.length);
    elements.release(&elements);
    return n == 1 || airport_fail(err, AIRPORT_OUT_OF_RANGE, "the sequence leaves the range of 64-bit numbers");
}

static const struct airport_field text_parameter[] = {FIELD(.name = "a", .format = "u")};
static const struct airport_field any_parameter[] = {FIELD(.name = "a", .format = "u", .flags = AIRPORT_FIELD_ANY)};
static const struct airport_field two_numbers[] = {FIELD(.name = "a", .format = "l"), FIELD(.name = "b", .format = "l")};
static const struct airport_field one_number[] = {FIELD(.name = "n", .format = "l")};

static const struct function functions[] = {
    {"test_uppercase", text_parameter, 1, text_result, uppercase},
    {"test_any_type", any_parameter, 1, text_result, any_as_text},
    {"test_add", two_numbers, 2, number_result, add},
    {"collatz", one_number, 1, number_result, collatz},
    {"collatz_sequence", one_number, 1, list_result, collatz_sequence},
};

void add_scalar_functions(struct airport_catalog_builder *builder) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const struct function *f = &functions[i];
        const struct airport_simple_function simple = {
            .size = sizeof simple,
            .name = f->name,
            .parameters = f->parameters,
            .parameter_count = f->parameter_count,
            .result = f->result,
            .execute = execute,
            .self = (void *)f,
        };
        airport_builder_simple_function(builder, &simple);
    }
}

/* format() (PostgreSQL 15, 9.4.1): %[position$][flags][width]type with s, I and L, and %%. A width given by an argument (`*`) is
 * refused. */
#include <stdlib.h>
#include <string.h>

#include "pgcat/function.h"
#include "pgcat/identifier.h"

/* How the macro joins the arguments into one text. */
enum { SEPARATOR = 0x1f, NULL_MARK = 0x1e };

enum { WIDTH_LIMIT = 1024 * 1024 };

struct specifier {
    int32_t position; /* from 1 */
    int32_t width;
    bool is_left;
    char type;
};

/* The nth argument, from 1; false: there are fewer. */
static bool find_argument(const struct pgcat_value *arguments, int32_t position, struct pgcat_value *found) {
    const char *at = arguments->text, *end = at + arguments->length;
    if (arguments->is_null)
        return false;
    for (;; position--) {
        const char *separator = memchr(at, SEPARATOR, (size_t)(end - at));
        const char *stop = separator ? separator : end;
        if (position == 1) {
            bool is_null = stop - at == 1 && *at == NULL_MARK;
            *found = (struct pgcat_value){.is_null = is_null, .text = at, .length = is_null ? 0 : (size_t)(stop - at)};
            return true;
        }
        if (!separator)
            return false;
        at = separator + 1;
    }
}

static const char *read_number(const char *at, const char *end, int32_t *number) {
    for (*number = 0; at < end && *at >= '0' && *at <= '9' && *number < WIDTH_LIMIT; at++)
        *number = 10 * *number + (*at - '0');
    return at;
}

/* Reads what follows a `%`; NULL: it ends too early. */
static const char *read_specifier(const char *at, const char *end, struct specifier *specifier) {
    int32_t number;
    const char *after = read_number(at, end, &number);
    if (after > at && after < end && *after == '$') {
        specifier->position = number;
        at = after + 1;
    }
    for (; at < end && *at == '-'; at++)
        specifier->is_left = true;
    at = read_number(at, end, &specifier->width);
    if (at == end)
        return NULL;
    specifier->type = *at;
    return at + 1;
}

static bool write_value(struct writer *w, const struct specifier *specifier, const struct pgcat_value *value, struct error *err) {
    switch (specifier->type) {
    case 's':
        writer_bytes(w, value->text, value->length);
        return true;
    case 'I':
        if (value->is_null)
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "22004", "null values cannot be formatted as an SQL identifier");
        pgcat_write_identifier(w, value->text, value->length);
        return true;
    case 'L':
        if (value->is_null)
            writer_text(w, "NULL");
        else
            pgcat_write_literal(w, value->text, value->length);
        return true;
    default:
        return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "unrecognized format() type specifier \"%c\"",
                               specifier->type);
    }
}

/* Spaces before or behind what was written from `start` on, counted in characters. */
static void pad(struct writer *w, size_t start, const struct specifier *specifier) {
    int32_t characters = 0;
    for (size_t i = start; i < w->length; i++)
        characters += (w->bytes[i] & 0xc0) != 0x80;
    size_t missing = specifier->width > characters ? (size_t)(specifier->width - characters) : 0;
    size_t length = w->length - start;
    uint8_t *place = missing ? writer_place(w, missing) : NULL;
    if (!place)
        return;
    if (!specifier->is_left) {
        memmove(w->bytes + start + missing, w->bytes + start, length);
        place = w->bytes + start;
    }
    memset(place, ' ', missing);
}

bool pgcat_format(const struct pgcat_call *call, const struct pgcat_value *arguments, struct pgcat_value *result,
                  struct error *err) {
    const char *at = arguments[0].text, *end = at + arguments[0].length;
    int32_t next = 1;
    if (arguments[0].is_null)
        return true;
    while (at < end) {
        const char *percent = memchr(at, '%', (size_t)(end - at));
        writer_bytes(call->text, at, (size_t)((percent ? percent : end) - at));
        if (!percent)
            break;
        struct specifier specifier = {.position = next};
        struct pgcat_value value;
        at = read_specifier(percent + 1, end, &specifier);
        if (!at)
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "unterminated format() type specifier");
        if (specifier.type == '%') {
            writer_u8(call->text, '%');
            continue;
        }
        if (!find_argument(&arguments[1], specifier.position, &value))
            return error_set_state(err, ERROR_INVALID_ARGUMENT, "22023", "too few arguments for format()");
        next = specifier.position + 1;
        size_t start = call->text->length;
        if (!write_value(call->text, &specifier, &value, err))
            return false;
        pad(call->text, start, &specifier);
    }
    return pgcat_answer_written(call, result, err);
}

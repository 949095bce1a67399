/* to_char() and to_number() of numbers (PostgreSQL 15, 9.8, table 9.28). V and EEEE are refused. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgcat/function_to_char.h"
#include "pgtype/encode.h"

enum { DIGITS_MOST = 128 };

/* What a template asks for. */
struct number_format {
    int whole, fraction;    /* places before and behind the point */
    int zeros_from;         /* the first place before the point that is filled with zeros; `whole` when none */
    int zeros_to;           /* places behind the point that stay in fill mode */
    bool has_point, fill_mode, brackets, sign_first, has_sign, roman, roman_lower;
};

static bool starts(struct json_text template, size_t at, const char *word) {
    size_t length = strlen(word);
    return template.length - at >= length && strncasecmp(template.bytes + at, word, length) == 0;
}

/* The bytes that one token of the template takes. */
static size_t token_length(struct json_text template, size_t at) {
    static const char *const words[] = {"FM", "TH", "RN", "PR", "MI", "PL", "SG", "EEEE"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (starts(template, at, words[i]))
            return strlen(words[i]);
    return 1;
}

static bool read_format(struct json_text template, struct number_format *format, struct error *err) {
    *format = (struct number_format){.zeros_from = -1};
    for (size_t at = 0; at < template.length; at += token_length(template, at)) {
        char c = (char)toupper((unsigned char)template.bytes[at]);
        if (starts(template, at, "EEEE") || c == 'V')
            return error_set_state(err, ERROR_UNSUPPORTED, "0A000", "\"%s\" is not supported in number formats", c == 'V' ? "V" : "EEEE");
        format->fill_mode |= starts(template, at, "FM");
        format->brackets |= starts(template, at, "PR");
        format->has_sign |= c == 'S' || starts(template, at, "MI") || starts(template, at, "PL");
        format->sign_first |= c == 'S' && token_length(template, at) == 1 && !format->whole && !format->fraction;
        format->roman |= starts(template, at, "RN");
        format->roman_lower |= template.length - at >= 2 && memcmp(template.bytes + at, "rn", 2) == 0;
        if (c == '0' && !format->has_point && format->zeros_from < 0)
            format->zeros_from = format->whole;
        if (c == '9' || c == '0')
            ++*(format->has_point ? &format->fraction : &format->whole);
        if (c == '0' && format->has_point)
            format->zeros_to = format->fraction;
        format->has_point |= c == '.' || (c == 'D' && token_length(template, at) == 1);
    }
    format->zeros_from = format->zeros_from < 0 ? format->whole : format->zeros_from;
    if (format->whole + format->fraction >= DIGITS_MOST)
        return error_set_state(err, ERROR_UNSUPPORTED, "0A000", "number format is too long");
    return true;
}

/* A number as digits: before the point without leading zeros, behind it as many as asked for. */
struct digits {
    bool negative;
    char text[512]; /* whole digits, then the fraction's */
    int whole;      /* how many of them stand before the point */
};

/* One more in the last place. */
static void round_up(struct digits *digits, int count) {
    int at = count - 1;
    while (at >= 0 && digits->text[at] == '9')
        digits->text[at--] = '0';
    if (at >= 0) {
        digits->text[at]++;
        return;
    }
    memmove(digits->text + 1, digits->text, (size_t)count);
    digits->text[0] = '1';
    digits->whole++;
}

/* Rounded half away from zero. False: not finite, or too long to be shown. */
static bool read_digits(const struct pgcat_value_call *call, int fraction, struct digits *digits, struct error *err) {
    const struct engine_vector *vector = &call->arguments->columns[0];
    char plain[400];
    struct writer w = {0};
    if (vector->type->id == ENGINE_TYPE_DOUBLE || vector->type->id == ENGINE_TYPE_FLOAT) {
        double value = vector->type->id == ENGINE_TYPE_FLOAT ? (double)((const float *)vector->data)[call->row]
                                                             : ((const double *)vector->data)[call->row];
        snprintf(plain, sizeof plain, "%.*f", fraction < 15 ? 15 : fraction, value);
        writer_bytes(&w, plain, strlen(plain));
    } else {
        const struct pgtype_encoder *encoder = pgtype_encoder_compile(call->arena, &vector->type, 1, NULL, 0, call->settings, err);
        if (!encoder || !pgtype_encode_text(encoder, 0, vector, call->row, &w, err)) {
            writer_destroy(&w);
            return false;
        }
    }
    const char *text = arena_copy_string_n(call->arena, w.length ? (const char *)w.bytes : "", w.length);
    writer_destroy(&w);
    if (!text)
        return error_set_no_memory(err);
    *digits = (struct digits){.negative = *text == '-'};
    text += digits->negative + strspn(text + digits->negative, "0");
    size_t whole = strspn(text, "0123456789");
    const char *behind = text[whole] == '.' ? text + whole + 1 : "";
    if (whole + (size_t)fraction + 2 > sizeof digits->text)
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22003", "number is too long for to_char");
    memcpy(digits->text, text, whole);
    digits->whole = (int)whole;
    size_t given = strspn(behind, "0123456789");
    for (size_t i = 0; i < (size_t)fraction; i++)
        digits->text[whole + i] = i < given ? behind[i] : '0';
    if (given > (size_t)fraction && behind[fraction] >= '5')
        round_up(digits, (int)whole + fraction);
    return true;
}

static bool is_zero(const struct digits *digits, int fraction) {
    return strspn(digits->text, "0") >= (size_t)(digits->whole + fraction);
}

/* The digit at a place before the point; '\0' where nothing stands. */
static char whole_digit(const struct number_format *format, const struct digits *digits, int place) {
    int lead = format->whole - digits->whole;
    if (digits->whole > format->whole)
        return '#';
    if (place >= lead)
        return digits->text[place - lead];
    bool lone_zero = place == format->whole - 1 && !format->has_point;
    return place >= format->zeros_from || lone_zero ? '0' : '\0';
}

/* How many digits behind the point are shown: in fill mode without the zeros at the end that nobody asked for. */
static int shown_fraction(const struct number_format *format, const struct digits *digits) {
    int shown = format->fraction;
    while (format->fill_mode && shown > format->zeros_to && digits->text[digits->whole + shown - 1] == '0')
        shown--;
    return shown;
}

struct number_writer {
    const struct number_format *format;
    const struct digits *digits;
    struct writer *w;
    int place;    /* of the next digit before the point */
    int behind;   /* of the next one behind it */
    bool in_fraction, begun; /* the sign has been written */
};

/* The sign that stands right before the first digit. */
static void begin_digits(struct number_writer *n) {
    if (n->begun)
        return;
    n->begun = true;
    const struct number_format *format = n->format;
    bool negative = n->digits->negative;
    if (format->brackets && (negative || !format->fill_mode))
        writer_u8(n->w, negative ? '<' : ' ');
    else if (format->sign_first)
        writer_u8(n->w, negative ? '-' : '+');
    else if (!format->has_sign && !format->brackets && (negative || !format->fill_mode))
        writer_u8(n->w, negative ? '-' : ' ');
}

static void put_digit(struct number_writer *n) {
    if (n->in_fraction) {
        begin_digits(n);
        if (n->behind < shown_fraction(n->format, n->digits))
            writer_u8(n->w, (uint8_t)(n->digits->whole > n->format->whole ? '#' : n->digits->text[n->digits->whole + n->behind]));
        n->behind++;
        return;
    }
    char digit = whole_digit(n->format, n->digits, n->place++);
    if (digit)
        begin_digits(n);
    if (digit || !n->format->fill_mode)
        writer_u8(n->w, (uint8_t)(digit ? digit : ' '));
}

static void put_sign(struct number_writer *n, const char *token) {
    bool negative = n->digits->negative;
    if (strcmp(token, "PR") == 0) {
        if (negative || !n->format->fill_mode)
            writer_u8(n->w, negative ? '>' : ' ');
    } else if (strcmp(token, "S") == 0) {
        if (!n->format->sign_first)
            writer_u8(n->w, negative ? '-' : '+');
    } else if (strcmp(token, "SG") == 0) {
        writer_u8(n->w, negative ? '-' : '+');
    } else if (strcmp(token, "MI") == 0 ? negative : !negative) {
        writer_u8(n->w, negative ? '-' : '+');
    } else if (!n->format->fill_mode) {
        writer_u8(n->w, ' ');
    }
}

static void put_ordinal(struct number_writer *n, bool upper) {
    static const char *const suffixes[] = {"th", "st", "nd", "rd"};
    const struct digits *digits = n->digits;
    int last = digits->whole ? digits->text[digits->whole - 1] - '0' : 0;
    bool teen = digits->whole > 1 && digits->text[digits->whole - 2] == '1';
    const char *suffix = suffixes[teen || last > 3 ? 0 : last];
    if (digits->negative || n->format->fraction)
        return;
    for (int i = 0; i < 2; i++)
        writer_u8(n->w, (uint8_t)(upper ? toupper(suffix[i]) : suffix[i]));
}

/* One token of the template; gives its length. */
static size_t put_token(struct number_writer *n, struct json_text template, size_t at) {
    static const char *const signs[] = {"PR", "MI", "PL", "SG", "S"};
    size_t length = token_length(template, at);
    char c = (char)toupper((unsigned char)template.bytes[at]);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strlen(signs[i]) == length && starts(template, at, signs[i])) {
            put_sign(n, signs[i]);
            return length;
        }
    if (c == '9' || c == '0') {
        put_digit(n);
    } else if (c == ',' || c == 'G') {
        if (n->begun)
            writer_u8(n->w, ',');
        else if (!n->format->fill_mode)
            writer_u8(n->w, ' ');
    } else if (length == 1 && (c == '.' || c == 'D')) {
        begin_digits(n);
        n->in_fraction = true;
        writer_u8(n->w, '.');
    } else if (starts(template, at, "TH")) {
        put_ordinal(n, template.bytes[at] == 'T');
    } else if (c == 'L') {
        if (!n->format->fill_mode)
            writer_u8(n->w, ' ');
    } else if (c == '"') {
        while (at + length < template.length && template.bytes[at + length] != '"')
            writer_u8(n->w, (uint8_t)template.bytes[at + length++]);
        length += at + length < template.length;
    } else if (!starts(template, at, "FM")) {
        writer_u8(n->w, (uint8_t)template.bytes[at]);
    }
    return length;
}

static void put_roman(const struct number_format *format, const struct digits *digits, struct writer *w) {
    static const struct {
        int value;
        const char *text;
    } steps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
                 {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
    char text[16] = "", *to = text;
    int number = digits->whole > 4 ? 0 : (int)strtol(digits->text, NULL, 10);
    bool fits = !digits->negative && number > 0 && number < 4000;
    for (size_t i = 0; fits && i < sizeof steps / sizeof *steps; i++)
        for (; number >= steps[i].value; number -= steps[i].value)
            to = stpcpy(to, steps[i].text);
    if (!fits)
        memset(text, '#', 15);
    for (size_t i = strlen(text); !format->fill_mode && i < 15; i++)
        writer_u8(w, ' ');
    for (const char *at = text; *at; at++)
        writer_u8(w, (uint8_t)(format->roman_lower ? tolower(*at) : *at));
}

bool pgcat_number_to_char(const struct pgcat_value_call *call, struct error *err) {
    struct json_text template = pgcat_text_argument(call, 1);
    struct number_format format;
    struct digits digits;
    if (!read_format(template, &format, err) || !read_digits(call, format.fraction, &digits, err))
        return false;
    if (format.roman) {
        put_roman(&format, &digits, call->text);
        return pgcat_give_written(call, err);
    }
    digits.negative &= !is_zero(&digits, format.fraction);
    struct number_writer n = {.format = &format, .digits = &digits, .w = call->text};
    for (size_t at = 0; at < template.length;)
        at += put_token(&n, template, at);
    return pgcat_give_written(call, err);
}

/* The digits, the point and the sign of the text; what the template has elsewhere (groups, currency) is passed over. */
bool pgcat_to_number(const struct pgcat_value_call *call, struct error *err) {
    struct json_text text = pgcat_text_argument(call, 0), template = pgcat_text_argument(call, 1);
    struct number_format format;
    char plain[DIGITS_MOST + 4], *to = plain + 1, *end;
    if (!read_format(template, &format, err))
        return false;
    bool negative = false, has_point = false;
    for (size_t i = 0; i < text.length && to < plain + sizeof plain - 1; i++) {
        char c = text.bytes[i];
        negative |= c == '-' || c == '<';
        if (isdigit((unsigned char)c) || (c == '.' && !has_point))
            *to++ = c;
        has_point |= c == '.';
    }
    *to = '\0';
    *plain = negative ? '-' : '+';
    double value = strtod(plain, &end);
    if (to == plain + 1 || *end)
        return error_set_state(err, ERROR_CONVERSION, "22P02", "invalid input syntax for type numeric: \"%.*s\"",
                               (int)(text.length > 64 ? 64 : text.length), text.bytes);
    ((double *)call->result->data)[call->row] = value;
    return true;
}

/* to_char() and to_number() of numbers (PostgreSQL 15, 9.8, tables 9.28 and 9.29). A number is taken as decimal text, so that
 * nothing of it is lost; the locale is C: the point is ".", groups are divided by ",", and the currency symbol is a space.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pgcat/value_function.h"
#include "pgtype/encode.h"

enum { PLACES_LIMIT = 10000, ROMAN_WIDTH = 15, ROMAN_LIMIT = 3999 };

enum part {
    PART_LITERAL, PART_NINE, PART_ZERO, PART_POINT, PART_GROUP, PART_SIGN, PART_MINUS, PART_PLUS, PART_SIGN_HERE, PART_BRACKETS,
    PART_CURRENCY, PART_ORDINAL, PART_SHIFT, PART_ROMAN, PART_EXPONENT, PART_BARE,
};

static const struct part_row {
    const char *name;
    enum part part;
} part_rows[] = {
    {"EEEE", PART_EXPONENT}, {"FM", PART_BARE}, {"MI", PART_MINUS}, {"PL", PART_PLUS}, {"PR", PART_BRACKETS}, {"RN", PART_ROMAN},
    {"SG", PART_SIGN_HERE}, {"TH", PART_ORDINAL}, {"0", PART_ZERO}, {"9", PART_NINE}, {".", PART_POINT}, {"D", PART_POINT},
    {",", PART_GROUP}, {"G", PART_GROUP}, {"L", PART_CURRENCY}, {"S", PART_SIGN}, {"V", PART_SHIFT},
};

/* A template, as a whole. */
struct picture {
    int before, after, shift;       /* digits in front of the point, behind it, and behind V */
    int first_zero, last_zero;      /* places of the first 0 in front, counted from the left, and of the last one behind; -1 */
    bool is_bare, has_sign, sign_is_last, has_own_sign, brackets, roman, roman_lower, exponent, has_point;
};

/* The part that stands at `*at`, which moves behind it; a quoted text is a literal of several characters. */
static enum part next_part(const char **at, const char *end, const char **literal, size_t *length) {
    for (size_t i = 0; i < sizeof part_rows / sizeof part_rows[0]; i++) {
        size_t n = strlen(part_rows[i].name);
        if ((size_t)(end - *at) >= n && strncasecmp(*at, part_rows[i].name, n) == 0) {
            *literal = *at;
            *at += n;
            return part_rows[i].part;
        }
    }
    if (**at == '"') {
        const char *close = memchr(*at + 1, '"', (size_t)(end - *at - 1));
        *literal = *at + 1;
        *length = (size_t)((close ? close : end) - *literal);
        *at = close ? close + 1 : end;
        return PART_LITERAL;
    }
    *literal = (*at)++;
    *length = 1;
    return PART_LITERAL;
}

static void note_digit(struct picture *p, enum part part, bool shifted) {
    if (shifted) {
        p->shift++;
    } else if (p->has_point) {
        p->after++;
        if (part == PART_ZERO)
            p->last_zero = p->after;
        return;
    }
    if (part == PART_ZERO && p->first_zero < 0)
        p->first_zero = p->before;
    p->before++;
}

static struct picture read_picture(const char *at, const char *end) {
    struct picture p = {.first_zero = -1};
    bool shifted = false;
    const char *literal;
    size_t length;
    while (at < end) {
        enum part part = next_part(&at, end, &literal, &length);
        switch (part) {
        case PART_NINE:
        case PART_ZERO: note_digit(&p, part, shifted); break;
        case PART_POINT: p.has_point = true; break;
        case PART_SHIFT: shifted = true; break;
        case PART_BARE: p.is_bare = true; break;
        case PART_SIGN: p.has_sign = true, p.sign_is_last = p.before > 0; break;
        case PART_MINUS:
        case PART_SIGN_HERE: p.has_own_sign = true; break;
        case PART_BRACKETS: p.brackets = true; break;
        case PART_ROMAN: p.roman = true, p.roman_lower = islower((unsigned char)*literal); break;
        case PART_EXPONENT: p.exponent = true; break;
        default: break;
        }
    }
    return p;
}

/* A number in decimal digits. */
struct decimal {
    bool negative;
    char *digits; /* whole ones, then those behind the point; NUL-terminated */
    int whole, places;
};

/* Plain or with an exponent; false: not a finite number, or one of more digits than anybody wants. */
static bool read_decimal(struct arena *arena, struct json_text text, struct decimal *d) {
    const char *at = text.bytes, *end = at + text.length;
    *d = (struct decimal){.negative = at < end && *at == '-'};
    at += at < end && (*at == '-' || *at == '+');
    const char *e = at;
    int count = 0, point = -1;
    for (; e < end && *e != 'e' && *e != 'E'; e++) {
        if (*e == '.')
            point = count;
        else if (isdigit((unsigned char)*e))
            count++;
        else
            return false;
    }
    char exponent_text[12] = "0"; /* enough to tell that it is too much */
    if (e < end)
        snprintf(exponent_text, sizeof exponent_text, "%.*s", (int)(end - e - 1), e + 1);
    long exponent = strtol(exponent_text, NULL, 10);
    if (count > PLACES_LIMIT || exponent > PLACES_LIMIT || exponent < -PLACES_LIMIT)
        return false;
    int whole = (point < 0 ? count : point) + (int)exponent;
    int lead = whole < 0 ? -whole : 0, trail = whole > count ? whole - count : 0;
    d->digits = arena_allocate_zeroed(arena, (size_t)(lead + count + trail) + 2, 1);
    if (!d->digits)
        return false;
    memset(d->digits, '0', (size_t)(lead + count + trail));
    for (int i = lead; at < e; at++)
        if (*at != '.')
            d->digits[i++] = *at;
    d->whole = whole < 0 ? 0 : whole;
    d->places = lead + count + trail - d->whole;
    return true;
}

/* Leaves `places` digits behind the point, halves away from zero; there is room for one more whole digit. */
static bool round_decimal(struct arena *arena, struct decimal *d, int places) {
    int kept = d->whole + places;
    char *digits = arena_allocate_zeroed(arena, (size_t)kept + 2, 1);
    if (!digits)
        return false;
    digits[0] = '0';
    for (int i = 0; i < kept; i++)
        digits[i + 1] = i < d->whole + d->places ? d->digits[i] : '0';
    bool up = d->places > places && d->digits[kept] >= '5';
    for (int i = kept; up && i >= 0; i--) {
        up = digits[i] == '9';
        digits[i] = up ? '0' : (char)(digits[i] + 1);
    }
    int skip = 0;
    while (skip < d->whole + 1 && digits[skip] == '0')
        skip++;
    d->digits = digits + skip;
    d->whole += 1 - skip;
    d->places = places;
    bool zero = strspn(d->digits, "0") == strlen(d->digits);
    d->negative = d->negative && !zero;
    return true;
}

static void write_roman(struct writer *w, const struct picture *p, int number) {
    static const struct {
        int value;
        const char *text;
    } steps[] = {{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"},
                 {10, "X"},   {9, "IX"},   {5, "V"},   {4, "IV"},   {1, "I"}};
    char text[64] = "";
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        for (; number >= steps[i].value; number -= steps[i].value)
            strcat(text, steps[i].text);
    for (char *c = text; p->roman_lower && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    writer_format(w, "%*s", p->is_bare ? 0 : ROMAN_WIDTH, text);
}

static const char *ordinal(const struct decimal *d, bool is_upper) {
    static const char *const endings[2][4] = {{"th", "st", "nd", "rd"}, {"TH", "ST", "ND", "RD"}};
    int last = d->whole > 0 ? d->digits[d->whole - 1] - '0' : 0, tens = d->whole > 1 ? d->digits[d->whole - 2] - '0' : 0;
    return endings[is_upper][tens == 1 || last > 3 ? 0 : last];
}

/* What is known while the template is walked. */
struct walk {
    const struct picture *picture;
    const struct decimal *number;
    int place;        /* among the digits in front of the point, and on behind it */
    bool behind, sign_done, overflows;
    int shown_places; /* behind the point: fewer with FM */
};

static bool is_leading(const struct walk *walk) {
    const struct picture *p = walk->picture;
    bool by_zero = p->first_zero >= 0 && walk->place >= p->first_zero;
    bool by_digit = walk->place >= p->before - walk->number->whole;
    /* Nothing in front of the point is shown of a fraction, but of a whole 0 its last place. */
    bool last = walk->place == p->before - 1 && p->after == 0;
    return !walk->overflows && !by_zero && !by_digit && !last;
}

/* The sign stands where the number begins. */
static void write_sign(struct walk *walk, struct writer *w) {
    const struct picture *p = walk->picture;
    if (walk->sign_done)
        return;
    walk->sign_done = true;
    if (p->has_own_sign || (p->has_sign && p->sign_is_last))
        return;
    if (p->brackets)
        writer_text(w, walk->number->negative ? "<" : p->is_bare ? "" : " ");
    else if (p->has_sign)
        writer_u8(w, walk->number->negative ? '-' : '+');
    else
        writer_text(w, walk->number->negative ? "-" : p->is_bare ? "" : " ");
}

static void write_digit(struct walk *walk, struct writer *w) {
    const struct picture *p = walk->picture;
    const struct decimal *d = walk->number;
    if (walk->behind) {
        int at = walk->place++ - p->before;
        if (at < walk->shown_places)
            writer_u8(w, walk->overflows ? '#' : (uint8_t)d->digits[d->whole + at]);
        return;
    }
    if (is_leading(walk)) {
        if (!p->is_bare)
            writer_u8(w, ' ');
    } else {
        int at = walk->place - (p->before - d->whole);
        write_sign(walk, w);
        writer_u8(w, walk->overflows ? '#' : at < 0 ? '0' : (uint8_t)d->digits[at]);
    }
    walk->place++;
}

static void write_part(struct walk *walk, enum part part, const char *literal, size_t length, struct writer *w) {
    const struct picture *p = walk->picture;
    bool negative = walk->number->negative;
    switch (part) {
    case PART_NINE:
    case PART_ZERO: write_digit(walk, w); break;
    case PART_GROUP:
        if (!is_leading(walk) || (walk->place > 0 && walk->sign_done))
            writer_u8(w, ',');
        else if (!p->is_bare)
            writer_u8(w, ' ');
        break;
    case PART_POINT:
        write_sign(walk, w);
        walk->behind = true;
        writer_u8(w, '.');
        break;
    case PART_SIGN:
        if (p->sign_is_last)
            writer_u8(w, negative ? '-' : '+');
        break;
    case PART_MINUS: writer_text(w, negative ? "-" : p->is_bare ? "" : " "); break;
    case PART_PLUS: writer_text(w, !negative ? "+" : p->is_bare ? "" : " "); break;
    case PART_SIGN_HERE: writer_u8(w, negative ? '-' : '+'); break;
    case PART_BRACKETS: writer_text(w, negative ? ">" : p->is_bare ? "" : " "); break;
    case PART_CURRENCY: writer_text(w, " "); break;
    case PART_ORDINAL:
        if (!negative && !p->has_point)
            writer_text(w, ordinal(walk->number, *literal == 'T'));
        break;
    case PART_LITERAL: writer_bytes(w, literal, length); break;
    default: break;
    }
}

/* With FM zeros at the end are left out, up to the last 0 of the template. */
static int places_shown(const struct picture *p, const struct decimal *d) {
    int shown = p->after;
    while (p->is_bare && shown > p->last_zero && d->digits[d->whole + shown - 1] == '0')
        shown--;
    return shown;
}

static void write_walk(struct writer *w, const struct picture *p, const struct decimal *d, const char *at, const char *end) {
    struct walk walk = {.picture = p, .number = d, .overflows = d->whole > p->before, .shown_places = places_shown(p, d)};
    const char *literal = NULL;
    size_t length = 0;
    while (at < end) {
        enum part part = next_part(&at, end, &literal, &length);
        write_part(&walk, part, literal, length, w);
    }
}

/* The number as PostgreSQL prints it. */
static bool number_text(const struct pgcat_value_call *call, struct json_text *text, struct error *err) {
    const struct engine_vector *vector = &call->arguments->columns[0];
    struct writer w = {0};
    const struct pgtype_encoder *encoder = pgtype_encoder_compile(call->arena, &vector->type, 1, NULL, 0, call->settings, err);
    bool ok = encoder && pgtype_encode_text(encoder, 0, vector, call->row, &w, err);
    if (ok) {
        const char *bytes = arena_copy_string_n(call->arena, w.length ? (const char *)w.bytes : "", w.length);
        ok = bytes ? true : error_set_no_memory(err);
        *text = (struct json_text){bytes, w.length};
    }
    writer_destroy(&w);
    return ok;
}

/* What V does: so many more digits in front of the point. */
static bool shift_decimal(struct arena *arena, struct decimal *d, int shift) {
    d->whole += shift;
    d->places -= shift;
    if (d->places >= 0)
        return true;
    char *longer = arena_allocate_zeroed(arena, (size_t)d->whole + 1, 1);
    if (!longer)
        return false;
    memset(longer, '0', (size_t)d->whole);
    memcpy(longer, d->digits, strlen(d->digits));
    d->digits = longer;
    d->places = 0;
    return true;
}

bool pgcat_number_to_char(const struct pgcat_value_call *call, struct error *err) {
    struct json_text template = pgcat_text_argument(call, 1), text = {0};
    const char *end = template.bytes + template.length;
    struct picture picture = read_picture(template.bytes, end);
    struct decimal number;
    if (!number_text(call, &text, err))
        return false;
    if (!read_decimal(call->arena, text, &number))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22003", "\"%.*s\" cannot be formatted as a number",
                               (int)(text.length > 60 ? 60 : text.length), text.bytes);
    if (picture.exponent) {
        writer_format(call->text, "%s%.*e", number.negative || picture.is_bare ? "" : " ", picture.after, strtod(text.bytes, NULL));
        return pgcat_give_written(call, err);
    }
    if (!shift_decimal(call->arena, &number, picture.shift) ||
        !round_decimal(call->arena, &number, picture.roman ? 0 : picture.after))
        return error_set_no_memory(err);
    int roman = number.whole <= 4 && number.whole > 0 ? atoi(number.digits) : 0;
    if (picture.roman && !number.negative && roman > 0 && roman <= ROMAN_LIMIT)
        write_roman(call->text, &picture, roman);
    else if (picture.roman)
        writer_text(call->text, "###############");
    else
        write_walk(call->text, &picture, &number, template.bytes, end);
    return pgcat_give_written(call, err);
}

/* The digits in order, the first point among them, and the sign wherever it stands; what the template has elsewhere (groups,
 * currency) is passed over. */
bool pgcat_to_number(const struct pgcat_value_call *call, struct error *err) {
    struct json_text text = pgcat_text_argument(call, 0), template = pgcat_text_argument(call, 1);
    struct picture picture = read_picture(template.bytes, template.bytes + template.length);
    struct writer *w = call->text;
    int whole = 0, places = 0;
    bool negative = memchr(text.bytes, '-', text.length) || (picture.brackets && memchr(text.bytes, '<', text.length));
    bool behind = false;
    writer_text(w, negative ? "-" : "");
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];
        if (c == '.' && picture.has_point && !behind) {
            behind = true;
            writer_u8(w, '.');
        } else if (isdigit((unsigned char)c) && (behind ? places++ < picture.after : whole++ < picture.before)) {
            writer_u8(w, (uint8_t)c);
        }
    }
    writer_u8(w, '\0');
    if (!writer_ok(w))
        return error_set_no_memory(err);
    if (whole + places == 0)
        return error_set_state(err, ERROR_CONVERSION, "22P02", "invalid input syntax for type numeric: \"%.*s\"",
                               (int)(text.length > 64 ? 64 : text.length), text.bytes);
    ((double *)call->result->data)[call->row] = strtod((const char *)w->bytes, NULL);
    return true;
}

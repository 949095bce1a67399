#include "server/setting.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct setting rows[SETTING_COUNT] = {
#define SETTING(id, name, twin, show, type, initial, unit, low, high, choices, reload, sentence)                       \
    [SETTING_##id] = {name, twin, show, SETTING_TYPE_##type, initial, unit, low, high, choices, reload, sentence},
#include "settings.def"
#undef SETTING
};

/* PostgreSQL 15, "Numeric with Unit", in the setting's own unit. */
struct unit {
    const char *name;
    double factor;
};

static const struct unit durations[] = {{"us", 0.001},  {"ms", 1},       {"s", 1000}, {"min", 60000},
                                        {"h", 3600000}, {"d", 86400000}, {NULL, 0}};
static const struct unit sizes[] = {{"B", 1},       {"kB", 1024},   {"KB", 1024}, {"MB", 0x1p20},
                                    {"GB", 0x1p30}, {"TB", 0x1p40}, {NULL, 0}};
static const struct unit no_units[] = {{NULL, 0}};

const struct setting *setting_row(enum setting_id id) {
    return &rows[id];
}

static bool same_name(const char *a, const char *b) {
    for (; *a && *b; a++, b++) {
        int first = *a == '-' ? '_' : tolower((unsigned char)*a), second = *b == '-' ? '_' : tolower((unsigned char)*b);
        if (first != second)
            return false;
    }
    return *a == *b;
}

enum setting_id setting_find(const char *name) {
    for (int id = 0; id < SETTING_COUNT; id++)
        if (same_name(name, rows[id].name))
            return (enum setting_id)id;
    return SETTING_UNKNOWN;
}

void setting_flag(enum setting_id id, char text[SETTING_NAME_BYTES]) {
    snprintf(text, SETTING_NAME_BYTES, "--%s", rows[id].name);
    for (char *p = text; *p; p++)
        if (*p == '_')
            *p = '-';
}

void setting_variable(enum setting_id id, char text[SETTING_NAME_BYTES]) {
    snprintf(text, SETTING_NAME_BYTES, "MALLARDB_%s", rows[id].name);
    for (char *p = text; *p; p++)
        *p = (char)toupper((unsigned char)*p);
}

static bool parse_choice(const struct setting *row, const char *text, int64_t *number, struct error *err) {
    int64_t place = 0;
    for (const char *at = row->choices; *at; place++) {
        size_t length = strcspn(at, " ");
        if (strlen(text) == length && !strncasecmp(at, text, length)) {
            *number = place;
            return true;
        }
        at += length + strspn(at + length, " ");
    }
    return error_set(err, ERROR_CONFIG, "\"%s\" is none of its choices; give one of: %s", text, row->choices);
}

/* PostgreSQL's words for a Boolean. */
static bool parse_switch(const char *text, int64_t *number, struct error *err) {
    static const struct {
        const char *word;
        bool on;
    } words[] = {{"on", true},   {"true", true},   {"yes", true}, {"1", true},
                 {"off", false}, {"false", false}, {"no", false}, {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcasecmp(text, words[i].word)) {
            *number = words[i].on;
            return true;
        }
    }
    return error_set(err, ERROR_CONFIG, "\"%s\" is neither on nor off; give on or off", text);
}

static const struct unit *units_of(const struct setting *row) {
    return row->type == SETTING_TYPE_DURATION ? durations : row->type == SETTING_TYPE_BYTES ? sizes : no_units;
}

static bool factor_of(const struct unit *units, const char *name, double *factor) {
    *factor = 1;
    if (!*name)
        return true;
    for (; units->name; units++) {
        if (!strcmp(units->name, name)) {
            *factor = units->factor;
            return true;
        }
    }
    return false;
}

static bool refuse_number(const struct setting *row, const char *text, struct error *err) {
    const char *units = row->type == SETTING_TYPE_DURATION ? ", perhaps with us, ms, s, min, h or d behind it"
                        : row->type == SETTING_TYPE_BYTES  ? ", perhaps with kB, MB, GB or TB behind it"
                                                           : "";
    return error_set(err, ERROR_CONFIG, "\"%s\" is not a number; give one from %lld to %lld%s%s%s", text,
                     (long long)row->low, (long long)row->high, row->unit ? " " : "", row->unit ? row->unit : "",
                     units);
}

static bool parse_number(const struct setting *row, const char *text, int64_t *number, struct error *err) {
    char *end;
    errno = 0;
    if (!isdigit((unsigned char)text[0]) && text[0] != '-')
        return refuse_number(row, text, err);
    long long whole = strtoll(text, &end, 10);
    if (end == text || errno == ERANGE)
        return refuse_number(row, text, err);
    while (*end == ' ')
        end++;
    double factor;
    if (!factor_of(units_of(row), end, &factor))
        return refuse_number(row, text, err);
    double value = (double)whole * factor;
    if (value < (double)row->low || value > (double)row->high)
        return error_set(err, ERROR_CONFIG, "\"%s\" is out of range; give a number from %lld to %lld%s%s", text,
                         (long long)row->low, (long long)row->high, row->unit ? " " : "", row->unit ? row->unit : "");
    *number = (int64_t)(value + 0.5); /* not negative: no low is */
    return true;
}

bool setting_parse(enum setting_id id, const char *text, int64_t *number, struct error *err) {
    return setting_parse_row(&rows[id], text, number, err);
}

bool setting_parse_row(const struct setting *row, const char *text, int64_t *number, struct error *err) {
    switch (row->type) {
    case SETTING_TYPE_CHOICE:
        return parse_choice(row, text, number, err);
    case SETTING_TYPE_SWITCH:
        return parse_switch(text, number, err);
    case SETTING_TYPE_NUMBER:
    case SETTING_TYPE_DURATION:
    case SETTING_TYPE_BYTES:
        return parse_number(row, text, number, err);
    case SETTING_TYPE_FILE:
    case SETTING_TYPE_DIRECTORY:
    case SETTING_TYPE_TEXT:
    case SETTING_TYPE_SECRET:
        *number = 0;
        return true;
    }
    return false;
}

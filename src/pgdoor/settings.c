#include "pgdoor/settings.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

enum parameter_type { TYPE_BOOL, TYPE_INT, TYPE_REAL, TYPE_ENUM, TYPE_TEXT };
enum parameter_unit { UNIT_NONE, UNIT_MS, UNIT_S, UNIT_KB };
enum { FLAG_REPORT = 1, FLAG_FIXED = 2, FLAG_STATIC = 4, FLAG_PLAN = 8 };

struct parameter {
    const char *name;
    enum parameter_type type;
    const char *initial;
    enum parameter_unit unit;
    int64_t low, high;
    const char *choices;
    unsigned flags;
};

#define REPORT FLAG_REPORT
#define FIXED FLAG_FIXED
#define STATIC FLAG_STATIC
#define PLAN FLAG_PLAN
static const struct parameter parameters[PARAMETER_COUNT] = {
#define PG_PARAMETER(id, name, type, initial, unit, low, high, choices, flags)                                         \
    [PARAMETER_##id] = {name, TYPE_##type, initial, UNIT_##unit, low, high, choices, flags},
#include "pg_parameters.def"
#undef PG_PARAMETER
};
#undef REPORT
#undef FIXED
#undef STATIC
#undef PLAN

struct settings_custom {
    struct settings_custom *next;
    char *name;
    char *value; /* NULL: set once, then taken back */
};

struct settings_undo {
    struct settings_undo *older;
    enum parameter_id id; /* PARAMETER_UNKNOWN: of the custom */
    struct settings_custom *custom;
    char *value; /* what stood there before; NULL: the initial value */
    bool local;
};

void settings_init(struct settings *settings) {
    *settings = (struct settings){.values_format = pgtype_settings_default()};
}

void settings_destroy(struct settings *settings) {
    for (int i = 0; i < PARAMETER_COUNT; i++) {
        memory_free(settings->values[i]);
        memory_free(settings->defaults[i]);
        memory_free(settings->reported[i]);
    }
    for (struct settings_undo *undo = settings->undo, *older; undo; undo = older) {
        older = undo->older;
        memory_free(undo->value);
        memory_free(undo);
    }
    for (struct settings_custom *custom = settings->customs, *next; custom; custom = next) {
        next = custom->next;
        memory_free(custom->name);
        memory_free(custom->value);
        memory_free(custom);
    }
    pgtype_zone_close(settings->zone);
    *settings = (struct settings){0};
}

enum parameter_id settings_find(const char *name) {
    for (int i = 0; i < PARAMETER_COUNT; i++)
        if (strcasecmp(parameters[i].name, name) == 0)
            return (enum parameter_id)i;
    return PARAMETER_UNKNOWN;
}

const char *settings_name(enum parameter_id id) {
    return parameters[id].name;
}

bool settings_is_reported(enum parameter_id id) {
    return parameters[id].flags & FLAG_REPORT;
}

bool settings_is_planned(enum parameter_id id) {
    return parameters[id].flags & FLAG_PLAN;
}

const char *settings_default(const struct settings *settings, enum parameter_id id) {
    return settings->defaults[id] ? settings->defaults[id] : parameters[id].initial;
}

const char *settings_get(const struct settings *settings, enum parameter_id id) {
    return settings->values[id] ? settings->values[id] : settings_default(settings, id);
}

static struct settings_custom *find_custom(const struct settings *settings, const char *name) {
    struct settings_custom *custom = settings->customs;
    while (custom && strcasecmp(custom->name, name) != 0)
        custom = custom->next;
    return custom;
}

const char *settings_get_custom(const struct settings *settings, const char *name) {
    const struct settings_custom *custom = find_custom(settings, name);
    return custom ? custom->value : NULL;
}

/* ---- values as PostgreSQL reads and prints them (src/backend/utils/misc/guc.c) ---- */

static bool refuse_value(const struct parameter *parameter, const char *value, struct error *err) {
    return error_set(err, ERROR_INVALID_ARGUMENT, "invalid value for parameter \"%s\": \"%s\"", parameter->name, value);
}

/* A unique prefix of true, false, yes, no; on, off (two letters at least), 1, 0. */
static bool read_bool(const struct parameter *parameter, const char *value, char *out, size_t size, struct error *err) {
    static const struct {
        const char *word;
        size_t least;
        bool is_on;
    } words[] = {{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false},
                 {"on", 2, true},   {"off", 2, false},   {"1", 1, true},   {"0", 1, false}};
    size_t length = strlen(value);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (length >= words[i].least && length <= strlen(words[i].word) &&
            strncasecmp(value, words[i].word, length) == 0) {
            snprintf(out, size, "%s", words[i].is_on ? "on" : "off");
            return true;
        }
    return error_set(err, ERROR_INVALID_ARGUMENT, "parameter \"%s\" requires a Boolean value", parameter->name);
}

struct unit_row {
    enum parameter_unit base;
    const char *text;
    double factor; /* to the base unit */
};

static const struct unit_row unit_rows[] = {
    {UNIT_MS, "us", 0.001},  {UNIT_MS, "ms", 1},       {UNIT_MS, "s", 1000},           {UNIT_MS, "min", 60000},
    {UNIT_MS, "h", 3600000}, {UNIT_MS, "d", 86400000}, {UNIT_S, "ms", 0.001},          {UNIT_S, "s", 1},
    {UNIT_S, "min", 60},     {UNIT_S, "h", 3600},      {UNIT_S, "d", 86400},           {UNIT_KB, "B", 1 / 1024.0},
    {UNIT_KB, "kB", 1},      {UNIT_KB, "MB", 1024},    {UNIT_KB, "GB", 1024 * 1024.0}, {UNIT_KB, "TB", 1024 * 1048576.0},
};

static bool read_number(const struct parameter *parameter, const char *value, double *number) {
    char *end;
    errno = 0;
    *number = strtod(value, &end);
    if (end == value || errno == ERANGE || *number != *number)
        return false;
    while (isspace((unsigned char)*end))
        end++;
    size_t length = strlen(end);
    while (length && isspace((unsigned char)end[length - 1]))
        length--;
    if (!length)
        return true;
    for (size_t i = 0; i < sizeof unit_rows / sizeof unit_rows[0]; i++)
        if (unit_rows[i].base == parameter->unit && strlen(unit_rows[i].text) == length &&
            memcmp(unit_rows[i].text, end, length) == 0) {
            *number *= unit_rows[i].factor;
            return true;
        }
    return false;
}

/* In the largest unit that leaves a whole number, as SHOW does. */
static void print_with_unit(const struct parameter *parameter, int64_t number, char *out, size_t size) {
    const struct unit_row *best = NULL;
    for (size_t i = 0; i < sizeof unit_rows / sizeof unit_rows[0]; i++) {
        const struct unit_row *row = &unit_rows[i];
        bool whole = row->base == parameter->unit && row->factor >= 1 && number % (int64_t)row->factor == 0;
        if (whole && (!best || row->factor > best->factor))
            best = row;
    }
    if (number <= 0 || !best)
        snprintf(out, size, "%lld", (long long)number);
    else
        snprintf(out, size, "%lld%s", (long long)(number / (int64_t)best->factor), best->text);
}

static const char *unit_name(enum parameter_unit unit) {
    return unit == UNIT_MS ? " ms" : unit == UNIT_S ? " s" : unit == UNIT_KB ? " kB" : "";
}

static bool read_int(const struct parameter *parameter, const char *value, char *out, size_t size, struct error *err) {
    double number;
    if (!read_number(parameter, value, &number))
        return refuse_value(parameter, value, err);
    if (number < (double)parameter->low || number > (double)parameter->high)
        return error_set(err, ERROR_INVALID_ARGUMENT,
                         "%.0f%s is outside the valid range for parameter \"%s\" (%lld .. %lld)", number,
                         unit_name(parameter->unit), parameter->name, (long long)parameter->low,
                         (long long)parameter->high);
    print_with_unit(parameter, (int64_t)(number < 0 ? number - 0.5 : number + 0.5), out, size);
    return true;
}

static bool read_enum(const struct parameter *parameter, const char *value, char *out, size_t size, struct error *err) {
    for (const char *choice = parameter->choices; *choice;) {
        size_t length = strcspn(choice, ",");
        if (strlen(value) == length && strncasecmp(choice, value, length) == 0) {
            snprintf(out, size, "%.*s", (int)length, choice);
            return true;
        }
        choice += length + (choice[length] == ',');
    }
    refuse_value(parameter, value, err);
    char list[256] = "";
    for (const char *c = parameter->choices; *c && strlen(list) < sizeof list - 3; c++) {
        size_t end = strlen(list);
        list[end] = *c;
        list[end + 1] = '\0';
        if (*c == ',')
            strcat(list, " ");
    }
    error_set_hint(err, "Available values: %s.", list);
    return false;
}

/* DateStyle: an output style, of which only ISO is had here, and an order for reading. */
static bool read_datestyle(struct settings *settings, const char *value, char *out, size_t size, struct error *err) {
    static const struct {
        const char *word;
        enum pgtype_date_order order;
        const char *shown;
    } orders[] = {{"mdy", PGTYPE_DATE_MDY, "MDY"},     {"us", PGTYPE_DATE_MDY, "MDY"},
                  {"noneuro", PGTYPE_DATE_MDY, "MDY"}, {"dmy", PGTYPE_DATE_DMY, "DMY"},
                  {"euro", PGTYPE_DATE_DMY, "DMY"},    {"european", PGTYPE_DATE_DMY, "DMY"},
                  {"ymd", PGTYPE_DATE_YMD, "YMD"}};
    enum pgtype_date_order order = settings->values_format.date_order;
    const char *shown = order == PGTYPE_DATE_MDY ? "MDY" : order == PGTYPE_DATE_DMY ? "DMY" : "YMD";
    for (const char *at = value; *at;) {
        at += strspn(at, ", \t");
        char word[16];
        size_t length = strcspn(at, ", \t");
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        at += length;
        bool known = !length || strcasecmp(word, "iso") == 0 || strcasecmp(word, "default") == 0;
        for (size_t i = 0; !known && i < sizeof orders / sizeof orders[0]; i++)
            if (strcasecmp(word, orders[i].word) == 0) {
                shown = orders[i].shown;
                known = true;
            }
        if (!known && (strcasecmp(word, "sql") == 0 || strcasecmp(word, "postgres") == 0 ||
                       strcasecmp(word, "german") == 0))
            return error_set(err, ERROR_UNSUPPORTED, "DateStyle \"%s\" is not supported: dates are always ISO", word);
        if (!known)
            return refuse_value(&parameters[PARAMETER_DATESTYLE], value, err);
    }
    snprintf(out, size, "ISO, %s", shown);
    return true;
}

static bool read_encoding(const char *value, char *out, size_t size, struct error *err) {
    char folded[32] = "";
    size_t length = 0;
    for (const char *c = value; *c && length < sizeof folded - 1; c++)
        if (isalnum((unsigned char)*c))
            folded[length++] = (char)tolower((unsigned char)*c);
    if (strcmp(folded, "utf8") != 0 && strcmp(folded, "unicode") != 0) {
        error_set(err, ERROR_INVALID_ARGUMENT, "invalid value for parameter \"client_encoding\": \"%s\"", value);
        error_set_detail(err, "Only the encoding UTF8 is supported.");
        return false;
    }
    snprintf(out, size, "UTF8");
    return true;
}

/* The canonical form of a value, in `out`; NULL: the value itself. */
static bool canonical(struct settings *settings, enum parameter_id id, const char *value, char *out, size_t size,
                      bool *as_is, struct error *err) {
    const struct parameter *parameter = &parameters[id];
    *as_is = false;
    if (id == PARAMETER_DATESTYLE)
        return read_datestyle(settings, value, out, size, err);
    if (id == PARAMETER_CLIENT_ENCODING)
        return read_encoding(value, out, size, err);
    switch (parameter->type) {
    case TYPE_BOOL:
        return read_bool(parameter, value, out, size, err);
    case TYPE_INT:
        return read_int(parameter, value, out, size, err);
    case TYPE_ENUM:
        return read_enum(parameter, value, out, size, err);
    case TYPE_REAL: {
        double number;
        if (!read_number(parameter, value, &number))
            return refuse_value(parameter, value, err);
        snprintf(out, size, "%g", number);
        return true;
    }
    case TYPE_TEXT:
        break;
    }
    *as_is = true;
    return true;
}

/* ---- what a value changes besides itself ---- */

static int64_t milliseconds(const char *shown) {
    double number = 0;
    read_number(&parameters[PARAMETER_STATEMENT_TIMEOUT], shown, &number);
    return (int64_t)number;
}

static int32_t choice_index(enum parameter_id id, const char *shown) {
    int32_t index = 0;
    for (const char *choice = parameters[id].choices; *choice; index++) {
        size_t length = strcspn(choice, ",");
        if (strlen(shown) == length && memcmp(choice, shown, length) == 0)
            return index;
        choice += length + (choice[length] == ',');
    }
    return 0;
}

/* The parsed forms follow the shown one. Choices stand in the order of the enums they become. */
static void follow(struct settings *settings, enum parameter_id id) {
    const char *shown = settings_get(settings, id);
    struct pgtype_settings *format = &settings->values_format;
    switch (id) {
    case PARAMETER_EXTRA_FLOAT_DIGITS:
        format->extra_float_digits = (int32_t)strtol(shown, NULL, 10);
        break;
    case PARAMETER_INTERVALSTYLE:
        format->interval_style = (enum pgtype_interval_style)choice_index(id, shown);
        break;
    case PARAMETER_BYTEA_OUTPUT:
        format->bytea_output = (enum pgtype_bytea_output)choice_index(id, shown);
        break;
    case PARAMETER_DATESTYLE:
        format->date_order = strstr(shown, "DMY")   ? PGTYPE_DATE_DMY
                             : strstr(shown, "YMD") ? PGTYPE_DATE_YMD
                                                    : PGTYPE_DATE_MDY;
        break;
    case PARAMETER_STATEMENT_TIMEOUT:
        settings->statement_timeout_ms = milliseconds(shown);
        break;
    case PARAMETER_IDLE_IN_TRANSACTION:
        settings->idle_in_transaction_timeout_ms = milliseconds(shown);
        break;
    case PARAMETER_IDLE_SESSION:
        settings->idle_session_timeout_ms = milliseconds(shown);
        break;
    default:
        break;
    }
    if (settings_is_reported(id))
        settings->unreported[id] = settings->any_unreported = true;
}

static bool take_zone(struct settings *settings, const char *value, const char **shown, struct error *err) {
    char *end;
    double hours = strtod(value, &end);
    bool is_number = end != value && *end == '\0';
    struct pgtype_zone *zone =
        is_number ? pgtype_zone_open_offset((int32_t)(hours * 3600), err) : pgtype_zone_open(value, err);
    if (!zone)
        return false;
    pgtype_zone_close(settings->zone);
    settings->zone = zone;
    settings->values_format.zone = zone;
    *shown = pgtype_zone_name(zone);
    return true;
}

static bool remember(struct settings *settings, enum parameter_id id, struct settings_custom *custom,
                     enum settings_scope scope, struct error *err) {
    const char *value = id == PARAMETER_UNKNOWN ? custom->value : settings->values[id];
    struct settings_undo *undo = memory_allocate_zeroed(1, sizeof *undo);
    if (!undo || (value && !(undo->value = memory_copy_string(value)))) {
        memory_free(undo);
        return error_set_no_memory(err);
    }
    undo->id = id;
    undo->custom = custom;
    undo->local = scope == SETTINGS_LOCAL;
    undo->older = settings->undo;
    settings->undo = undo;
    return true;
}

static bool may_change(const struct parameter *parameter, enum settings_scope scope, struct error *err) {
    if (scope == SETTINGS_START)
        return true;
    if (parameter->flags & FLAG_FIXED)
        return error_set_state(err, ERROR_SETTINGS, "55P02", "parameter \"%s\" cannot be changed", parameter->name);
    if (parameter->flags & FLAG_STATIC)
        return error_set_state(err, ERROR_SETTINGS, "55P02",
                               "parameter \"%s\" cannot be changed without restarting the server", parameter->name);
    return true;
}

bool settings_set(struct settings *settings, enum parameter_id id, const char *value, enum settings_scope scope,
                  struct error *err) {
    char buffer[128];
    bool as_is;
    const char *shown = buffer;
    if (!may_change(&parameters[id], scope, err) ||
        !canonical(settings, id, value, buffer, sizeof buffer, &as_is, err))
        return false;
    if (as_is)
        shown = value;
    if (scope != SETTINGS_START && !remember(settings, id, NULL, scope, err))
        return false;
    if (id == PARAMETER_TIMEZONE && !take_zone(settings, value, &shown, err))
        return false;
    char *copy = memory_copy_string(shown);
    if (!copy)
        return error_set_no_memory(err);
    char **place = scope == SETTINGS_START ? &settings->defaults[id] : &settings->values[id];
    memory_free(*place);
    *place = copy;
    follow(settings, id);
    return true;
}

bool settings_set_custom(struct settings *settings, const char *name, const char *value, enum settings_scope scope,
                         struct error *err) {
    struct settings_custom *custom = find_custom(settings, name);
    char *copy = memory_copy_string(value);
    if (!copy)
        return error_set_no_memory(err);
    if (!custom) {
        custom = memory_allocate_zeroed(1, sizeof *custom);
        if (!custom || !(custom->name = memory_copy_string(name))) {
            memory_free(custom);
            memory_free(copy);
            return error_set_no_memory(err);
        }
        custom->next = settings->customs;
        settings->customs = custom;
    }
    if (scope != SETTINGS_START && !remember(settings, PARAMETER_UNKNOWN, custom, scope, err)) {
        memory_free(copy);
        return false;
    }
    memory_free(custom->value);
    custom->value = copy;
    return true;
}

/* Gives the value back to where it was; the undo entry's copy moves. */
static void take_back(struct settings *settings, struct settings_undo *undo) {
    if (undo->id == PARAMETER_UNKNOWN) {
        memory_free(undo->custom->value);
        undo->custom->value = undo->value;
        return;
    }
    memory_free(settings->values[undo->id]);
    settings->values[undo->id] = undo->value;
    if (undo->id == PARAMETER_TIMEZONE) {
        const char *shown;
        take_zone(settings, settings_get(settings, undo->id), &shown, NULL);
    }
    follow(settings, undo->id);
}

/* What SET did in the transaction outlives a SET LOCAL before it. */
static void forget_older(struct settings_undo *undo) {
    for (struct settings_undo *older = undo->older; older; older = older->older)
        if (older->id == undo->id && older->custom == undo->custom)
            older->local = false;
}

void settings_end_transaction(struct settings *settings, bool committed,
                              void (*changed)(void *self, enum parameter_id id), void *self) {
    for (struct settings_undo *undo = settings->undo, *older; undo; undo = older) {
        older = undo->older;
        if (committed && !undo->local) {
            forget_older(undo);
            memory_free(undo->value);
        } else {
            take_back(settings, undo);
            if (undo->id != PARAMETER_UNKNOWN)
                changed(self, undo->id);
        }
        memory_free(undo);
    }
    settings->undo = NULL;
}

void settings_undo_to(struct settings *settings, const struct settings_undo *mark,
                      void (*changed)(void *self, enum parameter_id id), void *self) {
    while (settings->undo && settings->undo != mark) {
        struct settings_undo *undo = settings->undo;
        settings->undo = undo->older;
        take_back(settings, undo);
        if (undo->id != PARAMETER_UNKNOWN)
            changed(self, undo->id);
        memory_free(undo);
    }
}

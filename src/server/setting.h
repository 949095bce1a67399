/* One setting: its row of data/settings.def, its names, and how a value is read from text. Any thread. */
#ifndef SERVER_SETTING_H
#define SERVER_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum setting_id {
#define SETTING(id, name, twin, show, type, initial, unit, low, high, choices, reload, sentence) SETTING_##id,
#include "settings.def"
#undef SETTING
    SETTING_COUNT,
    SETTING_UNKNOWN = -1
};

enum setting_type {
    SETTING_TYPE_TEXT,
    SETTING_TYPE_SECRET,
    SETTING_TYPE_FILE,
    SETTING_TYPE_DIRECTORY,
    SETTING_TYPE_CHOICE,
    SETTING_TYPE_SWITCH,
    SETTING_TYPE_NUMBER,
    SETTING_TYPE_DURATION,
    SETTING_TYPE_BYTES,
};

struct setting {
    const char *name, *twin, *show;
    enum setting_type type;
    const char *initial, *unit;
    int64_t low, high;
    const char *choices;
    bool reload;
    const char *sentence;
};

enum { SETTING_NAME_BYTES = 64 };

const struct setting *setting_row(enum setting_id id);
/* By the configuration file's name or the flag's without its hyphens in front; letters of any case, - and _ alike. */
enum setting_id setting_find(const char *name);
/* "--airport-port" and "MALLARDB_AIRPORT_PORT". */
void setting_flag(enum setting_id id, char text[SETTING_NAME_BYTES]);
void setting_variable(enum setting_id id, char text[SETTING_NAME_BYTES]);

/* Checks the text and gives the number it stands for: of a CHOICE its place, of a SWITCH 1 or 0, of a DURATION
 * milliseconds, of BYTES bytes; 0 for other types. The message says what is wrong and what to give instead, without
 * naming the setting. */
bool setting_parse(enum setting_id id, const char *text, int64_t *number, struct error *err);
/* The same by a row that stands in another table. */
bool setting_parse_row(const struct setting *row, const char *text, int64_t *number, struct error *err);

#endif

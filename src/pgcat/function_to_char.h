/* Template patterns for dates and times: what to_char() writes and to_timestamp() reads. */
#ifndef PGCAT_FUNCTION_TO_CHAR_H
#define PGCAT_FUNCTION_TO_CHAR_H

#include "pgcat/value_function.h"

enum datetime_field {
    FIELD_TEXT, /* not a pattern: `text` as it stands */
    FIELD_ERA, FIELD_MERIDIEM, FIELD_CENTURY, FIELD_DAY_NAME, FIELD_DAY_OF_YEAR, FIELD_DAY, FIELD_DAY_SHORT, FIELD_WEEKDAY,
    FIELD_HOUR, FIELD_HOUR12, FIELD_ISO_DAY_OF_YEAR, FIELD_ISO_WEEKDAY, FIELD_ISO_WEEK, FIELD_ISO_YEAR, FIELD_JULIAN,
    FIELD_MINUTE, FIELD_MONTH, FIELD_MONTH_NAME, FIELD_MONTH_SHORT, FIELD_MILLISECOND, FIELD_OFFSET, FIELD_QUARTER,
    FIELD_SECOND_OF_DAY, FIELD_SECOND, FIELD_OFFSET_HOUR, FIELD_OFFSET_MINUTE, FIELD_ZONE, FIELD_MICROSECOND,
    FIELD_FRACTION, FIELD_MONTH_ROMAN, FIELD_WEEK_OF_YEAR, FIELD_WEEK_OF_MONTH, FIELD_YEAR_COMMA, FIELD_YEAR,
};

enum pattern_style { PLAIN, AS_WRITTEN };

/* A piece of a template. */
struct datetime_piece {
    enum datetime_field field;
    int digits;
    enum pattern_style style;
    struct json_text text; /* the pattern as it is written in the template, or what is not one */
    bool fill_mode;        /* FM, or TM, as names are English: no blanks, no zeros */
    char ordinal;          /* 'T' for TH, 't' for th behind it; '\0': none */
};

/* The next piece of the template; false at its end. `*at` starts at 0. */
bool pgcat_next_piece(struct json_text template, size_t *at, struct datetime_piece *piece);

extern const char *const pgcat_month_names[12], *const pgcat_month_romans[12], *const pgcat_day_names[7];

#endif

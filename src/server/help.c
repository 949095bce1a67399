#include "server/help.h"

#include <ctype.h>
#include <string.h>

#include "server/setting.h"

enum { SENTENCE_COLUMN = 34, LINE_COLUMNS = 110, TEXT_BYTES = 128 };

static const char usage[] =
    "mallardb serves a DuckDB database to PostgreSQL clients and to other DuckDBs (Airport, Arrow Flight).\n"
    "\n"
    "Usage:\n"
    "  mallardb [serve] [FLAG…] [DATABASE]  serve the database\n"
    "  mallardb isready [FLAG…]             ask whether a server accepts connections: exit status 0 when it does,\n"
    "                                       1 when it rejects them, 2 without an answer, 3 when nothing was asked\n"
    "  mallardb check-config [FLAG…]        tell everything that is wrong with the settings\n"
    "  mallardb --help\n"
    "  mallardb --version\n"
    "\n"
    "Every flag can be given as a variable, in capitals with MALLARDB_ in front (MALLARDB_AIRPORT_PORT), as a\n"
    "variable with _FILE behind it that names a file holding the value (MALLARDB_PASSWORD_FILE), or as a line of\n"
    "the configuration file (airport_port = 50051). The flag goes before the variable, the variable before the\n"
    "file. Some have the name that the PostgreSQL container image gives them, too. Those marked * are taken over\n"
    "at SIGHUP.\n"
    "\n"
    "Flags:\n";

/* What stands for the value behind the flag; choices stand for themselves. */
static const char *const placeholders[] = {
    [SETTING_TYPE_TEXT] = " TEXT",     [SETTING_TYPE_SECRET] = " TEXT", [SETTING_TYPE_FILE] = " FILE",
    [SETTING_TYPE_DIRECTORY] = " DIR", [SETTING_TYPE_SWITCH] = "",      [SETTING_TYPE_NUMBER] = " NUMBER",
    [SETTING_TYPE_DURATION] = " TIME", [SETTING_TYPE_BYTES] = " SIZE",
};

/* Prints the text's words from `column` on, in lines that begin at the column of the sentences; returns where it ended. */
static int print_words(FILE *out, int column, const char *text) {
    while (*text) {
        int length = (int)strcspn(text, " ");
        bool is_first = column == SENTENCE_COLUMN;
        if (!is_first && column + 1 + length > LINE_COLUMNS) {
            fprintf(out, "\n%*s", SENTENCE_COLUMN, "");
            column = SENTENCE_COLUMN;
            is_first = true;
        }
        column += fprintf(out, "%s%.*s", is_first ? "" : " ", length, text);
        text += length + (text[length] == ' ');
    }
    return column;
}

/* The sentence, [the default] and {the twin}. */
static void print_sentence(FILE *out, const struct setting *row) {
    char text[TEXT_BYTES];
    int column = print_words(out, SENTENCE_COLUMN, row->sentence);
    if (row->initial) {
        bool bare = row->unit && isdigit((unsigned char)row->initial[strlen(row->initial) - 1]);
        snprintf(text, sizeof text, "[%s%s%s]", row->initial, bare ? " " : "", bare ? row->unit : "");
        column = print_words(out, column, text);
    }
    if (row->twin) {
        snprintf(text, sizeof text, "{%s}", row->twin);
        print_words(out, column, text);
    }
    putc('\n', out);
}

/* " FILE", " off|allow|require". Returns how long it is. */
static int print_placeholder(FILE *out, const struct setting *row) {
    if (!row->choices)
        return fprintf(out, "%s", placeholders[row->type]);
    int length = fprintf(out, " ");
    for (const char *at = row->choices; *at; at++, length++)
        putc(*at == ' ' ? '|' : *at, out);
    return length;
}

static void print_setting(FILE *out, enum setting_id id) {
    const struct setting *row = setting_row(id);
    char flag[SETTING_NAME_BYTES];
    setting_flag(id, flag);
    int length = fprintf(out, " %c%s", row->reload ? '*' : ' ', flag);
    length += print_placeholder(out, row);
    if (length >= SENTENCE_COLUMN) {
        putc('\n', out);
        length = 0;
    }
    fprintf(out, "%*s", SENTENCE_COLUMN - length, "");
    print_sentence(out, row);
}

void help_print(FILE *out) {
    fputs(usage, out);
    for (int id = 0; id < SETTING_COUNT; id++)
        print_setting(out, (enum setting_id)id);
}

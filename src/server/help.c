#include "server/help.h"

#include <ctype.h>
#include <string.h>

#include "server/setting.h"

enum { SENTENCE_COLUMN = 34, LINE_COLUMNS = 110, TEXT_BYTES = 512 };

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

/* What stands for the value behind the flag. */
static const char *const placeholders[] = {
    [SETTING_TYPE_TEXT] = " TEXT",     [SETTING_TYPE_SECRET] = " TEXT",   [SETTING_TYPE_FILE] = " FILE",
    [SETTING_TYPE_DIRECTORY] = " DIR", [SETTING_TYPE_CHOICE] = " WORD",   [SETTING_TYPE_SWITCH] = "",
    [SETTING_TYPE_NUMBER] = " NUMBER", [SETTING_TYPE_DURATION] = " TIME", [SETTING_TYPE_BYTES] = " SIZE",
};

/* The text in words, from the column of the sentences on, where the line has come to already. */
static void print_wrapped(FILE *out, const char *text) {
    int column = SENTENCE_COLUMN;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column > SENTENCE_COLUMN && column + 1 + length > LINE_COLUMNS) {
            fprintf(out, "\n%*s", SENTENCE_COLUMN, "");
            column = SENTENCE_COLUMN;
        } else if (column > SENTENCE_COLUMN) {
            putc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", length, text);
        column += length;
        text += length;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

/* The sentence, (the choices), [the default] and {the twin}. */
static void describe(const struct setting *row, char *text, size_t size) {
    bool bare = row->initial && row->unit && isdigit((unsigned char)row->initial[strlen(row->initial) - 1]);
    const char *initial = row->initial ? row->initial : "";
    snprintf(text, size, "%s%s%s%s%s%s%s%s%s%s%s%s", row->sentence, row->choices ? " (" : "",
             row->choices ? row->choices : "", row->choices ? ")" : "", row->initial ? " [" : "", initial,
             bare ? " " : "", bare ? row->unit : "", row->initial ? "]" : "", row->twin ? " {" : "",
             row->twin ? row->twin : "", row->twin ? "}" : "");
}

static void print_setting(FILE *out, enum setting_id id) {
    const struct setting *row = setting_row(id);
    char flag[SETTING_NAME_BYTES], text[TEXT_BYTES];
    setting_flag(id, flag);
    int length = fprintf(out, " %c%s%s", row->reload ? '*' : ' ', flag, placeholders[row->type]);
    if (length >= SENTENCE_COLUMN) {
        putc('\n', out);
        length = 0;
    }
    fprintf(out, "%*s", SENTENCE_COLUMN - length, "");
    describe(row, text, sizeof text);
    print_wrapped(out, text);
}

void help_print(FILE *out) {
    fputs(usage, out);
    for (int id = 0; id < SETTING_COUNT; id++)
        print_setting(out, (enum setting_id)id);
}

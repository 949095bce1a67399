#include "server/help.h"

#include <ctype.h>
#include <string.h>

#include "server/setting.h"

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

static void print_setting(FILE *out, enum setting_id id) {
    const struct setting *row = setting_row(id);
    char flag[SETTING_NAME_BYTES], left[SETTING_NAME_BYTES + 16];
    setting_flag(id, flag);
    snprintf(left, sizeof left, "%s%s", flag, placeholders[row->type]);
    fprintf(out, " %c%-34s %s", row->reload ? '*' : ' ', left, row->sentence);
    if (row->choices)
        fprintf(out, " (%s)", row->choices);
    if (row->initial) {
        bool bare = row->unit && isdigit((unsigned char)row->initial[strlen(row->initial) - 1]);
        fprintf(out, " [%s%s%s]", row->initial, bare ? " " : "", bare ? row->unit : "");
    }
    if (row->twin)
        fprintf(out, " {%s}", row->twin);
    putc('\n', out);
}

void help_print(FILE *out) {
    fputs(usage, out);
    for (int id = 0; id < SETTING_COUNT; id++)
        print_setting(out, (enum setting_id)id);
}

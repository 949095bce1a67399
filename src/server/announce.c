#include "server/announce.h"

#include <ctype.h>
#include <string.h>

static bool is_plain_word(const char *text) {
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("_.:-", *text))
            return false;
    return true;
}

/* A word of a shell's command line. */
static void print_shell_word(FILE *out, const char *text) {
    if (text[0] && is_plain_word(text)) {
        fputs(text, out);
        return;
    }
    putc('\'', out);
    for (; *text; text++)
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
    putc('\'', out);
}

static void print_sql_identifier(FILE *out, const char *name) {
    putc('"', out);
    for (; *name; name++)
        fputs(*name == '"' ? "\"\"" : (char[]){*name, '\0'}, out);
    putc('"', out);
}

static bool is_identifier(const char *name) {
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return name[length] == '\0' && (islower((unsigned char)name[0]) || name[0] == '_');
}

void announce(FILE *out, const struct config *config, const struct engine_database *database,
              const struct doors *doors, uint16_t monitor_port) {
    const char *host = config_host_to_connect(config), *name = engine_database_name(database);
    fprintf(out, "mallardb %s serves %s", MALLARDB_VERSION, config_text(config, SETTING_DATABASE));
    if (!config_text(config, SETTING_PASSWORD))
        fprintf(out, " without a password, to this machine only");
    fprintf(out, "\n\n  psql -h %s -p %u -U ", host, doors_postgres_port(doors));
    print_shell_word(out, config_text(config, SETTING_USER));
    putc(' ', out);
    print_shell_word(out, name);
    fprintf(out, "\n  ATTACH '' AS ");
    if (is_identifier(name))
        fputs(name, out);
    else
        print_sql_identifier(out, name);
    bool bracketed = strchr(host, ':') != NULL;
    fprintf(out, " (TYPE AIRPORT, LOCATION '%s://%s%s%s:%u');\n\n", doors_have_tls(doors) ? "grpc+tls" : "grpc",
            bracketed ? "[" : "", host, bracketed ? "]" : "", doors_airport_port(doors));
    if (monitor_port)
        fprintf(out, "  http%s://%s:%u/status\n\n", config_number(config, SETTING_METRICS_TLS) ? "s" : "", config_text(config, SETTING_METRICS_HOST), monitor_port);
    fflush(out);
}

/* The rules that concern the world outside, and several settings together. Each problem names the setting to be mended.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/listener.h"
#include "net/tls.h"
#include "server/config.h"

static void check_file(struct config *config, enum setting_id id) {
    const char *path = config_text(config, id);
    if (!path || access(path, R_OK) == 0)
        return;
    config_add_problem(config, id, "cannot read \"%s\": %s", path, strerror(errno));
    config->values[id].wrong = true;
}

static void check_directory(struct config *config, enum setting_id id) {
    const char *path = config_text(config, id);
    struct stat facts;
    if (path && stat(path, &facts) < 0)
        config_add_problem(config, id, "cannot use the directory \"%s\": %s", path, strerror(errno));
    else if (path && !S_ISDIR(facts.st_mode))
        config_add_problem(config, id, "\"%s\" is not a directory; give one", path);
}

static void check_paths(struct config *config) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        enum setting_type type = setting_row((enum setting_id)id)->type;
        if (type == SETTING_TYPE_FILE && id != SETTING_CONFIG)
            check_file(config, (enum setting_id)id);
        if (type == SETTING_TYPE_DIRECTORY)
            check_directory(config, (enum setting_id)id);
    }
}

/* DuckDB's form of a size, e.g. "8GB", "512 MiB", "80%". */
static void check_memory_limit(struct config *config) {
    static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "%"};
    const char *text = config_text(config, SETTING_MEMORY_LIMIT);
    char *end;
    if (!text)
        return;
    double amount = strtod(text, &end);
    while (*end == ' ')
        end++;
    for (size_t i = 0; isdigit((unsigned char)text[0]) && amount > 0 && i < sizeof units / sizeof *units; i++)
        if (!strcasecmp(end, units[i]))
            return;
    config_add_problem(config, SETTING_MEMORY_LIMIT, "\"%s\" is no amount of memory; give one such as 8GB or 50%%",
                       text);
}

static void check_version(struct config *config) {
    const char *text = config->values[SETTING_PG_VERSION].text;
    size_t length = strspn(text, "0123456789.");
    if (length == 0 || text[length] || !isdigit((unsigned char)text[0]) || text[0] == '0')
        config_add_problem(config, SETTING_PG_VERSION, "\"%s\" is no version; give one such as 15.0", text);
}

static void check_users(struct config *config) {
    const char *user = config_text(config, SETTING_USER), *reader = config_text(config, SETTING_READONLY_USER);
    if (!user)
        config_add_problem(config, SETTING_USER, "it is empty; give a name");
    if (user && reader && !strcmp(user, reader))
        config_add_problem(config, SETTING_READONLY_USER, "user has the same name; give another one");
    if (reader && config_text(config, SETTING_PASSWORD) && !config_text(config, SETTING_READONLY_PASSWORD))
        config_add_problem(config, SETTING_READONLY_USER, "this user has no password; set readonly_password too");
    if (!reader && config_text(config, SETTING_READONLY_PASSWORD))
        config_add_problem(config, SETTING_READONLY_PASSWORD, "there is no user for it; set readonly_user too");
}

/* A token that is not set is the password. At the Airport door it alone tells who may write. */
static void check_tokens(struct config *config) {
    bool given = config_text(config, SETTING_TOKEN), reader_given = config_text(config, SETTING_READONLY_TOKEN);
    enum setting_id id = given ? SETTING_TOKEN : SETTING_PASSWORD;
    enum setting_id reader_id = reader_given ? SETTING_READONLY_TOKEN : SETTING_READONLY_PASSWORD;
    const char *token = config_text(config, id), *reader_token = config_text(config, reader_id);
    if (token && reader_token && !strcmp(token, reader_token))
        config_add_problem(config, reader_id, "it is the same as %s, and would let Airport clients write; give another one",
                           setting_row(id)->name);
}

/* Without a secret anybody who can connect gets in: so nobody else may be able to. */
static void check_host(struct config *config, enum setting_id id, enum setting_id secret) {
    const char *host = config_text(config, id), *name = setting_row(id)->name, *needed = setting_row(secret)->name;
    struct error err = {0};
    if (!host) {
        config_add_problem(config, id, "it is empty; give an address, or * for all");
        config->values[id].wrong = true;
        return;
    }
    if (net_host_is_loopback(host, &err))
        return;
    bool is_unknown = !strncmp(err.message, "cannot resolve", strlen("cannot resolve"));
    config->values[id].wrong = is_unknown;
    if (is_unknown)
        config_add_problem(config, id, "%s; give a name or an address of this machine", err.message);
    else if (!config_text(config, secret))
        config_add_problem(config, id, "%s is open to other machines, but there is no %s; set %s, or %s to 127.0.0.1",
                           host, needed, needed, name);
}

static void check_ports(struct config *config) {
    static const enum setting_id ports[] = {SETTING_PORT, SETTING_AIRPORT_PORT, SETTING_METRICS_PORT};
    for (size_t i = 1; i < sizeof ports / sizeof *ports; i++)
        for (size_t before = 0; before < i; before++) {
            int64_t port = config_number(config, ports[i]);
            if (port && port == config_number(config, ports[before]))
                config_add_problem(config, ports[i], "%s is %lld too; give another one",
                                   setting_row(ports[before])->name, (long long)port);
        }
}

static void check_tls(struct config *config) {
    struct error err;
    const char *certificate = config_text(config, SETTING_TLS_CERT), *key = config_text(config, SETTING_TLS_KEY);
    if (config->values[SETTING_TLS_CERT].wrong || config->values[SETTING_TLS_KEY].wrong ||
        config->values[SETTING_TLS_CA].wrong)
        return;
    if (certificate && !key)
        config_add_problem(config, SETTING_TLS_CERT, "its key is missing; set tls_key too");
    if (key && !certificate)
        config_add_problem(config, SETTING_TLS_KEY, "its certificate is missing; set tls_cert too");
    if (config_text(config, SETTING_TLS_CA) && !certificate)
        config_add_problem(config, SETTING_TLS_CA,
                           "the server has no certificate itself; set tls_cert and tls_key too");
    if (!certificate && !strcmp(config->values[SETTING_TLS_MODE].text, "require"))
        config_add_problem(config, SETTING_TLS_MODE, "there is no certificate; set tls_cert and tls_key too");
    if (!certificate && config_number(config, SETTING_METRICS_TLS))
        config_add_problem(config, SETTING_METRICS_TLS, "there is no certificate; set tls_cert and tls_key too");
    if (!certificate || !key)
        return;
    struct net_tls_options options = {
        .certificate_file = certificate, .key_file = key, .client_ca_file = config_text(config, SETTING_TLS_CA)};
    struct net_tls_context *context = net_tls_context_create(&options, &err);
    if (!context)
        config_add_problem(config, SETTING_TLS_CERT, "%s; give PEM files that belong together", err.message);
    net_tls_context_release(context);
}

static void check_database(struct config *config) {
    if (!config_text(config, SETTING_DATABASE))
        config_add_problem(config, SETTING_DATABASE, "it is empty; give a file, or :memory:");
}

/* What only reads cannot make a database, nor write down the runs of jobs. */
static void check_read_only(struct config *config) {
    const char *path = config_text(config, SETTING_DATABASE);
    if (!config_number(config, SETTING_READ_ONLY) || !path)
        return;
    if (!strcmp(path, ":memory:"))
        config_add_problem(config, SETTING_READ_ONLY, "there is nothing to read in a database in memory; give a file");
    else if (access(path, R_OK) < 0)
        config_add_problem(config, SETTING_DATABASE, "cannot read \"%s\": %s; read_only makes no new database", path,
                           strerror(errno));
    if (config_text(config, SETTING_JOBS_DIR))
        config_add_problem(config, SETTING_JOBS_DIR, "jobs need a database that can be written; set read_only to off");
}

void config_check(struct config *config) {
    check_paths(config);
    check_database(config);
    check_read_only(config);
    check_host(config, SETTING_HOST, SETTING_PASSWORD);
    if (config_text(config, SETTING_METRICS_PORT))
        check_host(config, SETTING_METRICS_HOST, SETTING_METRICS_TOKEN);
    check_ports(config);
    check_users(config);
    check_tokens(config);
    check_tls(config);
    check_memory_limit(config);
    check_version(config);
}

/* What shows only when a start is tried, tried beforehand. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/listener.h"
#include "server/config.h"
#include "server/script_file.h"
#include "server/store.h"

enum { PATH_BYTES = 4096 };

/* ---- files that are written ---- */

/* The folder that the file is in, or would be made in: as far up as there is one. */
static void find_folder(const char *path, bool makes_folders, char folder[PATH_BYTES]) {
    char text[PATH_BYTES];
    snprintf(text, sizeof text, "%s", path);
    do {
        snprintf(folder, PATH_BYTES, "%s", dirname(text));
        snprintf(text, sizeof text, "%s", folder);
    } while (makes_folders && access(folder, F_OK) < 0 && errno == ENOENT && strcmp(folder, "/") && strcmp(folder, "."));
}

static void check_writable(struct config *config, enum setting_id id, const char *path, bool makes_folders) {
    char folder[PATH_BYTES];
    struct stat facts;
    bool exists = stat(path, &facts) == 0;
    int failure = exists || errno == ENOENT ? 0 : errno;
    find_folder(path, makes_folders, folder);
    if (!exists && !failure && access(folder, W_OK | X_OK) < 0)
        failure = errno;
    if (exists && S_ISDIR(facts.st_mode))
        config_add_problem(config, id, "\"%s\" is a directory; give a file", path);
    else if (exists && access(path, R_OK | W_OK) < 0)
        config_add_problem(config, id, "cannot write \"%s\": %s", path, strerror(errno));
    else if (failure)
        config_add_problem(config, id, "cannot create \"%s\" in \"%s\": %s", path, folder, strerror(failure));
}

static void try_files(struct config *config) {
    const char *database = config_text(config, SETTING_DATABASE), *log = config_text(config, SETTING_LOG_FILE);
    if (database && strcmp(database, ":memory:") && !config_number(config, SETTING_READ_ONLY))
        check_writable(config, SETTING_DATABASE, database, true);
    if (log)
        check_writable(config, SETTING_LOG_FILE, log, false);
}

/* ---- scripts ---- */

void config_check_scripts(struct config *config, enum setting_id id, const char *directory) {
    struct dirent **entries = NULL;
    int count = script_directory_read(directory, &entries);
    if (count < 0 && errno != ENOENT && errno != ENOTDIR) /* those are told already */
        config_add_problem(config, id, "cannot read the directory \"%s\": %s", directory, strerror(errno));
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        struct error err;
        const char *name = entries[i]->d_name;
        snprintf(path, sizeof path, "%s/%s", directory, name);
        if (script_has_suffix(name, ".sql") && !script_file_check(path, &err))
            config_add_problem(config, id, "%s", err.message);
        else if (script_has_suffix(name, ".sh") && access(path, R_OK) < 0)
            config_add_problem(config, id, "cannot read the script \"%s\": %s", path, strerror(errno));
    }
    if (count >= 0)
        script_directory_free(entries, count);
}

static void try_scripts(struct config *config) {
    static const enum setting_id directories[] = {SETTING_INITDB_DIR, SETTING_STARTDB_DIR};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        if (config_text(config, directories[i]))
            config_check_scripts(config, directories[i], config_text(config, directories[i]));
}

/* ---- ports ---- */

static void try_port(struct config *config, enum setting_id host, enum setting_id port) {
    struct error err;
    if (config_text(config, port) && !config->values[port].wrong && !config->values[host].wrong &&
        !net_listener_try(config_text(config, host), (uint16_t)config_number(config, port), &err))
        config_add_problem(config, port, "%s", err.message);
}

/* Not while a server has the database open: that would be the one whose settings these are, on its own ports. Of a database in
 * memory nobody can tell. */
static void try_ports(struct config *config) {
    const char *database = config_text(config, SETTING_DATABASE);
    if (!database || !strcmp(database, ":memory:") || store_holder(database))
        return;
    try_port(config, SETTING_HOST, SETTING_PORT);
    try_port(config, SETTING_HOST, SETTING_AIRPORT_PORT);
    try_port(config, SETTING_METRICS_HOST, SETTING_METRICS_PORT);
}

void config_try(struct config *config) {
    try_files(config);
    try_scripts(config);
    try_ports(config);
}

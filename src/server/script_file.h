/* A .sql file, run as psql would run it: one statement after the other, until the first failure. */
#ifndef SERVER_SCRIPT_FILE_H
#define SERVER_SCRIPT_FILE_H

#include <dirent.h>
#include <stdbool.h>

#include "base/error.h"
#include "server/client.h"

struct script_file {
    const char *path;
    struct client *client;
    /* Called before each statement; false ends the script. May be NULL. */
    bool (*before)(void *self, struct error *err);
    void *self;
};

/* An error names the file and the line. */
bool script_file_run(const struct script_file *script, struct error *err);
/* Whether it can be read and its statements told apart; what they mean shows only when they run. */
bool script_file_check(const char *path, struct error *err);
/* Puts the script's name, and the line where that is not 0, before the error's message. Returns false. */
bool script_file_blame(const char *path, int line, struct error *err);

/* The entries of a directory that do not begin with a dot, by the bytes of their names; -1 and errno on failure. Owned, free
 * with script_directory_free. */
int script_directory_read(const char *directory, struct dirent ***entries);
void script_directory_free(struct dirent **entries, int count);
bool script_has_suffix(const char *name, const char *suffix);

#endif

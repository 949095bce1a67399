/* A job's description, job.toml: the keys of data/job_keys.def, in a strict subset of TOML 1.0 (KEY = VALUE lines with strings of
 * one line, whole numbers and Booleans, and comments).
 */
#ifndef SERVER_JOB_FILE_H
#define SERVER_JOB_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "server/cron.h"

struct job_file {
    struct cron schedule;
    int64_t timeout_ms; /* of a whole run; 0: none */
    bool enabled;
};

/* An error names the line. */
bool job_file_parse(const char *text, struct job_file *file, struct error *err);
/* Reads the file; an error names it. */
bool job_file_read(const char *path, struct job_file *file, struct error *err);

#endif

/* One run of a scheduled job. Its own thread's, until job_run_execute() returns. */
#ifndef SERVER_JOB_RUN_H
#define SERVER_JOB_RUN_H

#include <stdint.h>

#include "base/error.h"
#include "base/log.h"
#include "server/doors.h"

enum job_outcome { JOB_OK, JOB_FAILED, JOB_TIMEOUT };

struct job_run {
    const char *name, *directory, *user, *database;
    struct doors *doors;
    struct log *log;
    int64_t timeout_ms; /* 0: none */
    int64_t started_us;
    /* filled by the run */
    int64_t ended_us;
    enum job_outcome outcome;
    struct error error; /* of a run that did not end well */
};

/* Runs the .sql files of the directory in the order of their names, and logs how it went. */
void job_run_execute(struct job_run *run);

#endif

/* The table of runs of scheduled jobs, mallardb.job_runs of the default database. Any thread.
 *
 * Written by the engine itself, so that a run can be told when no client gets in any more.
 */
#ifndef SERVER_JOB_HISTORY_H
#define SERVER_JOB_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/database.h"

/* Makes the table if it is not there; runs that an earlier process did not end are marked "interrupted". */
bool job_history_open(struct engine_database *database, struct error *err);
/* A run begins, by the time in microseconds since 1970 that identifies it with the job's name. */
bool job_history_begin(struct engine_database *database, const char *job, int64_t started_us, struct error *err);
/* It has ended; `why` may be NULL. Keeps the last thousand runs of each job. */
bool job_history_end(struct engine_database *database, const char *job, int64_t started_us, int64_t ended_us,
                     const char *outcome, const struct error *why, struct error *err);

#endif

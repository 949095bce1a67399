/* Scheduled jobs: each folder of jobs_dir with a job.toml, whose .sql files are run in the order of their names when its cron
 * expression says so, as the user of the setting `user`, at the PostgreSQL door.
 *
 * A thread looks at the directory every second, takes over what has changed, and starts what is due, each run on a thread of its
 * own. A job that still runs is not begun again. Runs that would have been due while the server did not run are left out.
 */
#ifndef SERVER_JOBS_H
#define SERVER_JOBS_H

#include "engine/database.h"
#include "observe/observer.h"
#include "server/config.h"
#include "server/doors.h"

struct jobs;

/* Borrowed until jobs_destroy. */
struct jobs_frame {
    const struct config *config;
    struct engine_database *database;
    struct doors *doors; /* open */
    struct log *log;
    struct observer *observer;
};

/* NULL, and no failure, when no directory is set: then `*err` is empty. Owned, free with jobs_destroy. */
struct jobs *jobs_create(const struct jobs_frame *frame, struct error *err);
/* Runs to come are of the user whom the settings name now. NULL is allowed. */
void jobs_reload(struct jobs *jobs);
/* No run is begun any more; those under way may end. */
void jobs_stop(struct jobs *jobs);
/* Waits for the runs under way, whose sessions must be ending. */
void jobs_destroy(struct jobs *jobs);

/* Adds what is wrong with job files to the problems. */
void jobs_check(struct config *config);

#endif

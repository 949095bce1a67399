#include "server/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"
#include "server/job_file.h"
#include "server/job_history.h"
#include "server/job_run.h"
#include "server/script_file.h"

enum { PATH_BYTES = 4096, US_PER_S = 1000000 };

/* A folder. The scheduler's thread's, but for `ended`. */
struct job {
    struct job *next;
    char *name, *directory;
    struct stat file;  /* of its job.toml, as it was when it was read; zeroed: it was not there */
    bool is_sound;     /* the file could be read */
    bool is_seen;      /* in this look at the directory */
    struct job_file settings;
    int64_t due_s;     /* in seconds since 1970 */
    bool runs;
    atomic_bool ended; /* the run is over; its thread is still to be joined */
    pthread_t thread;
    struct job_run run;
};

struct jobs {
    struct jobs_frame frame;
    const char *directory;
    struct job *first;
    _Atomic(const char *) user; /* of the settings */
    bool has_history; /* the table is there */
    bool told_unreadable;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* guards stops */
    pthread_cond_t wake;
    bool stops;
};

/* ---- the directory ---- */

static void free_job(struct job *job) {
    memory_free(job->name);
    memory_free(job->directory);
    memory_free(job);
}

static struct job *find(struct jobs *jobs, const char *name) {
    struct job *job = jobs->first;
    while (job && strcmp(job->name, name))
        job = job->next;
    return job;
}

static struct job *add(struct jobs *jobs, const char *name, const char *directory) {
    struct job *job = memory_allocate_zeroed(1, sizeof *job);
    if (!job)
        return NULL;
    job->name = memory_copy_string(name);
    job->directory = memory_copy_string(directory);
    if (!job->name || !job->directory) {
        free_job(job);
        return NULL;
    }
    job->next = jobs->first;
    jobs->first = job;
    return job;
}

static bool is_changed(const struct stat *before, const struct stat *now) {
    return before->st_ino != now->st_ino || before->st_size != now->st_size ||
           before->st_mtim.tv_sec != now->st_mtim.tv_sec || before->st_mtim.tv_nsec != now->st_mtim.tv_nsec ||
           before->st_ctim.tv_sec != now->st_ctim.tv_sec || before->st_ctim.tv_nsec != now->st_ctim.tv_nsec;
}

static void print_due(char text[32], int64_t due_s) {
    time_t seconds = (time_t)due_s;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, 32, "%Y-%m-%d %H:%M UTC", &parts);
}

/* A description that cannot be read keeps the job from running until it is mended. */
static void load(struct jobs *jobs, struct job *job, const char *path, int64_t now_s) {
    struct error err;
    char due[32];
    job->is_sound = job_file_read(path, &job->settings, &err);
    if (!job->is_sound) {
        log_error(jobs->frame.log, LOG_LEVEL_ERROR, NULL, &err, "the job %s is not run", job->name);
        return;
    }
    job->due_s = cron_next(&job->settings.schedule, now_s);
    print_due(due, job->due_s);
    log_write(jobs->frame.log, LOG_LEVEL_INFO, NULL, "the job %s is %s%s", job->name,
              !job->settings.enabled       ? "not enabled"
              : job->due_s == INT64_MAX ? "never due"
                                           : "due at ",
              job->settings.enabled && job->due_s != INT64_MAX ? due : "");
}

static void look_at(struct jobs *jobs, const char *name, int64_t now_s) {
    char directory[PATH_BYTES], path[PATH_BYTES];
    struct stat file;
    int length = snprintf(path, sizeof path, "%s/%s/job.toml", jobs->directory, name);
    if (length >= (int)sizeof path || stat(path, &file) < 0)
        return;
    snprintf(directory, sizeof directory, "%s/%s", jobs->directory, name);
    struct job *job = find(jobs, name);
    if (!job && !(job = add(jobs, name, directory)))
        return;
    job->is_seen = true;
    if (is_changed(&job->file, &file)) {
        job->file = file;
        load(jobs, job, path, now_s);
    }
}

/* Forgets jobs whose folder has gone, unless they run. */
static void forget_unseen(struct jobs *jobs) {
    for (struct job **at = &jobs->first; *at;) {
        struct job *job = *at;
        if (job->is_seen || job->runs) {
            job->is_sound = job->is_sound && job->is_seen;
            at = &job->next;
            continue;
        }
        log_write(jobs->frame.log, LOG_LEVEL_INFO, NULL, "the job %s has gone", job->name);
        *at = job->next;
        free_job(job);
    }
}

static void look(struct jobs *jobs, int64_t now_s) {
    struct dirent **entries = NULL;
    int count = script_directory_read(jobs->directory, &entries);
    if (count < 0 && !jobs->told_unreadable)
        log_write(jobs->frame.log, LOG_LEVEL_ERROR, NULL, "cannot read the directory of jobs \"%s\": %s",
                  jobs->directory, strerror(errno));
    jobs->told_unreadable = count < 0;
    if (count < 0)
        return;
    for (struct job *job = jobs->first; job; job = job->next)
        job->is_seen = false;
    for (int i = 0; i < count; i++)
        look_at(jobs, entries[i]->d_name, now_s);
    forget_unseen(jobs);
    script_directory_free(entries, count);
}

/* ---- runs ---- */

static void count_run(struct jobs *jobs, enum metric_label outcome) {
    metrics_add(jobs->frame.observer->metrics, 0, METRIC_JOB_RUNS, outcome, LABEL_NONE, 1);
}

static void tell_history_failure(struct jobs *jobs, const struct job *job, const struct error *err) {
    log_error(jobs->frame.log, LOG_LEVEL_WARNING, NULL, err, "the run of the job %s is not in mallardb.job_runs", job->name);
}

static void *run_job(void *self) {
    struct job *job = self;
    job_run_execute(&job->run);
    atomic_store(&job->ended, true);
    return NULL;
}

static void begin(struct jobs *jobs, struct job *job) {
    struct error err;
    job->run = (struct job_run){.name = job->name,
                                .directory = job->directory,
                                .user = atomic_load(&jobs->user),
                                .database = engine_database_name(jobs->frame.database),
                                .doors = jobs->frame.doors,
                                .log = jobs->frame.log,
                                .timeout_ms = job->settings.timeout_ms,
                                .started_us = clock_wall_us()};
    jobs->has_history = jobs->has_history || job_history_open(jobs->frame.database, &err);
    if (!jobs->has_history || !job_history_begin(jobs->frame.database, job->name, job->run.started_us, &err))
        tell_history_failure(jobs, job, &err);
    atomic_store(&job->ended, false);
    int failure = thread_start(&job->thread, "job", run_job, job);
    job->runs = !failure;
    if (failure)
        log_write(jobs->frame.log, LOG_LEVEL_ERROR, NULL, "the job %s cannot start: %s", job->name, strerror(failure));
}

static void end(struct jobs *jobs, struct job *job) {
    static const enum metric_label labels[] = {
        [JOB_OK] = LABEL_JOB_OK, [JOB_FAILED] = LABEL_JOB_FAILED, [JOB_TIMEOUT] = LABEL_JOB_TIMEOUT};
    static const char *const outcomes[] = {[JOB_OK] = "ok", [JOB_FAILED] = "failed", [JOB_TIMEOUT] = "timeout"};
    struct error err;
    const struct job_run *run = &job->run;
    pthread_join(job->thread, NULL);
    job->runs = false;
    count_run(jobs, labels[run->outcome]);
    if (jobs->has_history && !job_history_end(jobs->frame.database, job->name, run->started_us, run->ended_us,
                                              outcomes[run->outcome], run->outcome == JOB_OK ? NULL : &run->error, &err))
        tell_history_failure(jobs, job, &err);
}

/* A run that is due while the one before goes on is left out. */
static void refuse(struct jobs *jobs, const struct job *job) {
    struct error why, err;
    int64_t due_us = job->due_s * US_PER_S;
    error_set_state(&why, ERROR_LIMIT, "55006", "the run before has not ended");
    log_error(jobs->frame.log, LOG_LEVEL_WARNING, NULL, &why, "the job %s is not begun", job->name);
    count_run(jobs, LABEL_JOB_OVERLAP);
    if (jobs->has_history && (!job_history_begin(jobs->frame.database, job->name, due_us, &err) ||
                              !job_history_end(jobs->frame.database, job->name, due_us, due_us, "overlap", &why, &err)))
        tell_history_failure(jobs, job, &err);
}

static void attend(struct jobs *jobs, struct job *job, int64_t now_s) {
    if (job->runs && atomic_load(&job->ended))
        end(jobs, job);
    if (!job->is_sound || !job->settings.enabled || now_s < job->due_s)
        return;
    if (job->runs)
        refuse(jobs, job);
    else
        begin(jobs, job);
    job->due_s = cron_next(&job->settings.schedule, now_s);
}

/* False: it is to stop. */
static bool wait_a_second(struct jobs *jobs) {
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_sec++;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stops && pthread_cond_timedwait(&jobs->wake, &jobs->lock, &due) == 0)
        continue;
    bool goes_on = !jobs->stops;
    pthread_mutex_unlock(&jobs->lock);
    return goes_on;
}

static void *schedule(void *self) {
    struct jobs *jobs = self;
    do {
        int64_t now_s = clock_wall_us() / US_PER_S;
        look(jobs, now_s);
        for (struct job *job = jobs->first; job; job = job->next)
            attend(jobs, job, now_s);
    } while (wait_a_second(jobs));
    return NULL;
}

/* ---- life ---- */

struct jobs *jobs_create(const struct jobs_frame *frame, struct error *err) {
    const char *directory = config_text(frame->config, SETTING_JOBS_DIR);
    error_clear(err);
    if (!directory)
        return NULL;
    struct jobs *jobs = memory_allocate_zeroed(1, sizeof *jobs);
    if (!jobs) {
        error_set_no_memory(err);
        return NULL;
    }
    jobs->frame = *frame;
    jobs->directory = directory;
    jobs_reload(jobs);
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    int failure = 0;
    jobs->has_history = job_history_open(frame->database, err);
    if (jobs->has_history && !(failure = thread_start(&jobs->thread, "jobs", schedule, jobs))) {
        jobs->has_thread = true;
        return jobs;
    }
    if (failure)
        error_set_errno(err, ERROR_SYSTEM, failure, "cannot start a thread");
    jobs_destroy(jobs);
    return NULL;
}

void jobs_reload(struct jobs *jobs) {
    if (jobs)
        atomic_store(&jobs->user, config_text(jobs->frame.config, SETTING_USER));
}

void jobs_stop(struct jobs *jobs) {
    if (!jobs)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->stops = true;
    pthread_cond_signal(&jobs->wake);
    pthread_mutex_unlock(&jobs->lock);
    if (jobs->has_thread)
        pthread_join(jobs->thread, NULL);
    jobs->has_thread = false;
}

void jobs_destroy(struct jobs *jobs) {
    if (!jobs)
        return;
    jobs_stop(jobs);
    for (struct job *job = jobs->first, *next; job; job = next) {
        next = job->next;
        if (job->runs)
            end(jobs, job);
        free_job(job);
    }
    pthread_cond_destroy(&jobs->wake);
    pthread_mutex_destroy(&jobs->lock);
    memory_free(jobs);
}

/* ---- check-config ---- */

static void check_job(struct config *config, const char *directory, const char *name) {
    char path[PATH_BYTES];
    struct job_file settings;
    struct error err;
    struct stat folder;
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length >= (int)sizeof path || stat(path, &folder) < 0 || !S_ISDIR(folder.st_mode))
        return;
    length = snprintf(path, sizeof path, "%s/%s/job.toml", directory, name);
    if (length >= (int)sizeof path || (access(path, F_OK) < 0 && errno == ENOENT))
        return;
    if (!job_file_read(path, &settings, &err))
        config_add_problem(config, SETTING_JOBS_DIR, "%s", err.message);
    path[length - (int)strlen("/job.toml")] = '\0';
    config_check_scripts(config, SETTING_JOBS_DIR, path);
}

void jobs_check(struct config *config) {
    const char *directory = config_text(config, SETTING_JOBS_DIR);
    struct dirent **entries = NULL;
    int count = directory ? script_directory_read(directory, &entries) : 0;
    for (int i = 0; i < count; i++)
        check_job(config, directory, entries[i]->d_name);
    if (count >= 0)
        script_directory_free(entries, count);
}

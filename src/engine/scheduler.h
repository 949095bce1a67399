/* Threads that help with long statements, and stay out of the way of short ones.
 *
 * DuckDB wakes a thread of its own for every task it schedules. A statement of a few microseconds then pays for a thread that
 * comes too late to help. So DuckDB gets no threads of its own ("external_threads" equals "threads"): whoever runs a statement
 * carries out its tasks, and the helpers here join DuckDB's queue only while some connection has been at one statement for more
 * than a tick (a millisecond). Joined, they wait in DuckDB's queue as its own threads would.
 */
#ifndef ENGINE_SCHEDULER_H
#define ENGINE_SCHEDULER_H

#include <duckdb.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/error.h"

struct engine_scheduler;

/* What a connection is at; part of the connection, written by its owner, read by the scheduler's watch. */
struct engine_activity {
    struct engine_scheduler *scheduler; /* NULL before engine_scheduler_add(): nobody helps */
    struct engine_activity *next, **at; /* the scheduler's list */
    _Atomic uint64_t began;             /* the tick at which its statement started */
    _Atomic uint64_t used;              /* the tick at which the engine was left, or one of these */
};

#define ENGINE_ACTIVITY_NEVER UINT64_C(0)
#define ENGINE_ACTIVITY_BUSY UINT64_MAX

/* Starts the threads: a watch and `threads` - 1 helpers; none of them for one thread. The database must outlive it. Owned. */
struct engine_scheduler *engine_scheduler_create(duckdb_database database, int32_t threads, struct error *err);
/* Ends the threads; no statement may be running. */
void engine_scheduler_destroy(struct engine_scheduler *scheduler);

/* The helpers leave DuckDB's queue for good: it has threads of its own now. Waits until they have; NULL is accepted. Any thread but a
 * helper's. */
void engine_scheduler_dismiss(struct engine_scheduler *scheduler);

/* Any thread. A NULL scheduler leaves the activity without help; removing an activity that was not added does nothing. */
void engine_scheduler_add(struct engine_scheduler *scheduler, struct engine_activity *activity);
void engine_scheduler_remove(struct engine_activity *activity);

/* Around every call that may run tasks: begin for a new statement, resume for more of its rows; pause afterwards. */
void engine_activity_begin(struct engine_activity *activity);
void engine_activity_resume(struct engine_activity *activity);
void engine_activity_pause(struct engine_activity *activity);

#endif

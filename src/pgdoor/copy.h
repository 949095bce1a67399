/* COPY TO STDOUT and COPY FROM STDIN. */
#ifndef PGDOOR_COPY_H
#define PGDOOR_COPY_H

#include "pgdoor/execute.h"

enum execute_status copy_start(struct session *session, struct portal *portal, struct error *err);
/* The binary format's header, once, into the first message of COPY TO, which begins at `message`. */
void copy_begin_out(struct session *session, struct row_run *run, size_t message);
/* After the last row of COPY TO: the trailer and CopyDone. */
void copy_finish_out(struct session *session, struct row_run *run);
/* The messages of COPY FROM. */
enum step copy_in_data(struct session *session, struct pgwire_value data);
enum step copy_in_done(struct session *session);
/* A cancel or timeout has come, which ends the COPY whether more data comes or not. */
bool copy_in_is_interrupted(const struct session *session);
enum step copy_in_interrupt(struct session *session);
enum step copy_in_fail(struct session *session, const char *reason);
/* What came is no part of it: the statement fails. */
enum step copy_in_refuse(struct session *session, struct error *err);
void copy_in_destroy(struct copy_in *copy_in);

#endif

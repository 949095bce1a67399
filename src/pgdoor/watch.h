/* What a session tells the observer about its statements. The session's owner's thread.
 *
 * One observation runs from watch_begin() to watch_end() or watch_fail(); what begins inside another statement (EXECUTE)
 * belongs to that one, and gives it its kind.
 */
#ifndef PGDOOR_WATCH_H
#define PGDOOR_WATCH_H

#include "pgdoor/session.h"

struct prepared;

/* A statement starts, whose kind and text are borrowed until its end. */
void watch_begin(struct session *session, const struct pgsql_statement *statement, int64_t now_ns);
/* A text that may not be a statement at all is looked at: should that fail, the log has it. Until watch_forget(). */
void watch_text(struct session *session, const char *text, size_t length);
void watch_forget(struct session *session);
/* From what it was prepared: there its statistics stand. */
void watch_prepared(struct session *session, struct prepared *prepared, bool goes_on);
/* It has ended well, having returned or changed so many rows. */
void watch_end(struct session *session, enum metric_label rows_kind, int64_t rows);
/* It, or what was no statement yet, has failed. */
void watch_fail(struct session *session, const struct error *err);
/* Bytes have passed to or from the client. */
void watch_bytes(struct session *session, enum metric_id id, size_t bytes);
/* The session has begun, or was sent away. */
void watch_connected(struct session *session);
void watch_refused(struct session *session, const struct error *err);
void watch_disconnected(struct session *session);

#endif

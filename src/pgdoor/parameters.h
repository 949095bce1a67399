/* The session's settings at work: SET, RESET, SHOW, ParameterStatus, and what the engine and the catalog must know of them. */
#ifndef PGDOOR_PARAMETERS_H
#define PGDOOR_PARAMETERS_H

#include "pgdoor/session.h"

/* From the start-up packet, by the rules of PGOPTIONS: 42704 for an unknown name. */
bool parameters_start(struct session *session, const char *name, const char *value, struct error *err);
/* What the server itself sets before: versions, the user, limits. */
bool parameters_start_server(struct session *session, struct error *err);
/* Tells the engine and the catalog all of it, once, at the start. */
bool parameters_apply_engine(struct session *session, struct error *err);
void parameters_report_all(struct session *session);
/* ParameterStatus for what has changed since the last time. */
void parameters_report(struct session *session);
/* A parameter has another value now, because a transaction's end took it back. */
void parameters_changed(struct session *session, enum parameter_id id);

/* SET and RESET. */
bool parameters_execute(struct session *session, const struct pgsql_statement *statement, struct error *err);
/* As set_config() does it. */
bool parameters_set(struct session *session, const char *name, const char *value, bool local, struct error *err);
/* The same from within a statement that runs: the engine learns of it when that has come to its end. */
bool parameters_set_later(struct session *session, const char *name, const char *value, bool local, struct error *err);
void parameters_apply_later(struct session *session);
bool parameters_reset_all(struct session *session, struct error *err);
/* The name as SHOW heads its column with it; borrowed from the argument or static. */
const char *parameters_shown_name(const char *name);
/* The value as SHOW prints it, in the arena or borrowed; NULL with 42704 when nobody knows the name. */
const char *parameters_show(struct session *session, struct arena *arena, const char *name, struct error *err);
/* The same without the engine's own settings, for the catalog's functions; NULL: unknown. */
const char *parameters_value(struct session *session, const char *name);

/* The server's own setting number `index`, which no session can change; NULL behind the last. */
const char *parameters_server_setting(const struct session *session, int32_t index, const char **name);

#endif

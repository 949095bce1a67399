/* A new database file, until its initialisation is complete.
 *
 * While a database is new, a marker (FILE.new, locked by the process at work) lies beside it. Whoever finds a marker
 * that nobody holds knows that an initialisation was cut short, and starts it over from nothing. So a database is
 * either initialised whole or not there.
 */
#ifndef SERVER_NEWBORN_H
#define SERVER_NEWBORN_H

#include <stdbool.h>

#include "base/error.h"

struct newborn {
    const char *path; /* of the database; borrowed */
    char *marker;     /* NULL: the database is not new */
    int marker_fd;
    bool started_over; /* an initialisation cut short was found and removed */
};

/* Makes the directories of the path and finds out whether the database is new; then it is marked so. */
bool newborn_begin(struct newborn *newborn, const char *path, struct error *err);
bool newborn_is_new(const struct newborn *newborn);
/* The initialisation is complete: removes the marker. */
void newborn_complete(struct newborn *newborn);
/* The initialisation has failed and the database is closed: removes it, if it is `ours`, and the marker. Does nothing
 * after newborn_complete(). */
void newborn_abandon(struct newborn *newborn, bool ours);

#endif

/* The page /status: one HTML document that needs nothing else, and changes nothing. */
#ifndef SERVER_STATUS_PAGE_H
#define SERVER_STATUS_PAGE_H

#include "base/writer.h"
#include "observe/history.h"
#include "observe/observer.h"
#include "server/config.h"
#include "server/doors.h"

/* Borrowed while the page is written. */
struct status_page {
    const struct config *config;
    struct observer *observer;
    const struct history *history;
    struct doors *doors; /* NULL: none is open */
};

void status_page_write(const struct status_page *page, struct writer *out);

#endif

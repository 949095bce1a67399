/* The settings as SHOW prints them to clients, each by the name that data/settings.def gives it. */
#ifndef SERVER_SHOWN_H
#define SERVER_SHOWN_H

#include "server/config.h"

struct shown {
    const char *_Atomic texts[SETTING_COUNT];
};

/* Takes the configuration's values over; the texts live as long as it does. The main thread's. */
void shown_update(struct shown *shown, struct config *config);
/* The value of the setting number `index`, and its name; NULL behind the last. Any thread. `self` is a struct shown. */
const char *shown_at(void *self, int32_t index, const char **name);

#endif

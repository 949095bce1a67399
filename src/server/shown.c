#include "server/shown.h"

#include <ctype.h>
#include <stdatomic.h>
#include <string.h>

/* A secret stays one, and a bare number has its unit behind it. */
static const char *render(struct config *config, enum setting_id id) {
    const struct setting *row = setting_row(id);
    const char *text = config->values[id].text;
    size_t length = strlen(text);
    if (row->type == SETTING_TYPE_SECRET)
        return text[0] ? "********" : "";
    if (row->type == SETTING_TYPE_SWITCH)
        return config_number(config, id) ? "on" : "off";
    if (row->type == SETTING_TYPE_DURATION && length && isdigit((unsigned char)text[length - 1]))
        return arena_format(&config->arena, "%s%s", text, row->unit);
    return arena_copy_string(&config->arena, text);
}

void shown_update(struct shown *shown, struct config *config) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        const char *text = render(config, (enum setting_id)id);
        if (text) /* without memory the old one stays */
            atomic_store(&shown->texts[id], text);
    }
}

const char *shown_at(void *self, int32_t index, const char **name) {
    struct shown *shown = self;
    if (index < 0 || index >= SETTING_COUNT)
        return NULL;
    const char *text = atomic_load(&shown->texts[index]);
    *name = setting_row((enum setting_id)index)->show;
    return text ? text : "";
}

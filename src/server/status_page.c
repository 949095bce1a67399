#include "server/status_page.h"

#include <string.h>

#include "base/clock.h"
#include "engine/database.h"
#include "server/html.h"
#include "server/server_data.h"

enum { SESSIONS_SHOWN = 100, STATEMENTS_SHOWN = 10, QUERY_SHOWN = 240 };

static const double us_per_s = 1e6;

/* A text for a table's cell, cut at a character. */
static void write_query(struct writer *out, const char *text) {
    char shown[QUERY_SHOWN + 1];
    size_t length = strlen(text), end = length < QUERY_SHOWN ? length : QUERY_SHOWN;
    while (end < length && end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    memcpy(shown, text, end);
    shown[end] = '\0';
    html_write_text(out, shown);
    if (end < length)
        writer_text(out, "…");
}

/* ---- the head ---- */

static void write_head(const struct status_page *page, struct writer *out) {
    const struct metrics *metrics = page->observer->metrics;
    bool ready = metrics_read(metrics, METRIC_READY, LABEL_NONE, LABEL_NONE) != 0;
    int64_t since_ns = metrics_read(metrics, METRIC_UP_SINCE, LABEL_NONE, LABEL_NONE);
    writer_text(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                     "<meta http-equiv=\"refresh\" content=\"10\"><title>mallardb – status</title><style>");
    for (size_t i = 0; i < server_data_count; i++)
        writer_text(out, server_data[i].text);
    writer_format(out, "</style></head><body><header><h1>mallardb <small>%s</small></h1><span class=\"state %s\">%s</span><p>",
                  MALLARDB_VERSION, ready ? "good" : "bad", ready ? "serving" : "not serving");
    html_write_text(out, config_text(page->config, SETTING_DATABASE));
    writer_format(out, " · DuckDB %s · up ", engine_version());
    html_write_duration(out, ((double)clock_wall_us() - (double)since_ns / 1000) / us_per_s);
    writer_text(out, "</p></header>\n");
}

struct tile {
    const char *title;
    enum metric_id id;
    enum metric_label label; /* LABEL_NONE: the sum over all */
    html_amount_fn amount;
};

static void write_nanoseconds(struct writer *out, double ns) {
    if (ns)
        html_write_duration(out, ns / 1e9);
    else
        writer_text(out, "0 s");
}

static void write_tiles(const struct status_page *page, struct writer *out) {
    static const struct tile tiles[] = {
        {"PostgreSQL sessions", METRIC_CONNECTIONS, LABEL_DOOR_POSTGRESQL, html_write_number},
        {"statements running", METRIC_RUNNING, LABEL_DOOR_POSTGRESQL, html_write_number},
        {"Airport connections", METRIC_CONNECTIONS, LABEL_DOOR_AIRPORT, html_write_number},
        {"Airport calls running", METRIC_RUNNING, LABEL_DOOR_AIRPORT, html_write_number},
        {"engine memory", METRIC_ENGINE_MEMORY, LABEL_NONE, html_write_bytes},
        {"database file", METRIC_DATABASE_BYTES, LABEL_NONE, html_write_bytes},
        {"write-ahead log", METRIC_WAL_BYTES, LABEL_NONE, html_write_bytes},
        {"since checkpoint", METRIC_CHECKPOINT_AGE, LABEL_NONE, write_nanoseconds},
    };
    writer_text(out, "<section class=\"tiles\">");
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++) {
        writer_text(out, "<div><b>");
        tiles[i].amount(out, (double)metrics_read(page->observer->metrics, tiles[i].id, tiles[i].label, LABEL_NONE));
        writer_format(out, "</b><span>%s</span></div>", tiles[i].title);
    }
    writer_text(out, "</section>\n");
}

static void write_charts(const struct status_page *page, struct writer *out) {
    static const struct html_chart charts[] = {
        {"Throughput", {{HISTORY_STATEMENTS, "statements"}, {HISTORY_CALLS, "Airport calls"}}, html_write_number, "/s"},
        {"Network", {{HISTORY_SENT, "sent"}, {HISTORY_RECEIVED, "received"}}, html_write_bytes, "/s"},
        {"Connections", {{HISTORY_SESSIONS, "both doors"}}, html_write_number, ""},
        {"Errors", {{HISTORY_ERRORS, "both doors"}}, html_write_number, "/s"},
        {"Engine memory", {{HISTORY_MEMORY, "in use"}}, html_write_bytes, ""},
        {"Processor", {{HISTORY_PROCESSOR, "busy"}}, html_write_number, " cores"},
    };
    writer_text(out, "<section class=\"charts\">");
    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        html_write_chart(out, &charts[i], page->history);
    writer_text(out, "</section>\n");
}

/* ---- sessions ---- */

struct session_list {
    struct writer *out;
    bool active; /* those that run a statement, or all others */
    int32_t shown, total;
    int64_t now_us;
};

static bool write_session(void *self, const struct pgdoor_session *session) {
    static const char *const states[] = {
        [PGDOOR_STARTING] = "starting",
        [PGDOOR_ACTIVE] = "active",
        [PGDOOR_IDLE] = "idle",
        [PGDOOR_IN_TRANSACTION] = "in transaction",
        [PGDOOR_FAILED_TRANSACTION] = "failed transaction",
    };
    struct session_list *list = self;
    struct writer *out = list->out;
    if ((session->state == PGDOOR_ACTIVE) != list->active)
        return true;
    list->total++;
    if (list->shown >= SESSIONS_SHOWN)
        return true;
    list->shown++;
    int64_t since_us = session->state_changed_us ? session->state_changed_us : session->started_us;
    writer_format(out, "<tr><td>%s</td><td class=\"n\">%d</td><td>", session->pid > PGDOOR_PID_MAX ? "Airport" : "PostgreSQL",
                  (int)session->pid);
    html_write_text(out, session->user);
    writer_text(out, "</td><td>");
    html_write_text(out, session->database);
    writer_text(out, "</td><td class=\"w\">");
    html_write_text(out, session->application);
    writer_text(out, "</td><td>");
    html_write_text(out, session->peer);
    writer_format(out, "</td><td><span class=\"dot s%d\"></span>%s</td><td class=\"n\">", (int)session->state,
                  states[session->state]);
    html_write_duration(out, (double)(list->now_us - since_us) / us_per_s);
    writer_text(out, "</td><td class=\"q\">");
    write_query(out, session->query);
    writer_text(out, "</td></tr>\n");
    return true;
}

/* Those that run something first. */
static void write_sessions(const struct status_page *page, struct writer *out) {
    struct session_list list = {.out = out, .active = true, .now_us = clock_wall_us()};
    writer_text(out, "<section><h2>Sessions and calls</h2><table><thead><tr><th>door</th><th class=\"n\">pid</th><th>user</th>"
                     "<th>database</th><th>application</th><th>client</th><th>state</th><th class=\"n\">for</th><th>query</th></tr>"
                     "</thead><tbody>\n");
    if (page->doors) {
        doors_each_session(page->doors, write_session, &list);
        doors_each_call(page->doors, write_session, &list);
        list.active = false;
        doors_each_session(page->doors, write_session, &list);
    }
    if (!list.total)
        writer_text(out, "<tr><td colspan=\"9\" class=\"none\">No PostgreSQL client is connected, and no Airport call runs.</td></tr>");
    if (list.total > list.shown)
        writer_format(out, "<tr><td colspan=\"9\" class=\"none\">… and %d more</td></tr>", (int)(list.total - list.shown));
    writer_text(out, "</tbody></table></section>\n");
}

/* ---- statements ---- */

struct top {
    struct statistics_row rows[STATEMENTS_SHOWN];
    char texts[STATEMENTS_SHOWN][QUERY_SHOWN + 8];
    int32_t count;
};

/* Keeps those that took most time in all, most first; of their texts as much as is shown. */
static bool rank(void *self, const struct statistics_row *row) {
    struct top *top = self;
    int32_t place = top->count;
    while (place > 0 && top->rows[place - 1].total_ms < row->total_ms)
        place--;
    if (place == STATEMENTS_SHOWN)
        return true;
    int32_t moved = (top->count < STATEMENTS_SHOWN ? top->count : STATEMENTS_SHOWN - 1) - place;
    memmove(&top->rows[place + 1], &top->rows[place], (size_t)moved * sizeof top->rows[0]);
    memmove(&top->texts[place + 1], &top->texts[place], (size_t)moved * sizeof top->texts[0]);
    top->rows[place] = *row;
    strncpy(top->texts[place], row->text, sizeof top->texts[0] - 1);
    top->texts[place][sizeof top->texts[0] - 1] = '\0';
    top->count += top->count < STATEMENTS_SHOWN;
    return true;
}

static void write_statements(const struct status_page *page, struct writer *out) {
    struct top top = {.count = 0};
    statistics_each(page->observer->statistics, rank, &top);
    writer_text(out, "<section><h2>Statements by total time</h2><table><thead><tr><th class=\"n\">calls</th>"
                     "<th class=\"n\">total</th><th class=\"n\">mean</th><th class=\"n\">longest</th>"
                     "<th class=\"n\">rows</th><th>statement</th></tr></thead><tbody>\n");
    for (int32_t i = 0; i < top.count; i++) {
        const struct statistics_row *row = &top.rows[i];
        writer_text(out, "<tr><td class=\"n\">");
        html_write_number(out, (double)row->calls);
        writer_text(out, "</td><td class=\"n\">");
        html_write_duration(out, row->total_ms / 1e3);
        writer_text(out, "</td><td class=\"n\">");
        html_write_duration(out, row->mean_ms / 1e3);
        writer_text(out, "</td><td class=\"n\">");
        html_write_duration(out, row->max_ms / 1e3);
        writer_text(out, "</td><td class=\"n\">");
        html_write_number(out, (double)row->rows);
        writer_text(out, "</td><td class=\"q\">");
        write_query(out, top.texts[i]);
        writer_text(out, "</td></tr>\n");
    }
    if (!top.count)
        writer_text(out, "<tr><td colspan=\"6\" class=\"none\">No statement has run yet.</td></tr>");
    writer_text(out, "</tbody></table></section>\n");
}

void status_page_write(const struct status_page *page, struct writer *out) {
    write_head(page, out);
    writer_text(out, "<main>");
    write_tiles(page, out);
    write_charts(page, out);
    write_sessions(page, out);
    write_statements(page, out);
    writer_text(out, "</main></body></html>\n");
}

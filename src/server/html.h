/* Pieces of HTML pages: escaped text, amounts for people, and charts as inline SVG. Any thread. */
#ifndef SERVER_HTML_H
#define SERVER_HTML_H

#include <stdint.h>

#include "base/writer.h"
#include "observe/history.h"

/* Escaped for text and for attributes in double quotes. */
void html_write_text(struct writer *out, const char *text);
/* "1.5 GB", in steps of 1024. */
void html_write_bytes(struct writer *out, double bytes);
/* "12,345" or, below 100, "1.2". */
void html_write_number(struct writer *out, double number);
/* "3 d 4 h", "2 min 5 s", "1.25 s", "0.8 ms". */
void html_write_duration(struct writer *out, double seconds);

/* How a chart writes amounts. */
typedef void (*html_amount_fn)(struct writer *out, double amount);

struct html_chart {
    const char *title;
    struct {
        enum history_series series;
        const char *name; /* in the legend; NULL ends the list */
    } lines[3];
    html_amount_fn amount;
    const char *unit; /* behind an amount; "" for none */
};

/* The last hour of a history. */
void html_write_chart(struct writer *out, const struct html_chart *chart, const struct history *history);

#endif

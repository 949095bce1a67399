#include "server/html.h"

#include <string.h>

enum { CHART_HEIGHT = 96 }; /* in the units of its drawing; its width is HISTORY_SAMPLES */

void html_write_text(struct writer *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&':
            writer_text(out, "&amp;");
            break;
        case '<':
            writer_text(out, "&lt;");
            break;
        case '>':
            writer_text(out, "&gt;");
            break;
        case '"':
            writer_text(out, "&quot;");
            break;
        case '\'':
            writer_text(out, "&#39;");
            break;
        default:
            writer_u8(out, (uint8_t)*text);
        }
    }
}

/* ---- amounts ---- */

void html_write_bytes(struct writer *out, double bytes) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    writer_format(out, "%.*f %s", unit && bytes < 100 ? 1 : 0, bytes, units[unit]);
}

void html_write_number(struct writer *out, double number) {
    long long whole = (long long)(number + 0.5);
    if (number < 99.95)
        writer_format(out, "%.*f", number == (double)(long long)number ? 0 : 1, number);
    else if (whole < 1000)
        writer_format(out, "%lld", whole);
    else if (whole < 1000000)
        writer_format(out, "%lld,%03lld", whole / 1000, whole % 1000);
    else
        writer_format(out, "%lld,%03lld,%03lld", whole / 1000000, whole / 1000 % 1000, whole % 1000);
}

void html_write_duration(struct writer *out, double seconds) {
    long long whole = (long long)seconds;
    if (seconds < 1)
        writer_format(out, "%.1f ms", seconds * 1000);
    else if (whole < 60)
        writer_format(out, "%.1f s", seconds);
    else if (whole < 3600)
        writer_format(out, "%lld min %lld s", whole / 60, whole % 60);
    else if (whole < 86400)
        writer_format(out, "%lld h %lld min", whole / 3600, whole / 60 % 60);
    else
        writer_format(out, "%lld d %lld h", whole / 86400, whole / 3600 % 24);
}

/* ---- charts ---- */

/* The next of 1, 2, 5, 10, 20 … above the amount; of bytes, in the unit in which they are shown. */
static double round_up(const struct html_chart *chart, double amount) {
    static const double steps[] = {2, 2.5, 2};
    double bound = 1, unit = 1;
    while (chart->amount == html_write_bytes && amount / unit >= 1024)
        unit *= 1024;
    for (size_t i = 0; bound * unit < amount; i++)
        bound *= steps[i % 3];
    return bound * unit;
}

static double greatest(const struct html_chart *chart, const struct history *history) {
    double most = 0;
    for (size_t line = 0; chart->lines[line].name; line++)
        for (int32_t i = 0; i < history_count(history); i++) {
            double value = history_at(history, chart->lines[line].series, i);
            most = value > most ? value : most;
        }
    return most;
}

/* From the right edge, where now is. */
static void write_points(struct writer *out, const struct history *history, enum history_series series, double top) {
    int32_t count = history_count(history);
    for (int32_t i = 0; i < count; i++)
        writer_format(out, "%s%d %.1f", i ? "L" : "M", (int)(HISTORY_SAMPLES - count + i),
                      CHART_HEIGHT * (1 - history_at(history, series, i) / top));
}

static void write_line(struct writer *out, const struct html_chart *chart, size_t line, const struct history *history,
                       double top) {
    int32_t count = history_count(history);
    enum history_series series = chart->lines[line].series;
    if (count < 2)
        return;
    writer_format(out, "<path class=\"area l%d\" d=\"", (int)line);
    write_points(out, history, series, top);
    writer_format(out, "L%d %dL%d %dZ\"/>", HISTORY_SAMPLES - 1, CHART_HEIGHT, (int)(HISTORY_SAMPLES - count),
                  CHART_HEIGHT);
    writer_format(out, "<path class=\"line l%d\" d=\"", (int)line);
    write_points(out, history, series, top);
    writer_text(out, "\"/>");
}

static void write_legend(struct writer *out, const struct html_chart *chart, const struct history *history) {
    int32_t count = history_count(history);
    for (size_t line = 0; chart->lines[line].name; line++) {
        writer_format(out, "<span class=\"key l%d\">%s <b>", (int)line, chart->lines[line].name);
        if (count)
            chart->amount(out, history_at(history, chart->lines[line].series, count - 1));
        else
            writer_text(out, "–");
        writer_format(out, "%s</b></span>", count ? chart->unit : "");
    }
}

void html_write_chart(struct writer *out, const struct html_chart *chart, const struct history *history) {
    double top = round_up(chart, greatest(chart, history));
    writer_format(out, "<figure><figcaption><h3>%s</h3>", chart->title);
    write_legend(out, chart, history);
    writer_text(out, "</figcaption><div class=\"plot\"><span class=\"top\">");
    chart->amount(out, top);
    writer_format(out, "%s</span><svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s, the last hour\">",
                  chart->unit, HISTORY_SAMPLES - 1, CHART_HEIGHT, chart->title);
    for (int part = 1; part < 4; part++)
        writer_format(out, "<path class=\"grid\" d=\"M0 %dH%d\"/>", CHART_HEIGHT * part / 4, HISTORY_SAMPLES);
    for (size_t line = 0; chart->lines[line].name; line++)
        write_line(out, chart, line, history, top);
    writer_text(out, "</svg></div><div class=\"axis\"><span>60 min ago</span><span>30</span><span>now</span></div></figure>\n");
}

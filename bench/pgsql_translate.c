/* What the SQL front end costs a statement: parsed and translated, in nanoseconds, best of several runs.
 *
 *   pgsql_translate
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "pgsql/script.h"
#include "pgsql/translate.h"

enum { RUNS = 7, RUN_NS = 50000000 };

static const struct {
    const char *name, *text;
} statements[] = {
    {"SELECT 1", "SELECT 1"},
    {"point query", "SELECT id, name, price FROM products WHERE id = $1"},
    {"pgbench update", "UPDATE pgbench_accounts SET abalance = abalance + $1 WHERE aid = $2"},
    {"insert", "INSERT INTO orders (id, customer, total, placed) VALUES (1, 'somebody', 12.50, '2024-01-01 10:00:00')"},
    {"TPC-H Q1",
     "select l_returnflag, l_linestatus, sum(l_quantity) as sum_qty, sum(l_extendedprice) as sum_base_price, "
     "sum(l_extendedprice * (1 - l_discount)) as sum_disc_price, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as "
     "sum_charge, avg(l_quantity) as avg_qty, avg(l_extendedprice) as avg_price, avg(l_discount) as avg_disc, count(*) as "
     "count_order from lineitem where l_shipdate <= date '1998-12-01' - interval '90' day group by l_returnflag, "
     "l_linestatus order by l_returnflag, l_linestatus"},
    {"psql \\dt",
     "SELECT n.nspname as \"Schema\", c.relname as \"Name\", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' END as "
     "\"Type\", pg_catalog.pg_get_userbyid(c.relowner) as \"Owner\" FROM pg_catalog.pg_class c LEFT JOIN "
     "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','') AND n.nspname <> 'pg_catalog' AND "
     "n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2"},
};

static void translate(struct arena *arena, const char *text, size_t length) {
    static const struct pgsql_options options = {.information_schema = "i"};
    struct pgsql_script script;
    struct pgsql_translation translation;
    struct error err = {0};
    if (!pgsql_script_parse(arena, text, length, &script, &err) ||
        !pgsql_translate(arena, script.statements, &options, &translation, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    arena_reset(arena);
}

static double best_ns(struct arena *arena, const char *text, size_t length) {
    double best = 1e18;
    for (int run = 0; run < RUNS; run++) {
        int64_t start = clock_monotonic_ns(), passed = 0;
        int64_t count = 0;
        for (; passed < RUN_NS; passed = clock_monotonic_ns() - start)
            for (int i = 0; i < 64; i++, count++)
                translate(arena, text, length);
        double each = (double)passed / (double)count;
        best = each < best ? each : best;
    }
    return best;
}

int main(void) {
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        printf("%-16s %8.0f ns\n", statements[i].name, best_ns(&arena, statements[i].text, strlen(statements[i].text)));
    enum { ROWS = 1000 };
    char *insert = malloc(ROWS * 32 + 32), *to = stpcpy(insert, "INSERT INTO t VALUES ");
    for (int i = 0; i < ROWS; i++)
        to += sprintf(to, "%s(%d, 'name %d', %d.5)", i ? ", " : "", i, i, i);
    double ns = best_ns(&arena, insert, (size_t)(to - insert));
    printf("%-16s %8.0f ns, %.0f MB/s\n", "1,000-row insert", ns, (double)(to - insert) / ns * 1e3);
    free(insert);
    arena_destroy(&arena);
    return 0;
}

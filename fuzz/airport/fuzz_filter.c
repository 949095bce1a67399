/* Filter JSON of any shape, and the SQL made of it: whatever the filter says, the text stays one expression. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "airport.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Quotes closed, parentheses balanced, no comment and no end of statement outside quotes. */
static void check_shape(const char *sql) {
    int depth = 0;
    for (const char *at = sql; *at; at++) {
        if (*at == '\'' || *at == '"') {
            char quote = *at;
            bool escapes = quote == '\'' && at > sql && at[-1] == 'E';
            for (at++; *at && (*at != quote || at[1] == quote); at++)
                if (*at == quote || (escapes && *at == '\\'))
                    at++;
            assert(*at == quote);
            continue;
        }
        depth += (*at == '(') - (*at == ')');
        assert(depth >= 0 && *at != ';' && !(at[0] == '-' && at[1] == '-') && !(at[0] == '/' && at[1] == '*'));
    }
    assert(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct airport_filter *filter = airport_filter_parse((const char *)data, size, NULL);
    if (!filter)
        return 0;
    for (int dialect = 0; dialect < 2; dialect++) {
        const struct airport_sql_options options = {.size = sizeof options, .dialect = (enum airport_dialect)dialect};
        char *sql = airport_filter_to_sql(filter, &options);
        if (sql)
            check_shape(sql);
        airport_free(sql);
    }
    airport_filter_destroy(filter);
    return 0;
}

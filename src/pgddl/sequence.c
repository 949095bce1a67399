/* Sequences set to another value. The engine's only ever go forward: within reach they are drawn from until they are there; otherwise
 * they are made anew, which takes the tables that draw from them along. */
#include <stdio.h>
#include <string.h>

#include "pgddl/table.h"
#include "pgsql/lexer.h"

enum { REACH = 10 * 1000 * 1000 };

static const char *quoted(const struct pgddl *ddl, const char *text, char mark) {
    const char *copy = pgsql_quoted(ddl->arena, text, mark);
    return copy ? copy : "";
}

const char *table_sequence_name(const struct pgddl *ddl, const struct table_sequence *sequence) {
    const char *name = arena_format(ddl->arena, "%s.%s.%s", quoted(ddl, sequence->database, '"'), quoted(ddl, sequence->schema, '"'),
                                    quoted(ddl, sequence->name, '"'));
    return name ? name : "";
}

/* How many values lie between two places; -1: they cannot be drawn. */
static int64_t distance(const struct table_sequence *sequence, int64_t from, int64_t to) {
    int64_t difference;
    if (__builtin_sub_overflow(to, from, &difference) || sequence->increment == 0 || difference % sequence->increment != 0)
        return -1;
    int64_t steps = difference / sequence->increment;
    return steps >= 0 && steps <= REACH ? steps : -1;
}

static bool draw(const struct pgddl *ddl, const struct table_sequence *sequence, int64_t steps, struct error *err) {
    return steps == 0 || table_run(ddl, err, "SELECT count(nextval(%s)) FROM range(%lld)",
                                   quoted(ddl, table_sequence_name(ddl, sequence), '\''), (long long)steps);
}

bool table_create_sequence(const struct pgddl *ddl, const struct table_sequence *sequence, struct error *err) {
    int64_t steps = distance(sequence, sequence->start, sequence->next);
    return table_run(ddl, err, "CREATE SEQUENCE %s %s START %lld", table_sequence_name(ddl, sequence), sequence->options,
                     (long long)(steps < 0 ? sequence->next : sequence->start)) &&
           (steps < 0 || draw(ddl, sequence, steps, err));
}

/* One of the tables' copies of the sequence is where it is made anew. */
static void move_first(struct table **family, int32_t count, const struct table_sequence *sequence) {
    for (int32_t f = 0, moved = 0; f < count; f++)
        for (int32_t i = 0; i < family[f]->sequence_count; i++)
            if (family[f]->sequences[i].engine_oid == sequence->engine_oid) {
                family[f]->sequences[i].next = sequence->next;
                family[f]->sequences[i].is_moved = !moved++;
            }
}

static bool make_anew(const struct pgddl *ddl, const struct table_sequence *sequence, struct error *err) {
    struct table **drawing, **family;
    int32_t drawing_count, count;
    if (!table_find_drawing(ddl, sequence, &drawing, &drawing_count, err))
        return false;
    if (drawing_count > 1)
        return error_set(err, ERROR_UNSUPPORTED, "setting the sequence \"%s\" back is not supported: more than one table draws from it",
                         sequence->name);
    if (drawing_count == 0)
        return table_run(ddl, err, "DROP SEQUENCE %s", table_sequence_name(ddl, sequence)) && table_create_sequence(ddl, sequence, err);
    if (!table_family(ddl, drawing[0], &family, &count, err))
        return false;
    move_first(family, count, sequence);
    for (int32_t f = 0; f < count; f++)
        table_set_sources(ddl, family[f]);
    *ddl->has_written = true;
    return table_rebuild(ddl, family, count, err);
}

/* `"schema"."name"` or `name`, by the search path. */
static const char *find_condition(const struct pgddl *ddl, const char *name) {
    struct pgsql_lexer lexer = pgsql_lexer_over(name, strlen(name));
    struct pgsql_token token;
    const char *parts[2] = {NULL, NULL};
    while (pgsql_lexer_next(&lexer, &token, NULL) && token.kind != PGSQL_END)
        if (token.kind != PGSQL_DOT) {
            parts[1] = parts[0];
            parts[0] = pgsql_token_value(ddl->arena, name, &token, NULL);
        }
    if (!parts[0])
        return "false";
    return arena_format(ddl->arena, "database_name = current_database() AND sequence_name = %s AND %s%s "
                                    "ORDER BY list_position(system.main.current_schemas(false), schema_name) LIMIT 1",
                        quoted(ddl, parts[0], '\''), parts[1] ? "schema_name = " : "schema_name IN (SELECT unnest(system.main.current_schemas(false)))",
                        parts[1] ? quoted(ddl, parts[1], '\'') : "");
}

bool pgddl_set_sequence(const struct pgddl *ddl, const char *name, int64_t value, bool is_called, struct error *err) {
    struct table_sequence *sequence;
    int32_t count;
    const char *condition = find_condition(ddl, name);
    if (!condition)
        return error_set_no_memory(err);
    if (!table_find_sequences(ddl, condition, &sequence, &count, err))
        return false;
    if (!count)
        return error_set_state(err, ERROR_NOT_FOUND, "42P01", "relation \"%s\" does not exist", name);
    int64_t next = value;
    if (is_called && __builtin_add_overflow(value, sequence->increment, &next))
        return error_set_state(err, ERROR_OUT_OF_RANGE, "22003", "setval: value %lld is out of bounds for sequence \"%s\"",
                               (long long)value, sequence->name);
    int64_t steps = distance(sequence, sequence->next, next);
    sequence->next = next;
    return steps < 0 ? make_anew(ddl, sequence, err) : draw(ddl, sequence, steps, err);
}

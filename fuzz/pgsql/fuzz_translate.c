/* Any bytes as a script: split, classified, translated plainly, with declared parameters and for inference, and its
 * places mapped back. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "pgsql/lexer.h"
#include "pgsql/script.h"
#include "pgsql/translate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void translate(struct arena *arena, const struct pgsql_statement *statement, const struct pgsql_options *options) {
    struct pgsql_translation translation;
    struct error err = {0};
    if (!pgsql_translate(arena, statement, options, &translation, &err))
        return;
    for (int32_t i = 0; i < 5; i++)
        pgsql_translation_column_name(&translation, i, 5);
    if (translation.main)
        for (size_t byte = 0, length = strlen(translation.main->sql); byte <= length; byte += 1 + length / 16)
            pgsql_translation_origin(&translation, byte);
}

static void translate_all_ways(struct arena *arena, const struct pgsql_statement *statement) {
    static const uint32_t oids[] = {23, 1009, 1700, 0, 99999};
    const struct pgsql_options options[] = {
        {.information_schema = "i"},
        {.parameter_oids = oids, .parameter_count = sizeof oids / sizeof *oids},
        {.infer = true},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        translate(arena, statement, &options[i]);
}

static const struct pgsql_statement *inner(const struct pgsql_statement *statement) {
    switch (statement->form) {
    case PGSQL_FORM_ENGINE:
        return statement;
    case PGSQL_FORM_PREPARE:
        return statement->as.prepare.query;
    case PGSQL_FORM_DECLARE:
        return statement->as.declare.query;
    case PGSQL_FORM_EXPLAIN:
        return statement->as.explain.query;
    case PGSQL_FORM_COPY:
        return statement->as.copy->query;
    default:
        return NULL;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena = {0};
    struct pgsql_script script;
    struct error err = {0};
    const char *text = (const char *)data;
    if (pgsql_script_parse(&arena, text ? text : "", size, &script, &err))
        for (int32_t i = 0; i < script.statement_count; i++) {
            const struct pgsql_statement *statement = inner(&script.statements[i]);
            if (statement)
                translate_all_ways(&arena, statement);
        }
    arena_destroy(&arena);
    return 0;
}

/* Splitting, kinds, tags, and the statements that the session carries out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

static void splits_at_semicolons(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text;
        int32_t count;
    } cases[] = {
        {"", 0},
        {" ;; /* ; */ -- ;\n;", 0},
        {"SELECT 1", 1},
        {"SELECT 1; SELECT ';'; SELECT \";\";", 3},
        {"SELECT $$;$$; SELECT (1;2)", 2},
        {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END; SELECT 3", 2},
        {"BEGIN; COMMIT", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parse(f, cases[i].text);
        assert_int_equal(f->script.statement_count, cases[i].count);
    }
    parse(f, " SELECT 1 ; SELECT\n2 ;");
    assert_int_equal(f->script.statements[1].start, 12);
    assert_int_equal(f->script.statements[1].length, 8);
    assert_int_equal(f->script.statements[1].token_count, 2);
    assert_int_equal(f->script.statements[1].tokens[2].kind, PGSQL_END);
}

static void kinds_and_tags(void **state) {
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"select 1", "SELECT 7"},
        {"WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "INSERT 0 7"},
        {"WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t) SELECT n FROM t", "SELECT 7"},
        {"WITH a AS (DELETE FROM t RETURNING *) (SELECT * FROM a)", "SELECT 7"},
        {"((SELECT 1))", "SELECT 7"},
        {"VALUES (1)", "SELECT 7"},
        {"TABLE t", "SELECT 7"},
        {"FROM t", "SELECT 7"},
        {"PIVOT t ON a", "SELECT 7"},
        {"SUMMARIZE t", "SELECT 7"},
        {"DELETE FROM t", "DELETE 7"},
        {"UPDATE t SET a = 1", "UPDATE 7"},
        {"MERGE INTO t USING s ON a = b WHEN MATCHED THEN DELETE", "MERGE 7"},
        {"CREATE TABLE t (a int DEFAULT (1 AS x))", "CREATE TABLE"},
        {"CREATE TEMP TABLE t AS SELECT 1", "SELECT 7"},
        {"CREATE TABLE IF NOT EXISTS t AS FROM u", "SELECT 7"},
        {"SELECT 1 INTO t", "SELECT 7"},
        {"SELECT (SELECT 1 INTO x) FROM t", "SELECT 7"},
        {"CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "CREATE VIEW"},
        {"CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"},
        {"DROP TABLE t", "DROP TABLE"},
        {"TRUNCATE t", "TRUNCATE TABLE"},
        {"END", "COMMIT"},
        {"ABORT WORK", "ROLLBACK"},
        {"ROLLBACK TRANSACTION TO SAVEPOINT a", "ROLLBACK"},
        {"START TRANSACTION", "START TRANSACTION"},
        {"SET a = 1", "SET"},
        {"CREATE USER u PASSWORD 'x'", "CREATE ROLE"},
        {"DISCARD ALL", "DISCARD ALL"},
        {"DEALLOCATE PREPARE ALL", "DEALLOCATE ALL"},
        {"CLOSE ALL", "CLOSE CURSOR ALL"},
        {"MOVE 3 FROM c", "MOVE 7"},
        {"COPY t FROM STDIN", "COPY 7"},
        {"COPY t FROM 'file'", "COPY 7"},
        {"EXPLAIN SELECT 1", "EXPLAIN"},
        {"nonsense", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char tag[64];
        pgsql_statement_complete_tag(parse(f, cases[i][0]), 7, tag, sizeof tag);
        assert_string_equal(tag, cases[i][1]);
    }
}

static void transactions(void **state) {
    struct fixture *f = *state;
    const struct pgsql_transaction *t =
        &parse(f, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY NOT DEFERRABLE")->as.transaction;
    assert_int_equal(t->isolation, PGSQL_ISOLATION_REPEATABLE_READ);
    assert_int_equal(t->read_only, PGSQL_ON);
    assert_int_equal(t->deferrable, PGSQL_OFF);
    t = &parse(f, "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")->as.transaction;
    assert_int_equal(t->read_only, PGSQL_OFF);
    assert_true(parse(f, "COMMIT AND CHAIN")->as.transaction.chain);
    assert_false(parse(f, "ROLLBACK WORK AND NO CHAIN")->as.transaction.chain);
    assert_string_equal(parse(f, "SAVEPOINT savepoint")->as.name, "savepoint");
    assert_string_equal(parse(f, "RELEASE SAVEPOINT \"A\"")->as.name, "A");
    assert_string_equal(parse(f, "ROLLBACK TO b")->as.name, "b");
    assert_string_equal(parse(f, "COMMIT PREPARED 'gid'")->as.name, "gid");
    static const char *const wrong[] = {"BEGIN ISOLATION", "BEGIN READ", "COMMIT AND", "SAVEPOINT", "RELEASE", "BEGIN x",
                                        "SET TRANSACTION", "PREPARE TRANSACTION x", "BEGIN READ ONLY,", "ROLLBACK TO"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_string_equal(parse_error(f, wrong[i]), "42601");
}

static void settings(void **state) {
    struct fixture *f = *state;
    const struct pgsql_set *set = &parse(f, "SET LOCAL Search_Path TO a, \"B\", 'c d'")->as.set;
    assert_true(set->local);
    assert_string_equal(set->name, "search_path");
    assert_int_equal(set->value_count, 3);
    assert_string_equal(set->values[1].text, "B");
    assert_int_equal(set->values[2].kind, PGSQL_VALUE_STRING);
    set = &parse(f, "SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE")->as.set;
    assert_string_equal(set->name, "timezone");
    assert_string_equal(set->values[0].text, "-8.000000");
    assert_string_equal(parse(f, "SET TIME ZONE INTERVAL '+05:45'")->as.set.values[0].text, "5.750000");
    assert_int_equal(parse(f, "SET TIME ZONE INTERVAL '5'")->kind, PGSQL_STATEMENT_SET_ENGINE);
    set = &parse(f, "SET SESSION TIME ZONE LOCAL")->as.set;
    assert_true(set->reset);
    set = &parse(f, "SET my.Option = -1.5")->as.set;
    assert_string_equal(set->name, "my.option");
    assert_string_equal(set->values[0].text, "-1.5");
    assert_string_equal(parse(f, "SET NAMES 'utf8'")->as.set.name, "client_encoding");
    assert_string_equal(parse(f, "SET SESSION AUTHORIZATION DEFAULT")->as.set.name, "session_authorization");
    assert_null(parse(f, "RESET ALL")->as.set.name);
    assert_string_equal(parse(f, "RESET TIME ZONE")->as.set.name, "timezone");
    assert_string_equal(parse(f, "SHOW TRANSACTION ISOLATION LEVEL")->as.name, "transaction_isolation");
    assert_null(parse(f, "SHOW ALL")->as.name);
    static const char *const engine[] = {"SET GLOBAL threads = 1", "SET VARIABLE x = 1 + 1", "SET x = [1, 2]", "SHOW TABLES",
                                         "SHOW ALL TABLES",        "SHOW (SELECT 1)",        "RESET GLOBAL x", "SHOW TABLES FROM a"};
    for (size_t i = 0; i < sizeof engine / sizeof *engine; i++)
        assert_int_equal(parse(f, engine[i])->form, PGSQL_FORM_ENGINE);
}

static void cursors_and_prepared_statements(void **state) {
    struct fixture *f = *state;
    const struct pgsql_declare *declare = &parse(f, "DECLARE \"C\" BINARY NO SCROLL CURSOR WITH HOLD FOR SELECT $1 + $2")->as.declare;
    assert_string_equal(declare->name, "C");
    assert_int_equal(declare->scroll, PGSQL_OFF);
    assert_true(declare->hold && declare->binary);
    assert_int_equal(declare->query->parameter_count, 2);
    static const struct {
        const char *text;
        enum pgsql_direction direction;
        int64_t count;
    } fetches[] = {
        {"FETCH c", PGSQL_FORWARD, 1},
        {"FETCH next", PGSQL_FORWARD, 1},
        {"FETCH NEXT FROM c", PGSQL_FORWARD, 1},
        {"FETCH PRIOR c", PGSQL_BACKWARD, 1},
        {"FETCH 5 IN c", PGSQL_FORWARD, 5},
        {"FETCH -5 c", PGSQL_BACKWARD, 5},
        {"FETCH FORWARD ALL FROM c", PGSQL_FORWARD, INT64_MAX},
        {"FETCH BACKWARD -2 FROM c", PGSQL_FORWARD, 2},
        {"FETCH ALL c", PGSQL_FORWARD, INT64_MAX},
        {"FETCH LAST c", PGSQL_ABSOLUTE, -1},
        {"FETCH ABSOLUTE -3 FROM c", PGSQL_ABSOLUTE, -3},
        {"MOVE RELATIVE 2 c", PGSQL_RELATIVE, 2},
        {"FETCH 0 c", PGSQL_FORWARD, 0},
    };
    for (size_t i = 0; i < sizeof fetches / sizeof *fetches; i++) {
        const struct pgsql_fetch *fetch = &parse(f, fetches[i].text)->as.fetch;
        assert_int_equal(fetch->direction, fetches[i].direction);
        assert_true(fetch->count == fetches[i].count);
    }
    const struct pgsql_prepare *prepare = &parse(f, "PREPARE p (int, numeric(10,2)) AS SELECT $1, $2")->as.prepare;
    assert_int_equal(prepare->type_count, 2);
    assert_string_equal(prepare->types[1], "numeric(10,2)");
    const struct pgsql_execute *execute = &parse(f, "EXECUTE p (1 + 1, f(a, 'b,c'))")->as.execute;
    assert_int_equal(execute->argument_count, 2);
    assert_string_equal(execute->arguments[1], "f(a, 'b,c')");
    const struct pgsql_explain *explain = &parse(f, "EXPLAIN (ANALYZE, COSTS OFF, FORMAT JSON) SELECT 1")->as.explain;
    assert_true(explain->analyze);
    assert_int_equal(explain->format, PGSQL_EXPLAIN_JSON);
    assert_int_equal(parse(f, "EXPLAIN (FORMAT html) SELECT 1")->form, PGSQL_FORM_ENGINE);
    static const char *const wrong[] = {"DECLARE c CURSOR", "FETCH", "FETCH 99999999999999999999 c", "PREPARE p", "EXECUTE",
                                        "EXPLAIN", "EXPLAIN (nonsense) SELECT 1", "EXPLAIN EXPLAIN SELECT 1", "PREPARE p () AS SELECT 1",
                                        "DECLARE c CURSOR FOR BEGIN", "EXECUTE p (1,", "EXPLAIN (ANALYZE maybe) SELECT 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_string_equal(parse_error(f, wrong[i]), "42601");
}

static void copies(void **state) {
    struct fixture *f = *state;
    const struct pgsql_copy *copy =
        parse(f, "COPY s.\"T\" (a, \"B\") FROM STDIN WITH (FORMAT csv, HEADER match, DELIMITER '|', NULL 'x', FORCE_NULL (a)) WHERE a > 1")->as.copy;
    assert_true(copy->from);
    assert_string_equal(copy->table, "s.\"T\"");
    assert_string_equal(copy->schema_name, "s");
    assert_string_equal(copy->columns.names[1], "B");
    assert_int_equal(copy->header, PGSQL_HEADER_MATCH);
    assert_string_equal(copy->escape, "\"");
    assert_string_equal(copy->where, "a > 1");
    copy = parse(f, "COPY (SELECT 1, 2) TO STDOUT CSV HEADER QUOTE AS '''' FORCE QUOTE *")->as.copy;
    assert_false(copy->from);
    assert_int_equal(copy->query->kind, PGSQL_STATEMENT_SELECT);
    assert_true(copy->force_quote.all);
    copy = parse(f, "COPY t TO STDOUT")->as.copy;
    assert_string_equal(copy->delimiter, "\t");
    assert_string_equal(copy->null, "\\N");
    assert_int_equal(parse(f, "COPY BINARY t TO STDOUT")->as.copy->format, PGSQL_COPY_BINARY);
    static const char *const engine[] = {"COPY t TO 'f.parquet' (FORMAT parquet)", "COPY t FROM 'f.csv'", "COPY FROM DATABASE a TO b"};
    for (size_t i = 0; i < sizeof engine / sizeof *engine; i++)
        assert_int_equal(parse(f, engine[i])->form, PGSQL_FORM_ENGINE);
    static const char *const wrong[][2] = {
        {"COPY t FROM STDIN (FORMAT parquet)", "22023"},
        {"COPY t FROM STDIN (FORMAT , NULL 'x')", "42601"},
        {"COPY t FROM STDIN (FORMAT csv, FORMAT csv)", "42601"},
        {"COPY t FROM STDIN (DELIMITER 'ab')", "0A000"},
        {"COPY t FROM STDIN (DELIMITER 'a')", "22023"},
        {"COPY t FROM STDIN (QUOTE 'a')", "0A000"},
        {"COPY t FROM STDIN (FORMAT binary, NULL 'x')", "42601"},
        {"COPY t FROM STDIN (FORMAT csv, QUOTE ',')", "22023"},
        {"COPY t TO STDOUT (FORMAT csv, HEADER match)", "22023"},
        {"COPY t TO STDOUT (nonsense)", "42601"},
        {"COPY (SELECT 1) FROM STDIN", "42601"},
        {"COPY (SELECT 1 TO STDOUT", "42601"},
        {"COPY t (a FROM STDIN", "42601"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (strstr(wrong[i][0], "(SELECT 1 TO") || strstr(wrong[i][0], "(a FROM")) /* unbalanced: DuckDB finds the error */
            assert_int_equal(parse(f, wrong[i][0])->form, PGSQL_FORM_ENGINE);
        else
            assert_string_equal(parse_error(f, wrong[i][0]), wrong[i][1]);
}

/* Texts made to break parsers: nothing may crash, hang or use more than a modest multiple of the text. */
static void constants(void **state) {
    struct fixture *f = *state;
    static const char *const constant[] = {"SELECT 1", "select 1;", "SELECT 'x', NULL, true AS yes, 1.5 AS \"A b\"",
                                           "/* ping */ SELECT 1 -- alive"},
                      *const other[] = {"SELECT", "SELECT now()", "SELECT 1 + 1", "SELECT a", "SELECT 1 FROM t", "SELECT $1",
                                        "SELECT 1 AS", "SELECT 1,", "SELECT DISTINCT 1", "SELECT 1 LIMIT 0", "SELECT 1 WHERE false",
                                        "SELECT 1 UNION SELECT 2", "SELECT current_user", "SELECT 1::text", "VALUES (1)", "FROM t"};
    for (size_t i = 0; i < sizeof constant / sizeof constant[0]; i++)
        assert_true(pgsql_statement_is_constant(parse(f, constant[i])));
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_false(pgsql_statement_is_constant(parse(f, other[i])));
}

static void hostile_texts(void **state) {
    struct fixture *f = *state;
    static const char *const pieces[] = {"(", "[", ")", "'", "$$", "/*", "a.", "::oid", "CASE ", "= ANY(", "EXPLAIN ", "SELECT ", ",", "$1 + ",
                                         "unnest(", "WITH x AS (", "pg_catalog.", "END ", "~ ", "INTERVAL '1' ", "U&'\\0041' ", "is_called, ", "t.tableoid ", "END = ANY($1) ", "WITH a AS (b) (",
                                         "indkey[", "unnest(a, b) WITH ORDINALITY x, ", "'{1}'::int[] ", "a #>> '{b}' ", "(SELECT count(*) FROM "};
    enum { BYTES = 1 << 18 };
    char *text = malloc(BYTES + 64);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (int head = 0; head < 2; head++) {
            size_t length = 0, piece = strlen(pieces[i]);
            if (head)
                length = (size_t)(stpcpy(text, "SELECT ") - text);
            while (length + piece < BYTES) {
                memcpy(text + length, pieces[i], piece);
                length += piece;
            }
            arena_reset(&f->arena);
            struct pgsql_options options = {.information_schema = "i", .infer = true};
            if (!pgsql_script_parse(&f->arena, text, length, &f->script, &f->err))
                continue;
            for (int32_t n = 0; n < f->script.statement_count; n++)
                if (f->script.statements[n].form == PGSQL_FORM_ENGINE)
                    pgsql_translate(&f->arena, &f->script.statements[n], &options, &f->translation, &f->err);
        }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(splits_at_semicolons, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(kinds_and_tags, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(transactions, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(settings, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(cursors_and_prepared_statements, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(copies, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(constants, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(hostile_texts, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

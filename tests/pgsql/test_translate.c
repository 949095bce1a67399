/* The rewrite rules, definitions, parameters and error positions: texts in, texts out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

struct pair {
    const char *text, *expected;
};

static void check(void **state, const struct pair *pairs, size_t count) {
    for (size_t i = 0; i < count; i++)
        assert_string_equal(translate(*state, pairs[i].text), pairs[i].expected);
}

#define CHECK(...)                                                                                                     \
    do {                                                                                                               \
        static const struct pair list[] = {__VA_ARGS__};                                                               \
        check(state, list, sizeof list / sizeof *list);                                                                \
    } while (0)

static void catalog_names(void **state) {
    CHECK({"SELECT pg_catalog.f(c.oid) FROM pg_catalog.pg_class c", "SELECT f(c.oid) FROM pg_class c"},
          {"SELECT pg_catalog.pg_class.relname FROM \"pg_catalog\".\"pg_class\"", "SELECT pg_class.relname FROM \"pg_class\""},
          {"SELECT * FROM information_schema.columns WHERE information_schema.columns.x = 'information_schema.y'",
           "SELECT * FROM info.columns WHERE columns.x = 'information_schema.y'"},
          {"SELECT * FROM a JOIN (db.information_schema.tables t JOIN \"information_schema\".\"b\" ON true) ON true",
           "SELECT * FROM a JOIN (info.tables t JOIN info.\"b\" ON true) ON true"},
          {"SELECT x::pg_catalog.oid, '1'::oid::regclass, CAST(a AS oid[]), oid '5', t.oid, 'r'::\"char\"",
           "SELECT x::pg_oid, '1'::pg_oid::regclass, CAST(a AS pg_oid[]), pg_oid '5', t.oid, 'r'::pg_char"},
          {"SELECT a COLLATE pg_catalog.\"default\", b COLLATE \"C\", c COLLATE de", "SELECT a , b , c COLLATE de"},
          {"SELECT 1 name, 2 AS level, a value, b::int Type FROM t", "SELECT 1 \"name\", 2 AS level, a \"value\", b::int \"type\" FROM t"},
          {"SELECT name, t.level, x.at FROM t", "SELECT name, t.level, x.at FROM t"},
          {"SELECT at.a, at FROM pg_attribute at LEFT JOIN show AS pivot ON at.a = 1 WHERE at IS NULL", "SELECT \"at\".a, \"at\" FROM pg_attribute \"at\" LEFT JOIN \"show\" AS \"pivot\" ON \"at\".a = 1 WHERE \"at\" IS NULL"},
          {"INSERT INTO at (at, b) VALUES (1, 2)", "INSERT INTO \"at\" (\"at\", b) VALUES (1, 2)"},
          {"CREATE TABLE at (at int)", "CREATE TABLE \"at\" (\"at\" int)"},
          {"SELECT a AT TIME ZONE 'UTC' FROM t AT (VERSION => 3) ASOF JOIN u ON true", "SELECT a AT TIME ZONE 'UTC' FROM t AT (VERSION => 3) ASOF JOIN u ON true"},
          {"SELECT extract(year FROM pg_catalog.now()) FROM information_schema.x", "SELECT extract(year FROM now()) FROM info.x"});
}

static void vectors_and_row_functions(void **state) {
    CHECK({"SELECT i.indkey[0], indoption[k.i - 1], conkey[1] FROM pg_index i", "SELECT i.indkey[1+0], indoption[1+k.i - 1], conkey[1] FROM pg_index i"},
          {"SELECT generate_subscripts(i.indkey, 1) AS n, array_upper(conkey, 1)", "SELECT (generate_subscripts(i.indkey, 1) - 1)::INTEGER AS n, array_upper(conkey, 1)"},
          {"SELECT k FROM generate_series(1, 3) AS k", "SELECT k FROM generate_series(1, 3) AS k(k)"},
          {"SELECT * FROM generate_series(1, 3) LEFT JOIN t ON true", "SELECT * FROM generate_series(1, 3) LEFT JOIN t ON true"},
          {"SELECT * FROM unnest(a) WITH ORDINALITY x, t", "SELECT * FROM unnest(a) WITH ORDINALITY x(x, ordinality), t"},
          {"SELECT * FROM t, unnest(a, f(b, c)) AS u(x, y)", "SELECT * FROM t, (SELECT unnest(a), unnest( f(b, c))) AS u(x, y)"},
          {"SELECT * FROM unnest(a, b) WITH ORDINALITY AS u(x, y, n)", "SELECT * FROM (SELECT unnest(a), unnest( b), generate_subscripts(a, 1))  AS u(x, y, n)"},
          {"SELECT * FROM generate_subscripts(i.indkey, 1) k", "SELECT * FROM (SELECT (generate_subscripts(i.indkey, 1) - 1)::INTEGER) k(k)"},
          {"SELECT * FROM UNNEST(('{\"a b\",c}')::text[], ('{}')::int[])", "SELECT * FROM (SELECT UNNEST((['a b','c'])::text[]), unnest( ([])::int[]))"},
          {"SELECT f.tableoid FROM pg_catalog.pg_type f WHERE EXISTS (SELECT FROM pg_class c WHERE f.tableoid = c.oid)",
           "SELECT 'pg_catalog.pg_type'::regclass::pg_oid FROM pg_type f WHERE EXISTS (SELECT 1 FROM pg_class c WHERE 'pg_catalog.pg_type'::regclass::pg_oid = c.oid)"},
          {"SELECT pg_partition_ancestors(1), a FROM pg_partition_ancestors(2) WITH ORDINALITY AS p(a, b)",
           "SELECT unnest([]::regclass[]), a FROM (SELECT NULL::regclass AS relid, 0::BIGINT AS ordinality WHERE false) AS p(a, b)"},
          {"SELECT unnest(a), generate_series(1, 2)", "SELECT unnest(a), pgcat_series(1, 2)"});
}

static void expressions(void **state) {
    CHECK({"SELECT a ~ 'x', a !~* b, ~1, a ~~ 'y'", "SELECT a ~ '(?s).*(?:x).*', a !~ ('(?is).*(?:'||b||').*'), ~1, a ~~ 'y'"},
          {"SELECT a OPERATOR(pg_catalog.~) '^(x)$' COLLATE pg_catalog.default, a OPERATOR(pg_catalog.=) b",
           "SELECT a  ~  '(?s).*(?:^(x)$).*' , a  =  b"},
          {"SELECT a = ANY('{1,\"b c\",NULL}'), b <> ALL('{}'), c = ANY(d), e = ANY(SELECT 1)",
           "SELECT a IN ('1','b c',NULL), b NOT IN (SELECT NULL WHERE false), c = ANY(d), e = ANY(SELECT 1)"},
          {"SELECT 1 FROM a LEFT JOIN b ON b.x = ANY(a.y) WHERE c = ANY(d)", "SELECT 1 FROM a LEFT JOIN b ON b.x  IN coalesce(a.y) WHERE c = ANY(d)"},
          {"SELECT '{1,2}'::int[], '{{a},{\"b,\\\"\"}}'::text[], CAST('{}' AS int[]), '{\"a\":1}'::json, '{1}'",
           "SELECT ['1','2']::int[], [['a'],['b,\"']]::text[][], CAST([] AS int[]), '{\"a\":1}'::json, '{1}'"},
          {"SELECT E'\\u0041', U&'\\0041', B'101', X'1f', E'\\n'", "SELECT 'A', 'A', '101'::BIT, '00011111'::BIT, E'\\n'"},
          {"SELECT now()::timestamp(3), a::time(0) with time zone, current_timestamp(2), interval '1 02:03' day to minute",
           "SELECT now()::timestamp, a::time with time zone, current_timestamp, interval '1 days 02:03' "},
          {"SELECT substring(a FROM '(.)x'), substring(a FROM 2), overlay(a PLACING b FROM 1 FOR 2)",
           "SELECT nullif(regexp_extract(a , '(.)x', 1), ''), substring(a FROM 2), \"overlay\"(a , b , 1 , 2)"},
          {"SELECT nextval('s'::regclass)", "SELECT nextval('s')"},
          {"SELECT a #>> '{b,0,\"c d\"}', a #> '{x}'", "SELECT pgcat_json_path_text(a ,  '{b,0,\"c d\"}'), pgcat_json_path(a ,  '{x}')"},
          {"SELECT ctid FROM t WHERE t.ctid BETWEEN '(0,1)'::tid AND '(1,0)'::tid",
           "SELECT ('('||rowid//2048||','||rowid%2048+1||')') FROM t WHERE t.rowid BETWEEN 0 AND 2047"});
}

static void clauses(void **state) {
    CHECK({"SELECT EXISTS(SELECT FROM t)", "SELECT EXISTS(SELECT 1 FROM t)"},
          {"SELECT 1 FROM t FOR NO KEY UPDATE OF t, s.u SKIP LOCKED", "SELECT 1 FROM t "},
          {"SELECT substring(a FOR 2) FROM t FOR SHARE", "SELECT substring(a FOR 2) FROM t "},
          {"INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (1)", "INSERT INTO t  VALUES (1)"},
          {"INSERT INTO t VALUES (1) ON CONFLICT ON CONSTRAINT p DO NOTHING", "INSERT INTO t VALUES (1) ON CONFLICT  DO NOTHING"},
          {"SELECT a INTO TEMP t FROM u", "CREATE TEMPORARY TABLE t AS SELECT a  FROM u"});
    assert_string_equal(translate_error(*state, "DELETE FROM t WHERE CURRENT OF c"), "WHERE CURRENT OF is not supported");
}

/* The statements that keep what the engine forgets. */
#define KEPT(name, facts)                                                                                              \
    "CREATE SCHEMA IF NOT EXISTS pg_declared; CREATE OR REPLACE VIEW pg_declared.\"" name "\" AS SELECT 'see the comment' AS facts; " \
    "COMMENT ON VIEW pg_declared.\"" name "\" IS '" facts "'"

static void tables(void **state) {
    CHECK({"CREATE TABLE s.t (id serial PRIMARY KEY, at timestamp(3) DEFAULT now())",
           "CREATE SEQUENCE s.\"t_id_seq\" MAXVALUE 2147483647 ; CREATE TABLE s.t (id INTEGER NOT NULL DEFAULT nextval('s.\"t_id_seq\"') PRIMARY KEY, "
           "\"at\" timestamp DEFAULT now()) ; ALTER SEQUENCE s.\"t_id_seq\" OWNED BY s.t ; "
           KEPT("s.t", "{\"columns\":[{\"name\":\"at\",\"type\":1114,\"modifier\":3,\"engine\":\"TIMESTAMP\"}],\"constraints\":[]}")},
          {"CREATE TABLE t (a varchar(3)[], CONSTRAINT \"it's\" CHECK (a IS NULL), UNIQUE (a) DEFERRABLE)",
           "CREATE TABLE t (a varchar(3)[], CONSTRAINT \"it's\" CHECK (a IS NULL), UNIQUE (a) ) ; "
           KEPT("main.t", "{\"columns\":[{\"name\":\"a\",\"type\":1015,\"modifier\":7,\"engine\":\"VARCHAR[]\"}],\"constraints\":["
                          "{\"kind\":\"c\",\"nth\":1,\"name\":\"it''s\"},"
                          "{\"kind\":\"u\",\"nth\":1,\"columns\":[\"a\"],\"deferrable\":true}]}")},
          {"CREATE OR REPLACE TABLE t (a int)", "CREATE OR REPLACE TABLE t (a int) ; DROP VIEW IF EXISTS pg_declared.\"main.t\""},
          {"CREATE TABLE IF NOT EXISTS t (a serial, b int GENERATED ALWAYS AS (a) STORED)",
           "CREATE SEQUENCE IF NOT EXISTS \"t_a_seq\" MAXVALUE 2147483647 ; CREATE TABLE IF NOT EXISTS t (a INTEGER NOT NULL DEFAULT "
           "nextval('\"t_a_seq\"'), b int GENERATED ALWAYS AS (a) VIRTUAL) ; ALTER SEQUENCE \"t_a_seq\" OWNED BY t"},
          {"CREATE TABLE t (a int REFERENCES u (b) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED) WITH (fillfactor = 7) TABLESPACE x",
           "CREATE TABLE t (a int REFERENCES u (b)   )   ; "
           KEPT("main.t", "{\"columns\":[],\"constraints\":[{\"kind\":\"f\",\"nth\":0,\"columns\":[\"a\"],\"update\":\"a\",\"delete\":\"r\","
                          "\"foreign_table\":\"u\",\"foreign_columns\":[\"b\"],\"deferrable\":true,\"deferred\":true}]}")},
          {"CREATE TABLE t (a char(3), b numeric, c numeric(4))",
           "CREATE TABLE t (a char(3), b DECIMAL(38,10), c numeric(4), CHECK (CASE WHEN strlen(\"a\") > 3 AND len(rtrim(\"a\", ' ')) > 3 THEN "
           "error('value too long for type character(3)') ELSE true END)) ; "
           KEPT("main.t", "{\"columns\":[{\"name\":\"a\",\"type\":1042,\"modifier\":7,\"engine\":\"VARCHAR\"}],\"constraints\":[]}")},
          {"CREATE TEMP TABLE t (a bit(2))",
           "CREATE TEMP TABLE t (a bit, CHECK (CASE WHEN len(\"a\") <> 2 THEN "
           "error('bit string length ' || len(\"a\") || ' does not match type bit(2)') ELSE true END))"},
          {"CREATE TABLE t AS SELECT 1 a WITH NO DATA", "CREATE TABLE t AS SELECT 1 a WITH NO DATA"});
    static const char *const refused[] = {
        "CREATE TABLE t (a int REFERENCES u ON DELETE SET NULL (a))", "CREATE TABLE t (a int) INHERITS (u)",
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",          "CREATE TABLE t PARTITION OF u DEFAULT",
        "CREATE TABLE t (LIKE u)",                               "CREATE TEMP TABLE t (a int) ON COMMIT DROP",
        "CREATE TABLE t (EXCLUDE USING gist (a WITH =))",        "CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT)",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_non_null(strstr(translate_error(*state, refused[i]), "not supported"));
        assert_string_equal(error_sqlstate(&((struct fixture *)*state)->err), "0A000");
        assert_true(((struct fixture *)*state)->err.position > 0);
    }
}

/* The actions of an ALTER TABLE, as the door gets them. */
static const struct pgsql_alter *action_of(struct fixture *f, const char *text) {
    translate(f, text);
    assert_true(f->translation.step_count > 0);
    assert_null(f->translation.main);
    for (int32_t i = 0; i < f->translation.step_count; i++)
        if (f->translation.steps[i].kind == PGSQL_STEP_ALTER)
            return f->translation.steps[i].alter;
    fail_msg("no action in %s", text);
    return NULL;
}

static void altered_columns(void **state) {
    struct fixture *f = *state;
    const struct pgsql_alter *alter = action_of(f, "ALTER TABLE IF EXISTS ONLY s.t ADD COLUMN IF NOT EXISTS \"B\" varchar(7) COLLATE de DEFAULT f(1, 2) NOT NULL");
    assert_int_equal(alter->kind, PGSQL_ALTER_ADD_COLUMN);
    assert_string_equal(alter->schema, "s");
    assert_string_equal(alter->table, "t");
    assert_true(alter->table_if_exists && alter->if_exists && alter->column.not_null);
    assert_string_equal(alter->column.name, "B");
    assert_string_equal(alter->column.type, "varchar(7) COLLATE de");
    assert_string_equal(alter->column.value, "f(1, 2)");
    assert_int_equal(alter->column.declared.modifier, 11);
    alter = action_of(f, "ALTER TABLE t ALTER a SET DATA TYPE timestamp(2) with time zone USING a::timestamptz");
    assert_int_equal(alter->kind, PGSQL_ALTER_TYPE);
    assert_string_equal(alter->column.type, "timestamp with time zone");
    assert_int_equal(alter->column.declared.type_oid, 1184);
    assert_int_equal(alter->column.declared.modifier, 2);
    assert_string_equal(alter->using, "a::timestamptz");
    alter = action_of(f, "ALTER TABLE t ADD id bigserial");
    assert_string_equal(f->translation.steps[0].sql, "CREATE SEQUENCE \"t_id_seq\"");
    assert_string_equal(alter->column.value, "nextval('\"t_id_seq\"')");
    assert_string_equal(f->translation.steps[2].sql, "ALTER SEQUENCE \"t_id_seq\" OWNED BY t");
    alter = action_of(f, "ALTER TABLE t DROP COLUMN IF EXISTS a CASCADE");
    assert_true(alter->kind == PGSQL_ALTER_DROP_COLUMN && alter->if_exists && alter->cascade);
    alter = action_of(f, "ALTER TABLE t RENAME a TO b");
    assert_true(alter->kind == PGSQL_ALTER_RENAME_COLUMN && strcmp(alter->name, "a") == 0 && strcmp(alter->new_name, "b") == 0);
    assert_int_equal(action_of(f, "ALTER TABLE t RENAME TO b")->kind, PGSQL_ALTER_RENAME);
    assert_int_equal(action_of(f, "ALTER TABLE t ALTER COLUMN a DROP DEFAULT")->kind, PGSQL_ALTER_DEFAULT);
    CHECK({"ALTER TABLE t OWNER TO x", ""}, {"ALTER TABLE t ADD COLUMN s.k int", "ALTER TABLE t ADD COLUMN s.k int"});
}

static void altered_constraints(void **state) {
    struct fixture *f = *state;
    const struct pgsql_alter *alter =
        action_of(f, "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES s.u (c, d) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED");
    const struct pgsql_shape_constraint *constraint = alter->constraints;
    assert_int_equal(alter->kind, PGSQL_ALTER_ADD_CONSTRAINT);
    assert_int_equal(constraint->kind, 'f');
    assert_string_equal(constraint->name, "k");
    assert_int_equal(constraint->columns.count, 2);
    assert_string_equal(constraint->foreign_schema, "s");
    assert_string_equal(constraint->foreign_columns.names[1], "d");
    assert_true(constraint->on_delete == 'r' && constraint->deferrable && constraint->deferred);
    constraint = action_of(f, "ALTER TABLE t ADD a int CHECK (a > (1)) REFERENCES u, ADD b int")->constraints;
    assert_string_equal(constraint[0].expression, "a > (1)");
    assert_string_equal(constraint[1].foreign_table, "u");
    assert_int_equal(f->translation.step_count, 2);
    assert_true(action_of(f, "ALTER TABLE t DROP CONSTRAINT IF EXISTS k")->if_exists);
    static const char *const refused[] = {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", "ALTER TABLE t ADD EXCLUDE USING gist (a WITH =)",
                                          "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE SET DEFAULT (a)",
                                          "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_non_null(strstr(translate_error(f, refused[i]), "not supported"));
}

static void labels(void **state) {
    struct fixture *f = *state;
    CHECK({"ALTER TYPE s.t ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'", ""});
    assert_int_equal(f->translation.steps[0].kind, PGSQL_STEP_ENUM);
    const struct pgsql_enum_change *change = f->translation.steps[0].labels;
    assert_string_equal(change->schema, "s");
    assert_string_equal(change->value, "x");
    assert_string_equal(change->neighbour, "y");
    assert_true(change->before && change->if_not_exists && !change->new_value);
    static const char *const wrong[] = {"ALTER TYPE t ADD VALUE", "ALTER TYPE t ADD VALUE x", "ALTER TYPE t ADD VALUE 'x' AFTER",
                                        "ALTER TYPE t RENAME VALUE 'x'", "ALTER TYPE t RENAME VALUE 'x' TO 'y' 'z'"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        translate_error(f, wrong[i]);
        assert_string_equal(error_sqlstate(&f->err), "42601");
    }
}

static void other_definitions(void **state) {
    CHECK({"CREATE INDEX ON t (a, lower(b))", "CREATE INDEX \"t_a_lower_idx\" ON t (a, lower(b))"},
          {"CREATE UNIQUE INDEX i ON ONLY t USING btree (a text_ops DESC, (b + 1)) INCLUDE (c)", "CREATE UNIQUE INDEX i ON  t  (a  DESC, (b + 1)) "},
          {"CREATE INDEX i ON t (a) WHERE a > 0", "CREATE INDEX i ON t (a) "},
          {"DROP VIEW IF EXISTS a, b.c CASCADE", "DROP VIEW IF EXISTS a CASCADE ; DROP VIEW IF EXISTS b.c CASCADE"},
          {"TRUNCATE TABLE ONLY a, b CONTINUE IDENTITY CASCADE", "TRUNCATE a ; TRUNCATE b"},
          {"CREATE SEQUENCE s AS int CACHE 1 OWNED BY t.a", "CREATE SEQUENCE s    ; ALTER SEQUENCE s OWNED BY t"},
          {"CREATE TYPE c AS (a int)", "CREATE TYPE c AS STRUCT(a int)"},
          {"CREATE SCHEMA AUTHORIZATION x", "CREATE SCHEMA  x"},
          {"COMMENT ON SCHEMA s IS 'x'", ""},
          {"VACUUM (VERBOSE, ANALYZE) t, u", "ANALYZE t ; ANALYZE u"},
          {"CREATE OR REPLACE FUNCTION f(a int, int) RETURNS int AS $$ SELECT $1 + $2; $$ LANGUAGE sql",
           "CREATE OR REPLACE MACRO f(a, argument2) AS ( SELECT a + argument2)"});
    static const char *const refused[] = {"CREATE UNIQUE INDEX i ON t (a) WHERE a > 0", "CREATE INDEX i ON t USING gin (a)",
                                          "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE plpgsql", "ALTER TYPE t RENAME TO u",
                                          "CREATE VIEW v AS SELECT 1 WITH CHECK OPTION", "CREATE TYPE r AS RANGE (subtype = int)"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_non_null(strstr(translate_error(*state, refused[i]), "supported"));
}

static void parameters(void **state) {
    struct fixture *f = *state;
    static const uint32_t oids[] = {23, 0, 1009, 1700, 25};
    const struct pgsql_options declared = {.parameter_oids = oids, .parameter_count = 5};
    assert_string_equal(translate_with(f, "SELECT $1, $2, $3[1], $4, $5", &declared),
                        "SELECT $1::INTEGER, $2, ($3::VARCHAR[])[1], $4, $5::VARCHAR");
    const struct pgsql_options infer = {.infer = true};
    assert_string_equal(translate_with(f, "SELECT a.b = ANY($1), $2 + 1, $3 || 'x', now() - $4, $5::int::text, f($6)", &infer),
                        "SELECT a.b = ANY(coalesce($1, [a.b])), coalesce($2, 1) + 1, coalesce($3, ''::VARCHAR) || 'x', "
                        "now() - coalesce($4, now()), coalesce($5, NULL::int)::int::text, f($6)");
    assert_string_equal(translate(f, "SELECT a = ANY($1) FROM t"), "SELECT a = ANY($1) FROM t");
}

static void error_positions(void **state) {
    struct fixture *f = *state;
    const char *text = "SELECT pg_catalog.now(), nix FROM t";
    assert_string_equal(translate(f, text), "SELECT now(), nix FROM t");
    assert_int_equal(pgsql_translation_origin(&f->translation, strlen("SELECT now(), ")), strlen("SELECT pg_catalog.now(), "));
    assert_int_equal(pgsql_translation_origin(&f->translation, 0), 0);
    text = "; SELECT a ~ 'x' nix";
    translate(f, text);
    const char *found = strstr(f->translation.main->sql, "nix");
    assert_int_equal(pgsql_translation_origin(&f->translation, (size_t)(found - f->translation.main->sql)), strlen("; SELECT a ~ 'x' "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
        TEST(catalog_names), TEST(vectors_and_row_functions), TEST(expressions), TEST(clauses), TEST(tables),
        TEST(altered_columns), TEST(altered_constraints), TEST(labels), TEST(other_definitions), TEST(parameters), TEST(error_positions),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

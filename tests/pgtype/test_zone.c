/* Zones by name, by rule and by offset; instants around their changes, and far from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pgtype/zone.h"
#include "pgtype/zone_rule.h"

static struct pgtype_zone *open_zone(const char *name) {
    struct error err;
    struct pgtype_zone *zone = pgtype_zone_open(name, &err);
    assert_non_null(zone);
    return zone;
}

static void names_are_found_in_any_case(void **state) {
    (void)state;
    struct pgtype_zone *zone = open_zone("europe/BERLIN");
    assert_string_equal("Europe/Berlin", pgtype_zone_name(zone));
    assert_true(pgtype_zone_is_named(zone));
    assert_int_equal(3600, pgtype_zone_offset_at(zone, 1577836800));
    assert_int_equal(7200, pgtype_zone_offset_at(zone, 1593561600));
    assert_int_equal(3208, pgtype_zone_offset_at(zone, INT64_MIN / 4)); /* local mean time */
    assert_int_equal(7200, pgtype_zone_offset_at(zone, 32519318400));   /* July 3000, by the rule */
    pgtype_zone_close(zone);
}

static void gaps_and_overlaps(void **state) {
    (void)state;
    struct pgtype_zone *zone = open_zone("America/New_York");
    assert_int_equal(-18000, pgtype_zone_offset_at_local(zone, 1583634600)); /* 2020-03-08 02:30 does not exist */
    assert_int_equal(-18000, pgtype_zone_offset_at_local(zone, 1604194200)); /* 2020-11-01 01:30 is there twice */
    assert_int_equal(-14400, pgtype_zone_offset_at_local(zone, 1604188800)); /* 00:00 of that day */
    pgtype_zone_close(zone);
}

static void rules_and_offsets(void **state) {
    (void)state;
    struct error err;
    struct pgtype_zone *zone = open_zone("AAA5BBB,M3.2.0,M11.1.0");
    assert_int_equal(-18000, pgtype_zone_offset_at(zone, 1577836800));
    assert_int_equal(-14400, pgtype_zone_offset_at(zone, 1593561600));
    pgtype_zone_close(zone);
    zone = open_zone("5.5");
    assert_string_equal("<+05:30>-05:30", pgtype_zone_name(zone));
    assert_int_equal(19800, pgtype_zone_offset_at(zone, 0));
    pgtype_zone_close(zone);
    zone = open_zone("+02:30");
    assert_string_equal("+02:30", pgtype_zone_name(zone));
    assert_int_equal(-9000, pgtype_zone_offset_at(zone, 0));
    assert_false(pgtype_zone_is_named(zone));
    pgtype_zone_close(zone);
    zone = pgtype_zone_open_offset(-3600, &err);
    assert_string_equal("<-01>+01", pgtype_zone_name(zone));
    pgtype_zone_close(zone);
    assert_int_equal(0, pgtype_zone_offset_at(NULL, 0));
    pgtype_zone_close(NULL);
}

static void what_is_no_zone_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"", "x", "Europe", "Europe/", "Europe/Nowhere", "../passwd", "/etc/passwd", "tzdata.zi",
                                        "AAA", "AAA25", "AAA5,M3.2.0,M11.1.0", "AAA5BBB,", "AAA5BBB,M13.1.1,M1.1.1", "<AA", "200", "Europe/Berlin/x"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct error err;
        assert_null(pgtype_zone_open(names[i], &err));
        assert_string_equal("22023", error_sqlstate(&err));
    }
}

static void rules_are_parsed(void **state) {
    (void)state;
    struct pgtype_zone_rule rule;
    int64_t change;
    int32_t offset;
    assert_true(pgtype_zone_rule_parse("<+0330>-3:30<+0430>,J79/24,J263/24", &rule));
    assert_int_equal(12600, rule.standard_offset);
    assert_int_equal(16200, rule.daylight_offset);
    assert_true(pgtype_zone_rule_next(&rule, 0, &change, &offset));
    assert_int_equal(16200, offset);
    assert_true(pgtype_zone_rule_parse("XXX3EDT4,0/0,J365/23", &rule)); /* daylight saving time all year */
    assert_int_equal(-14400, pgtype_zone_rule_offset_at(&rule, 1577836800));
    assert_true(pgtype_zone_rule_parse("IST-2IDT,M3.4.4/26,M10.5.0", &rule));
    assert_true(pgtype_zone_rule_parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", &rule));
    assert_false(pgtype_zone_rule_next(&(struct pgtype_zone_rule){0}, 0, &change, &offset));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_in_any_case),
        cmocka_unit_test(gaps_and_overlaps),
        cmocka_unit_test(rules_and_offsets),
        cmocka_unit_test(what_is_no_zone_is_refused),
        cmocka_unit_test(rules_are_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

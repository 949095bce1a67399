-- Dates, times and intervals.
CREATE MACRO transaction_timestamp() AS now();
CREATE MACRO statement_timestamp() AS now();
CREATE MACRO timeofday() AS strftime(clock_timestamp(), '%a %b %d %H:%M:%S.%f %Y %Z');
CREATE MACRO date_bin(stride, x, origin) AS time_bucket(stride::INTERVAL, x, origin);
CREATE MACRO date_trunc(unit, x) AS system.main.date_trunc(unit, x), (unit, x, zone) AS timezone(zone, system.main.date_trunc(unit, timezone(zone, x)));
CREATE MACRO make_interval(years := 0, months := 0, weeks := 0, days := 0, hours := 0, mins := 0, secs := 0.0) AS
    to_years(years) + to_months(months) + to_days(weeks * 7 + days) + to_hours(hours) + to_minutes(mins) + to_microseconds((secs * 1000000)::BIGINT);
CREATE MACRO justify_hours(i) AS
    to_months(pgcat_interval_months(i)::INTEGER) + to_days((datepart('day', i) + pgcat_interval_micros(i) // 86400000000)::INTEGER)
    + to_microseconds(pgcat_interval_micros(i) % 86400000000);
CREATE MACRO justify_days(i) AS
    to_months((pgcat_interval_months(i) + datepart('day', i) // 30)::INTEGER) + to_days((datepart('day', i) % 30)::INTEGER)
    + to_microseconds(pgcat_interval_micros(i));
CREATE MACRO pgcat_overlaps(a, b, c, d) AS greatest(a, b) > least(c, d) AND greatest(c, d) > least(a, b) OR least(a, b) = least(c, d);
CREATE MACRO "overlaps"(a, b INTERVAL, c, d INTERVAL) AS pgcat_overlaps(a, a + b, c, c + d), (a, b, c, d) AS pgcat_overlaps(a, b, c, d);
-- Fields with their fractions.
CREATE MACRO pgcat_second(x) AS (datepart('microsecond', x) / 1000000.0)::DECIMAL(18, 6);
CREATE MACRO pgcat_millisecond(x) AS (datepart('microsecond', x) / 1000.0)::DECIMAL(18, 3);
CREATE MACRO pgcat_epoch(x) AS (epoch_us(x)::DECIMAL(38, 0) * 0.000001)::DECIMAL(38, 6);
CREATE MACRO date_part(field, x) AS
    CASE lower(field) WHEN 'second' THEN datepart('microsecond', x) / 1000000.0 WHEN 'seconds' THEN datepart('microsecond', x) / 1000000.0
         WHEN 'milliseconds' THEN datepart('microsecond', x) / 1000.0 ELSE system.main.date_part(field, x) END::DOUBLE;
CREATE MACRO pgcat_interval_total(i) AS (pgcat_interval_months(i) * 30 + datepart('day', i)) * 86400000000 + pgcat_interval_micros(i);
CREATE MACRO justify_interval(i) AS
    to_months((pgcat_interval_total(i) // 2592000000000)::INTEGER) + to_days((pgcat_interval_total(i) % 2592000000000 // 86400000000)::INTEGER)
    + to_microseconds(pgcat_interval_total(i) % 86400000000);
CREATE MACRO pg_sleep_for(i) AS pg_sleep(epoch(i::INTERVAL));
CREATE MACRO pg_sleep_until(t) AS pg_sleep(greatest(epoch(t - get_current_timestamp()), 0));

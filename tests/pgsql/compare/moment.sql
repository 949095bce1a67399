-- Dates, times, intervals.
SELECT d, t, ts, tz, i FROM moment
SELECT date '2024-01-02', time '03:04:05', timestamp '2024-01-02 03:04:05', timestamptz '2024-01-02 03:04:05+02', interval '1 day', timetz '03:04:05+02'
-- differs: refused
SELECT '2024-01-02'::date, 'January 2, 2024'::date, '20240102'::date, '2024.01.02'::date, '2-Jan-2024'::date, '2024-002'::date, '1/2/2024'::date, 'Jan 2 2024'::date
SELECT '2024-01-02 3:04 PM'::timestamp, '2024-01-02T03:04:05'::timestamp, '2024-01-02T03:04:05Z'::timestamptz, '2024-01-02 03:04:05.123456789'::timestamp, '2024-01-02 24:00:00'::timestamp
SELECT '2024-01-02 03:04:05 America/New_York'::timestamptz, '2024-01-02 03:04:05 EST'::timestamptz, '2024-07-02 03:04:05 Europe/Berlin'::timestamptz
SELECT '03:04'::time, '3:04 PM'::time, '030405'::time, '24:00'::time, 'allballs'::time, '03:04:05.5'::time
SELECT 'epoch'::timestamp, 'infinity'::timestamp, '-infinity'::date, 'infinity'::timestamptz, 'epoch'::date
-- differs: types
SELECT 'now'::timestamp IS NOT NULL, 'today'::date = current_date, 'tomorrow'::date - 'yesterday'::date, 'today'::timestamp = current_date
SELECT '44-03-15 BC'::date, '0044-03-15 BC'::date, '10000-01-01'::date
SELECT '2024-13-01'::date
SELECT '2024-02-30'::date
SELECT 'garbage'::date
SELECT '25:00'::time
SELECT 'garbage'::timestamp
SELECT 'garbage'::interval
SELECT '2024-02-30 00:00'::timestamp
SELECT interval '1 year 2 months 3 days 4 hours 5 minutes 6.5 seconds', interval '1-2', interval '3 4:05:06', interval 'P1Y2M3DT4H5M6S', interval '1.5 days', interval '-1 day', interval '1 day ago', interval '90 minutes', interval '1 week'
-- differs: rows
SELECT interval '1' year, interval '2' day, interval '3' hour, interval '1 2' day to hour, interval '1:02' hour to minute, interval '1-2' year to month, interval '5' second
SELECT '1 mon'::interval, '2 decades'::interval, '1 century'::interval, '1 millennium'::interval, '100 ms'::interval, '5 us'::interval, '@ 1 hour'::interval, '1 y 2 mon 3 d'::interval
SELECT interval '1.5 years', interval '0.5 months', interval '1.5 weeks', interval '-1 year 2 days', interval '1 day -1 hour'
-- differs: types
SELECT '2024-01-31'::date + 1, '2024-03-01'::date - 1, '2024-03-01'::date - '2024-02-01'::date, 5 + '2024-01-01'::date
SELECT '2024-01-31'::date + interval '1 month', '2024-03-31'::timestamp - interval '1 month', '2024-01-01'::date + time '03:04', '2024-01-01'::date - interval '1 hour'
-- differs: refused
SELECT timestamp '2024-01-02 03:04' - timestamp '2024-01-01', timestamptz '2024-03-01 00:00+00' - timestamptz '2024-02-01 00:00+00', timestamp '2024-01-02' - interval '25 hours'
-- differs: refused
SELECT timestamptz '2024-01-31 10:00+00' + interval '1 month', timestamptz '2024-01-31 10:00+00' - interval '1 day 2 hours'
SELECT time '03:00' + interval '2 hours', time '23:00' + interval '2 hours', time '03:00' - time '01:30', time '03:00' - interval '4 hours'
SELECT interval '1 day' + interval '2 hours', interval '1 day' * 2, 2 * interval '1 day', interval '1 day' / 2, interval '1 month' * 1.5, -interval '1 day', interval '1 day' - interval '30 hours'
SELECT interval '1 month' = interval '30 days', interval '24 hours' = interval '1 day', interval '1 year' > interval '364 days'
-- differs: refused
SELECT date '2024-01-01' < timestamp '2024-01-01 00:01', date '2024-01-01' = timestamp '2024-01-01', timestamptz '2024-01-01 00:00+00' = timestamp '2024-01-01'
-- differs: refused
SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01'), (date '2024-01-01', interval '10 days') OVERLAPS (date '2024-01-11', interval '1 day')
-- differs: types
SELECT extract(year from ts), extract(month from ts), extract(day from ts), extract(hour from ts), extract(minute from ts), extract(second from ts) FROM moment
-- differs: rows
SELECT extract(epoch from ts), extract(epoch from tz), extract(epoch from i), extract(epoch from d), extract(epoch from t) FROM moment
-- differs: types
SELECT extract(dow from ts), extract(isodow from ts), extract(doy from ts), extract(week from ts), extract(isoyear from ts), extract(quarter from ts), extract(decade from ts), extract(century from ts), extract(millennium from ts) FROM moment
-- differs: types and rows
SELECT extract(milliseconds from ts), extract(microseconds from ts), extract(julian from ts) FROM moment
-- differs: types
SELECT extract(timezone from tz), extract(timezone_hour from tz), extract(timezone_minute from tz) FROM moment
-- differs: types
SELECT extract(year from i), extract(month from i), extract(day from i), extract(hour from i), extract(second from i) FROM moment
-- differs: types
SELECT extract(hour from t), extract(second from t), extract('year' from d) FROM moment
SELECT date_part('year', ts), date_part('epoch', tz), date_part('dow', d), date_part('hour', t), date_part('day', i) FROM moment
SELECT date_part('second', ts), date_part('week', d), date_part('quarter', tz) FROM moment
-- differs: rows
SELECT date_trunc('hour', ts), date_trunc('day', ts), date_trunc('week', ts), date_trunc('month', ts), date_trunc('quarter', ts), date_trunc('year', ts), date_trunc('decade', ts), date_trunc('century', ts), date_trunc('millennium', ts) FROM moment
SELECT date_trunc('minute', tz), date_trunc('second', tz), date_trunc('milliseconds', ts), date_trunc('microseconds', ts) FROM moment
-- differs: types and rows
SELECT date_trunc('month', d), date_trunc('day', i), date_trunc('hour', i), date_trunc('day', tz, 'Europe/Berlin') FROM moment
SELECT date_trunc('nonsense', ts) FROM moment
SELECT extract(nonsense from ts) FROM moment
SELECT date_bin('15 minutes', timestamp '2024-01-01 10:17', timestamp '2024-01-01')
SELECT age(timestamp '2024-03-01', timestamp '2024-01-15'), age(timestamp '2024-01-01', timestamp '2024-03-15'), age(date '2024-01-01', date '2000-02-29')
SELECT justify_days(interval '35 days'), justify_hours(interval '27 hours'), justify_interval(interval '1 mon -1 hour')
SELECT make_date(2024, 2, 29), make_time(1, 2, 3.5), make_timestamp(2024, 1, 2, 3, 4, 5.5), make_interval(days => 10), make_interval(1, 2, 3, 4, 5, 6, 7.5), make_timestamptz(2024, 1, 2, 3, 4, 5)
-- differs: sqlstate
SELECT make_date(2024, 2, 30)
SELECT isfinite(date '2024-01-01'), isfinite(timestamp 'infinity'), isfinite(interval '1 day')
SELECT ts AT TIME ZONE 'Europe/Berlin', tz AT TIME ZONE 'America/New_York', tz AT TIME ZONE 'UTC' FROM moment
-- differs: refused
SELECT timestamp '2024-07-01 12:00' AT TIME ZONE 'Europe/Berlin', timestamptz '2024-07-01 12:00+00' AT TIME ZONE 'EST', timestamptz '2024-07-01 12:00+00' AT TIME ZONE '+03', timestamptz '2024-07-01 12:00+00' AT TIME ZONE interval '2 hours'
-- differs: refused
SELECT timezone('Europe/Berlin', timestamptz '2024-07-01 12:00+00'), timezone('UTC', timestamp '2024-07-01 12:00')
-- differs: refused
SELECT time '10:00' AT TIME ZONE 'UTC'
-- differs: refused
SELECT ts::date, ts::time, tz::date, tz::timestamp, d::timestamp, d::timestamptz, ts::timestamptz, tz::time FROM moment
SELECT ts::text, d::text, t::text, i::text, tz::text FROM moment
SELECT ts(0) FROM (SELECT timestamp '2024-01-02 03:04:05.678') q(ts)
-- differs: rows
SELECT timestamp(0) '2024-01-02 03:04:05.678', '2024-01-02 03:04:05.678'::timestamp(0), '03:04:05.678'::time(1), '2024-01-02 03:04:05.678'::timestamptz(2), interval(0) '1.6 seconds'
SELECT current_date IS NOT NULL, pg_typeof(current_date), pg_typeof(now()), pg_typeof(localtime), pg_typeof(current_time), pg_typeof(localtimestamp), pg_typeof(clock_timestamp())
SELECT to_char(tz, 'YYYY-MM-DD HH24:MI:SS TZ OF') FROM moment
-- differs: refused
SELECT to_char(tz, 'TZH:TZM'), to_char(d, 'YYYYMMDD'), to_char(t::interval, 'HH24:MI') FROM moment
SELECT tz > now() - interval '100 years', tz BETWEEN '2024-01-01' AND '2024-12-31', d = '2024-02-29', ts >= '2024-02-29', d IN ('2024-02-29', '2024-03-01') FROM moment
SELECT d - interval '1 day', d + i, ts + i, tz - i, t + interval '1 minute' FROM moment
SELECT max(d), min(ts), max(i), sum(i), avg(i) FROM moment
-- differs: refused
SELECT ts - d, ts - '2024-01-01' FROM moment
SELECT date '2024-01-01' + generate_series(0, 2)
SELECT d::timestamp + '1 day' FROM moment
SELECT extract(epoch from interval '1 day'), extract(epoch from now() - now())
SELECT date_part('month', age(timestamp '2024-03-01', timestamp '2023-01-15'))
SELECT '2024-01-01'::timestamp::timestamptz AT TIME ZONE 'Asia/Tokyo'
SELECT (now() - interval '1 day')::date = current_date - 1
SELECT tz::timetz, '03:04:05-08'::timetz, '03:04:05+05:30'::timetz FROM moment
SELECT interval '1 day 02:03:04.5' :: text, interval '-1 mon +2 days' :: text, interval '0' :: text, interval '-00:00:01' :: text
SELECT sold::date, count(*) FROM sale GROUP BY sold::date ORDER BY 1
SELECT date_trunc('month', sold) AS month, sum(amount) FROM sale GROUP BY 1 ORDER BY 1
-- differs: refused
SELECT to_timestamp('05 Dec 2000', 'DD Mon YYYY'), to_date('20240229', 'YYYYMMDD'), to_timestamp('12:30 PM', 'HH12:MI AM')::time
-- differs: rows
SELECT pg_sleep(0) IS NOT NULL
SELECT timeofday() IS NOT NULL
-- arithmetic
SELECT time '10:00' - time '08:30:00.5', time '08:00' - time '10:00'
SELECT interval '1 month' / 2, interval '10 days 3 hours' / 7, interval '1 day' / 0.5, -interval '1 year 1 day' / 3
SELECT interval '1 day' / 0
SELECT sum(v), avg(v) FROM (VALUES (interval '1 day'), (interval '1 month 3 hours'), (NULL)) t(v)
SELECT sum(v) FILTER (WHERE v > interval '2 days') FROM (VALUES (interval '1 day'), (interval '1 month 3 hours')) t(v)

-- Numbers. What the SQL front end puts in the place of /, sum() and avg(): a zero divisor is an error, sums of integers are
-- bigint, quotients and averages of numeric values, and averages of integers, are numeric.
CREATE MACRO pgcat_divisor(x) AS CASE WHEN x = 0 THEN error('division by zero') ELSE x END;
-- The seconds of an interval apart from its days and months.
CREATE MACRO pgcat_interval_months(i) AS datepart('year', i) * 12 + datepart('month', i);
CREATE MACRO pgcat_interval_micros(i) AS epoch_us(i - to_months(pgcat_interval_months(i)::INTEGER) - to_days(datepart('day', i)::INTEGER));
CREATE MACRO pgcat_sum(x TINYINT) AS sum(x)::BIGINT, (x SMALLINT) AS sum(x)::BIGINT, (x INTEGER) AS sum(x)::BIGINT,
    (x INTERVAL) AS to_months(sum(pgcat_interval_months(x))::INTEGER) + to_days(sum(datepart('day', x))::INTEGER)
        + to_microseconds(sum(pgcat_interval_micros(x))::BIGINT),
    (x) AS sum(x);
CREATE MACRO pgcat_sum_where(x, condition) AS pgcat_sum(CASE WHEN condition THEN x END);
CREATE MACRO pgcat_avg(x DATE) AS avg(x), (x TIME) AS avg(x), (x TIMESTAMP) AS avg(x), (x TIMESTAMPTZ) AS avg(x),
    (x INTERVAL) AS pgcat_divide(pgcat_sum(x), count(x)), (x) AS pgcat_divide(sum(x), count(x));
CREATE MACRO pgcat_avg_where(x, condition) AS pgcat_avg(CASE WHEN condition THEN x END);
CREATE MACRO div(a, b) AS trunc(a / pgcat_divisor(b))::DECIMAL(38, 0);
CREATE MACRO sind(x) AS sin(radians(x));
CREATE MACRO cosd(x) AS cos(radians(x));
CREATE MACRO tand(x) AS tan(radians(x));
CREATE MACRO width_bucket(x, thresholds) AS len(list_filter(thresholds, lambda t: x >= t))::INTEGER,
    (x, low, high, buckets) AS CASE WHEN buckets <= 0 THEN error('count must be greater than zero')
        WHEN low < high THEN CASE WHEN x < low THEN 0 WHEN x >= high THEN buckets + 1
            ELSE floor((x - low)::DOUBLE * buckets / (high - low)) + 1 END
        ELSE CASE WHEN x > low THEN 0 WHEN x <= high THEN buckets + 1
            ELSE floor((low - x)::DOUBLE * buckets / (low - high)) + 1 END END::INTEGER;
CREATE MACRO num_nulls(a) AS (a IS NULL)::INTEGER, (a, b) AS (a IS NULL)::INTEGER + (b IS NULL)::INTEGER,
    (a, b, c) AS (a IS NULL)::INTEGER + (b IS NULL)::INTEGER + (c IS NULL)::INTEGER,
    (a, b, c, d) AS (a IS NULL)::INTEGER + (b IS NULL)::INTEGER + (c IS NULL)::INTEGER + (d IS NULL)::INTEGER;
CREATE MACRO num_nonnulls(a) AS (a IS NOT NULL)::INTEGER, (a, b) AS (a IS NOT NULL)::INTEGER + (b IS NOT NULL)::INTEGER,
    (a, b, c) AS (a IS NOT NULL)::INTEGER + (b IS NOT NULL)::INTEGER + (c IS NOT NULL)::INTEGER,
    (a, b, c, d) AS (a IS NOT NULL)::INTEGER + (b IS NOT NULL)::INTEGER + (c IS NOT NULL)::INTEGER + (d IS NOT NULL)::INTEGER;
CREATE MACRO scale(x) AS system.main.length(split_part(x::VARCHAR, '.', 2))::INTEGER;
CREATE MACRO min_scale(x) AS system.main.length(rtrim(split_part(x::VARCHAR, '.', 2), '0'))::INTEGER;

-- Numbers: literals, arithmetic, functions, casts, overflow.
-- differs: types
SELECT 1, 2147483648, 9223372036854775808, 1.5, 1e3, .5, 1., 1.50
-- differs: rows
SELECT pg_typeof(1), pg_typeof(2147483648), pg_typeof(9223372036854775808), pg_typeof(1.5), pg_typeof(1e3), pg_typeof('a'), pg_typeof(NULL), pg_typeof(true)
SELECT 1 + 1, 1 - 2, 2 * 3, 7 / 2, -7 / 2, 7 % 3, -7 % 3, 2 ^ 3, -(-1), +1
SELECT 7.0 / 2, 7 / 2.0, 1.5 + 1, 1.5 * 1.5, 1.10 + 1.1, 10.0 / 3, 5.5 % 2
-- differs: types and rows
SELECT 1::float8 / 3, 1e0 / 3, 7::real / 2, 0.1::float8 + 0.2::float8
SELECT |/ 25, ||/ 27, @ -5, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2
-- differs: types
SELECT abs(-5), abs(-5.5), sign(-3), sign(2.5), ceil(1.2), ceiling(-1.2), floor(1.8), floor(-1.2)
-- differs: types and rows
SELECT round(1.5), round(2.5), round(-1.5), round(1.2345, 2), round(15, -1), round(2.5::float8), round(1234.567, -2)
SELECT trunc(1.9), trunc(-1.9), trunc(1.2345, 2), trunc(1.9::float8)
-- differs: types and rows
SELECT sqrt(2), cbrt(27), exp(1), ln(10), log(100), log10(1000), log(2, 8), power(2, 10), pow(2.5, 2)
-- differs: types and rows
SELECT sqrt(2::numeric), exp(1::numeric), ln(2.0), power(2.0, 0.5), 2.0 ^ 3
SELECT sin(1), cos(1), tan(1), asin(1), acos(1), atan(1), atan2(1, 2), cot(1), degrees(pi()), radians(180)
-- differs: rows
SELECT sinh(1), cosh(1), tanh(1), sind(30), cosd(60), tand(45)
-- differs: types
SELECT mod(7, 3), mod(-7, 3), mod(7.5, 2), div(7, 2), div(-7, 2), gcd(12, 18), lcm(4, 6), factorial(5)
SELECT pi(), random() < 1, width_bucket(5, 0, 10, 5), width_bucket(5.5, ARRAY[1, 5, 10])
-- differs: refused
SELECT scale(1.50), min_scale(1.50), trim_scale(1.50), numeric_inc(1)
SELECT 1::smallint, 1::int, 1::bigint, 1::real, 1::float8, 1::numeric, 1::numeric(5,2), 1::decimal
SELECT 1.5::int, 2.5::int, -1.5::int, 1.5::float8::int, 2.5::float8::int, '12'::int, ' 12 '::int, '-5'::smallint
SELECT 1.005::numeric(10,2), 1.015::numeric(10,2), '1.5'::numeric, '1e3'::numeric, '1.50'::numeric(5,1)
-- differs: refused
SELECT 'NaN'::float8, 'Infinity'::float8, '-inf'::float4, 'NaN'::numeric
SELECT 'NaN'::float8 = 'NaN'::float8, 'NaN'::float8 > 1
-- differs: types and rows
SELECT 1e308 * 10
-- differs: accepted
SELECT 1e308::float8 * 10
SELECT 2147483647 + 1
SELECT 9223372036854775807 + 1
SELECT 32767::smallint + 1::smallint
SELECT 2147483647 * 2
SELECT -(-2147483648)
SELECT 40000::smallint
SELECT 3000000000::int
SELECT 1e20::bigint
SELECT 1e10::real::int
SELECT 'abc'::int
SELECT '1.5'::int
SELECT ''::int
SELECT '99999999999'::int
SELECT 'abc'::numeric
SELECT 'abc'::float8
SELECT '1e400'::float8
SELECT 'x'::boolean
SELECT 1 / 0
SELECT 1.0 / 0
SELECT 1::float8 / 0
SELECT 1 % 0
-- differs: accepted
SELECT mod(1, 0)
SELECT i4 / 0 FROM num
SELECT i4 / (i4 - 2) FROM num WHERE i4 = 2
SELECT 100 / nullif(0, 0)
SELECT CASE WHEN i4 = 0 THEN 0 ELSE 10 / i4 END FROM num
SELECT sqrt(-1)
SELECT ln(0)
SELECT ln(-1)
SELECT log(0)
-- differs: accepted
SELECT power(0, -1)
-- differs: accepted
SELECT power(-1, 0.5)
SELECT acos(2)
-- differs: accepted
SELECT exp(1000)
SELECT 12345.678::numeric(5,2)
-- differs: types and rows
SELECT 123456789012345678901234567890.123456789
-- differs: types and rows
SELECT 12345678901234567890123456789012345678901234567890
SELECT 12345678901234567890 * 12345678901234567890
-- differs: refused
SELECT 1::numeric(50,10)
SELECT 0.1 + 0.2, 0.1 + 0.2 = 0.3, 1.0 = 1, 1.00 = 1.0
SELECT 1.1::real, 1.1::real::float8, 1.1::float8, 1e15::float8, 1e16::float8, 1e-5::float8, 123456789::real
SELECT 100000::real, 1e6::real, 0.0001::float8, 0.00001::float8, -0.0::float8, 1e100::float8
-- differs: types
SELECT i2 + 1, i2 + i4, i4 + i8, i8 + n, n + f8, f4 + f8, i4 + f4 FROM num ORDER BY i2
-- differs: types and rows
SELECT i2 * i2, i4 * 1.5, i8 / 2, n / 3, f4 / 3, f8 / 3 FROM num ORDER BY i2
-- differs: rows
SELECT n * n, n - 1, n + 0.1, -n, n % 3, abs(n), round(n, 1) FROM num ORDER BY i2
-- differs: types
SELECT sum(i2), sum(i4), sum(i8), sum(n), sum(f4), sum(f8) FROM num
SELECT avg(i2), avg(i4), avg(i8), avg(n), avg(f4), avg(f8) FROM num
SELECT min(i2), max(i4), min(n), max(f8) FROM num
-- differs: types and rows
SELECT stddev(i4), stddev_pop(i4), stddev_samp(i4), variance(i4), var_pop(i4), var_samp(i4) FROM num
SELECT stddev(f8), variance(f8) FROM num
-- differs: rows
SELECT corr(f8, i4), covar_pop(f8, i4), covar_samp(f8, i4), regr_slope(f8, i4), regr_intercept(f8, i4), regr_r2(f8, i4), regr_count(f8, i4), regr_avgx(f8, i4) FROM num
SELECT sum(amount), avg(amount), count(amount), min(amount), max(amount) FROM sale
SELECT sum(age), avg(age) FROM person
SELECT sum(salary), avg(salary) FROM person
-- differs: rows
SELECT count(*), sum(1), sum(1.5), avg(1) FROM person
SELECT sum(age) FROM person WHERE false
SELECT bool_and(age > 20), bool_or(age > 35), every(age > 20) FROM person
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY age) FROM person
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY age) FROM person
-- differs: types and rows
SELECT percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY amount) FROM sale
SELECT mode() WITHIN GROUP (ORDER BY age) FROM person
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name) FROM person
-- differs: refused
SELECT rank(30) WITHIN GROUP (ORDER BY age) FROM person
SELECT array_agg(age ORDER BY id) FROM person
SELECT array_agg(DISTINCT age ORDER BY age) FROM person
SELECT array_agg(id) FILTER (WHERE id > 1) FROM person
SELECT array_agg(id) FROM person WHERE false
-- differs: accepted
SELECT any_value(1)
SELECT i4 = 2, i4 > 1.5, f8 = 6.25, n = 4.5 FROM num ORDER BY i2
SELECT i4::text, n::text, f4::text, f8::text FROM num ORDER BY i2
SELECT n::int, f8::int, f4::bigint, i8::smallint FROM num ORDER BY i2
-- differs: rows
SELECT 10::numeric / 3, 1::numeric / 3, 2::numeric / 7, 1000000::numeric / 7, 0.001 / 7
-- differs: types and rows
SELECT 1.5::numeric * 2::numeric, 3::numeric - 1.25, 2::numeric ^ 10
-- differs: refused
SELECT 1 + 1.5, 1 + 1.5::float8, 1::smallint + 1, 1::bigint * 2, '5' + 3, 3 * '4'
SELECT 1 = 1.0, 1 = '1', 1.5 > 1, '2' > 1
SELECT 1 IN (1, 2), 1 IN (1.0, 2.5), 'a' IN ('a', 'b'), NULL IN (1), 1 NOT IN (2, NULL)
SELECT 5 / 2 * 2.0, 5 / 2.0, 5 / (2 * 1.0)
-- differs: accepted
SELECT 0x1F
-- differs: accepted
SELECT 1_000
-- differs: refused
SELECT 100::money
-- differs: refused
SELECT '$1,234.56'::money
SELECT cast(1 AS text), cast('1' AS int), cast(1.6 AS int), cast(NULL AS int)
-- differs: refused
SELECT int4(1.5), float8(1), text(1), int8 '5', float8 '1.5', numeric '1.50'
SELECT generate_series(1, 3) * 2
-- differs: rows
SELECT setseed(0.5) IS NULL
-- quotients: of integers, of numerics, of both, in products and with aggregates
SELECT 7 / 2, -7 / 2, 7.0 / 2, 100.00 / 3, 7 / 2.5, 12345.67 / 4 > 3086.4, 2 * 3 / 4, 2 * -3 / 4, 100 / 5 / 2, 10 % 4 / 2, 10 / 2 * 3
SELECT 7::float8 / 2, 7::real / 2::real, 7::double precision / 4, 7::numeric(10,2) / 4, (SELECT 9) / 2, coalesce(3, 1) / 2, CASE WHEN true THEN 5 END / 2
SELECT i4 / i2, i8 / i4, n / i4, f8 / i4, f4 / f4 FROM num WHERE i4 = 2
SELECT sum(i4) / count(*), sum(n) / 3, max(n) / max(i4), sum(f8) / 2, sum(i4) FILTER (WHERE i4 > 0) / 3, count(*) / 2 FROM num
SELECT NULL::int / 2, NULL::numeric / 2
SELECT 1.5 / 0
SELECT 1 / 0.0
SELECT (-9223372036854775807 - 1) / -1
-- averages are numeric, or what they are averages of
-- differs: rows
SELECT avg(i2), avg(i4), avg(i8), avg(n), avg(f8) FROM num WHERE i4 = 2
SELECT avg(age), avg(age) FILTER (WHERE age < 40), sum(age) FILTER (WHERE age < 40), round(avg(age), 2) FROM person WHERE age < 40
SELECT avg(age) FROM person WHERE false
SELECT round(avg(salary), 2), avg(salary) > 1033 FROM person

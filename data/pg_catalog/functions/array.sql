-- Array functions under PostgreSQL's names. Lists start at 1, as PostgreSQL's arrays do by default.
CREATE MACRO array_upper(a, dimension) AS CASE WHEN dimension = 1 AND len(a) > 0 THEN len(a)::INTEGER END;
CREATE MACRO array_lower(a, dimension) AS CASE WHEN dimension = 1 AND len(a) > 0 THEN 1::INTEGER END;
CREATE MACRO array_ndims(a) AS CASE WHEN len(a) > 0 THEN len(regexp_extract_all(typeof(a), '\[[0-9]*\]'))::INTEGER END;
CREATE MACRO array_dims(a) AS CASE WHEN len(a) > 0 THEN '[1:' || len(a) || ']' END;
CREATE MACRO cardinality(a) AS len(a)::INTEGER;
CREATE MACRO array_remove(a, x) AS list_filter(a, lambda e: e IS DISTINCT FROM x);
CREATE MACRO array_replace(a, x, y) AS list_transform(a, lambda e: CASE WHEN e IS NOT DISTINCT FROM x THEN y ELSE e END);
CREATE MACRO array_fill(x, lengths) AS list_transform(range(lengths[1]), lambda i: x);
CREATE MACRO array_positions(a, x) AS [i::INTEGER FOR v, i IN a IF v IS NOT DISTINCT FROM x];
CREATE MACRO array_to_string(a, delimiter) AS system.main.array_to_string(a, delimiter),
    (a, delimiter, null_string) AS system.main.array_to_string(list_transform(a, lambda e: coalesce(e::VARCHAR, null_string)), delimiter);
CREATE MACRO array_length(a, dimension) AS pgcat_array_length(a, dimension::INTEGER);
CREATE MACRO every(x) AS bool_and(x);
-- A series of integers is one of integers.
CREATE MACRO pgcat_series(a INTEGER, b INTEGER) AS unnest(generate_series(a, b)::INTEGER[]),
    (a INTEGER, b INTEGER, step INTEGER) AS unnest(generate_series(a, b, step)::INTEGER[]),
    (a, b) AS unnest(generate_series(a, b)), (a, b, step) AS unnest(generate_series(a, b, step));
CREATE MACRO trim_array(a, n) AS a[:len(a) - n];

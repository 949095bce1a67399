-- Text functions that DuckDB lacks or names differently.
CREATE MACRO btrim(s) AS trim(s), (s, characters) AS trim(s, characters);
CREATE MACRO initcap(s) AS array_to_string([upper(w[1]) || lower(w[2:]) FOR w IN regexp_extract_all(s, '[[:alnum:]]+|[^[:alnum:]]+')], '');
CREATE MACRO like_escape(pattern, escape_character) AS pattern;
CREATE MACRO regexp_split_to_array(s, pattern) AS string_split_regex(s, pattern);
CREATE MACRO regexp_count(s, pattern) AS len(regexp_extract_all(s, pattern))::INTEGER;
CREATE MACRO regexp_substr(s, pattern) AS nullif(regexp_extract(s, pattern), '');
CREATE MACRO regexp_like(s, pattern) AS regexp_matches(s, pattern);
CREATE MACRO uuid_generate_v4() AS uuid();
CREATE MACRO string_to_array(s, delimiter) AS CASE WHEN s = '' THEN [] ELSE string_split(s, delimiter) END,
    (s, delimiter, null_string) AS [nullif(p, null_string) FOR p IN string_split(s, delimiter)];
-- PostgreSQL's format() marks places with %, DuckDB's with {}: the text says which is meant.
CREATE MACRO format(f) AS CASE WHEN contains(f, '{') THEN system.main.format(f) ELSE pgcat_format(f, NULL) END,
    (f, a1) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)))) END,
    (f, a1, a2) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3, a4) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3, a4) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)), coalesce(a4::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3, a4, a5) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3, a4, a5) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)), coalesce(a4::VARCHAR, chr(30)), coalesce(a5::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3, a4, a5, a6) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3, a4, a5, a6) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)), coalesce(a4::VARCHAR, chr(30)), coalesce(a5::VARCHAR, chr(30)), coalesce(a6::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3, a4, a5, a6, a7) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3, a4, a5, a6, a7) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)), coalesce(a4::VARCHAR, chr(30)), coalesce(a5::VARCHAR, chr(30)), coalesce(a6::VARCHAR, chr(30)), coalesce(a7::VARCHAR, chr(30)))) END,
    (f, a1, a2, a3, a4, a5, a6, a7, a8) AS CASE WHEN contains(f, '{') THEN system.main.format(f, a1, a2, a3, a4, a5, a6, a7, a8) ELSE pgcat_format(f, concat_ws(chr(31), coalesce(a1::VARCHAR, chr(30)), coalesce(a2::VARCHAR, chr(30)), coalesce(a3::VARCHAR, chr(30)), coalesce(a4::VARCHAR, chr(30)), coalesce(a5::VARCHAR, chr(30)), coalesce(a6::VARCHAR, chr(30)), coalesce(a7::VARCHAR, chr(30)), coalesce(a8::VARCHAR, chr(30)))) END;

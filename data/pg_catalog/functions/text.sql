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

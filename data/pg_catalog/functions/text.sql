-- Text functions that DuckDB lacks or names differently.
-- Lengths and places are integers; bytes are counted in bytea. A macro whose parameters have types would not know those of
-- aggregates and window functions: where types matter, the overloads are functions (data/pgcat_value_functions.def).
CREATE MACRO length(x) AS system.main.length(x)::INTEGER;
CREATE MACRO char_length(x) AS system.main.length(x::VARCHAR)::INTEGER;
CREATE MACRO character_length(x) AS system.main.length(x::VARCHAR)::INTEGER;
CREATE MACRO octet_length(x) AS system.main.octet_length(x)::INTEGER;
CREATE MACRO strpos(s, part) AS system.main.strpos(s, part)::INTEGER;
CREATE MACRO "position"(s, part) AS system.main.strpos(s, part)::INTEGER;
CREATE MACRO lpad(s, n) AS system.main.lpad(s, n, ' '), (s, n, filler) AS system.main.lpad(s, n, filler);
CREATE MACRO rpad(s, n) AS system.main.rpad(s, n, ' '), (s, n, filler) AS system.main.rpad(s, n, filler);
-- A start before the text takes away from the length.
CREATE MACRO substr(s, first) AS system.main.substring(s, CASE WHEN first < 1 THEN 1 ELSE first END),
    (s, first, n) AS system.main.substring(s, CASE WHEN first < 1 THEN 1 ELSE first END,
        CASE WHEN n < 0 THEN error('negative substring length not allowed') WHEN first + n < 1 THEN 0 WHEN first < 1 THEN n + first - 1 ELSE n END);
CREATE MACRO "overlay"(s, part, first) AS s[:first - 1] || part || s[first + system.main.length(part):],
    (s, part, first, n) AS s[:first - 1] || part || s[first + n:];
CREATE MACRO to_hex(n) AS lower(right(system.main.to_hex(n), CASE WHEN typeof(n) = 'INTEGER' THEN 8 ELSE 16 END));
CREATE MACRO encode(s) AS system.main.encode(s), (bytes, format) AS
    CASE lower(format) WHEN 'hex' THEN lower(hex(bytes::BLOB))
         WHEN 'base64' THEN rtrim(regexp_replace(base64(bytes::BLOB), '(.{76})', '\1' || chr(10), 'g'), chr(10))
         ELSE error('unrecognized encoding: "' || format || '"') END;
CREATE MACRO decode(bytes) AS system.main.decode(bytes), (s, format) AS
    CASE lower(format) WHEN 'hex' THEN ('\x' || s)::BLOB WHEN 'base64' THEN from_base64(regexp_replace(s, '\s', '', 'g'))
         WHEN 'escape' THEN s::BLOB ELSE error('unrecognized encoding: "' || format || '"') END;
CREATE MACRO convert_from(bytes, encoding) AS system.main.decode(bytes::BLOB);
CREATE MACRO convert_to(s, encoding) AS system.main.encode(s);
CREATE MACRO sha256(x BLOB) AS unhex(system.main.sha256(x)), (x) AS system.main.sha256(x);
CREATE MACRO "normalize"(s) AS nfc_normalize(s);
CREATE MACRO btrim(s) AS trim(s), (s, characters) AS trim(s, characters);
CREATE MACRO initcap(s) AS array_to_string([upper(w[1]) || lower(w[2:]) FOR w IN regexp_extract_all(s, '[[:alnum:]]+|[^[:alnum:]]+')], '');
CREATE MACRO like_escape(pattern, escape_character) AS pattern;
CREATE MACRO regexp_split_to_array(s, pattern) AS string_split_regex(s, pattern);
CREATE MACRO regexp_split_to_table(s, pattern) AS unnest(string_split_regex(s, pattern));
CREATE MACRO regexp_split_to_table(s, pattern) AS TABLE SELECT unnest(string_split_regex(s, pattern)) AS regexp_split_to_table;
CREATE MACRO string_to_table(s, delimiter) AS unnest(string_split(s, delimiter));
CREATE MACRO string_to_table(s, delimiter) AS TABLE SELECT unnest(string_split(s, delimiter)) AS string_to_table;
-- The groups of the first match. Empty groups behind the pattern make sure that there are nine to ask for.
CREATE MACRO pgcat_group_count(pattern) AS
    (len(regexp_extract_all(regexp_replace(pattern, '\\.|\[[^]]*\]', '', 'g'), '\(')) - len(regexp_extract_all(regexp_replace(pattern, '\\.|\[[^]]*\]', '', 'g'), '\(\?')));
CREATE MACRO pgcat_regexp_match(s, pattern) AS
    CASE WHEN NOT regexp_matches(s, pattern) THEN NULL
         WHEN pgcat_group_count(pattern) = 0 THEN [regexp_extract(s, pattern)]
         ELSE [regexp_extract(s, pattern || '()()()()()()()()()', 1), regexp_extract(s, pattern || '()()()()()()()()()', 2), regexp_extract(s, pattern || '()()()()()()()()()', 3),
               regexp_extract(s, pattern || '()()()()()()()()()', 4), regexp_extract(s, pattern || '()()()()()()()()()', 5), regexp_extract(s, pattern || '()()()()()()()()()', 6),
               regexp_extract(s, pattern || '()()()()()()()()()', 7), regexp_extract(s, pattern || '()()()()()()()()()', 8), regexp_extract(s, pattern || '()()()()()()()()()', 9)][:pgcat_group_count(pattern)] END;
CREATE MACRO regexp_match(s, pattern) AS pgcat_regexp_match(s, '(?s)' || pattern), (s, pattern, flags) AS pgcat_regexp_match(s, '(?s' || flags || ')' || pattern);
CREATE MACRO regexp_instr(s, pattern) AS CASE WHEN regexp_matches(s, pattern) THEN system.main.strpos(s, regexp_extract(s, pattern)) ELSE 0 END::INTEGER;
-- A pattern with flags as PostgreSQL's regular expressions have them.
CREATE MACRO pgcat_pattern(pattern, flags) AS '(?' || translate(flags, 'ngc', 'm') || CASE WHEN contains(flags, 'n') THEN ')' ELSE 's)' END || pattern;
CREATE MACRO regexp_count(s, pattern) AS len(regexp_extract_all(s, pattern))::INTEGER,
    (s, pattern, start) AS len(regexp_extract_all(s[start:], pattern))::INTEGER,
    (s, pattern, start, flags) AS len(regexp_extract_all(s[start:], pgcat_pattern(pattern, flags)))::INTEGER;
CREATE MACRO regexp_substr(s, pattern) AS nullif(regexp_extract(s, pattern), ''),
    (s, pattern, start) AS regexp_extract_all(s[start:], pattern)[1],
    (s, pattern, start, n) AS regexp_extract_all(s[start:], pattern)[n],
    (s, pattern, start, n, flags) AS regexp_extract_all(s[start:], pgcat_pattern(pattern, flags))[n],
    (s, pattern, start, n, flags, part) AS regexp_extract_all(s[start:], pgcat_pattern(pattern, flags), part)[n];
CREATE MACRO parse_ident(s) AS
    [CASE p[1] WHEN '"' THEN replace(p[2:-2], '""', '"') ELSE lower(p) END FOR p IN regexp_extract_all(s, '"(?:[^"]|"")*"|[^."\s]+')];
CREATE MACRO quote_literal(x) AS pgcat_quote_literal(x::VARCHAR);
CREATE MACRO quote_nullable(x) AS pgcat_quote_nullable(x::VARCHAR);
CREATE MACRO get_byte(b, n) AS
    (instr('0123456789ABCDEF', hex(b)[2 * n + 1]) * 16 + instr('0123456789ABCDEF', hex(b)[2 * n + 2]) - 17)::INTEGER;
CREATE MACRO set_byte(b, n, value) AS unhex(hex(b)[:2 * n] || printf('%02x', value) || hex(b)[2 * n + 3:]);
CREATE MACRO regexp_like(s, pattern) AS regexp_matches(s, pattern), (s, pattern, flags) AS regexp_matches(s, '(?s' || flags || ')' || pattern);
CREATE MACRO uuid_generate_v4() AS uuid();
CREATE MACRO string_to_array(s, delimiter) AS CASE WHEN s = '' THEN [] ELSE string_split(s, coalesce(delimiter, '')) END,
    (s, delimiter, null_string) AS CASE WHEN s = '' THEN [] ELSE [nullif(p, null_string) FOR p IN string_split(s, coalesce(delimiter, ''))] END;
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
CREATE MACRO bpchar(x) AS x::VARCHAR;
-- Addresses are texts here.
CREATE MACRO family(address) AS CASE WHEN contains(address::VARCHAR, ':') THEN 6 ELSE 4 END;
CREATE MACRO host(address) AS split_part(address::VARCHAR, '/', 1);
CREATE MACRO masklen(address) AS
    coalesce(nullif(split_part(address::VARCHAR, '/', 2), '')::INTEGER, CASE family(address) WHEN 4 THEN 32 ELSE 128 END);
CREATE MACRO abbrev(address) AS address::VARCHAR;

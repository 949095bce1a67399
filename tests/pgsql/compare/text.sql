-- Text: literals, functions, patterns, regular expressions, formatting.
SELECT 'it''s', E'a\nb\t\\', U&'\0041\+000042', $$dollar 'quoted'$$, $tag$a $$ b$tag$
SELECT E'\x41\102\u0043\U00000044'
-- differs: types
SELECT 'a' || 'b' || NULL, 'a' || 1, 1 || 'a'
SELECT 'x' || 1.50, 'd' || date '2024-01-02', 't' || true
-- differs: rows
SELECT concat('a', NULL, 1, true), concat_ws('-', 'a', NULL, 'b')
-- differs: types
SELECT length('häß'), char_length('abc'), character_length('ab'), octet_length('hä'), bit_length('a')
SELECT upper('aä'), lower('ÄB'), initcap('hello wORLD-foo bar_baz')
SELECT substring('hello' from 2 for 3), substring('hello' from 3), substring('hello' for 2), substring('hello', 2, 3), substr('hello', 2), substr('hello', -1, 3)
-- differs: refused
SELECT substring('foobar' from 'o(.)b'), substring('foobar' from '[a-o]+'), substring('foobar' similar 'f#"o+#"%' escape '#')
-- differs: types
SELECT position('l' in 'hello'), strpos('hello', 'l'), strpos('hello', 'z')
SELECT trim('  a  '), trim(both 'x' from 'xxaxx'), trim(leading from '  a '), trim(trailing 'x' from 'axx'), btrim('xyaxy', 'xy'), ltrim('  a'), rtrim('a  '), ltrim('xxa', 'x')
SELECT lpad('a', 3), lpad('abc', 5, 'xy'), rpad('a', 3, '-'), lpad('abcdef', 3), rpad('abcdef', 2)
SELECT replace('aXbX', 'X', '-'), translate('abc', 'ab', 'x'), reverse('abc'), repeat('ab', 3), repeat('a', 0), repeat('a', -1)
SELECT left('abc', 2), left('abc', -1), right('abc', 2), right('abc', -1)
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a,b', ',', 5)
SELECT ascii('A'), ascii(''), chr(65), chr(8364)
SELECT md5('abc'), sha256('abc'::bytea), encode('abc', 'hex'), encode('abc', 'base64'), decode('YWJj', 'base64'), decode('616263', 'hex')
-- differs: refused
SELECT encode(E'\\x00ff'::bytea, 'escape')
SELECT overlay('abcdef' placing 'XX' from 3), overlay('abcdef' placing 'XX' from 3 for 1)
SELECT starts_with('abc', 'ab'), 'abc' ^@ 'b'
SELECT quote_ident('a b'), quote_ident('ab'), quote_literal('it''s'), quote_nullable(NULL), quote_literal(E'a\\b'), quote_ident('select')
SELECT format('%s is %s', 'a', 1), format('%I = %L', 'a b', 'it''s'), format('%%'), format('%1$s %1$s %2$s', 'a', 'b'), format('|%5s|%-5s|', 'a', 'b')
SELECT to_hex(255), to_hex(-1), to_hex(2147483648)
SELECT 'abc' LIKE 'a%', 'abc' LIKE '_b_', 'a%c' LIKE 'a\%c', 'a%c' LIKE 'a!%c' ESCAPE '!', 'abc' NOT LIKE 'x%', 'ABC' ILIKE 'a%', 'ABC' NOT ILIKE 'a%'
SELECT 'abc' ~~ 'a%', 'abc' !~~ 'a%', 'ABC' ~~* 'a%', 'ABC' !~~* 'a%'
SELECT 'abc' SIMILAR TO 'a%', 'abc' SIMILAR TO '(a|x)(b|y)c', 'abc' SIMILAR TO 'ab', 'abc' NOT SIMILAR TO 'x%', 'a_c' SIMILAR TO 'a\_c'
SELECT 'abc' SIMILAR TO 'a.c', 'a+c' SIMILAR TO 'a+c', 'aac' SIMILAR TO 'a+c'
SELECT 'abc' LIKE ANY (ARRAY['x%', 'a%']), 'abc' LIKE ALL (ARRAY['a%', '%c']), 'ABC' ILIKE ANY (ARRAY['a%'])
SELECT 'abc' ~ 'B', 'abc' ~* 'B', 'abc' !~ 'b', 'abc' !~* 'X', 'abc' ~ '^a.c$', 'abc' ~ 'a|x'
-- differs: refused
SELECT 'foo.bar' ~ '\.', 'a1' ~ '\d', 'a b' ~ '\s', 'ab' ~ '^\w+$', 'word here' ~ '\mhere\M', 'word' ~ '\yword\y'
-- differs: refused
SELECT 'abc' ~ '[[:alpha:]]+', 'a' ~ '[^a-z]', 'aa' ~ '^(a)\1$', 'ab' ~ '(?=a)ab'
-- differs: refused
SELECT 'abc' ~ ANY (ARRAY['x', 'b']), 'abc' !~ ALL (ARRAY['x', 'y'])
-- differs: rows
SELECT regexp_replace('foobar', 'o', 'X'), regexp_replace('foobar', 'o', 'X', 'g'), regexp_replace('foobar', '(o+)', '<\1>'), regexp_replace('FOO', 'o', 'x', 'gi'), regexp_replace('abc', 'b', '\&\&')
SELECT regexp_match('foobarbaz', 'ba.'), regexp_match('foobar', '(o)(b)'), regexp_match('abc', 'x'), regexp_match('ABC', 'b', 'i')
-- differs: refused
SELECT regexp_matches('foobarbaz', 'ba.', 'g')
-- differs: refused
SELECT regexp_matches('foobarbaz', 'b(a)(.)', 'g')
-- differs: refused
SELECT * FROM regexp_matches('foobar', 'o', 'g') AS m
SELECT regexp_split_to_array('a, b,c', ',\s*'), regexp_split_to_array('abc', '')
SELECT regexp_split_to_table('a b c', ' ')
SELECT * FROM regexp_split_to_table('a b', ' ') AS w
SELECT regexp_count('banana', 'a'), regexp_substr('foobar', 'o+'), regexp_instr('foobar', 'b'), regexp_like('abc', 'B', 'i')
SELECT string_to_array('a,b,c', ','), string_to_array('a,,c', ',', ''), string_to_array('abc', NULL), string_to_array('', ',')
SELECT * FROM string_to_table('a,b', ',') AS t
SELECT array_to_string(ARRAY[1, NULL, 3], ','), array_to_string(ARRAY[1, NULL, 3], ',', '*')
SELECT string_agg(name, ', ' ORDER BY name DESC) FROM person
SELECT string_agg(DISTINCT kind, ',' ORDER BY kind) FROM sale
-- differs: rows
SELECT string_agg(name, NULL) FROM person WHERE id < 3
SELECT to_char(1234.5, '9999.99'), to_char(1234567, '9,999,999'), to_char(-5, '999'), to_char(0.5, 'FM0.00'), to_char(12, '0000'), to_char(12, 'FM0000')
SELECT to_char(485, 'RN'), to_char(1234.5, 'FM9,999.00'), to_char(0.1, 'FM999.999'), to_char(5, '9th'), to_char(12.3, '999D9S'), to_char(-12, '999PR')
SELECT to_char(timestamp '2024-02-29 13:04:05.678', 'YYYY-MM-DD HH24:MI:SS.MS'), to_char(timestamp '2024-02-29 13:04:05', 'Day, DD Mon YYYY HH12:MI AM'), to_char(date '2024-02-29', 'FMMonth FMDD, YYYY')
SELECT to_char(timestamp '2024-02-29 13:04:05', 'IYYY-IW ID Q DDD D WW J'), to_char(timestamp '2024-02-29 13:04:05.123456', 'US'), to_char(date '2024-01-05', 'Dy MON dd "quoted"')
SELECT to_char(interval '1 day 02:03:04', 'HH24:MI:SS'), to_char(interval '100 hours', 'HH24')
SELECT to_char(timestamp '2024-02-29', 'MONTH'), to_char(timestamp '2024-02-29', 'DDth'), to_char(timestamp '0044-03-15 BC', 'YYYY BC')
-- differs: types
SELECT to_number('1,234.56', '9,999.99'), to_number('-12', 'S99'), to_number('12.5-', '99.9S')
SELECT to_date('2024-02-29', 'YYYY-MM-DD'), to_date('29 Feb 2024', 'DD Mon YYYY'), to_timestamp('2024-02-29 13:04', 'YYYY-MM-DD HH24:MI')
SELECT to_timestamp(0), to_timestamp(1700000000.5)
-- differs: types and rows
SELECT 'a'::char(3), 'abc'::varchar(2), 'abcd'::char(2), cast('abc' AS varchar(10)), 'a '::char(3) = 'a'
-- differs: types and rows
SELECT 'abc'::name, 'abc'::bpchar, 'abc'::"char"
-- differs: rows
SELECT length('a  '::char(5)), 'a'::char(3) || 'b'
-- differs: types
SELECT name::varchar(2) FROM person ORDER BY id
SELECT 'a' < 'B', 'a' < 'B' COLLATE "C", 'ä' > 'z'
SELECT 'abc' = 'ABC', lower('ABC') = 'abc'
-- differs: refused
SELECT normalize('a'), 'a' IS NORMALIZED, unistr('\0041')
SELECT parse_ident('a."B".c')
SELECT num_nulls(1, NULL, 2), num_nonnulls(1, NULL, 2)
-- differs: accepted
SELECT levenshtein('a', 'b')
-- differs: accepted
SELECT 'abc'[1]
-- differs: sqlstate
SELECT to_ascii('abc')
SELECT convert_from('abc'::bytea, 'UTF8'), convert_to('ä', 'UTF8')
SELECT '\xdeadbeef'::bytea, E'\\001a'::bytea, 'abc'::bytea, '\x'::bytea
-- differs: refused
SELECT '\x0102'::bytea || '\x03'::bytea, length('\x0102'::bytea), substring('\x010203'::bytea from 2 for 1), get_byte('\x0102'::bytea, 1), set_byte('\x0102'::bytea, 0, 255)
-- differs: refused
SELECT position('\x02'::bytea in '\x010203'::bytea), '\x01'::bytea < '\x02'::bytea, md5('\x00'::bytea)
-- differs: types
SELECT B'101', X'1F', B'101' & B'110', B'101' | B'010', B'101' # B'111', ~B'101', B'1' || B'01', length(B'101'), B'101'::int
-- differs: types and rows
SELECT B'101'::bit(5), 5::bit(8), B'1010'::varbit, '101'::bit(3), get_bit(B'100', 0), B'101' << 1, B'101' >> 1
SELECT bit_and(i4), bit_or(i4), bit_xor(i4) FROM num
SELECT nullif('', ''), coalesce(NULL, 'x'), greatest('a', 'b')
SELECT 'x'::text COLLATE "C"
SELECT 'yes'::boolean, 'off'::boolean, 't'::bool, '1'::bool, 'n'::bool, 1::boolean, true::int, true::text, 'TRUE'::bool
-- differs: types
SELECT 'a'::text, 'a'::varchar, 'a'::char, text 'a', varchar 'b'
SELECT gen_random_uuid() IS NOT NULL, 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid, uuid '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'
SELECT inet '192.168.0.1/24', '10.0.0.1'::inet, '::1'::inet
-- differs: refused
SELECT host(inet '192.168.0.1/24'), network(inet '192.168.0.1/24'), masklen(inet '10.0.0.0/8')
-- differs: refused
SELECT point '(1,2)', '(1,2)'::point
-- differs: refused
SELECT int4range(1, 5), '[1,5]'::int4range
-- differs: rows
SELECT '1 2'::tsvector

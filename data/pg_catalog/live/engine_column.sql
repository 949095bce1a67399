-- The columns of tables and views, each with its PostgreSQL type: that of the name, of a type made by CREATE TYPE that is
-- defined alike, or of an array of either.
WITH found AS (
    SELECT table_oid, column_index, column_name, column_default, is_nullable, comment, data_type
    FROM duckdb_columns()
    WHERE database_name IN ($database, 'temp') AND NOT internal
), named AS (
    SELECT data_type, regexp_replace(data_type, '(\[[0-9]*\])+$', '') AS element,
           len(regexp_extract(data_type, '(\[[0-9]*\])+$')) - len(replace(regexp_extract(data_type, '(\[[0-9]*\])+$'), '[', ''))
               AS dimensions
    FROM (SELECT DISTINCT data_type FROM found)
), types AS (
    SELECT n.data_type, n.element, n.dimensions,
           coalesce(m.oid, d.oid, u.oid, 2249) AS element_type,
           coalesce(m.array_oid, d.array_oid, u.oid + 1, 2287) AS array_type,
           coalesce(u.name, format_type(coalesce(m.oid, d.oid, 2249), NULL)) AS element_name
    FROM named n
    LEFT JOIN engine_type_name m ON m.name = n.element
    LEFT JOIN engine_type_name d ON d.name = regexp_replace(n.element, '\(.*', '') AND n.element NOT LIKE 'ENUM(%'
    LEFT JOIN (SELECT definition, min(oid) AS oid, quote_ident(arg_min(name, oid)) AS name FROM engine_type GROUP BY definition) u
           ON u.definition = n.element
), typed AS (
    SELECT * FROM found JOIN types USING (data_type)
)
SELECT r.oid AS relation_oid,
       r.kind AS relation_kind,
       row_number() OVER (PARTITION BY r.oid ORDER BY column_index)::SMALLINT AS number,
       t.column_name AS name,
       CASE WHEN d.type_oid IS NOT NULL THEN d.type_oid WHEN dimensions > 0 THEN array_type ELSE element_type END AS type_oid,
       CASE WHEN d.type_oid IS NOT NULL THEN d.type_modifier
            WHEN regexp_matches(element, '^DECIMAL\([0-9]+,[0-9]+\)$')
            THEN (regexp_extract(element, '^DECIMAL\(([0-9]+)', 1)::INTEGER << 16)
                 + regexp_extract(element, ',([0-9]+)\)$', 1)::INTEGER + 4
            ELSE -1 END AS type_modifier,
       dimensions,
       is_nullable,
       CASE WHEN i.identity IS NOT NULL THEN NULL
            WHEN column_default LIKE 'nextval(''%'')' THEN regexp_replace(column_default, '''\)$', '''::regclass)')
            WHEN regexp_matches(column_default, '^''([^'']|'''')*''$') AND dimensions = 0
                THEN column_default || '::' || coalesce(format_type(d.type_oid, NULL), element_name)
            WHEN column_default IN ('CAST(''t'' AS BOOLEAN)', 'CAST(''f'' AS BOOLEAN)') THEN (column_default[7] = 't')::VARCHAR
            WHEN regexp_matches(column_default, '^CAST\(''([^'']|'''')*'' AS [A-Z_ ]+\)$') AND dimensions = 0
                THEN regexp_extract(column_default, '^CAST\((''([^'']|'''')*'')', 1) || '::' || coalesce(format_type(d.type_oid, NULL), element_name)
            WHEN column_default IN ('get_current_timestamp()', 'current_timestamp()') THEN 'CURRENT_TIMESTAMP'
            ELSE column_default END AS default_text,
       column_default IS NOT NULL
           AND (contains(r.sql, t.column_name || ' ' || t.data_type || ' GENERATED ALWAYS AS(')
                OR contains(r.sql, '"' || t.column_name || '" ' || t.data_type || ' GENERATED ALWAYS AS(')) AS is_generated,
       coalesce(i.identity, '') AS identity,
       CASE WHEN column_default LIKE 'nextval(''%'')' THEN regexp_extract(column_default, '''(.*)''', 1) END AS sequence,
       t.comment,
       t.data_type
FROM typed t
JOIN engine_relation r ON r.engine_oid = t.table_oid AND r.kind <> 'S'
LEFT JOIN engine_declared_column d ON d.table_name = lower(r.schema_name || '.' || r.name) AND d.column_name = lower(t.column_name)
     AND d.engine = t.data_type AND NOT r.temporary
LEFT JOIN engine_declared_column i ON i.table_name = lower(r.schema_name || '.' || r.name) AND i.column_name = lower(t.column_name)
     AND i.identity IS NOT NULL AND column_default LIKE 'nextval(''%'')' AND NOT r.temporary

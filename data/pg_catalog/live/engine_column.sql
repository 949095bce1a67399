-- The columns of tables and views with everything that the catalog tells about them. A column's PostgreSQL type is that of
-- the engine's name, of a type made by CREATE TYPE that is defined alike, or of an array of either. What depends on the type
-- alone is found once for each type, what depends on the default once for each default.
WITH found AS (
    SELECT table_oid, column_index, column_name, column_default, is_nullable, comment, data_type
    FROM duckdb_columns()
    WHERE database_name IN ($database, 'temp') AND NOT internal
), named AS (
    SELECT data_type, regexp_replace(data_type, '(\[[0-9]*\])+$', '') AS element,
           len(regexp_extract(data_type, '(\[[0-9]*\])+$')) - len(replace(regexp_extract(data_type, '(\[[0-9]*\])+$'), '[', ''))
               AS dimensions
    FROM (SELECT DISTINCT data_type FROM found)
), matched AS (
    SELECT n.data_type, n.element, n.dimensions,
           coalesce(m.oid, d.oid, u.oid, 2249) AS element_oid,
           CASE WHEN n.dimensions = 0 THEN coalesce(m.oid, d.oid, u.oid, 2249)
                ELSE coalesce(m.array_oid, d.array_oid, u.oid + 1, 2287) END AS oid,
           u.kind,
           u.name AS own_name,
           u.schema_name AS own_schema
    FROM named n
    LEFT JOIN engine_type_name m ON m.name = n.element
    LEFT JOIN engine_type_name d ON d.name = regexp_replace(n.element, '\(.*', '') AND n.element NOT LIKE 'ENUM(%'
    LEFT JOIN (SELECT definition, min(oid) AS oid, arg_min(name, oid) AS name, arg_min(schema_name, oid) AS schema_name,
                      arg_min(kind, oid) AS kind
               FROM engine_type GROUP BY definition) u ON u.definition = n.element
), types AS (
    SELECT m.data_type, m.dimensions, m.oid AS type_oid,
           coalesce(quote_ident(m.own_name), format_type(m.element_oid, NULL)) AS element_name,
           coalesce(t.typname, CASE WHEN dimensions > 0 THEN '_' ELSE '' END || m.own_name) AS type_name,
           coalesce(m.own_schema, 'pg_catalog') AS type_schema,
           CASE WHEN dimensions > 0 THEN 'ARRAY' WHEN m.own_name IS NOT NULL THEN 'USER-DEFINED'
                ELSE format_type(m.oid, NULL) END AS type_title,
           CASE WHEN m.element <> 'DECIMAL(38,10)' AND regexp_matches(m.element, '^DECIMAL\([0-9]+,[0-9]+\)$') -- numeric of any precision
                THEN (regexp_extract(m.element, '^DECIMAL\(([0-9]+)', 1)::INTEGER << 16)
                     + regexp_extract(m.element, ',([0-9]+)\)$', 1)::INTEGER + 4
                ELSE -1 END AS type_modifier,
           coalesce(t.typlen, CASE WHEN m.kind = 'e' AND dimensions = 0 THEN 4 ELSE -1 END) AS type_length,
           coalesce(t.typbyval, m.kind = 'e' AND dimensions = 0) AS by_value,
           coalesce(t.typalign, CASE m.kind WHEN 'c' THEN 'd' ELSE 'i' END) AS alignment,
           coalesce(t.typstorage, CASE WHEN m.kind = 'e' AND dimensions = 0 THEN 'p' ELSE 'x' END) AS storage,
           coalesce(t.typcollation, CASE m.kind WHEN 'd' THEN 100 ELSE 0 END) AS collation_oid
    FROM matched m
    LEFT JOIN __pg__.static.pg_type t ON t.oid = m.oid
), defaults AS (
    -- A constant is followed by the name of its type.
    SELECT column_default, t.data_type,
           CASE WHEN column_default LIKE 'nextval(''%'')' 
                    THEN regexp_replace(regexp_replace(column_default, '"([a-z_][a-z0-9_]*)"', '\1', 'g'), '''\)$', '''::regclass)')
                WHEN column_default IN ('CAST(''t'' AS BOOLEAN)', 'CAST(''f'' AS BOOLEAN)') THEN (column_default[7] = 't')::VARCHAR
                WHEN regexp_matches(column_default, '^CAST\(''([^'']|'''')*'' AS "?[A-Z_ ]+"?\)$') AND dimensions = 0
                    THEN regexp_extract(column_default, '^CAST\((''([^'']|'''')*'')', 1)
                WHEN column_default IN ('get_current_timestamp()', 'current_timestamp()') THEN 'CURRENT_TIMESTAMP'
                ELSE column_default END AS text,
           CASE WHEN regexp_matches(column_default, '^(CAST\()?''([^'']|'''')*''( AS "?[A-Z_ ]+"?\))?$') AND dimensions = 0
                    AND column_default NOT LIKE '% AS BOOLEAN)' THEN element_name END AS typed,
           CASE WHEN column_default LIKE 'nextval(''%'')' THEN regexp_extract(column_default, '''(.*)''', 1) END AS sequence
    FROM (SELECT DISTINCT column_default, data_type FROM found WHERE column_default IS NOT NULL) f
    JOIN types t USING (data_type)
), declared_types AS (
    SELECT oid, typname, format_type(oid, NULL) AS title, typlen, typbyval, typalign, typstorage, typcollation
    FROM __pg__.static.pg_type
    WHERE oid IN (SELECT type_oid FROM engine_declared_column)
)
SELECT r.oid AS relation_oid,
       r.kind AS relation_kind,
       r.schema_name,
       r.name AS relation_name,
       column_index::SMALLINT AS number,
       c.column_name AS name,
       coalesce(p.oid, t.type_oid) AS type_oid,
       t.type_schema,
       coalesce(p.typname, t.type_name) AS type_name,
       CASE WHEN p.oid IS NULL OR t.dimensions > 0 THEN t.type_title ELSE p.title END AS type_title,
       CASE WHEN p.oid IS NULL THEN t.type_modifier ELSE e.type_modifier END AS type_modifier,
       t.dimensions,
       coalesce(p.typlen, t.type_length) AS type_length,
       coalesce(p.typbyval, t.by_value) AS by_value,
       coalesce(p.typalign, t.alignment) AS alignment,
       coalesce(p.typstorage, t.storage) AS storage,
       coalesce(p.typcollation, t.collation_oid) AS collation_oid,
       is_nullable,
       CASE WHEN d.text IS NOT NULL AND (d.sequence IS NULL OR e.identity IS NULL) AND r.kind = 'r'
            THEN pgcat_oid($database, 'default', r.oid, c.column_name, '') END AS default_oid,
       CASE WHEN d.sequence IS NULL OR e.identity IS NULL
            THEN d.text || CASE WHEN d.typed IS NULL THEN '' ELSE '::' || coalesce(p.title, d.typed) END END AS default_text,
       CASE WHEN r.has_generated AND d.text IS NOT NULL
            THEN contains(r.sql, c.column_name || ' ' || c.data_type || ' GENERATED ALWAYS AS(')
                 OR contains(r.sql, '"' || c.column_name || '" ' || c.data_type || ' GENERATED ALWAYS AS(')
            ELSE false END AS is_generated,
       CASE WHEN d.sequence IS NOT NULL THEN coalesce(e.identity, '') ELSE '' END AS identity,
       d.sequence,
       c.comment
FROM found c
JOIN types t USING (data_type)
JOIN engine_relation r ON r.engine_oid = c.table_oid AND r.kind <> 'S'
LEFT JOIN defaults d ON d.column_default = c.column_default AND d.data_type = c.data_type
LEFT JOIN engine_declared_column e ON e.table_name = r.declared_table AND e.column_name = lower(c.column_name)
-- A declared type is void where the column has another type now.
LEFT JOIN declared_types p ON p.oid = CASE WHEN e.engine = c.data_type THEN e.type_oid END
ORDER BY 1, 5 -- so that scans for one relation skip the others, and clients see columns in their order

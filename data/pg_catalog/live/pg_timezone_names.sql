-- Volatile: as DuckDB's ICU knows them, at this moment.
FROM (SELECT t.name, t.abbrev, t.utc_offset, t.is_dst FROM system.main.pg_timezone_names() t)

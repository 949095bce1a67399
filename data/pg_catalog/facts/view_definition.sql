SELECT oid, 0, '', ' ' || regexp_replace(sql, '^CREATE (TEMP(ORARY)? )?VIEW .*? AS ', '', 's') FROM engine_relation WHERE kind = 'v'

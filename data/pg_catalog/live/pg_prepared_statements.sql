-- Volatile: those of the session.
SELECT name, statement, prepare_time, [x::regtype FOR x IN string_split(nullif(trim(parameter_types, '{}'), ''), ',')] AS parameter_types,
       from_sql, generic_plans, custom_plans
FROM pgcat_prepared_statements()

SELECT pgcat_oid($database, 'label', oid, label, '') AS oid,
       oid AS enumtypid,
       place AS enumsortorder,
       label AS enumlabel
FROM (SELECT oid, unnest(labels) AS label, generate_subscripts(labels, 1) AS place FROM engine_type WHERE logical_type = 'ENUM')

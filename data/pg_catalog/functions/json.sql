-- JSON functions under PostgreSQL's names; what they stand on are functions of ours (data/pgcat_value_functions.def).
CREATE MACRO to_json(x) AS pgcat_to_json(x);
CREATE MACRO to_jsonb(x) AS pgcat_to_jsonb(x);
CREATE MACRO row_to_json(r) AS pgcat_to_json(r);
CREATE MACRO array_to_json(a) AS pgcat_to_json(a);
CREATE MACRO json_typeof(j) AS pgcat_json_typeof(j::JSON);
CREATE MACRO jsonb_typeof(j) AS pgcat_json_typeof(j::jsonb);
CREATE MACRO json_array_length(j) AS pgcat_json_length(j::JSON), (j, path) AS system.main.json_array_length(j, path);
CREATE MACRO jsonb_array_length(j) AS pgcat_json_length(j::jsonb);
CREATE MACRO json_strip_nulls(j) AS pgcat_to_json(jsonb_strip_nulls(j::jsonb));
CREATE MACRO jsonb_set_lax(j, path, value) AS
    CASE WHEN value IS NULL THEN jsonb_set(j, path, 'null'::jsonb) ELSE jsonb_set(j, path, value) END;
CREATE MACRO json_extract_path(j, a) AS pgcat_json_path(j::JSON, [a]::VARCHAR[]), (j, a, b) AS pgcat_json_path(j::JSON, [a, b]::VARCHAR[]),
    (j, a, b, c) AS pgcat_json_path(j::JSON, [a, b, c]::VARCHAR[]), (j, a, b, c, d) AS pgcat_json_path(j::JSON, [a, b, c, d]::VARCHAR[]);
CREATE MACRO jsonb_extract_path(j, a) AS pgcat_json_path(j::jsonb, [a]::VARCHAR[]), (j, a, b) AS pgcat_json_path(j::jsonb, [a, b]::VARCHAR[]),
    (j, a, b, c) AS pgcat_json_path(j::jsonb, [a, b, c]::VARCHAR[]), (j, a, b, c, d) AS pgcat_json_path(j::jsonb, [a, b, c, d]::VARCHAR[]);
CREATE MACRO json_extract_path_text(j, a) AS pgcat_json_path_text(j::JSON, [a]::VARCHAR[]), (j, a, b) AS pgcat_json_path_text(j::JSON, [a, b]::VARCHAR[]),
    (j, a, b, c) AS pgcat_json_path_text(j::JSON, [a, b, c]::VARCHAR[]), (j, a, b, c, d) AS pgcat_json_path_text(j::JSON, [a, b, c, d]::VARCHAR[]);
CREATE MACRO jsonb_extract_path_text(j, a) AS pgcat_json_path_text(j::jsonb, [a]::VARCHAR[]), (j, a, b) AS pgcat_json_path_text(j::jsonb, [a, b]::VARCHAR[]),
    (j, a, b, c) AS pgcat_json_path_text(j::jsonb, [a, b, c]::VARCHAR[]), (j, a, b, c, d) AS pgcat_json_path_text(j::jsonb, [a, b, c, d]::VARCHAR[]);
-- Rows of one value: as expressions, and among the tables.
CREATE MACRO json_array_elements(j) AS unnest(pgcat_json_elements(j::JSON));
CREATE MACRO jsonb_array_elements(j) AS unnest(pgcat_json_elements(j::jsonb));
CREATE MACRO json_array_elements_text(j) AS unnest(pgcat_json_element_texts(j::JSON));
CREATE MACRO jsonb_array_elements_text(j) AS unnest(pgcat_json_element_texts(j::jsonb));
CREATE MACRO json_object_keys(j) AS unnest(pgcat_json_keys(j::JSON));
CREATE MACRO jsonb_object_keys(j) AS unnest(pgcat_json_keys(j::jsonb));
CREATE MACRO json_array_elements(j) AS TABLE SELECT unnest(pgcat_json_elements(j::JSON)) AS "value";
CREATE MACRO jsonb_array_elements(j) AS TABLE SELECT unnest(pgcat_json_elements(j::jsonb)) AS "value";
CREATE MACRO json_array_elements_text(j) AS TABLE SELECT unnest(pgcat_json_element_texts(j::JSON)) AS "value";
CREATE MACRO jsonb_array_elements_text(j) AS TABLE SELECT unnest(pgcat_json_element_texts(j::jsonb)) AS "value";
CREATE MACRO json_object_keys(j) AS TABLE SELECT unnest(pgcat_json_keys(j::JSON)) AS json_object_keys;
CREATE MACRO jsonb_object_keys(j) AS TABLE SELECT unnest(pgcat_json_keys(j::jsonb)) AS jsonb_object_keys;
CREATE MACRO json_each(j) AS TABLE SELECT unnest(pgcat_json_keys(j::JSON)) AS "key", unnest(pgcat_json_values(j::JSON)) AS "value";
CREATE MACRO jsonb_each(j) AS TABLE SELECT unnest(pgcat_json_keys(j::jsonb)) AS "key", unnest(pgcat_json_values(j::jsonb)) AS "value";
CREATE MACRO json_each_text(j) AS TABLE SELECT unnest(pgcat_json_keys(j::JSON)) AS "key", unnest(pgcat_json_value_texts(j::JSON)) AS "value";
CREATE MACRO jsonb_each_text(j) AS TABLE SELECT unnest(pgcat_json_keys(j::jsonb)) AS "key", unnest(pgcat_json_value_texts(j::jsonb)) AS "value";

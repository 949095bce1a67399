-- Small answers about the catalog's objects.
CREATE MACRO pg_get_expr(expression, relation) AS pgcat_expression(expression::VARCHAR, relation),
    (expression, relation, pretty) AS pgcat_expression(expression::VARCHAR, relation);
CREATE MACRO pg_tablespace_location(oid) AS '';
CREATE MACRO pg_relation_is_publishable(oid) AS true;
CREATE MACRO pg_relation_filenode(oid) AS oid::pg_oid;
CREATE MACRO pg_index_column_has_property(oid, place, property) AS
    CASE lower(property) WHEN 'asc' THEN true WHEN 'desc' THEN false WHEN 'nulls_first' THEN false WHEN 'nulls_last' THEN true
         WHEN 'orderable' THEN true WHEN 'distance_orderable' THEN false WHEN 'returnable' THEN true
         WHEN 'search_array' THEN true WHEN 'search_nulls' THEN true END;
CREATE MACRO pg_index_has_property(oid, property) AS
    CASE lower(property) WHEN 'clusterable' THEN true WHEN 'index_scan' THEN true WHEN 'bitmap_scan' THEN true WHEN 'backward_scan' THEN true END;
CREATE MACRO pg_indexam_has_property(oid, property) AS
    CASE lower(property) WHEN 'can_order' THEN oid = 403 WHEN 'can_unique' THEN oid = 403 WHEN 'can_multi_col' THEN oid <> 405
         WHEN 'can_exclude' THEN true WHEN 'can_include' THEN oid IN (403, 783) END;
CREATE MACRO pg_partition_root(oid) AS NULL::regclass;
CREATE MACRO pg_partition_ancestors(oid) AS unnest([]::regclass[]);
CREATE MACRO pg_partition_tree(oid) AS TABLE SELECT NULL::regclass AS relid, NULL::regclass AS parentrelid, NULL::BOOLEAN AS isleaf, NULL::INTEGER AS "level" WHERE false;
CREATE MACRO pg_options_to_table(options) AS TABLE SELECT split_part(o, '=', 1) AS option_name, split_part(o, '=', 2) AS option_value FROM (SELECT unnest(options) AS o);
CREATE MACRO acldefault(kind, owner) AS NULL::aclitem[];
CREATE MACRO aclexplode(acl) AS TABLE SELECT NULL::pg_oid AS grantor, NULL::pg_oid AS grantee, NULL::VARCHAR AS privilege_type, NULL::BOOLEAN AS is_grantable WHERE false;
CREATE MACRO makeaclitem(grantee, grantor, privileges, grantable) AS NULL::aclitem;
CREATE MACRO pg_get_keywords() AS TABLE
    SELECT word, catcode::pg_char AS catcode, barelabel::BOOLEAN AS barelabel,
           CASE catcode WHEN 'U' THEN 'unreserved' WHEN 'R' THEN 'reserved'
               WHEN 'C' THEN 'unreserved (cannot be function or type name)'
               ELSE 'reserved (can be function or type name)' END AS catdesc,
           CASE barelabel WHEN 'true' THEN 'can be bare label' ELSE 'requires AS' END AS baredesc
    FROM pgcat_static('pg_catalog/static/keywords.tsv');
CREATE MACRO pg_get_statisticsobjdef_expressions(oid) AS NULL::VARCHAR[];
CREATE MACRO pg_stat_get_numscans(oid) AS 0::BIGINT;
CREATE MACRO pg_sequence_last_value(sequence) AS (SELECT s.last_value FROM pg_sequences s JOIN pg_class c ON c.relname = s.sequencename JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname WHERE c.oid = sequence);
CREATE MACRO pg_describe_object(class, object, sub) AS NULL::VARCHAR;
CREATE MACRO pg_identify_object(class, object, sub) AS NULL::VARCHAR;
CREATE MACRO pg_show_all_settings() AS TABLE FROM pg_settings;
CREATE MACRO _pg_expandarray(a) AS unnest([{'x': v, 'n': i} FOR v, i IN a]);
-- The tokens of PostgreSQL's one text search parser.
CREATE MACRO ts_token_type(parser) AS TABLE
    SELECT i::INTEGER AS tokid, alias, NULL::VARCHAR AS description
    FROM (SELECT unnest(['asciiword', 'word', 'numword', 'email', 'url', 'host', 'sfloat', 'version', 'hword_numpart', 'hword_part',
                         'hword_asciipart', 'blank', 'tag', 'protocol', 'numhword', 'asciihword', 'hword', 'url_path', 'file', 'float',
                         'int', 'uint', 'entity']) AS alias, generate_subscripts(range(23), 1) AS i)
    WHERE parser::BIGINT = 3722;
CREATE MACRO row_security_active(relation) AS false;
CREATE MACRO pg_relation_filepath(relation) AS 'base/' || relation::regclass::BIGINT;
CREATE MACRO pg_collation_for(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN '"default"' END;

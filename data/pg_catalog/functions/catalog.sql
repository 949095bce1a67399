-- In macros with queries the tables' names start with pgcat_: what a caller passes may be a column of a table of the same name.
-- Small answers about the catalog's objects.
CREATE MACRO pg_get_expr(expression, relation) AS pgcat_expression(expression::VARCHAR, relation),
    (expression, relation, pretty) AS pgcat_expression(expression::VARCHAR, relation);
CREATE MACRO pg_tablespace_location(oid) AS CASE WHEN oid IS NOT NULL THEN '' END;
CREATE MACRO pg_relation_is_publishable(oid) AS true;
CREATE MACRO pg_relation_filenode(relation) AS relation::regclass::pg_oid;
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
CREATE MACRO pgcat_option_rows(options) AS
    [{'option_name': split_part(o, '=', 1), 'option_value': CASE WHEN contains(o, '=') THEN substr(o, position('=' IN o) + 1) END}
     FOR o IN options];
CREATE MACRO pg_options_to_table(options) AS unnest(pgcat_option_rows(options));
CREATE MACRO pg_options_to_table(options) AS TABLE SELECT unnest(pgcat_option_rows(options), recursive := true);
-- What everybody has, and the owner, of an object of that kind (PostgreSQL 15, 5.7, table 5.2).
CREATE MACRO acldefault(kind, owner) AS
    ([CASE kind::VARCHAR WHEN 'd' THEN '=Tc/' WHEN 'f' THEN '=X/' WHEN 'l' THEN '=U/' WHEN 'T' THEN '=U/' END || owner::BIGINT::regrole::VARCHAR
      FOR public IN [1] IF kind::VARCHAR IN ('d', 'f', 'l', 'T')]
     || [owner::BIGINT::regrole::VARCHAR || '=' || p || '/' || owner::BIGINT::regrole::VARCHAR
         FOR p IN [map_extract_value(MAP {'r': 'arwdDxt', 's': 'rwU', 'd': 'CTc', 'n': 'UC', 'f': 'X', 'l': 'U', 't': 'C', 'T': 'U', 'F': 'U',
                                          'S': 'U', 'L': 'rw', 'p': 'sA'}, kind::VARCHAR)] IF p IS NOT NULL])::aclitem[];
-- Privileges in the order of their letters, as aclexplode() gives them; a star behind a letter is the grant option.
CREATE MACRO pgcat_acl_privilege(letter) AS
    map_extract_value(MAP {'a': 'INSERT', 'r': 'SELECT', 'w': 'UPDATE', 'd': 'DELETE', 'D': 'TRUNCATE', 'x': 'REFERENCES', 't': 'TRIGGER',
                           'X': 'EXECUTE', 'U': 'USAGE', 'C': 'CREATE', 'c': 'CONNECT', 'T': 'TEMPORARY', 's': 'SET', 'A': 'ALTER SYSTEM'}, letter);
CREATE MACRO pgcat_acl_role(name) AS CASE WHEN name = '' THEN 0 ELSE name::regrole::BIGINT END::pg_oid;
CREATE MACRO pgcat_acl_rows(acl) AS
    flatten([[{'grantor': pgcat_acl_role(split_part(item::VARCHAR, '/', 2)), 'grantee': pgcat_acl_role(split_part(item::VARCHAR, '=', 1)),
               'privilege_type': pgcat_acl_privilege(p[1]), 'is_grantable': len(p) > 1}
              FOR p IN regexp_extract_all(regexp_extract(item::VARCHAR, '=(.*)/', 1), '[A-Za-z][*]?')] FOR item IN acl]);
CREATE MACRO aclexplode(acl) AS unnest(pgcat_acl_rows(acl));
CREATE MACRO aclexplode(acl) AS TABLE SELECT unnest(pgcat_acl_rows(acl), recursive := true);
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
CREATE MACRO pg_sequence_last_value(sequence) AS (SELECT pgcat_s.last_value FROM pg_sequences pgcat_s JOIN pg_class pgcat_c ON pgcat_c.relname = pgcat_s.sequencename JOIN pg_namespace pgcat_n ON pgcat_n.oid = pgcat_c.relnamespace AND pgcat_n.nspname = pgcat_s.schemaname WHERE pgcat_c.oid = sequence);
-- A relation's kind in words, and its column's name behind it.
CREATE MACRO pgcat_kind_word(kind) AS
    CASE kind::VARCHAR WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' WHEN 'i' THEN 'index' WHEN 'c' THEN 'composite type'
         WHEN 'm' THEN 'materialized view' END;
CREATE MACRO pgcat_describe_relation(object, sub) AS
    CASE WHEN sub <> 0
         THEN 'column ' || (SELECT quote_ident(pgcat_a.attname) FROM pg_attribute pgcat_a WHERE pgcat_a.attrelid = object AND pgcat_a.attnum = sub) || ' of '
         ELSE '' END
    || (SELECT pgcat_kind_word(pgcat_c.relkind) FROM pg_class pgcat_c WHERE pgcat_c.oid = object) || ' ' || object::regclass::VARCHAR;
CREATE MACRO pg_describe_object(class, object, sub) AS
    CASE class::BIGINT
        WHEN 1259 THEN pgcat_describe_relation(object::BIGINT, sub)
        WHEN 1247 THEN 'type ' || object::BIGINT::regtype::VARCHAR
        WHEN 1255 THEN 'function ' || object::BIGINT::regprocedure::VARCHAR
        WHEN 1260 THEN 'role ' || object::BIGINT::regrole::VARCHAR
        WHEN 2615 THEN 'schema ' || object::BIGINT::regnamespace::VARCHAR
        WHEN 2606 THEN (SELECT 'constraint ' || quote_ident(pgcat_k.conname) || ' on table ' || pgcat_k.conrelid::BIGINT::regclass::VARCHAR
                        FROM pg_constraint pgcat_k WHERE pgcat_k.oid = object::BIGINT)
        WHEN 2604 THEN (SELECT 'default value for column ' || quote_ident(pgcat_a.attname) || ' of table ' || pgcat_d.adrelid::BIGINT::regclass::VARCHAR
                        FROM pg_attrdef pgcat_d JOIN pg_attribute pgcat_a ON pgcat_a.attrelid = pgcat_d.adrelid AND pgcat_a.attnum = pgcat_d.adnum WHERE pgcat_d.oid = object::BIGINT)
        WHEN 1262 THEN (SELECT 'database ' || quote_ident(pgcat_d.datname) FROM pg_database pgcat_d WHERE pgcat_d.oid = object::BIGINT)
        WHEN 3079 THEN (SELECT 'extension ' || quote_ident(pgcat_e.extname) FROM pg_extension pgcat_e WHERE pgcat_e.oid = object::BIGINT)
        WHEN 2612 THEN (SELECT 'language ' || quote_ident(pgcat_l.lanname) FROM pg_language pgcat_l WHERE pgcat_l.oid = object::BIGINT)
        ELSE error('pg_describe_object() does not know objects of class ' || class::VARCHAR)
    END;
CREATE MACRO pg_show_all_settings() AS TABLE FROM pg_settings;
CREATE MACRO pg_available_extensions() AS TABLE SELECT name, default_version, comment FROM pg_available_extensions;
CREATE MACRO pg_available_extension_versions() AS TABLE
    SELECT name, version, superuser, trusted, relocatable, schema, requires, comment FROM pg_available_extension_versions;
CREATE MACRO _pg_expandarray(a) AS unnest([{'x': v, 'n': i::INTEGER} FOR v, i IN a]);
-- Of information_schema: what a type and its modifier say (information_schema.sql of PostgreSQL 15 defines each).
CREATE MACRO _pg_truetypid(att, typ) AS CASE typ.typtype WHEN 'd' THEN typ.typbasetype ELSE att.atttypid END;
CREATE MACRO _pg_truetypmod(att, typ) AS CASE typ.typtype WHEN 'd' THEN typ.typtypmod ELSE att.atttypmod END;
CREATE MACRO _pg_char_max_length(typid, typmod) AS
    (CASE WHEN typmod = -1 THEN NULL WHEN typid::integer IN (1042, 1043) THEN typmod - 4 WHEN typid::integer IN (1560, 1562) THEN typmod END)::integer;
CREATE MACRO _pg_char_octet_length(typid, typmod) AS
    (CASE WHEN typid::integer NOT IN (25, 1042, 1043) THEN NULL WHEN typmod = -1 THEN 1 << 30 ELSE (typmod - 4) * 4 END)::integer;
CREATE MACRO _pg_numeric_precision(typid, typmod) AS
    (CASE typid::integer WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
     WHEN 1700 THEN CASE WHEN typmod <> -1 THEN ((typmod - 4) >> 16) & 65535 END END)::integer;
CREATE MACRO _pg_numeric_precision_radix(typid, typmod) AS
    (CASE WHEN typid::integer IN (20, 21, 23, 700, 701) THEN 2 WHEN typid::integer = 1700 THEN 10 END)::integer;
CREATE MACRO _pg_numeric_scale(typid, typmod) AS
    (CASE WHEN typid::integer IN (20, 21, 23) THEN 0 WHEN typid::integer = 1700 AND typmod <> -1 THEN (typmod - 4) & 65535 END)::integer;
CREATE MACRO _pg_datetime_precision(typid, typmod) AS
    (CASE WHEN typid::integer = 1082 THEN 0 WHEN typid::integer IN (1083, 1114, 1184, 1266) THEN CASE WHEN typmod < 0 THEN 6 ELSE typmod END
     WHEN typid::integer = 1186 THEN CASE WHEN typmod < 0 OR typmod & 65535 = 65535 THEN 6 ELSE typmod & 65535 END END)::integer;
-- The tokens of PostgreSQL's one text search parser.
CREATE MACRO ts_token_type(parser) AS TABLE
    SELECT i::INTEGER AS tokid, alias, NULL::VARCHAR AS description
    FROM (SELECT unnest(['asciiword', 'word', 'numword', 'email', 'url', 'host', 'sfloat', 'version', 'hword_numpart', 'hword_part',
                         'hword_asciipart', 'blank', 'tag', 'protocol', 'numhword', 'asciihword', 'hword', 'url_path', 'file', 'float',
                         'int', 'uint', 'entity']) AS alias, generate_subscripts(range(23), 1) AS i)
    WHERE parser::BIGINT = 3722;
CREATE MACRO row_security_active(relation) AS false;
CREATE MACRO pg_get_replica_identity_index(relation) AS
    (SELECT pgcat_i.indexrelid::BIGINT::regclass FROM pg_index pgcat_i WHERE pgcat_i.indrelid = relation::regclass::BIGINT AND pgcat_i.indisprimary);
-- INSERT 8, UPDATE 4, DELETE 16: all of a table, nothing of a view.
CREATE MACRO pg_relation_is_updatable(relation, with_triggers) AS
    coalesce((SELECT CASE pgcat_c.relkind::VARCHAR WHEN 'r' THEN 28 ELSE 0 END FROM pg_class pgcat_c WHERE pgcat_c.oid = relation::regclass::BIGINT), 0)::INTEGER;
CREATE MACRO pg_column_is_updatable(relation, number, with_triggers) AS
    number > 0 AND pg_relation_is_updatable(relation, with_triggers) = 28;
CREATE MACRO pg_collation_actual_version(oid) AS NULL::VARCHAR;
CREATE MACRO pg_database_collation_actual_version(oid) AS NULL::VARCHAR;
CREATE MACRO pg_sequence_parameters(sequence) AS
    (SELECT {'start_value': pgcat_q.seqstart, 'minimum_value': pgcat_q.seqmin, 'maximum_value': pgcat_q.seqmax, 'increment': pgcat_q.seqincrement,
             'cycle_option': pgcat_q.seqcycle, 'cache_size': pgcat_q.seqcache, 'data_type': pgcat_q.seqtypid}
     FROM pg_sequence pgcat_q WHERE pgcat_q.seqrelid = sequence::regclass::BIGINT);
CREATE MACRO pg_relation_filepath(relation) AS 'base/' || relation::regclass::BIGINT;
CREATE MACRO pg_collation_for(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN '"default"' END;
CREATE MACRO oidvectortypes(types) AS array_to_string([format_type(t, NULL) FOR t IN types], ', ');

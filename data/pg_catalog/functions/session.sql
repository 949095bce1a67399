-- What DuckDB would answer about itself, answered as PostgreSQL does.
CREATE MACRO version() AS pgcat_version();
CREATE MACRO current_database() AS pgcat_current_database();
CREATE MACRO current_catalog() AS pgcat_current_database();
CREATE MACRO current_user() AS pgcat_current_user();
CREATE MACRO current_role() AS pgcat_current_user();
CREATE MACRO "user"() AS pgcat_current_user();
CREATE MACRO session_user() AS pgcat_session_user();
CREATE MACRO current_schema() AS pgcat_current_schema();
CREATE MACRO current_schemas(include_implicit) AS
    CASE WHEN include_implicit IS NOT NULL
         THEN coalesce(string_split(pgcat_current_schemas(include_implicit), chr(31)), [])::name[] END;
CREATE MACRO current_setting(name) AS pgcat_current_setting(name, false), (name, missing_ok) AS pgcat_current_setting(name, missing_ok);
CREATE MACRO pg_typeof(x) AS pgcat_type_of(typeof(x));
CREATE MACRO pg_is_in_recovery() AS false;
CREATE MACRO pg_is_wal_replay_paused() AS false;
CREATE MACRO pg_my_temp_schema() AS 0::pg_oid;
CREATE MACRO pg_is_other_temp_schema(oid) AS false;
CREATE MACRO pg_listening_channels() AS TABLE SELECT NULL::VARCHAR AS pg_listening_channels WHERE false;
CREATE MACRO inet_server_addr() AS NULL::VARCHAR;
CREATE MACRO inet_server_port() AS pgcat_setting('port', NULL)::INTEGER;
CREATE MACRO pg_blocking_pids(pid) AS []::INTEGER[];
CREATE MACRO pg_notification_queue_usage() AS 0::DOUBLE;
CREATE MACRO pg_jit_available() AS false;
CREATE MACRO pg_trigger_depth() AS 0::INTEGER;
CREATE MACRO pg_client_encoding() AS 'UTF8'::name;
CREATE MACRO getdatabaseencoding() AS 'UTF8'::name;
CREATE MACRO pg_encoding_to_char(encoding) AS (CASE encoding WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' WHEN 8 THEN 'LATIN1' ELSE '' END)::name;
CREATE MACRO pg_char_to_encoding(name) AS CASE upper(name) WHEN 'UTF8' THEN 6 WHEN 'UNICODE' THEN 6 WHEN 'SQL_ASCII' THEN 0 WHEN 'LATIN1' THEN 8 ELSE -1 END::INTEGER;
CREATE MACRO pg_encoding_max_length(encoding) AS CASE encoding WHEN 6 THEN 4 ELSE 1 END::INTEGER;
CREATE MACRO pg_export_snapshot() AS error('cannot export a snapshot: DuckDB cannot share one between connections')::VARCHAR;
CREATE MACRO pg_current_xact_id() AS txid_current()::xid8;
CREATE MACRO pg_current_xact_id_if_assigned() AS NULL::xid8;
CREATE MACRO txid_current_if_assigned() AS NULL::BIGINT;
CREATE MACRO pg_stat_reset() AS NULL::VARCHAR;

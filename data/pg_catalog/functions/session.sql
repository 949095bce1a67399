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
CREATE MACRO pg_listening_channels() AS unnest([]::VARCHAR[]);
CREATE MACRO pg_listening_channels() AS TABLE SELECT NULL::VARCHAR AS pg_listening_channels WHERE false;
CREATE MACRO inet_client_addr() AS pgcat_client_address()::inet;
CREATE MACRO inet_server_addr() AS NULL::VARCHAR;
CREATE MACRO inet_server_port() AS pgcat_setting('port', NULL)::INTEGER;
CREATE MACRO pg_blocking_pids(pid) AS []::INTEGER[];
CREATE MACRO pg_notification_queue_usage() AS 0::DOUBLE;
CREATE MACRO pg_jit_available() AS false;
CREATE MACRO pg_trigger_depth() AS 0::INTEGER;
CREATE MACRO pg_client_encoding() AS 'UTF8'::name;
CREATE MACRO getdatabaseencoding() AS 'UTF8'::name;
-- PostgreSQL's encodings in the order of their numbers (PostgreSQL 15, pg_wchar.h).
CREATE MACRO pgcat_encodings() AS
    ['SQL_ASCII', 'EUC_JP', 'EUC_CN', 'EUC_KR', 'EUC_TW', 'EUC_JIS_2004', 'UTF8', 'MULE_INTERNAL', 'LATIN1', 'LATIN2',
     'LATIN3', 'LATIN4', 'LATIN5', 'LATIN6', 'LATIN7', 'LATIN8', 'LATIN9', 'LATIN10', 'WIN1256', 'WIN1258', 'WIN866',
     'WIN874', 'KOI8R', 'WIN1251', 'WIN1252', 'ISO_8859_5', 'ISO_8859_6', 'ISO_8859_7', 'ISO_8859_8', 'WIN1250', 'WIN1253',
     'WIN1254', 'WIN1255', 'WIN1257', 'KOI8U', 'SJIS', 'BIG5', 'GBK', 'UHC', 'GB18030', 'JOHAB', 'SHIFT_JIS_2004'];
CREATE MACRO pg_encoding_to_char(encoding) AS coalesce(pgcat_encodings()[encoding::INTEGER + 1], '')::name;
CREATE MACRO pg_char_to_encoding(name) AS
    coalesce(list_position([lower(replace(e, '_', '')) FOR e IN pgcat_encodings()],
                           CASE lower(name) WHEN 'unicode' THEN 'utf8' ELSE regexp_replace(lower(name), '[^a-z0-9]', '', 'g') END), 0)::INTEGER - 1;
CREATE MACRO pg_encoding_max_length(encoding) AS
    CASE WHEN encoding IN (4, 6, 7, 39) THEN 4 WHEN encoding IN (1, 2, 3, 5, 40) THEN 3 WHEN encoding IN (35, 36, 37, 38, 41) THEN 2
         WHEN encoding BETWEEN 0 AND 34 THEN 1 END::INTEGER;
CREATE MACRO pg_export_snapshot() AS error('cannot export a snapshot: DuckDB cannot share one between connections')::VARCHAR;
CREATE MACRO pg_current_xact_id() AS txid_current()::xid8;
CREATE MACRO pg_current_xact_id_if_assigned() AS NULL::xid8;
CREATE MACRO txid_current_if_assigned() AS NULL::BIGINT;
CREATE MACRO pg_stat_reset() AS NULL::VARCHAR;
CREATE MACRO pg_safe_snapshot_blocking_pids(pid) AS []::INTEGER[];
CREATE MACRO pg_current_logfile() AS NULL::VARCHAR,
    (format) AS NULL::VARCHAR;
CREATE MACRO pg_last_wal_receive_lsn() AS NULL::pg_lsn;
CREATE MACRO pg_last_wal_replay_lsn() AS NULL::pg_lsn;
CREATE MACRO pg_last_xact_replay_timestamp() AS NULL::TIMESTAMPTZ;
CREATE MACRO pg_stat_get_snapshot_timestamp() AS NULL::TIMESTAMPTZ;
CREATE MACRO pg_stat_clear_snapshot() AS NULL::VARCHAR;
CREATE MACRO pg_timezone_abbrevs() AS TABLE FROM pg_timezone_abbrevs;
CREATE MACRO pg_lock_status() AS TABLE FROM pg_locks;
CREATE MACRO pg_cursor() AS TABLE FROM pg_cursors;
CREATE MACRO pg_prepared_statement() AS TABLE FROM pg_prepared_statements;

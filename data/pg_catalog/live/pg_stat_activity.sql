-- Volatile: the sessions as they are. Who may only read sees what others run no more than in PostgreSQL.
SELECT * REPLACE (CASE WHEN usename = session_user OR pgcat_setting('is_superuser', NULL) = 'on' THEN query
                       ELSE '<insufficient privilege>' END AS query)
FROM pgcat_activity()

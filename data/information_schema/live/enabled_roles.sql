-- Volatile: those of the session's user.
SELECT rolname AS role_name FROM pg_authid WHERE pg_has_role(oid, 'USAGE')

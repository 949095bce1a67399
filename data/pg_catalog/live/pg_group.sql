SELECT rolname AS groname, oid AS grosysid, coalesce((SELECT list(member) FROM pg_auth_members m WHERE m.roleid = a.oid), []) AS grolist
FROM pg_authid a
WHERE NOT rolcanlogin

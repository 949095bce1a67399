SELECT grantee, role_name, is_grantable FROM (SELECT NULL AS grantee, NULL AS role_name, 'YES' AS is_grantable) WHERE false

-- Volatile: one row for each session; what a connection is encrypted with is not told.
SELECT pid, false AS ssl, NULL AS version, NULL AS cipher, NULL AS bits, NULL AS client_dn, NULL AS client_serial, NULL AS issuer_dn
FROM pgcat_activity()

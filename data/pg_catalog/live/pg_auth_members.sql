SELECT 6181 AS roleid, 16380 AS member, 10 AS grantor, false AS admin_option WHERE pgcat_reader() IS NOT NULL

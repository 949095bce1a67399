SELECT interval '1 02:03:04' day to second(3), interval(3) '1 sec', interval '1-2' year to month, '1'::interval(3), current_timestamp(3), '2020'::timestamp(3), x::timestamp(6) with time zone, x::time(3), '5'::oid, oid '5', t.oid, x::oid[];
INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1) RETURNING id, a+1, lower(b);
COPY t TO 'x.csv'

copy t(a,b) from stdin with (format csv, header match, delimiter '|', force_null (a));
copy (select 1) to stdout (format binary);
copy t from 'file.csv';
copy t to stdout with csv header quote as '"' force quote *;
copy t from stdin delimiter 'a';
copy t from stdin (format parquet);
explain analyze select 1;
explain (analyze, format json, costs off) select 1

explain (format html) select 1;
explain (foo) select 1;
explain explain select 1;
lock table t;
do $$ begin end $$;
vacuum analyze;
with x as (select 1) insert into t select * from x;
with x as (select 1) select * from x

create table t as select 1;
create table t(a int generated always as (a+1));
create temp table if not exists t as from x;
select 1 into t from x;
select a from (select 1 into x) y;
create function f() returns int language sql begin atomic select 1; select case when true then 1 end; end; select 5;
create materialized view v as select 1;
grant select on t to x

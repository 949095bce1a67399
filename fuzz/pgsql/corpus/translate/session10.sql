create user x password 'y';
drop role if exists x;
create extension if not exists "uuid-ossp";
foo bar;
select 'abc;
select "abc;
select $a$ x;
select /* x

rollback and no chain;
abort;
set search_path to a, "B";
set local timezone = 'UTC';
set time zone interval '-08:00' hour to minute;
set session characteristics as transaction isolation level read committed;
set transaction read only;
set local transaction read only

set session transaction read only;
set threads = 4;
set global threads=3;
set names 'utf8';
set variable x = 5;
set role none;
set session authorization default;
reset all

discard plans;
deallocate all;
deallocate prepare x;
prepare p(int, text) as select $1, $2;
execute p(1, 'a,b', (1,2));
declare c scroll cursor with hold for select 1;
fetch 5 from c;
fetch backward all in c

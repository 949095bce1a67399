with recursive t(n) as (values (1) union all select n+1 from t) select n from t;
(select 1) union (select 2);
((select 1));
from t select x;
from t;
pivot t on x;
create or replace temp view v as select 1;
create unique index concurrently i on t(a)

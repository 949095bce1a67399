select "";
select e'\'' , u&'\0041', 'a';
values (1);
table t;
merge into t using s on a=b when matched then delete;
call f();
summarize t;
describe t

insert into t values (1);
rollback prepared 'x';
savepoint savepoint;
release savepoint a

select 1; select 2;
;
/* a /* b */ */ -- x;
begin isolation level serializable, read only deferrable;
start transaction read write;
commit and chain;
rollback work to savepoint x;
rollback to x

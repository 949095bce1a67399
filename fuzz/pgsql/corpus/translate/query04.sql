SELECT x FROM (SELECT FROM t FOR NO KEY UPDATE SKIP LOCKED) q;
SELECT EXISTS(SELECT FROM t);
SELECT substring('abc' from 'b(.)'), substring(a from 1 for 2), substring(a for 2), overlay('abc' placing 'x' from 2 for 1)

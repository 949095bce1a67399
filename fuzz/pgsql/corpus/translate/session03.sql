reset threads;
show all;
show search_path;
show time zone;
show transaction isolation level;
show tables;
show all tables;
discard all

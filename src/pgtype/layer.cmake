# The powers of ten behind float.c.
mallardb_generate(mallardb_pgtype pgtype/powers.c generate-powers)
target_link_libraries(mallardb_pgtype PUBLIC m)

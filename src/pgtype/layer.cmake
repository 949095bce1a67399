# The powers of ten behind float.c.
mallardb_generate(mallardb_pgtype pgtype/powers.c generate-powers)

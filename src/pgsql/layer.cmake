mallardb_generate(mallardb_pgsql pgsql/keyword_hash.h generate-keywords ${CMAKE_SOURCE_DIR}/data/pg_keywords.def)

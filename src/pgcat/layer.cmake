file(GLOB_RECURSE pgcat_data CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/data/pg_catalog/*.tsv ${CMAKE_SOURCE_DIR}/data/pg_catalog/*.sql
    ${CMAKE_SOURCE_DIR}/data/information_schema/*.tsv ${CMAKE_SOURCE_DIR}/data/information_schema/*.sql)
mallardb_embed(mallardb_pgcat pgcat/pgcat_data ${pgcat_data})

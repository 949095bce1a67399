mallardb_embed(mallardb_server server/server_data ${CMAKE_SOURCE_DIR}/data/status_page.css)

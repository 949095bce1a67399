# Foreign libraries, each given only to the layer that is its home (tools/layers.txt says which).
# What Debian does not carry is installed by tools/setup into .deps.
find_package(PkgConfig REQUIRED)
set(MALLARDB_DEPS ${CMAKE_SOURCE_DIR}/.deps)

set(mallardb_foreign_net libssl libcrypto)
set(mallardb_foreign_pgwire libcrypto libidn)
set(mallardb_foreign_flight libnghttp2 libprotobuf-c libzstd nanoarrow)
set(mallardb_foreign_airport json-c)
set(mallardb_foreign_engine duckdb json-c)

if(DEFINED ENV{DUCKDB_HOME})
    set(MALLARDB_DUCKDB_HOME $ENV{DUCKDB_HOME})
else()
    set(MALLARDB_DUCKDB_HOME ${MALLARDB_DEPS}/duckdb)
endif()

# An imported library from a header and a library file: those without a pkg-config file.
function(mallardb_import name header library)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "HINTS")
    find_path(${name}_INCLUDE_DIR ${header} HINTS ${arg_HINTS} PATH_SUFFIXES include)
    find_library(${name}_LIBRARY ${library} HINTS ${arg_HINTS} PATH_SUFFIXES lib)
    if(NOT ${name}_INCLUDE_DIR OR NOT ${name}_LIBRARY)
        message(FATAL_ERROR "${header} or its library is missing: run tools/setup")
    endif()
    add_library(foreign_${name} UNKNOWN IMPORTED GLOBAL)
    set_target_properties(foreign_${name} PROPERTIES
        IMPORTED_LOCATION ${${name}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE_DIR})
endfunction()

# The imported target foreign_NAME, found when the first layer asks for it.
function(mallardb_require_foreign name)
    if(TARGET foreign_${name})
        return()
    elseif(name STREQUAL "duckdb")
        mallardb_import(duckdb duckdb.h duckdb HINTS ${MALLARDB_DUCKDB_HOME})
    elseif(name STREQUAL "nanoarrow")
        mallardb_import(nanoarrow nanoarrow/nanoarrow_ipc.h nanoarrow HINTS ${MALLARDB_DEPS}/nanoarrow)
        mallardb_require_foreign(libzstd)
        target_link_libraries(foreign_nanoarrow INTERFACE foreign_libzstd)
    else()
        pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${name})
        if(NOT ${name}_FOUND)
            message(FATAL_ERROR "pkg-config knows no ${name}: run tools/setup")
        endif()
        add_library(foreign_${name} INTERFACE IMPORTED GLOBAL)
        target_link_libraries(foreign_${name} INTERFACE PkgConfig::${name})
    endif()
endfunction()

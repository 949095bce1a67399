# What a user gets: libairport, shared and static, the examples on it, the server, and their installation.
set(airport_layers base net flight airport)
set(private_libdir ${CMAKE_INSTALL_LIBDIR}/mallardb)

if(TARGET mallardb_airport)
    foreach(layer IN LISTS airport_layers)
        if(TARGET mallardb_${layer})
            list(APPEND airport_objects $<TARGET_OBJECTS:mallardb_${layer}>)
            foreach(foreign IN LISTS mallardb_foreign_${layer})
                list(APPEND airport_foreign foreign_${foreign})
            endforeach()
        endif()
    endforeach()

    add_library(airport SHARED ${airport_objects})
    set(exports ${CMAKE_SOURCE_DIR}/cmake/libairport.map)
    set_target_properties(airport PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 1 LINKER_LANGUAGE C
        LINK_DEPENDS ${exports} PUBLIC_HEADER ${CMAKE_SOURCE_DIR}/include/airport.h)
    set(airport_include $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_include_directories(airport INTERFACE ${airport_include})
    target_link_libraries(airport PRIVATE mallardb_flags ${airport_foreign})
    target_link_options(airport PRIVATE -Wl,--version-script=${exports})
    install(TARGETS airport EXPORT airport LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

    # The static library is one object in which only airport_* is visible, so that our internal names and those of
    # nanoarrow never meet a user's own. Sanitized objects cannot be joined so.
    if(NOT MALLARDB_SANITIZE AND NOT MALLARDB_FUZZ)
        set(joined ${CMAKE_BINARY_DIR}/libairport.o)
        add_custom_command(OUTPUT ${joined}
            COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${joined} ${airport_objects}
                $<$<TARGET_EXISTS:foreign_nanoarrow>:$<TARGET_FILE:foreign_nanoarrow>>
            COMMAND ${CMAKE_OBJCOPY} --wildcard --keep-global-symbol=airport_* ${joined}
            DEPENDS ${airport_objects} COMMAND_EXPAND_LISTS COMMENT "Joining libairport.a" VERBATIM)
        add_library(airport_static STATIC ${joined})
        set_target_properties(airport_static PROPERTIES OUTPUT_NAME airport LINKER_LANGUAGE C)
        target_include_directories(airport_static INTERFACE ${airport_include})
        install(TARGETS airport_static EXPORT airport ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    endif()

    configure_file(packaging/libairport.pc.in libairport.pc @ONLY)
    install(FILES ${CMAKE_BINARY_DIR}/libairport.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
    include(CMakePackageConfigHelpers)
    write_basic_package_version_file(airport-config-version.cmake COMPATIBILITY SameMajorVersion)
    install(FILES packaging/airport-config.cmake ${CMAKE_BINARY_DIR}/airport-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/airport)
    install(EXPORT airport NAMESPACE airport:: FILE airport-targets.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/airport)
endif()

# A program of the folder's sources on libairport's public interface alone.
function(mallardb_airport_program target folder output)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
    if(sources AND TARGET airport)
        cmake_path(GET output PARENT_PATH output_folder)
        cmake_path(GET output FILENAME output_name)
        add_executable(${target} ${sources})
        set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output_name}
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/${output_folder})
        target_link_libraries(${target} PRIVATE airport mallardb_flags)
    endif()
endfunction()

file(GLOB folders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/examples/*)
foreach(folder IN LISTS folders)
    cmake_path(GET folder FILENAME name)
    mallardb_airport_program(example_${name} ${folder} examples/${name})
endforeach()

if(EXISTS ${CMAKE_SOURCE_DIR}/src/cli/main.c)
    add_executable(mallardb src/cli/main.c)
    foreach(layer cli server base)
        if(TARGET mallardb_${layer})
            target_link_libraries(mallardb PRIVATE mallardb_${layer})
        endif()
    endforeach()
    target_link_libraries(mallardb PRIVATE mallardb_flags)
    if(NOT MALLARDB_SANITIZE AND NOT MALLARDB_FUZZ)
        # Replaces malloc of the whole process, the engine's too: small statements allocate a hundred times, on many threads.
        find_library(MIMALLOC mimalloc REQUIRED)
        target_link_options(mallardb PRIVATE "LINKER:--push-state,--no-as-needed,${MIMALLOC},--pop-state")
    endif()
    set_target_properties(mallardb PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_libdir}")
    install(TARGETS mallardb RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    if(TARGET foreign_duckdb)
        install(PROGRAMS $<TARGET_PROPERTY:foreign_duckdb,IMPORTED_LOCATION> DESTINATION ${private_libdir})
    endif()
endif()

# Manual pages and the sample configuration, from their templates and the same data as --help.
function(mallardb_fill_template output template destination)
    set(out ${CMAKE_BINARY_DIR}/packaging/${output})
    add_custom_command(OUTPUT ${out}
        COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/fill-template ${out} ${template}
        DEPENDS ${CMAKE_SOURCE_DIR}/tools/fill-template ${CMAKE_SOURCE_DIR}/tools/facts.py ${template}
            ${CMAKE_SOURCE_DIR}/data/settings.def ${CMAKE_SOURCE_DIR}/include/airport.h
        COMMENT "Filling ${output}" VERBATIM)
    set_property(GLOBAL APPEND PROPERTY mallardb_filled ${out})
    install(FILES ${out} DESTINATION ${destination})
endfunction()

foreach(page mallardb.1 mallardb.conf.5 airport.h.3)
    string(REGEX MATCH "[0-9]$" chapter ${page})
    mallardb_fill_template(${page} ${CMAKE_SOURCE_DIR}/packaging/man/${page}.in ${CMAKE_INSTALL_MANDIR}/man${chapter})
endforeach()
mallardb_fill_template(mallardb.conf ${CMAKE_SOURCE_DIR}/packaging/mallardb.conf.in ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES packaging/bash-completion/mallardb DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES packaging/grafana/mallardb.json DESTINATION ${CMAKE_INSTALL_DATADIR}/mallardb/grafana)
get_property(filled GLOBAL PROPERTY mallardb_filled)
add_custom_target(filled_templates ALL DEPENDS ${filled})

# What `make build` makes and `make install` installs; the tests and fuzz targets are no part of it.
set(products check_layers filled_templates)
foreach(target mallardb airport airport_static)
    if(TARGET ${target})
        list(APPEND products ${target})
    endif()
endforeach()
foreach(folder IN LISTS folders)
    cmake_path(GET folder FILENAME name)
    if(TARGET example_${name})
        list(APPEND products example_${name})
    endif()
endforeach()
add_custom_target(products DEPENDS ${products})

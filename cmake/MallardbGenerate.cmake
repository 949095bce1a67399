# Code made from data at build time: protobuf messages, embedded text files, tables.
# Everything lands in the build folder under generated/<layer>/ and is included as "<layer>/<file>".
set(MALLARDB_GENERATED ${CMAKE_BINARY_DIR}/generated)

# mallardb_protobuf(TARGET LAYER FILE.proto…): protobuf-c code, included as "LAYER/FILE.pb-c.h".
function(mallardb_protobuf target layer)
    find_program(PROTOC_C protoc-c REQUIRED)
    set(out ${MALLARDB_GENERATED}/${layer})
    file(MAKE_DIRECTORY ${out})
    foreach(proto IN LISTS ARGN)
        cmake_path(GET proto STEM stem)
        cmake_path(GET proto PARENT_PATH folder)
        add_custom_command(OUTPUT ${out}/${stem}.pb-c.c ${out}/${stem}.pb-c.h
            COMMAND ${PROTOC_C} --c_out=${out} --proto_path=${folder} ${proto}
            DEPENDS ${proto} COMMENT "protoc-c ${stem}.proto" VERBATIM)
        set_source_files_properties(${out}/${stem}.pb-c.c PROPERTIES COMPILE_OPTIONS -w)
        target_sources(${target} PRIVATE ${out}/${stem}.pb-c.c ${out}/${stem}.pb-c.h)
    endforeach()
endfunction()

# mallardb_generate(TARGET OUTPUT SCRIPT INPUT…): runs SCRIPT OUTPUT INPUT… (Python, standard library only)
# and compiles OUTPUT, a path below generated/, if it is a .c file.
function(mallardb_generate target output script)
    set(out ${MALLARDB_GENERATED}/${output})
    cmake_path(GET out PARENT_PATH folder)
    file(MAKE_DIRECTORY ${folder})
    add_custom_command(OUTPUT ${out}
        COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/${script} ${out} ${ARGN}
        DEPENDS ${CMAKE_SOURCE_DIR}/tools/${script} ${ARGN} COMMENT "Generating ${output}" VERBATIM)
    target_sources(${target} PRIVATE ${out})
endfunction()

# mallardb_embed(TARGET LAYER/NAME FILE…): the files as a C table NAME[] with NAME_count entries, declared in
# "LAYER/NAME.h". An entry's name is the file's path below data/.
function(mallardb_embed target name)
    mallardb_generate(${target} ${name}.h embed ${ARGN})
    mallardb_generate(${target} ${name}.c embed ${ARGN})
endfunction()

# Compiler and linker flags of everything that is ours.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()
# Assertions stay on: they guard the moves of the state machines and cost nothing measurable.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(mallardb_flags INTERFACE)
target_compile_definitions(mallardb_flags INTERFACE _GNU_SOURCE MALLARDB_VERSION="${PROJECT_VERSION}"
    $<$<BOOL:${MALLARDB_FAULTS}>:MALLARDB_FAULTS>)
target_compile_options(mallardb_flags INTERFACE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -fstack-protector-strong -fstack-clash-protection)
target_link_options(mallardb_flags INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
target_link_libraries(mallardb_flags INTERFACE Threads::Threads)

if(MALLARDB_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "MALLARDB_FUZZ needs clang: configure with -DCMAKE_C_COMPILER=clang")
    endif()
    set(MALLARDB_SANITIZE address)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(MALLARDB_SANITIZE STREQUAL "address")
    add_compile_options(-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
elseif(MALLARDB_SANITIZE STREQUAL "thread")
    add_compile_options(-O1 -fno-omit-frame-pointer -fsanitize=thread)
    add_link_options(-fsanitize=thread)
elseif(NOT MALLARDB_SANITIZE STREQUAL "")
    message(FATAL_ERROR "MALLARDB_SANITIZE is '${MALLARDB_SANITIZE}', expected nothing, address or thread")
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(mallardb_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()

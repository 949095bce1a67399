# find_package(airport): the targets airport::airport (shared) and airport::airport_static.
include(${CMAKE_CURRENT_LIST_DIR}/airport-targets.cmake)

# What the static library stands on; without its development packages only the shared one can be linked.
find_package(PkgConfig QUIET)
find_package(Threads QUIET)
if(TARGET airport::airport_static AND PKG_CONFIG_FOUND AND Threads_FOUND)
    pkg_check_modules(airport_needs QUIET IMPORTED_TARGET libnghttp2 libprotobuf-c libzstd json-c libssl libcrypto)
    if(airport_needs_FOUND)
        target_link_libraries(airport::airport_static INTERFACE PkgConfig::airport_needs Threads::Threads m)
    endif()
endif()

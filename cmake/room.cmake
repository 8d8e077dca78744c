# A room is a folder below src/ with one purpose. tamga_room() makes its library (tamga_NAME) from the
# room's sources and, where tests are built, its unit tests (NAME_test) from the *_test.cpp beside them.
#
#   tamga_room(merkle SOURCES tree.cpp TESTS tree_test.cpp USES crypto LIBS OpenSSL::Crypto)
#
# Tests that have Postgres in their names run in one process, which starts one cluster for all of them.

add_library(tamga_flags INTERFACE)
target_compile_features(tamga_flags INTERFACE cxx_std_23)
target_compile_options(tamga_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion
                       -Wshadow $<$<BOOL:${TAMGA_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 warns of copies that overlap where std::string concatenates (GCC bug 105329). At -O2 it loses sight of bounds
    # inside std::string, std::vector and std::expected; the other builds keep these warnings, and as errors.
    target_compile_options(tamga_flags INTERFACE -Wno-restrict
                           "$<$<CONFIG:Release>:-Wno-array-bounds;-Wno-maybe-uninitialized;-Wno-stringop-overflow;-Wno-stringop-overread>")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # clang tells of libstdc++'s own use of what C++17 took back, and of strings longer than C++ promises to take. A
    # precompiled header without the time at which it was made is the same to ccache.
    target_compile_options(tamga_flags INTERFACE -Wno-deprecated-declarations -Wno-overlength-strings
                           "SHELL:-Xclang -fno-pch-timestamp")
endif()
target_include_directories(tamga_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(TAMGA_SANITIZE)
    target_compile_options(tamga_flags INTERFACE -fsanitize=${TAMGA_SANITIZE} -fno-sanitize-recover=all
                           -fno-omit-frame-pointer)
    target_link_options(tamga_flags INTERFACE -fsanitize=${TAMGA_SANITIZE})
    if(TAMGA_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        # Its check of an object's type opens a pipe, and takes one that cannot be had, where a test lets descriptors run
        # out, for a fault of the object.
        target_compile_options(tamga_flags INTERFACE -fno-sanitize=vptr)
    endif()
endif()

# What Debian hardens its programs with (dpkg-buildflags, hardening=+all): where a fault of memory would let a stranger
# in, the program ends instead. tests/hardening.py looks at what was built. Debug builds, which serve nobody, are only
# linked so.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection TAMGA_HAS_CF_PROTECTION)  # of some processors only
target_compile_options(tamga_flags INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-fPIE -fstack-protector-strong -fstack-clash-protection
    $<$<BOOL:${TAMGA_HAS_CF_PROTECTION}>:-fcf-protection>>)
if(NOT TAMGA_SANITIZE)
    target_compile_options(tamga_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
endif()
target_link_options(tamga_flags INTERFACE LINKER:-z,relro LINKER:-z,now $<$<NOT:$<CONFIG:Debug>>:-pie>)

if(TAMGA_PRECOMPILED)
    add_library(tamga_precompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/empty.cpp)
    target_link_libraries(tamga_precompiled PRIVATE tamga_flags fmt::fmt nlohmann_json::nlohmann_json)
    target_precompile_headers(tamga_precompiled PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.hpp)
endif()
# tamga_precompile(TARGET): the target's sources start from cmake/precompiled.hpp, compiled once.
function(tamga_precompile target)
    if(TAMGA_PRECOMPILED)
        target_precompile_headers(${target} REUSE_FROM tamga_precompiled)
    endif()
endfunction()

if(TAMGA_TESTS)
    # What sanitizers of tests are told: tests/lsan.supp says what is no leak, and why.
    set(TAMGA_LEAKS "LSAN_OPTIONS=print_suppressions=0:suppressions=${PROJECT_SOURCE_DIR}/tests/lsan.supp")
    find_package(GTest REQUIRED)
    include(GoogleTest)
endif()

# tamga_postgres_tests(NAME): the room's tests that have Postgres in their names.
function(tamga_postgres_tests name)
    if(TAMGA_TESTS)
        target_compile_definitions(${name}_test PRIVATE TAMGA_CLUSTER="${PROJECT_SOURCE_DIR}/tests/postgres/cluster")
        add_test(NAME "${name}: over PostgreSQL" COMMAND ${name}_test --gtest_filter=*Postgres*)
        set_tests_properties("${name}: over PostgreSQL" PROPERTIES LABELS unit TIMEOUT 1200 ENVIRONMENT "${TAMGA_LEAKS}")
    endif()
endfunction()

function(tamga_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;USES;LIBS" ${ARGN})
    add_library(tamga_${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(tamga_${name} PUBLIC tamga_flags)
    tamga_precompile(tamga_${name})
    foreach(used ${ROOM_USES})
        target_link_libraries(tamga_${name} PUBLIC tamga_${used})
    endforeach()
    target_link_libraries(tamga_${name} PUBLIC ${ROOM_LIBS})
    if(TAMGA_TESTS AND ROOM_TESTS)
        add_executable(${name}_test ${ROOM_TESTS})
        target_link_libraries(${name}_test PRIVATE tamga_${name} GTest::gtest GTest::gtest_main)
        tamga_precompile(${name}_test)
        gtest_discover_tests(${name}_test TEST_PREFIX "${name}:" TEST_FILTER "-*Postgres*"
                             PROPERTIES LABELS unit ENVIRONMENT "${TAMGA_LEAKS}" DISCOVERY_TIMEOUT 60)
    endif()
endfunction()

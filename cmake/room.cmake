# A room is a folder below src/ with one purpose. tamga_room() makes its library (tamga_NAME) from the
# room's sources and, where tests are built, its unit tests (NAME_test) from the *_test.cpp beside them.
#
#   tamga_room(merkle SOURCES tree.cpp TESTS tree_test.cpp USES crypto LIBS OpenSSL::Crypto)

add_library(tamga_flags INTERFACE)
target_compile_features(tamga_flags INTERFACE cxx_std_23)
target_compile_options(tamga_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion
                       -Wshadow $<$<BOOL:${TAMGA_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 warns of copies that overlap where std::string concatenates (GCC bug 105329).
    target_compile_options(tamga_flags INTERFACE -Wno-restrict)
endif()
target_include_directories(tamga_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(TAMGA_SANITIZE)
    target_compile_options(tamga_flags INTERFACE -fsanitize=${TAMGA_SANITIZE} -fno-sanitize-recover=all
                           -fno-omit-frame-pointer)
    target_link_options(tamga_flags INTERFACE -fsanitize=${TAMGA_SANITIZE})
endif()

if(TAMGA_TESTS)
    find_package(GTest REQUIRED)
    include(GoogleTest)
endif()

function(tamga_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;USES;LIBS" ${ARGN})
    add_library(tamga_${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(tamga_${name} PUBLIC tamga_flags)
    foreach(used ${ROOM_USES})
        target_link_libraries(tamga_${name} PUBLIC tamga_${used})
    endforeach()
    target_link_libraries(tamga_${name} PUBLIC ${ROOM_LIBS})
    if(TAMGA_TESTS AND ROOM_TESTS)
        add_executable(${name}_test ${ROOM_TESTS})
        target_link_libraries(${name}_test PRIVATE tamga_${name} GTest::gtest GTest::gtest_main)
        gtest_discover_tests(${name}_test TEST_PREFIX "${name}:" PROPERTIES LABELS unit
                             DISCOVERY_TIMEOUT 60)
    endif()
endfunction()

# A fuzz target is a file with LLVMFuzzerTestOneInput() that gives a parser any bytes at all and aborts if it does not keep
# its word.
#
#   tamga_fuzz(http target fuzz/target_fuzzer.cpp fuzz/seeds/target [DICT fuzz/words.dict])
#
# Where the sanitizer "fuzzer" is on (preset asan) it makes the program NAME_fuzzer, which the target `fuzzers` builds and
# tests/fuzz/run runs. Wherever tests are built it makes a test that gives it its seeds.
add_custom_target(fuzzers)
file(WRITE ${PROJECT_BINARY_DIR}/fuzzers.txt "")

function(tamga_fuzz room name source seeds)
    cmake_parse_arguments(FUZZ "" "DICT" "" ${ARGN})
    set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/${seeds})
    set(test "${room}: the fuzz target ${name} takes its seeds")
    if(TAMGA_SANITIZE MATCHES fuzzer)
        add_executable(${name}_fuzzer ${source})
        target_link_libraries(${name}_fuzzer PRIVATE tamga_${room})
        target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer)
        add_dependencies(fuzzers ${name}_fuzzer)
        set(dict "")
        if(FUZZ_DICT)
            set(dict ${CMAKE_CURRENT_SOURCE_DIR}/${FUZZ_DICT})
        endif()
        file(APPEND ${PROJECT_BINARY_DIR}/fuzzers.txt "${name} ${seeds} ${dict}\n")
        if(TAMGA_TESTS)
            add_test(NAME ${test} COMMAND ${name}_fuzzer -runs=0 ${seeds})
        endif()
    elseif(TAMGA_TESTS)
        add_executable(${name}_replay ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cpp)
        target_link_libraries(${name}_replay PRIVATE tamga_${room})
        add_test(NAME ${test} COMMAND ${name}_replay ${seeds})
    endif()
    if(TEST ${test})
        set_tests_properties(${test} PROPERTIES LABELS unit)
    endif()
endfunction()

# tamga_embed(TARGET NAME BASE_DIR FILE...) puts files into TARGET as bytes. The target's sources then reach them by
#
#   #include "NAME.hpp"   →   std::span<const tamga::EmbeddedFile> tamga::embedded::NAME();
#
# Paths are told relative to BASE_DIR, in byte order. The assembler's .incbin copies the bytes, so that large files cost
# no compile time. A changed file is embedded anew by the next build; a file added needs a new configure.
function(tamga_embed target name base_dir)
    set(files ${ARGN})
    list(SORT files)
    set(dir ${CMAKE_CURRENT_BINARY_DIR}/embedded)
    set(symbols "")
    set(entries "")
    set(index 0)
    foreach(file ${files})
        get_filename_component(absolute ${file} ABSOLUTE)
        file(RELATIVE_PATH relative ${base_dir} ${absolute})
        set(symbol "tamga_embedded_${name}_${index}")
        string(APPEND symbols "__asm__(\".section .rodata\\n.balign 16\\n${symbol}:\\n.incbin \\\"${absolute}\\\"\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n"
                              "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
        string(APPEND entries "        {\"${relative}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
        math(EXPR index "${index} + 1")
    endforeach()
    file(CONFIGURE OUTPUT ${dir}/${name}.hpp @ONLY CONTENT
"#pragma once
#include <span>
#include \"base/embedded.hpp\"
namespace tamga::embedded {
std::span<const EmbeddedFile> @name@();
}
")
    file(CONFIGURE OUTPUT ${dir}/${name}.cpp @ONLY CONTENT
"#include \"@name@.hpp\"
@symbols@
namespace tamga::embedded {
std::span<const EmbeddedFile> @name@() {
    static const EmbeddedFile kFiles[] = {
@entries@    };
    return kFiles;
}
}
")
    set_source_files_properties(${dir}/${name}.cpp PROPERTIES OBJECT_DEPENDS "${files}")
    target_sources(${target} PRIVATE ${dir}/${name}.cpp)
    target_include_directories(${target} PRIVATE ${dir})
endfunction()

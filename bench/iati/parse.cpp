// Baselines for the IATI engine: how fast other readers merely parse a file.  parse expat|pugixml FILE

#include <expat.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <pugixml.hpp>
#include <string>
#include <vector>

namespace {

std::size_t elements = 0;

void count(void*, const XML_Char*, const XML_Char**) {
    ++elements;
}
void end(void*, const XML_Char*) {}
void text(void*, const XML_Char*, int) {}

bool with_expat(const char* name) {
    const int file = ::open(name, O_RDONLY);
    XML_Parser parser = XML_ParserCreate(nullptr);
    XML_SetElementHandler(parser, count, end);
    XML_SetCharacterDataHandler(parser, text);
    for (;;) {
        void* const buffer = XML_GetBuffer(parser, 64 * 1024);
        const ssize_t bytes = ::read(file, buffer, 64 * 1024);
        if (bytes < 0 || XML_ParseBuffer(parser, static_cast<int>(bytes), bytes == 0) == XML_STATUS_ERROR)
            return false;
        if (bytes == 0) return true;
    }
}

bool with_pugixml(const char* name) {
    FILE* const file = std::fopen(name, "rb");
    std::fseek(file, 0, SEEK_END);
    std::vector<char> bytes(static_cast<std::size_t>(std::ftell(file)));
    std::rewind(file);
    if (std::fread(bytes.data(), 1, bytes.size(), file) != bytes.size()) return false;
    pugi::xml_document document;
    return document.load_buffer_inplace(bytes.data(), bytes.size());
}

}  // namespace

int main(int arguments, char** argument) {
    if (arguments != 3) return 2;
    const auto start = std::chrono::steady_clock::now();
    const bool done =
        std::strcmp(argument[1], "expat") == 0 ? with_expat(argument[2]) : with_pugixml(argument[2]);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.3f\n", seconds.count());
    return done ? 0 : 1;
}

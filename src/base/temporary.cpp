#include "base/temporary.hpp"

#include <cstdlib>

namespace tamga {

std::string temporary_folder() {
    const char* const named = std::getenv("TMPDIR");
    return named && *named ? named : "/tmp";
}

}  // namespace tamga

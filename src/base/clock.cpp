#include "base/clock.hpp"

#include <ctime>

namespace tamga {

long long system_clock_seconds() {
    return static_cast<long long>(std::time(nullptr));
}

}  // namespace tamga

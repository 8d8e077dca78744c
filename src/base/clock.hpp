#pragma once

#include <functional>

namespace tamga {

/// Tells the time in whole seconds since 1970-01-01T00:00:00Z. Passed in, so that tests choose the day.
using Clock = std::function<long long()>;

/// The machine's clock.
long long system_clock_seconds();

}  // namespace tamga

#include "figures/cumulative.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "figures/told.hpp"

namespace tamga::figures {

namespace {

std::vector<Amount> sorted(std::span<const Amount> amounts) {
    std::vector<Amount> out(amounts.begin(), amounts.end());
    std::ranges::sort(out, [](const Amount& a, const Amount& b) { return a.period.last < b.period.last; });
    return out;
}

}  // namespace

Result<std::vector<Amount>> from_cumulative(std::span<const Amount> since) {
    std::vector<Amount> out = sorted(since);
    for (std::size_t i = out.size(); i-- > 1;) {
        const Period &before = out[i - 1].period, here = out[i].period;
        if (before.first != here.first)
            return fail(ErrorCode::invalid_input, "take cumulative figures apart",
                        fmt::format("{} and {} do not begin on one day", written(before), written(here)),
                        "give figures since one beginning at a time");
        if (before.last == here.last)
            return fail(ErrorCode::invalid_input, "take cumulative figures apart",
                        fmt::format("there are two figures of {}", written(here)), "give one of each");
        out[i] = {{before.last.plus_days(1), here.last}, out[i].value - out[i - 1].value};
    }
    return out;
}

Result<std::vector<Amount>> to_cumulative(std::span<const Amount> stretches) {
    std::vector<Amount> out = sorted(stretches);
    for (std::size_t i = 1; i < out.size(); ++i) {
        if (out[i].period.first != out[i - 1].period.last.plus_days(1))
            return fail(ErrorCode::invalid_input, "add figures up",
                        fmt::format("{} does not follow the day on which what is before it ends, {}",
                                    written(out[i].period), out[i - 1].period.last.text()),
                        "leave no hole, and tell no day twice");
        out[i] = {{out[0].period.first, out[i].period.last}, out[i - 1].value + out[i].value};
    }
    return out;
}

}  // namespace tamga::figures

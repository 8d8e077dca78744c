#include "figures/gap.hpp"

#include <cmath>
#include <cstdlib>

namespace tamga::figures {

namespace {

Decimal size(const Decimal& number) {
    return number.sign() < 0 ? Decimal(0) - number : number;
}

}  // namespace

GapMeasures gap_between(const std::optional<Told>& exports, const std::optional<Told>& imports) {
    GapMeasures out;
    if (!exports || !imports) {
        out.reported = exports   ? Reported::exporter_only
                       : imports ? Reported::importer_only
                                 : Reported::neither;
        return out;
    }
    const Decimal &x = exports->value, &m = imports->value;
    out.reported = Reported::both;
    out.gap = m - x;
    out.gap_bounds = imports->bounds - exports->bounds;
    out.ratio = Ratio::of(m, x);
    out.of_exports = Ratio::of(out.gap, x);
    out.of_imports = Ratio::of(out.gap, m);
    out.index = Ratio::of(size(out.gap), x + m);
    constexpr int kDigits = 17;  // More than a double holds.
    if (out.ratio && out.ratio->sign() > 0)
        out.log_ratio = std::log(std::strtod(out.ratio->rounded(kDigits).text().c_str(), nullptr));
    return out;
}

}  // namespace tamga::figures

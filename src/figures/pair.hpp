#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "figures/align.hpp"
#include "figures/assumptions.hpp"
#include "figures/told.hpp"
#include "figures/walk.hpp"

namespace tamga::figures {

/// In what two series can differ before a figure is looked at.
enum class Difference {
    flow,           ///< A stock and a flow, a contract and a payment.
    turnover,       ///< Both directions in one number.
    direction,      ///< From one to another, and the other way; or other partners.
    product,        ///< Gas, and all goods.
    period,         ///< Eleven months, and twelve.
    currency,       ///< Other currencies, and no rate of exchange.
    unit,           ///< A value and a volume, people and companies: no rate makes one of the other.
    partner_basis,  ///< Origin, consignment, destination.
    trade_system,   ///< General, special.
    valuation,      ///< FOB, CIF.
    coverage,       ///< What is in and what is not, in words.
    several,        ///< One reporter gives two figures of the period.
};
std::string_view name(Difference difference);

/// What stands in a sentence's place {1}, {2}, …: how pages say it.
struct Detail {
    enum class As { text, code, parties, periods, series } as;
    std::string value;  ///< Of several parties or periods: with commas between them; empty: none is stated.
};

/// A sentence that pages translate: an English message and what stands in its places.
struct Sentence {
    const char* message = "";
    std::vector<Detail> details = {};

    bool empty() const { return *message == '\0'; }
    /// In English.
    std::string text() const;
};

struct Note {
    Difference what;
    Sentence cause;  ///< What differs.
    Sentence mend;   ///< Which data would mend it; empty for what is only flagged.
};

/// Two figures that can be set against each other.
struct Pair {
    Period period;
    bool swapped = false;  ///< The first is b: where goods are compared, the walk starts at the exporter.
    bool mirror = false;   ///< One tells exports and the other imports of the same goods.
    bool converted = false;
    End from = {}, to = {};        ///< In the second's unit, converted at the rate if they differ.
    Told first = {}, second = {};  ///< As the series tell them.
    std::vector<Note> flags = {};  ///< What differs, and does not keep them from being compared.
    std::string unit = {};
};

/// Sets a against b for a period, or for the newest one of which both tell; or says all that keeps them from
/// being compared. Series of one `indicator` measure the same thing, by the meaning of that field. With what
/// is put together from several periods (figure_for()) both sides are told of the same days.
std::expected<Pair, std::vector<Note>> pair_of(const Series& a, const Series& b,
                                               const std::optional<Period>& period,
                                               const std::optional<Rate>& rate);

/// What is assumed if the reader leaves the rest to us: the defaults only where exports are set against
/// imports, and neither is told in the other's valuation.
Assumptions assumed_for(const Pair& pair, const Series& a, const Series& b, Assumptions assumptions);

}  // namespace tamga::figures

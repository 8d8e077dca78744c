#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "figures/interval.hpp"

namespace tamga::figures {

// What is assumed on the walk from one reporter's figure to another's. A value that stands in an address, so
// that who cites the page cites what was assumed.

/// Why two counts of the same trade can differ, in the order in which the walk takes them if no other is
/// asked for: what can be known before what is estimated, and valuation on what transit leaves. The causes
/// are those of UN, IMTS 2010 Compilers Manual, Rev.1 (SER.F/87/Rev.1), 9.41-9.42.
enum class Cause {
    months,    ///< A month that one of them has not.
    currency,  ///< Another rate of exchange.
    coverage,  ///< Goods that one of them does not count: equipment of contractors, repair, low value.
    system,    ///< General and special trade: bonded goods.
    transit,   ///< Goods that only pass through the partner, and are in the exporter's count.
    indirect,  ///< Goods that come by a third place, and are in the importer's count, with what that place
               ///< adds.
    cif,       ///< Freight and insurance: imports are counted with them, exports without.
    timing,    ///< Goods that left in one period and arrived in the next.
};
inline constexpr int kCauses = 8;

/// How a cause changes the figure.
enum class Form {
    amount,  ///< By so much.
    share,   ///< By such a share of it.
    factor,  ///< It is multiplied.
};

/// A step of the walk, before it is taken.
struct Assumption {
    Cause cause;
    Form form;
    /// In the sense of the cause: of transit what is taken out, of indirect trade what is put in, of others
    /// what is added, less than zero where it is taken away.
    Ratio value;
    /// A share or a factor is of the figure that the walk starts from, and not of what the steps before left.
    bool of_start = false;
    std::string source = {};  ///< Who states it, as the reader gives it; empty: an assumption of the reader.
    friend bool operator==(const Assumption&, const Assumption&) = default;
};

/// So many of the first figure's unit are one of the second's.
struct Rate {
    Ratio value;
    std::string source;  ///< Never empty: without one nothing is converted.
    friend bool operator==(const Rate&, const Rate&) = default;
};

/// All that is assumed: the steps in the order in which they are taken, each cause at most once.
struct Assumptions {
    std::vector<Assumption> steps;
    Ratio markup;  ///< By which share the third place raises what is indirect.
    std::optional<Rate> rate;
    friend bool operator==(const Assumptions&, const Assumptions&) = default;

    const Assumption* find(Cause cause) const;
};

/// The word of a cause in the text form: "transit".
std::string_view name(Cause cause);
std::string_view name(Form form);
std::optional<Cause> cause_named(std::string_view name);
/// What a cause is told in if nothing else is said: a share of transit, a factor of cif and currency, else an
/// amount.
Form usual_form(Cause cause);

/// Reads "cif=1.06&transit=0.6&order=cif,transit". An argument a cause, VALUE[,amount|share|factor][,start];
/// `CAUSE_source` says who states it. `markup`, `rate` and `rate_source` likewise. `order` names causes in
/// the order in which they are taken; those that it does not name follow in the order of the list above.
/// Texts are percent-encoded as in an address. Other arguments are not ours, and are left out. Errors:
/// invalid_input with the argument as its place.
Result<Assumptions> parse_assumptions(std::string_view text);
/// The reverse: parse_assumptions() gives the same again. `order` stands there only where it is needed.
std::string text_of_assumptions(const Assumptions& assumptions);

/// An argument of a query, decoded.
struct Argument {
    std::string name, value;
};
/// parse_assumptions() of arguments that were decoded before; and what it is printed as, argument by
/// argument.
Result<Assumptions> assumptions_of(std::span<const Argument> arguments);
std::vector<Argument> arguments_of(const Assumptions& assumptions);

/// A parameter that a reference states, and what it states.
struct Stated {
    Cause cause;
    Form form;
    std::string_view value;
    std::string_view source;
    bool is_default;
};
/// All there are; the first of a cause that is a default is taken where nothing is said. Every other cause
/// starts at nothing: no reference states a share or an amount, and one that we chose would be a motive
/// guessed.
std::span<const Stated> stated_parameters();
/// The source of an assumption: its own, else that of the reference that states this very value; else empty.
std::string_view source_of(const Assumption& assumption);
/// With the default of each cause that the text does not speak of, in its place; where goods are compared as
/// exports of one and imports of the other.
Assumptions with_defaults(Assumptions assumptions);

}  // namespace tamga::figures

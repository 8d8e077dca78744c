#pragma once

#include <cstdint>
#include <string_view>

#include "access/vault.hpp"
#include "store/private_tables.hpp"

namespace tamga::access {

/// How many times a form that anybody may send is taken. Its names tell apart what is kept of it.
struct Limits {
    std::string_view form;       ///< Of one form: it is taken once.
    std::string_view one, many;  ///< Of those of a network, and of all.
    std::int64_t of_network, of_all;
    std::int64_t within_seconds;  ///< The numbers hold for so long, from the first.
    std::int64_t form_lasts;      ///< Seconds after which a form is too old anyhow.
};

struct Admission {
    enum class Outcome { taken, used, throttled };
    Outcome outcome = Outcome::taken;
    std::int64_t wait_seconds = 0;  ///< Throttled: until when.
};

/// Counts a form that a stranger sends, by the `token` that it carries and the network that it comes from (as
/// shortened_address() says it). Within a change of `tables`. Errors: the store's.
Result<Admission> admit(store::PrivateTables& tables, const Vault& vault, const Limits& limits,
                        std::string_view token, std::string_view network, std::int64_t now);

}  // namespace tamga::access

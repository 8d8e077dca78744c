#include "access/admission.hpp"

#include <string>
#include <utility>

namespace tamga::access {

Result<Admission> admit(store::PrivateTables& tables, const Vault& vault, const Limits& limits,
                        std::string_view token, std::string_view network, std::int64_t now) {
    const std::string used = vault.digest(limits.form, token);
    TAMGA_ASSIGN(const store::ThrottleRow before, tables.throttle(used));
    if (before.failures > 0) return Admission{Admission::Outcome::used};
    const std::pair<std::string, std::int64_t> counted[] = {
        {vault.digest(limits.one, network), limits.of_network},
        {vault.digest(limits.many, ""), limits.of_all}};
    for (const auto& [key, most] : counted) {
        TAMGA_ASSIGN(const store::ThrottleRow row, tables.throttle(key));
        if (row.until > now && row.failures >= most)
            return Admission{Admission::Outcome::throttled, row.until - now};
    }
    for (const auto& [key, most] : counted) {
        TAMGA_ASSIGN(store::ThrottleRow row, tables.throttle(key));
        if (row.until <= now) row = {0, now + limits.within_seconds};
        ++row.failures;
        TAMGA_TRY(tables.put_throttle(key, row));
    }
    TAMGA_TRY(tables.put_throttle(used, {1, now + limits.form_lasts}));
    return Admission{};
}

}  // namespace tamga::access

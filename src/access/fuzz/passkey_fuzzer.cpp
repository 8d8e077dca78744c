// Passkeys: what an authenticator tells is read or refused, and signs nobody in without a signature. What the
// browser tells and the authenticator's data are parted by a null.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/passkeys.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::access;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t null = input.find('\0');
    if (null == std::string_view::npos) return 0;
    const RelyingParty site{"localhost", "http://localhost"};
    const std::string client_data(input.substr(0, null)), authenticator_data(input.substr(null + 1));
    const auto made = check_registration(site, "Y2hhbGxlbmdl", {client_data, authenticator_data});
    if (made && (made->id.empty() || made->id.size() > 1023 || made->key.empty())) std::abort();
    for (const std::int64_t algorithm : {-7, -8, -257}) {
        const std::string key = made ? made->key : authenticator_data;
        if (check_assertion(site, "Y2hhbGxlbmdl",
                            {"id", client_data, authenticator_data, authenticator_data, "handle"}, algorithm,
                            key))
            std::abort();
    }
    return 0;
}

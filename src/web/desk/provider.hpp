#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "access/openid.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/fetch.hpp"

namespace tamga::web {

/// An organisation's provider of log-ins (OpenID Connect), as the operator names it.
struct ProviderOptions {
    std::string issuer, client, secret;
    std::string name = {};     ///< What pages call it; empty: its host.
    std::string ca_file = {};  ///< As http::Ask has it.
    std::function<Result<http::Fetched>(const http::Ask&, const std::stop_token&)> fetch = http::fetch;
};

/// Where it sends people back to: this path of the public address.
inline constexpr const char* kProviderReturns = "/openid";

/// Asks the provider, which may be slow, or gone: whoever calls waits for it (Runs::elsewhere). What it says
/// of itself is kept for an hour, its keys until a token names another; one that does not answer is left
/// alone for ten seconds. Any number of threads; who asks anew waits for who does so already.
///
/// Errors: io: it does not answer; invalid_input: what it says lets nobody in.
class Provider {
  public:
    Provider(ProviderOptions options, const std::string& public_url, Clock clock);

    const std::string& name() const { return options_.name; }
    const std::string& issuer() const { return client_.issuer; }

    /// Where somebody is sent to sign in.
    Result<std::string> authorization_address(const access::openid::Attempt& attempt,
                                              std::string_view language, const std::stop_token& stop);
    /// Who signed in, as the provider calls them, by the code that came back; `named`: the provider, as the
    /// answer names it (RFC 9207).
    Result<std::string> subject(const access::openid::Attempt& attempt, std::string_view code,
                                std::optional<std::string> named, const std::stop_token& stop);

  private:
    /// What is known of it.
    struct Known {
        access::openid::Provider provider;
        std::vector<access::openid::Key> keys;
        std::int64_t asked = 0, keys_asked = 0;
    };
    using Shared = std::shared_ptr<const Known>;
    Result<std::string> body_of(const http::Ask& ask, const std::stop_token& stop) const;
    Result<std::vector<access::openid::Key>> ask_keys(const access::openid::Provider& provider,
                                                      const std::stop_token& stop) const;
    Result<Known> ask(const std::stop_token& stop) const;
    Result<Shared> known(const std::stop_token& stop);
    Result<Shared> known_with_new_keys(const Shared& before, const std::stop_token& stop);

    const ProviderOptions options_;
    const access::openid::Client client_;
    const Clock clock_;
    std::mutex asking_;  ///< Guards the next three, also while the provider is asked.
    Shared known_;
    std::int64_t left_alone_until_ = 0;
    Error trouble_ = {};  ///< Why.
};

}  // namespace tamga::web
